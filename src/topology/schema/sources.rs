//! `sources`.

use serde_json::json;

use super::section::{ACCOUNT, Field, KEY, Kind, REGION, Section, Text};
use crate::topology::read::sources::{DISTRIBUTIONS, LONGEST_PATTERN, RETENTION_DAYS, SCOPES};

const LOG_GROUPS: Text =
    Text::new("a log group name or a glob", "^[A-Za-z0-9._/#*?!^\\[\\]-]+$").sized(1, 512);
const FILTER: Text = Text::new("a filter name", "^[^:*]+$").sized(1, 512);

pub(super) fn source() -> Section {
    let scopes = SCOPES.iter().map(|(word, _)| *word).collect();
    let of_an_account = json!({
        "if": { "properties": { "scope": { "const": "account" } }, "required": ["scope"] },
        "then": { "properties": { "log_groups": false, "create": false, "retention_days": false } },
        "else": { "required": ["log_groups"] }
    });
    Section::new(
        "source",
        "sources.<key>",
        "Log groups whose events go to one destination: by a subscription filter on each, or by one policy of their account.",
        vec![
            Field::new("accounts", Kind::some(Kind::Text(ACCOUNT)), "The accounts the log groups are in.")
                .required()
                .rules("`organization` stands for every account that is found through the organisation, on every plan anew.")
                .example(json!(["app"]))
                .example(json!(["app", "organization"])),
            Field::new("regions", Kind::some(Kind::Text(REGION)), "The regions the log groups are in. A CloudWatch Logs destination is made in each.")
                .or_else("the topology's `region`")
                .example(json!(["ap-northeast-1", "us-east-1"])),
            Field::new("destination", Kind::Text(KEY), "Where the events go: a key of `destinations`.").required().example("central"),
            Field::new("scope", Kind::Words(scopes), "What is subscribed: `log_groups`, each by a filter; `account`, all log groups of an account and region, those to come included, by one account-level subscription policy.")
                .rules("One source of scope `account` in an account and region, which AWS has one such policy for. It comes on top of the filters of other sources.")
                .or("log_groups"),
            Field::new("log_groups", Kind::some(Kind::Text(LOG_GROUPS)), "Names and globs of log groups. `*` also crosses slashes; `?` and `[…]` work as in a shell.")
                .rules("Needed, except with `scope: account`, which goes without. A name must exist or be created. Globs find the log groups of today, on every plan anew; they leave out classes other than STANDARD, Control Tower's own log groups and the error logs of this topology's streams.")
                .example(json!(["/app/*", "/aws/lambda/web"])),
            Field::new("exclude", Kind::any(Kind::Text(LOG_GROUPS)), "Names and globs that are taken out again.")
                .rules("Not a name that `log_groups` gives in full. With `scope: account` a glob stands for the log groups of today, on every plan anew; the error logs of this topology's streams are always left out.")
                .or(json!([]))
                .example(json!(["/app/debug*"])),
            Field::new("create", Kind::Flag, "Whether log groups named in full are made when they do not exist.")
                .rules("Not with `scope: account`.")
                .or(false),
            Field::new("retention_days", Kind::Numbers(&RETENTION_DAYS), "How long log groups that logpipe makes keep their events.")
                .or_else("what they have; new ones keep them forever")
                .rules("Without it the retention of a log group is left as it is. Sources that make the same log group agree on it. Not with `scope: account`."),
            Field::new("filter", Kind::Section(filter()), "The subscription filter on each of the log groups, or the account's policy."),
        ],
    )
    .with_condition(of_an_account)
}

fn filter() -> Section {
    let pattern = Text::plain("a filter pattern", 0, Some(LONGEST_PATTERN));
    let distributions = DISTRIBUTIONS.iter().map(|(word, _)| *word).collect();
    Section::new(
        "filter",
        "sources.<key>.filter",
        "The subscription filter.",
        vec![
            Field::new("name", Kind::Text(FILTER), "Its name.")
                .or_else("the topology's `name`")
                .rules("Sources that meet on a log group need filters of different names, and no more of them than `limits.filters_per_log_group`."),
            Field::new("pattern", Kind::Text(pattern), "Which events are delivered, as a CloudWatch Logs filter pattern. An empty one matches all of them.")
                .rules("At most two regular expressions in one JSON or space-delimited pattern, and five patterns with any on a log group. What the CloudWatch Logs guide does not have is a warning, and `plan` asks CloudWatch Logs.")
                .or("")
                .example("ERROR")
                .example("{ $.level = \"error\" }"),
            Field::new("distribution", Kind::Words(distributions), "How events are spread over the shards of a Kinesis stream; without one it changes nothing.")
                .or_else("left as it is; AWS's own is `by_log_stream`"),
        ],
    )
}
