//! `sources`: which log groups of which accounts go where, and through which filter.

use serde_json::{Value, json};

use super::forms::{Form, identifiers, lacks, matches, names};
use super::{Choice, Flag, Key, KeyOr, List, Numbers, Sub, Table, Text};
use crate::topology::model::{Distribution, Scope};

/// CloudWatch Logs API Reference, PutRetentionPolicy.
pub(crate) const RETENTION_DAYS: [u32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// CloudWatch Logs API Reference, PutSubscriptionFilter.
pub(in crate::topology) const LONGEST_PATTERN: usize = 1024;

pub(in crate::topology) static SOURCE: Table = Table {
    name: "source",
    path: "sources.<key>",
    meaning: "Log groups whose events go to one destination: by a subscription filter on each, or by one policy of their account.",
    keys: &[
        &ACCOUNTS,
        &REGIONS,
        &DESTINATION,
        &SCOPE,
        &LOG_GROUPS,
        &EXCLUDE,
        &CREATE,
        &RETENTION,
        &OF_FILTER,
    ],
    conditions,
};

const LOG_GROUPS_OF_ACCOUNTS: &str = "a source is log groups of accounts";

pub(in crate::topology) static ACCOUNTS: Key<List<Text>> = Key::new(
    "accounts",
    List::some(Text::new(identifiers::ACCOUNTS)),
    "The accounts the log groups are in.",
)
.required(LOG_GROUPS_OF_ACCOUNTS, "add `accounts: [app]`")
.rules("`organization` stands for every account that is found through the organisation, on every plan anew.")
.example_json(r#"["app"]"#)
.example_json(r#"["app", "organization"]"#);

pub(in crate::topology) static REGIONS: Key<List<Text>> = Key::new(
    "regions",
    List::some(Text::new(identifiers::REGION)),
    "The regions the log groups are in. A CloudWatch Logs destination is made in each.",
)
.or_else("the topology's `region`")
.example_json(r#"["ap-northeast-1", "us-east-1"]"#);

pub(in crate::topology) static DESTINATION: Key<Text> =
    Key::new("destination", Text::new(identifiers::KEY), "Where the events go: a key of `destinations`.")
        .required("its events must go somewhere", "add `destination: central`")
        .example("central");

pub(in crate::topology) static SCOPE: KeyOr<Choice<Scope>> = Key::new(
    "scope",
    Choice(&[("log_groups", Scope::LogGroups), ("account", Scope::Account)]),
    "What is subscribed: `log_groups`, each by a filter; `account`, all log groups of an account and region, those to come included, by one account-level subscription policy.",
)
.rules("One source of scope `account` in an account and region, which AWS has one such policy for. It comes on top of the filters of other sources.")
.or(Scope::LogGroups);

/// Exact names have no wildcards, and a class in brackets ends.
const SELECTOR: Text = Text::new(names::LOG_GROUP_GLOB).told(&[
    matches(r"[*?\[]|^[A-Za-z0-9._/#-]*$", "a name has the characters of names"),
    lacks(r"^aws/[^*?\[]*$", "such names are reserved by AWS"),
    matches(r"^([^\[]|\[[!^]?\]?[^\]]*\])*$", "a class of a glob ends in `]`"),
]);

pub(in crate::topology) static LOG_GROUPS: Key<List<Text>> = Key::new(
    "log_groups",
    List::some(SELECTOR),
    "Names and globs of log groups. `*` also crosses slashes; `?` and `[…]` work as in a shell.",
)
.needed(LOG_GROUPS_OF_ACCOUNTS, "add `log_groups: [\"/app/*\"]`, or `scope: account`")
.rules("Needed, except with `scope: account`, which goes without. A name must exist or be created. Globs find the log groups of today, on every plan anew; they leave out classes other than STANDARD, Control Tower's own log groups and the error logs of this topology's streams.")
.example_json(r#"["/app/*", "/aws/lambda/web"]"#);

pub(in crate::topology) static EXCLUDE: KeyOr<List<Text>> =
    Key::new("exclude", List::any(SELECTOR), "Names and globs that are taken out again.")
        .rules("Not a name that `log_groups` gives in full. With `scope: account` a glob stands for the log groups of today, on every plan anew; the error logs of this topology's streams are always left out.")
        .or(&[])
        .example_json(r#"["/app/debug*"]"#);

pub(in crate::topology) static CREATE: KeyOr<Flag> =
    Key::new("create", Flag, "Whether log groups named in full are made when they do not exist.")
        .rules("Not with `scope: account`.")
        .or(false);

pub(in crate::topology) static RETENTION: Key<Numbers> = Key::new(
    "retention_days",
    Numbers(&RETENTION_DAYS),
    "How long log groups that logpipe makes keep their events.",
)
.or_else("what they have; new ones keep them forever")
.rules("Without it the retention of a log group is left as it is. Sources that make the same log group agree on it. Not with `scope: account`.");

pub(in crate::topology) static OF_FILTER: Key<Sub> = Key::new(
    "filter",
    Sub(&FILTER),
    "The subscription filter on each of the log groups, or the account's policy.",
);

fn conditions() -> Vec<Value> {
    vec![json!({
        "if": { "properties": { "scope": { "const": "account" } }, "required": ["scope"] },
        "then": {
            "properties": {
                "log_groups": false,
                "create": false,
                "retention_days": false,
                "filter": { "properties": { "name": { "not": { "pattern": "^aws/" } } } }
            }
        },
        "else": { "required": ["log_groups"] }
    })]
}

pub(in crate::topology) static FILTER: Table = Table {
    name: "filter",
    path: "sources.<key>.filter",
    meaning: "The subscription filter.",
    keys: &[&NAME, &PATTERN, &DISTRIBUTION],
    conditions: Vec::new,
};

pub(in crate::topology) static NAME: Key<Text> = Key::new("name", Text::new(names::FILTER), "Its name.")
    .or_else("the topology's `name`")
    .rules("Sources that meet on a log group need filters of different names, and no more of them than `limits.filters_per_log_group`.");

pub(in crate::topology) static PATTERN: KeyOr<Text> = Key::new(
    "pattern",
    Text::new(Form::new("a filter pattern").sized(0, LONGEST_PATTERN)),
    "Which events are delivered, as a CloudWatch Logs filter pattern. An empty one matches all of them.",
)
.rules("At most two regular expressions in one JSON or space-delimited pattern, and five patterns with any on a log group. What the CloudWatch Logs guide does not have is a warning, and `plan` asks CloudWatch Logs.")
.or("")
.example("ERROR")
.example("{ $.level = \"error\" }");

pub(in crate::topology) static DISTRIBUTION: Key<Choice<Distribution>> = Key::new(
    "distribution",
    Choice(&[("by_log_stream", Distribution::ByLogStream), ("random", Distribution::Random)]),
    "How events are spread over the shards of a Kinesis stream; without one it changes nothing.",
)
.or_else("left as it is; AWS's own is `by_log_stream`");
