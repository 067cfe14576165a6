//! The top of a topology, and its small sections.

use serde_json::{Value, json};

use super::accounts::{ACCESS, ACCOUNT};
use super::agents::AGENT;
use super::destinations::DESTINATION;
use super::forms::{Form, identifiers, lacks, matches, names};
use super::organization::ORGANIZATION;
use super::readers::READER;
use super::sources::SOURCE;
use super::{Either, Key, KeyOr, Map, Number, Numbers, Sub, Table, Text};

/// The whole topology.
pub(in crate::topology) static TOPOLOGY: Table = Table {
    name: "topology",
    path: "",
    meaning: "A topology is one YAML file. Unknown and duplicate keys are errors; an alias may repeat a value.",
    keys: &[
        &VERSION,
        &NAME,
        &REGION,
        &TAGS,
        &PERMISSIONS_BOUNDARY,
        &OF_ACCESS,
        &ACCOUNTS,
        &OF_ORGANIZATION,
        &DESTINATIONS,
        &SOURCES,
        &AGENTS,
        &READERS,
        &OF_LIMITS,
        &RECORD,
        &RECORD_LEASE_SECONDS,
    ],
    conditions,
};

/// The version of the format that is read.
pub(in crate::topology) static VERSION: Key<Numbers> =
    Key::new("version", Numbers(&[1]), "The version of the format.")
        .required("it says which format the file is written in", "add `version: 1`");

pub(in crate::topology) static NAME: Key<Text> = Key::new(
    "name",
    Text::new(identifiers::TOPOLOGY_NAME),
    "Prefix of derived names, and value of the tag `logpipe:topology` on everything that logpipe makes.",
)
.required("every name that logpipe derives starts with it", "add `name: central-logs`")
.example("central-logs");

pub(in crate::topology) static REGION: Key<Text> =
    Key::new("region", Text::new(identifiers::REGION), "The region of everything that names none.")
        .required("it is the default for everything below", "add `region: ap-northeast-1`")
        .rules("All regions of a topology are of one partition.")
        .example("ap-northeast-1");

/// How many tags AWS allows on a resource, less the ownership tag and one in reserve.
pub(in crate::topology) const MOST_TAGS: usize = 48;

