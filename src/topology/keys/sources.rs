//! `sources`: which log groups of which accounts go where, and through which filter.

use serde_json::{Value, json};

use super::alarms;
use super::forms::{Condition, Form, identifiers, lacks, matches, names};
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
    meaning: "Log groups whose events go to one destination: through a subscription filter on each, or through one policy for the whole account.",
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
        &OF_ALARMS,
    ],
    conditions,
};

const LOG_GROUPS_OF_ACCOUNTS: &str = "a source selects log groups in accounts";

pub(in crate::topology) static ACCOUNTS: Key<List<Text>> = Key::new(
    "accounts",
    List::some(Text::new(identifiers::ACCOUNTS)),
    "The accounts the log groups are in.",
)
.required(LOG_GROUPS_OF_ACCOUNTS, "add `accounts: [app]`")
.rules("`organization` stands for every account that is found through the organisation; every plan looks them up again.")
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
        .required("its events need a destination", "add `destination: central`")
        .example("central");

pub(in crate::topology) static SCOPE: KeyOr<Choice<Scope>> = Key::new(
    "scope",
    Choice(&[("log_groups", Scope::LogGroups), ("account", Scope::Account)]),
    "What to subscribe: `log_groups`, each log group with its own filter; `account`, all log groups of an account and region, including future ones, with one account-level subscription policy.",
)
.rules("Only one source with scope `account` per account and region, because AWS allows only one such policy there. It applies in addition to the filters of other sources.")
.or(Scope::LogGroups);

/// Exact names have no wildcards, and a class in brackets ends.
const SELECTOR: Text = Text::new(names::LOG_GROUP_GLOB).told(&[
    matches(r"[*?\[]|^[A-Za-z0-9._/#-]*$", "a name can contain only the characters of log group names"),
    lacks(r"^aws/[^*?\[]*$", "such names are reserved by AWS"),
    GLOB_CLASSES,
]);

/// The one thing about the form of a glob that is easily got wrong.
pub(super) const GLOB_CLASSES: Condition =
    matches(r"^([^\[]|\[[!^]?\]?[^\]]*\])*$", "a class of a glob ends in `]`");

pub(in crate::topology) static LOG_GROUPS: Key<List<Text>> = Key::new(
    "log_groups",
    List::some(SELECTOR),
    "Names and globs of log groups. `*` also matches slashes; `?` and `[…]` work as in a shell.",
)
.needed(LOG_GROUPS_OF_ACCOUNTS, "add `log_groups: [\"/app/*\"]`, or `scope: account`")
.rules("Required, except with `scope: account`, which does not allow it. A log group that is given by name must exist, or be created. Every plan expands globs again, to the log groups that exist then; they leave out classes other than STANDARD, Control Tower's own log groups and the error logs of this topology's streams.")
.example_json(r#"["/app/*", "/aws/lambda/web"]"#);

pub(in crate::topology) static EXCLUDE: KeyOr<List<Text>> =
    Key::new("exclude", List::any(SELECTOR), "Names and globs of log groups to leave out.")
        .rules("It must not match a name that `log_groups` gives in full. With `scope: account`, every plan expands globs again, to the log groups that exist then. The error logs of this topology's streams are always left out.")
        .or(&[])
        .example_json(r#"["/app/debug*"]"#);

pub(in crate::topology) static CREATE: KeyOr<Flag> =
    Key::new("create", Flag, "Whether to make log groups that are given by name and do not exist.")
        .rules("Not with `scope: account`.")
        .or(false);

pub(in crate::topology) static RETENTION: Key<Numbers> = Key::new(
    "retention_days",
    Numbers(&RETENTION_DAYS),
    "How many days log groups that logpipe makes keep their events.",
)
.or_else("left as it is; new log groups keep events forever")
.rules("Sources that make the same log group must set the same value. Not with `scope: account`.");

pub(in crate::topology) static OF_FILTER: Key<Sub> = Key::new(
    "filter",
    Sub(&FILTER),
    "The subscription filter on each of the log groups, or the account's policy.",
);

pub(in crate::topology) static OF_ALARMS: Key<Sub> = Key::new(
    "alarms",
    Sub(&alarms::OF_SOURCE),
    "CloudWatch alarms on what its subscriptions forward. Without the key there are none.",
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
    .rules("Sources that share a log group need filters with different names, and no more of them than `limits.filters_per_log_group`.");

pub(in crate::topology) static PATTERN: KeyOr<Text> = Key::new(
    "pattern",
    Text::new(Form::new("a filter pattern").sized(0, LONGEST_PATTERN)),
    "Which events are delivered, as a CloudWatch Logs filter pattern. An empty pattern matches all events.",
)
.rules("At most two regular expressions in one JSON or space-delimited pattern, and at most five patterns with regular expressions on a log group. Syntax that the CloudWatch Logs guide does not describe is a warning, and `plan` asks CloudWatch Logs about it.")
.or("")
.example("ERROR")
.example("{ $.level = \"error\" }");

pub(in crate::topology) static DISTRIBUTION: Key<Choice<Distribution>> = Key::new(
    "distribution",
    Choice(&[("by_log_stream", Distribution::ByLogStream), ("random", Distribution::Random)]),
    "How events are spread over the shards of a Kinesis stream. Without such a stream, it has no effect.",
)
.or_else("left as it is; AWS's default is `by_log_stream`");
