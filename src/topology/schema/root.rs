//! The top of a topology, and its small sections.

use serde_json::json;

use super::accounts::{access, account};
use super::agents::agent;
use super::destinations::destination;
use super::organization::organization;
use super::readers::reader;
use super::section::{ACCOUNT, ACCOUNT_ID, Field, KEY, Kind, REGION, Section, TAG_KEY, TAG_VALUE, Text};
use super::sources::source;
use crate::topology::read::record::{LEASE, LONGEST_LEASE, SHORTEST_LEASE};
use crate::topology::read::root::{
    FILTERS_PER_LOG_GROUP, MOST_FILTERS, MOST_TRUST_CHARACTERS, TRUST_CHARACTERS,
};
use crate::topology::read::tags::MOST_TAGS;

const NAME: Text = Text::new("a name of lower-case letters, digits and `-`", "^[a-z][a-z0-9-]{0,31}$");
const FILE: Text = Text::new("a path or `s3://bucket/key`", "^[^/].*[^/]$|^/.*[^/]$|^[^/]$");
const BOUNDARY: Text = Text::new(
    "the name of a policy, with its path if it has one",
    "^([a-zA-Z0-9_+=,.@-]+/)*[a-zA-Z0-9_+=,.@-]{1,128}$",
);

/// The whole topology.
pub(in super::super) fn root() -> Section {
    let accounts =
        Kind::map(ACCOUNT, Kind::Either(vec![Kind::Text(ACCOUNT_ID), Kind::Section(account())]), 0);
    Section::new(
        "topology",
        "",
        "A topology is one YAML file. Unknown and duplicate keys are errors; an alias may repeat a value.",
        vec![
            Field::new("version", Kind::Numbers(&[1]), "The version of the format.").required(),
            Field::new("name", Kind::Text(NAME), "Prefix of derived names, and value of the tag `logpipe:topology` on everything that logpipe makes.")
                .required()
                .example("central-logs"),
            Field::new("region", Kind::Text(REGION), "The region of everything that names none.")
                .required()
                .rules("All regions of a topology are of one partition.")
                .example("ap-northeast-1"),
            tags(),
            Field::new("permissions_boundary", Kind::Text(BOUNDARY), "The permissions boundary of every role that logpipe makes: a policy that is there in each of the accounts, or one of AWS, by its name with its path.")
                .rules("Roles of others are left as they are. Whoever takes it away, or sets another one, has changed the role: `plan` says so, and `apply` sets it again.")
                .example("TeamBoundary"),
            Field::new("access", Kind::Section(access()), "How logpipe gets into the accounts."),
            Field::new("accounts", accounts, "The accounts that the rest names, by names of your choice.")
                .rules("A name is not `organization` and not an id. An account that is only named by its id needs no entry.")
                .example(json!({ "archive": "999999999999", "app": "111111111111" })),
            Field::new("organization", Kind::Section(organization()), "The AWS organisation that further accounts are found through, and that destinations may admit."),
            Field::new("destinations", Kind::map(KEY, Kind::Section(destination()), 1), "Where logs go, by keys of your choice.")
                .rules("Needed, except in a topology of agents and readers alone."),
            Field::new("sources", Kind::map(KEY, Kind::Section(source()), 1), "Where logs come from, by keys of your choice.")
                .rules("Needed, except in a topology of agents and readers alone."),
            Field::new("agents", Kind::map(KEY, Kind::Section(agent()), 1), "The IAM of CloudWatch agents on EC2, by keys of your choice."),
            Field::new("readers", Kind::map(KEY, Kind::Section(reader()), 1), "Who reads the logs of an account from another one, by keys of your choice."),
            Field::new("limits", Kind::Section(limits()), "Quotas of AWS that are not the same everywhere."),
            Field::new("record", Kind::Text(FILE), "Where logpipe keeps what it owns: a file, from the folder of the topology on, or an object in S3, which machines share.")
                .rules("The bucket of an object is there already, is not one that the topology makes, and is reached with the starting credentials.")
                .or_else("`.logpipe/<name>.json`")
                .example(".logpipe/central-logs.json"),
            Field::new("record_lease_seconds", Kind::Number { least: SHORTEST_LEASE, most: Some(LONGEST_LEASE) }, "How long others wait for a run that was killed, which is about as long as a run outlasts that its record cannot be reached.")
                .rules("Of a record in S3 only.")
                .or(LEASE),
        ],
    )
    .with_condition(json!({
        "anyOf": [
            { "required": ["destinations", "sources"] },
            { "required": ["agents"] },
            { "required": ["readers"] }
        ]
    }))
    .with_condition(json!({ "if": { "required": ["destinations"] }, "then": { "required": ["sources"] } }))
    .with_condition(json!({ "if": { "required": ["sources"] }, "then": { "required": ["destinations"] } }))
}

fn tags() -> Field {
    let kind =
        Kind::Map { keys: TAG_KEY, values: Box::new(Kind::Text(TAG_VALUE)), least: 0, most: Some(MOST_TAGS) };
    Field::new("tags", kind, "Tags of everything that takes tags.")
        .rules("Letters, digits, spaces and `_.:/=+-@`. Keys do not start with `aws:` or `logpipe:`, and differ in more than their case.")
        .example(json!({ "Project": "poc" }))
}

fn limits() -> Section {
    let filters = Kind::Number { least: 1, most: Some(MOST_FILTERS) };
    let trust = Kind::Number { least: TRUST_CHARACTERS, most: Some(MOST_TRUST_CHARACTERS) };
    Section::new(
        "limits",
        "limits",
        "Quotas of AWS that are not the same everywhere.",
        vec![
            Field::new(
                "filters_per_log_group",
                filters,
                "How many subscription filters a log group takes. Sources that want more are an error.",
            )
            .rules("AWS's own pages differ; set it to what the Service Quotas console shows.")
            .or(FILTERS_PER_LOG_GROUP),
            Field::new(
                "role_trust_characters",
                trust,
                "How many characters IAM takes in a role's trust policy. The role that CloudWatch Logs delivers with names every sender, so more than about 57 accounts at one destination need more.",
            )
            .rules("The quota `Role trust policy length` of the destination's account; set it to what the Service Quotas console shows once it was raised.")
            .or(TRUST_CHARACTERS),
        ],
    )
}