pub(in crate::topology) static TAGS: Key<Map<Text>> = Key::new(
    "tags",
    Map::any(names::TAG_KEY, Text::new(names::TAG_VALUE)).at_most(MOST_TAGS),
    "Tags of everything that takes tags.",
)
.rules("Letters, digits, spaces and `_.:/=+-@`. Keys do not start with `aws:` or `logpipe:`, and differ in more than their case.")
.example_json(r#"{ "Project": "poc" }"#);

pub(in crate::topology) static PERMISSIONS_BOUNDARY: Key<Text> = Key::new(
    "permissions_boundary",
    Text::new(names::POLICY_WITH_PATH),
    "The permissions boundary of every role that logpipe makes: a policy that is there in each of the accounts, or one of AWS, by its name with its path.",
)
.rules("Roles of others are left as they are. Whoever takes it away, or sets another one, has changed the role: `plan` says so, and `apply` sets it again.")
.example("TeamBoundary");

pub(in crate::topology) static OF_ACCESS: Key<Sub> =
    Key::new("access", Sub(&ACCESS), "How logpipe gets into the accounts.");

pub(in crate::topology) static ACCOUNTS: Key<Map<Either<Text, Sub>>> = Key::new(
    "accounts",
    Map::any(identifiers::ACCOUNT_NAME, Either(Text::new(identifiers::ACCOUNT_ID), Sub(&ACCOUNT))),
    "The accounts that the rest names, by names of your choice.",
)
.rules("A name is not `organization` and not an id. An account that is only named by its id needs no entry.")
.example_json(r#"{ "archive": "999999999999", "app": "111111111111" }"#);

pub(in crate::topology) static OF_ORGANIZATION: Key<Sub> = Key::new(
    "organization",
    Sub(&ORGANIZATION),
    "The AWS organisation that further accounts are found through, and that destinations may admit.",
);

pub(in crate::topology) static DESTINATIONS: Key<Map<Sub>> = Key::new(
    "destinations",
    Map::some(identifiers::KEY, Sub(&DESTINATION)),
    "Where logs go, by keys of your choice.",
)
.needed(
    "logs need a place to go to",
    "add `destinations` with one entry; only `agents` and `readers` go without",
)
.rules("Needed, except in a topology of agents and readers alone.");

pub(in crate::topology) static SOURCES: Key<Map<Sub>> = Key::new(
    "sources",
    Map::some(identifiers::KEY, Sub(&SOURCE)),
    "Where logs come from, by keys of your choice.",
)
.needed(
    "a topology says whose logs are delivered",
    "add `sources` with one entry; only `agents` and `readers` go without",
)
.rules("Needed, except in a topology of agents and readers alone.");

pub(in crate::topology) static AGENTS: Key<Map<Sub>> = Key::new(
    "agents",
    Map::some(identifiers::KEY, Sub(&AGENT)),
    "The IAM of CloudWatch agents on EC2, by keys of your choice.",
);

pub(in crate::topology) static READERS: Key<Map<Sub>> = Key::new(
    "readers",
    Map::some(identifiers::KEY, Sub(&READER)),
    "Who reads the logs of an account from another one, by keys of your choice.",
);

pub(in crate::topology) static OF_LIMITS: Key<Sub> =
    Key::new("limits", Sub(&LIMITS), "Quotas of AWS that are not the same everywhere.");

pub(in crate::topology) static RECORD: Key<Text> = Key::new(
    "record",
    Text::new(Form::new("a path or `s3://bucket/key`")).told(&[
        matches("[^/]$", "a file has a name"),
        lacks(r"\x00", "no file is called so"),
    ]),
    "Where logpipe keeps what it owns: a file, from the folder of the topology on, or an object in S3, which machines share.",
)
.rules("The bucket of an object is there already, is not one that the topology makes, and is reached with the starting credentials.")
.or_else("`.logpipe/<name>.json`")
.example(".logpipe/central-logs.json");

/// Seconds of a lease: what others wait for a run that was killed, and about how long a run outlasts that its record
/// cannot be reached. Below the range a run would lose its record to the usual pauses of a busy machine, and nobody waits
/// longer than the end of it for a run that was killed.
pub(in crate::topology) static RECORD_LEASE_SECONDS: KeyOr<Number> = Key::new(
    "record_lease_seconds",
    Number::new(
        10,
        3_600,
        "a shorter one is lost on a busy machine, and others wait a whole one for a run that was killed",
    ),
    "How long others wait for a run that was killed, which is about as long as a run outlasts that its record cannot be reached.",
)
.rules("Of a record in S3 only.")
.or(120);

fn conditions() -> Vec<Value> {
    vec![
        json!({
            "anyOf": [
                { "required": ["destinations", "sources"] },
                { "required": ["agents"] },
                { "required": ["readers"] }
            ]
        }),
        json!({ "if": { "required": ["destinations"] }, "then": { "required": ["sources"] } }),
        json!({ "if": { "required": ["sources"] }, "then": { "required": ["destinations"] } }),
        json!({
            "if": some("sources", json!({
                "properties": { "accounts": { "contains": { "const": "organization" } } },
                "required": ["accounts"]
            })),
            "then": {
                "properties": { "organization": { "required": ["account"] }, "access": { "required": ["role_name"] } },
                "required": ["organization", "access"]
            }
        }),
        json!({
            "if": some("destinations", json!({
                "properties": { "allow": { "const": "organization" } },
                "required": ["allow"]
            })),
            "then": { "properties": { "organization": { "required": ["id"] } }, "required": ["organization"] }
        }),
        json!({
            "if": some("accounts", json!({
                "properties": { "assume_role": { "const": true }, "role_arn": false, "role_name": false },
                "required": ["assume_role"],
                "type": "object"
            })),
            "then": { "properties": { "access": { "required": ["role_name"] } }, "required": ["access"] }
        }),
        json!({
            "if": { "properties": { "record": { "pattern": "^s3://" } }, "required": ["record"] },
            "then": { "properties": { "record": {
                "pattern": "^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.*'()-]+)+$",
                "not": { "pattern": r"/\.{1,2}(/|$)" }
            } } },
            "else": { "properties": { "record": { "not": { "pattern": "://" } } } }
        }),
        json!({
            "if": { "required": ["record_lease_seconds"] },
            "then": { "properties": { "record": { "pattern": "^s3://" } }, "required": ["record"] }
        }),
    ]
}

/// That some entry of a section is so.
fn some(section: &str, entry: Value) -> Value {
    json!({
        "properties": { section: { "not": { "additionalProperties": { "not": entry } } } },
        "required": [section]
    })
}

static LIMITS: Table = Table {
    name: "limits",
    path: "limits",
    meaning: "Quotas of AWS that are not the same everywhere.",
    keys: &[&FILTERS_PER_LOG_GROUP, &ROLE_TRUST_CHARACTERS],
    conditions: Vec::new,
};

/// By itself the smaller of the figures that copies of the page give (CloudWatch Logs User Guide, "CloudWatch Logs
/// quotas"); at most more than any page or quota increase gives.
pub(in crate::topology) static FILTERS_PER_LOG_GROUP: KeyOr<Number> = Key::new(
    "filters_per_log_group",
    Number::new(1, 100, "AWS allows a handful of subscription filters on a log group"),
    "How many subscription filters a log group takes. Sources that want more are an error.",
)
.rules("AWS's own pages differ; set it to what the Service Quotas console shows.")
.or(2);

/// As accounts have it and as far as the quota can be raised (IAM User Guide, "IAM and AWS STS quotas").
pub(in crate::topology) static ROLE_TRUST_CHARACTERS: KeyOr<Number> = Key::new(
    "role_trust_characters",
    Number::new(
        2_048,
        8_192,
        "IAM takes 2,048 characters in a trust policy, and 8,192 once the quota is raised",
    ),
    "How many characters IAM takes in a role's trust policy. The role that CloudWatch Logs delivers with names every sender, so more than about 57 accounts at one destination need more.",
)
.rules("The quota `Role trust policy length` of the destination's account; set it to what the Service Quotas console shows once it was raised.")
.or(2_048);
