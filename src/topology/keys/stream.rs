//! `stream` of a destination: the Firehose stream, its buffer and what its objects hold.

use serde_json::{Value, json};

use super::forms::names;
use super::{Choice, Flag, Key, KeyOr, List, Number, Table, Text};
use crate::topology::model::{Compression, Format, PartitionKey};

/// The smallest buffer of a stream that parts its objects, which is its default too.
pub(in crate::topology) const PARTITIONED_BUFFER_MB: u32 = 64;

/// The shortest buffer time of such a stream (AWS CDK reference, aws-kinesisfirehose `DynamicPartitioningProps`).
pub(in crate::topology) const PARTITIONED_BUFFER_SECONDS: u32 = 60;

pub(in crate::topology) static STREAM: Table = Table {
    name: "stream",
    path: "destinations.<key>.stream",
    meaning: "The Firehose stream that writes objects.",
    keys: &[
        &NAME,
        &BUFFER_MB,
        &BUFFER_SECONDS,
        &FORMAT,
        &COMPRESSION,
        &FILE_EXTENSION,
        &PARTITION_BY,
        &ERROR_LOG,
    ],
    conditions,
};

pub(in crate::topology) static NAME: Key<Text> =
    Key::new("name", Text::new(names::STREAM), "Its name.").or_else("`<name>-<destination>`");

pub(in crate::topology) static BUFFER_MB: KeyOr<Number> = Key::new(
    "buffer_mb",
    Number::new(1, 128, "Firehose buffers 1 to 128 MB"),
    "Write an object once so many MiB have come in.",
)
.rules("At least 64 with `partition_by`, which is the default then.")
.or(5);

/// The API takes 0 to 59 too, though the quotas page says 60 for S3 (Firehose API Reference, BufferingHints).
pub(in crate::topology) static BUFFER_SECONDS: KeyOr<Number> = Key::new(
    "buffer_seconds",
    Number::new(0, 900, "Firehose buffers for 0 to 900 seconds"),
    "Write an object after so many seconds at the latest.",
)
.rules("At least 60 with `partition_by`.")
.or(300);

pub(in crate::topology) static FORMAT: KeyOr<Choice<Format>> = Key::new(
    "format",
    Choice(&[
        ("envelope", Format::Envelope),
        ("decompressed", Format::Decompressed),
        ("messages", Format::Messages),
    ]),
    "What objects hold: `envelope`, gzip members as CloudWatch Logs sends them; `decompressed`, the same JSON decompressed; `messages`, the messages alone, a line each.",
)
.rules("With `messages`, account, log group and log stream of an event are lost.")
.or(Format::Envelope);

pub(in crate::topology) static COMPRESSION: KeyOr<Choice<Compression>> = Key::new(
    "compression",
    Choice(&[("none", Compression::None), ("gzip", Compression::Gzip)]),
    "How Firehose compresses objects.",
)
.rules("`gzip` only with `decompressed` or `messages`: envelopes are gzip already.")
.or(Compression::None);

pub(in crate::topology) static FILE_EXTENSION: Key<Text> = Key::new(
    "file_extension",
    Text::new(names::FILE_EXTENSION),
    "What the keys of delivered objects end in.",
)
.or_else(
    "`.json.gz` for envelopes, `.json` decompressed, `.log` for messages, and `.gz` behind when compressed",
)
.example(".json.gz");

pub(in crate::topology) static PARTITION_BY: KeyOr<List<Choice<PartitionKey>>> = Key::new(
    "partition_by",
    List::distinct(Choice(&PARTITION_KEYS)),
    "Part objects into folders by fields of the envelope, such as `owner=111111111111/`, behind the prefix.",
)
.rules("Needs `format: decompressed`. Firehose switches it on only when a stream is made: switched on or off later, a successor of the stream takes over without loss. 500 folders can be open at once.")
.or(&[])
.example_json(r#"["owner", "logGroup"]"#);

const PARTITION_KEYS: [(&str, PartitionKey); 3] = {
    let [first, second, third] = PartitionKey::ALL;
    [(first.as_str(), first), (second.as_str(), second), (third.as_str(), third)]
};

pub(in crate::topology) static ERROR_LOG: KeyOr<Flag> = Key::new(
    "error_log",
    Flag,
    "Whether Firehose logs what goes wrong, to the log group `/aws/kinesisfirehose/<stream>`. It is never subscribed.",
)
.or(true);

/// A stream that parts its objects.
pub(super) fn parted() -> Value {
    json!({ "properties": { "partition_by": { "minItems": 1 } }, "required": ["partition_by"] })
}

fn conditions() -> Vec<Value> {
    vec![
        json!({
            "if": { "properties": { "format": { "const": "envelope" } } },
            "then": { "properties": { "compression": { "const": "none" }, "partition_by": { "maxItems": 0 } } }
        }),
        json!({
            "if": { "properties": { "format": { "const": "messages" } }, "required": ["format"] },
            "then": { "properties": { "partition_by": { "maxItems": 0 } } }
        }),
        json!({
            "if": parted(),
            "then": { "properties": {
                "buffer_mb": { "minimum": PARTITIONED_BUFFER_MB },
                "buffer_seconds": { "minimum": PARTITIONED_BUFFER_SECONDS }
            } }
        }),
    ]
}
