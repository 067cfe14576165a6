//! The top of a topology, and its small sections.

use serde_json::{Value, json};

use super::accounts::{ACCESS, ACCOUNT};
use super::agents::AGENT;
use super::destinations::DESTINATION;
use super::forms::{Form, identifiers, lacks, matches, names};
use super::organization::ORGANIZATION;
use super::readers::READER;
use super::sources::SOURCE;
use super::variables::{VARIABLE, VARIABLE_NAME, WITH_VARIABLE};
use super::{Either, Flag, Key, KeyOr, List, Map, Number, Numbers, Plain, Sub, Table, Text};

/// The whole topology.
pub(in crate::topology) static TOPOLOGY: Table = Table {
    name: "topology",
    path: "",
    meaning: "A topology is one YAML file. Unknown and duplicate keys are errors; an alias may repeat a value.",
    keys: &[
        &VERSION,
        &VARIABLES,
        &INCLUDE,
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

pub(in crate::topology) static VARIABLES: Key<Map<Either<Plain, Sub>>> = Key::new(
    "variables",
    Map::any(VARIABLE_NAME, Either(Plain, Sub(&VARIABLE))),
    "What differs from run to run, under names of your choice: `${var.name}` in a value stands for it. `name: value` is short for a variable with only a default.",
)
.rules("A value is given by `--var name=value`, `--var-file` or the environment variable `LOGPIPE_VAR_name`. See docs/variables.md.")
.example_json(r#"{ "stage": "dev", "days": { "type": "number", "default": 30 } }"#);

pub(in crate::topology) static INCLUDE: Key<List<Text>> = Key::new(
    "include",
    List::some(Text::new(Form::new("a path relative to the folder of the file").sized(1, 4096))),
    "Files with further parts of the topology. The entries of a section can be in several files; a key that two of them have is an error.",
)
.rules("Paths are relative to the file that they are written in, and hold no variables. An included file can include others. See docs/several-files.md.")
.example_json(r#"["accounts.yaml", "sources/web.yaml"]"#);

pub(in crate::topology) static NAME: Key<Text> = Key::new(
    "name",
    Text::new(identifiers::TOPOLOGY_NAME),
    "Prefix of derived names, and value of the tag `logpipe:topology` on everything that logpipe makes.",
)
.required("every name that logpipe derives starts with it", "add `name: central-logs`")
.example("central-logs");

pub(in crate::topology) static REGION: Key<Text> =
    Key::new("region", Text::new(identifiers::REGION), "The region of everything that does not set its own.")
        .required("it is the default for everything below", "add `region: ap-northeast-1`")
        .rules("All regions of a topology must be in one partition.")
        .example("ap-northeast-1");

/// How many tags AWS allows on a resource, less the ownership tag and one in reserve.
pub(in crate::topology) const MOST_TAGS: usize = 48;

pub(in crate::topology) static TAGS: Key<Map<Text>> = Key::new(
    "tags",
    Map::any(names::TAG_KEY, Text::new(names::TAG_VALUE)).at_most(MOST_TAGS),
    "Tags for every resource that supports tags.",
)
.rules("Keys and values may contain letters, digits, spaces and `_.:/=+-@`. Keys must not start with `aws:` or `logpipe:`, or differ only in case.")
.example_json(r#"{ "Project": "poc" }"#);

pub(in crate::topology) static PERMISSIONS_BOUNDARY: Key<Text> = Key::new(
    "permissions_boundary",
    Text::new(names::POLICY_WITH_PATH),
    "The permissions boundary of every role that logpipe makes: the name, with its path, of a policy that exists in every account, or of an AWS managed policy.",
)
.rules("Roles that logpipe does not make are left as they are. If somebody removes or replaces the boundary, `plan` says so, and `apply` sets it again.")
.example("TeamBoundary");

pub(in crate::topology) static OF_ACCESS: Key<Sub> =
    Key::new("access", Sub(&ACCESS), "How logpipe gets into the accounts.");

pub(in crate::topology) static ACCOUNTS: Key<Map<Either<Text, Sub>>> = Key::new(
    "accounts",
    Map::any(identifiers::ACCOUNT_NAME, Either(Text::new(identifiers::ACCOUNT_ID), Sub(&ACCOUNT))),
    "The accounts that the rest of the topology uses, under names of your choice.",
)
.rules("A name must not be `organization` or an account id. An account that you refer to only by its id needs no entry.")
.example_json(r#"{ "archive": "999999999999", "app": "111111111111" }"#);

pub(in crate::topology) static OF_ORGANIZATION: Key<Sub> = Key::new(
    "organization",
    Sub(&ORGANIZATION),
    "The AWS organisation through which further accounts are found, and which destinations may allow.",
);

pub(in crate::topology) static DESTINATIONS: Key<Map<Sub>> = Key::new(
    "destinations",
    Map::some(identifiers::KEY, Sub(&DESTINATION)),
    "Where logs go, under keys of your choice.",
)
.needed(
    "logs need a destination",
    "add `destinations` with at least one entry; only a topology of `agents` or `readers` can do without",
)
.rules("Required, unless the topology has only agents or readers.");

pub(in crate::topology) static SOURCES: Key<Map<Sub>> = Key::new(
    "sources",
    Map::some(identifiers::KEY, Sub(&SOURCE)),
    "Where logs come from, under keys of your choice.",
)
.needed(
    "nothing says which logs to deliver",
    "add `sources` with at least one entry; only a topology of `agents` or `readers` can do without",
)
.rules("Required, unless the topology has only agents or readers.");

pub(in crate::topology) static AGENTS: Key<Map<Sub>> = Key::new(
    "agents",
    Map::some(identifiers::KEY, Sub(&AGENT)),
    "CloudWatch agents on EC2: their IAM resources and what they collect, under keys of your choice.",
);

pub(in crate::topology) static READERS: Key<Map<Sub>> = Key::new(
    "readers",
    Map::some(identifiers::KEY, Sub(&READER)),
    "Who reads the logs of an account from another account, under keys of your choice.",
);

pub(in crate::topology) static OF_LIMITS: Key<Sub> = Key::new(
    "limits",
    Sub(&LIMITS),
    "What is not the same in every account, and how logpipe deals with AWS's limits.",
);

pub(in crate::topology) static RECORD: Key<Text> = Key::new(
    "record",
    Text::new(Form::new("a path or `s3://bucket/key`")).told(&[
        matches("[^/]$", "a file has a name"),
        lacks(r"\x00", "a file name cannot contain it"),
    ]),
    "Where logpipe records what it owns: a file, relative to the topology's folder, or an object in S3, which several machines can share.",
)
.rules("The bucket of an object must exist already and must not be one that the topology makes. logpipe uses the starting credentials to access it.")
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
        "a busy machine loses a shorter lease, and others wait a whole lease after a run is killed",
    ),
    "How long other runs wait after a run is killed. It is also about how long a run keeps going while it cannot reach its record.",
)
.rules("Only for a record in S3.")
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
                "properties": { "accounts": { "type": "array", "contains": { "const": "organization" } } },
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
                "pattern": format!(
                    "^s3://[a-z0-9][a-z0-9.-]{{1,61}}[a-z0-9](/[A-Za-z0-9!_.*'()-]+)+$|{WITH_VARIABLE}"
                ),
                "not": { "pattern": r"/\.{1,2}(/|$)" }
            } } },
            "else": { "properties": { "record": { "not": { "pattern": "://" } } } }
        }),
        json!({
            "if": { "required": ["record_lease_seconds"] },
            "then": {
                "properties": { "record": { "pattern": format!("^s3://|{WITH_VARIABLE}") } },
                "required": ["record"]
            }
        }),
    ]
}

