//! `stream` of a destination: the Firehose stream, its buffer and what its objects hold.

use serde_json::{Value, json};

use super::forms::names;
use super::{Choice, Flag, Key, KeyOr, List, Number, Table, Text};
use crate::topology::model::{Compression, Format, MOST_STREAMS, PartitionKey};

/// The smallest buffer of a stream that partitions its objects, which is also its default.
pub(in crate::topology) const PARTITIONED_BUFFER_MB: u32 = 64;

/// The shortest buffer time of such a stream (AWS CDK reference, aws-kinesisfirehose `DynamicPartitioningProps`).
pub(in crate::topology) const PARTITIONED_BUFFER_SECONDS: u32 = 60;

pub(in crate::topology) static STREAM: Table = Table {
    name: "stream",
    path: "destinations.<key>.stream",
    meaning: "The Firehose stream that writes objects.",
    keys: &[
        &NAME,
        &COUNT,
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

pub(in crate::topology) static COUNT: KeyOr<Number> = Key::new(
    "count",
    Number::new(1, MOST_STREAMS, "some regions allow 100 streams, and while streams are replaced there are twice as many"),
    "How many streams write to the bucket side by side, each with the throughput that Firehose gives a stream: 5 MiB/s in us-east-1, us-west-2 and eu-west-1, 1 MiB/s elsewhere, unless the quota was raised.",
)
.rules("The first has the `name`, the others end in `-2`, `-3` and so on. Senders are spread over them evenly by account, so there are at least as many roles and CloudWatch Logs destinations. You can change it at any time without loss.")
.or(1);

pub(in crate::topology) static BUFFER_MB: KeyOr<Number> = Key::new(
    "buffer_mb",
    Number::new(1, 128, "Firehose buffers 1 to 128 MB"),
    "Write an object once this many MiB have arrived.",
)
.rules("At least 64 with `partition_by`, where 64 is also the default.")
.or(5);

/// The API takes 0 to 59 too, though the quotas page says 60 for S3 (Firehose API Reference, BufferingHints).
pub(in crate::topology) static BUFFER_SECONDS: KeyOr<Number> = Key::new(
    "buffer_seconds",
    Number::new(0, 900, "Firehose buffers for 0 to 900 seconds"),
    "Write an object after this many seconds at the latest.",
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
    "What objects contain: `envelope`, gzip members as CloudWatch Logs sends them; `decompressed`, the same JSON, decompressed; `messages`, only the messages, one per line.",
)
.rules("With `messages`, the account, log group and log stream of an event are lost.")
.or(Format::Envelope);

pub(in crate::topology) static COMPRESSION: KeyOr<Choice<Compression>> = Key::new(
    "compression",
    Choice(&[("none", Compression::None), ("gzip", Compression::Gzip)]),
    "How Firehose compresses objects.",
)
.rules("`gzip` only with `decompressed` or `messages`: envelopes are already gzipped.")
.or(Compression::None);

pub(in crate::topology) static FILE_EXTENSION: Key<Text> = Key::new(
    "file_extension",
    Text::new(names::FILE_EXTENSION),
    "What the keys of delivered objects end in.",
)
.or_else(
    "`.json.gz` for `envelope`, `.json` for `decompressed`, `.log` for `messages`, plus `.gz` if compressed",
)
.example(".json.gz");

pub(in crate::topology) static PARTITION_BY: KeyOr<List<Choice<PartitionKey>>> = Key::new(
    "partition_by",
    List::distinct(Choice(&PARTITION_KEYS)),
    "Sort objects by fields of the envelope into folders such as `owner=111111111111/`, which follow the prefix.",
)
.rules("Needs `format: decompressed`. Firehose can switch it on only when a stream is made. If you switch it on or off later, a successor of the stream takes over without loss. At most 500 folders can be open at once.")
.or(&[])
.example_json(r#"["owner", "logGroup"]"#);

const PARTITION_KEYS: [(&str, PartitionKey); 3] = {
    let [first, second, third] = PartitionKey::ALL;
    [(first.as_str(), first), (second.as_str(), second), (third.as_str(), third)]
};

pub(in crate::topology) static ERROR_LOG: KeyOr<Flag> = Key::new(
    "error_log",
    Flag,
    "Whether Firehose logs delivery errors, to the log group `/aws/kinesisfirehose/<stream>`. That log group is never subscribed.",
)
.or(true);

/// A stream that partitions its objects.
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
