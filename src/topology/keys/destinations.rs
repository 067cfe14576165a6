//! `destinations`: where logs go.

use serde_json::{Value, json};

use super::alarms;
use super::bucket::BUCKET;
use super::forms::{identifiers, names};
use super::stream::{self, STREAM};
use super::{Choice, Key, KeyOr, Sub, Table, Text};

pub(in crate::topology) static DESTINATION: Table = Table {
    name: "destination",
    path: "destinations.<key>",
    meaning: "A bucket, the Firehose stream that writes to it, and a CloudWatch Logs destination in every region of its sources. No two destinations share a bucket, stream, role or CloudWatch Logs destination.",
    keys: &[
        &ACCOUNT,
        &REGION,
        &OF_BUCKET,
        &OF_STREAM,
        &DESTINATION_NAME,
        &ALLOW,
        &FIREHOSE_ROLE,
        &CWL_ROLE,
        &OF_ALARMS,
    ],
    conditions,
};

/// What objects are partitioned by follows the prefix, and may be in it.
fn conditions() -> Vec<Value> {
    let prefix = |form: Value| json!({ "properties": { "bucket": { "properties": { "prefix": form } } } });
    vec![json!({
        "if": { "properties": { "stream": stream::parted() }, "required": ["stream"] },
        "then": { "allOf": [
            prefix(json!({ "pattern": "^$|/$" })),
            { "properties": { "bucket": { "properties": { "error_prefix": { "minLength": 1 } } } } }
        ] },
        "else": prefix(json!({ "not": { "pattern": r"!\{partitionKeyFromQuery" } }))
    })]
}

pub(in crate::topology) static ACCOUNT: Key<Text> =
    Key::new("account", Text::new(identifiers::ACCOUNT), "The account that holds all of it.")
        .required("the bucket and the stream are in one account", "add `account: archive`")
        .example("archive");

pub(in crate::topology) static REGION: Key<Text> =
    Key::new("region", Text::new(identifiers::REGION), "The region of the bucket and the stream.")
        .or_else("the topology's `region`");

pub(in crate::topology) static OF_BUCKET: Key<Sub> =
    Key::new("bucket", Sub(&BUCKET), "The bucket that objects are delivered to.");

pub(in crate::topology) static OF_STREAM: Key<Sub> =
    Key::new("stream", Sub(&STREAM), "The Firehose stream that writes the objects.");

pub(in crate::topology) static DESTINATION_NAME: Key<Text> =
    Key::new("destination_name", Text::new(names::DESTINATION), "Name of the CloudWatch Logs destinations.")
        .or_else("`<name>-<destination>`");

/// Whether it is the whole organisation.
pub(in crate::topology) static ALLOW: KeyOr<Choice<bool>> = Key::new(
    "allow",
    Choice(&[("accounts", false), ("organization", true)]),
    "Who may send logs to it: `accounts`, the accounts of its sources, each named in the policy; `organization`, the whole organisation.",
)
.rules("`organization` needs `organization.id`. AWS then requires a role in every sending account, and logpipe makes it: `<name>-<destination>-sender`.")
.or(false);

pub(in crate::topology) static FIREHOSE_ROLE: Key<Text> =
    Key::new("firehose_role", Text::new(names::ROLE), "Name of the role that Firehose writes with.")
        .or_else("`<name>-<destination>-firehose`");

pub(in crate::topology) static CWL_ROLE: Key<Text> =
    Key::new("cwl_role", Text::new(names::ROLE), "Name of the role that CloudWatch Logs puts records with.")
        .or_else("`<name>-<destination>-cwl`");

pub(in crate::topology) static OF_ALARMS: Key<Sub> = Key::new(
    "alarms",
    Sub(&alarms::OF_DESTINATION),
    "CloudWatch alarms on its streams. Without the key there are none.",
);