/// That some entry of a section fits a schema.
fn some(section: &str, entry: Value) -> Value {
    json!({
        "properties": { section: { "not": { "additionalProperties": { "not": entry } } } },
        "required": [section]
    })
}

static LIMITS: Table = Table {
    name: "limits",
    path: "limits",
    meaning: "What is not the same in every account, and how logpipe deals with AWS's limits.",
    keys: &[&FILTERS_PER_LOG_GROUP, &ROLE_TRUST_CHARACTERS, &TRUST_ORGANIZATION],
    conditions: Vec::new,
};

/// The default is the smaller of the figures that copies of the page give (CloudWatch Logs User Guide, "CloudWatch Logs
/// quotas"); at most more than any page or quota increase gives.
pub(in crate::topology) static FILTERS_PER_LOG_GROUP: KeyOr<Number> = Key::new(
    "filters_per_log_group",
    Number::new(1, 100, "AWS allows a handful of subscription filters on a log group"),
    "How many subscription filters a log group can have. Sources that need more are an error.",
)
.rules("AWS's own pages disagree; set it to what the Service Quotas console shows.")
.or(2);

/// As accounts have it and as far as the quota can be raised (IAM User Guide, "IAM and AWS STS quotas").
pub(in crate::topology) static ROLE_TRUST_CHARACTERS: KeyOr<Number> = Key::new(
    "role_trust_characters",
    Number::new(
        2_048,
        8_192,
        "IAM allows 2,048 characters in a trust policy, and up to 8,192 once the quota is raised",
    ),
    "How many characters IAM allows in a role's trust policy. The trust policy of the role that CloudWatch Logs delivers with names every sender, so a destination with more than 57 accounts gets several such roles, each with a CloudWatch Logs destination of its own.",
)
.rules("This is the quota `Role trust policy length` of the destination's account. Once it has been raised, set it to what the Service Quotas console shows.")
.or(2_048);

/// AWS documents `aws:SourceOrgID` as a global key, and not which services fill it (IAM User Guide, "AWS global condition
/// context keys").
pub(in crate::topology) static TRUST_ORGANIZATION: KeyOr<Flag> = Key::new(
    "trust_organization",
    Flag,
    "Whether the role that CloudWatch Logs delivers with trusts the organisation of a destination with `allow: organization` (`aws:SourceOrgID`) instead of every sender by its account. One role then has room for any number of senders.",
)
.rules("Only for destinations with `allow: organization`. AWS does not document that CloudWatch Logs fills `aws:SourceOrgID` when it assumes the role, so try it first: run `logpipe apply --verify` with a destination and a source that you can do without. If nothing arrives, leave the key out.")
.or(false);
