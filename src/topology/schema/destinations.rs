//! `destinations`.

use serde_json::json;

use super::section::{ACCOUNT, Field, Kind, REGION, ROLE, Section, Text};
use crate::topology::model::PartitionKey;
use crate::topology::read::destinations::bucket::{DEFAULT_ERROR_PREFIX, DEFAULT_PREFIX, NAMESPACES};
use crate::topology::read::destinations::destination::ALLOWED;
use crate::topology::read::destinations::lifecycle::STORAGE_CLASSES;
use crate::topology::read::destinations::stream::{COMPRESSIONS, FORMATS};

const BUCKET: Text = Text::new("a bucket name", "^[a-z0-9][a-z0-9.-]*[a-z0-9]$").sized(3, 63);
const PREFIX: Text = Text::plain("a Firehose prefix", 0, Some(1024));
const KMS_KEY: Text = Text::new(
    "the ARN of a KMS key",
    "^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$",
);
const STREAM: Text = Text::new("a stream name", "^[A-Za-z0-9_.-]+$").sized(1, 64);
const DESTINATION: Text = Text::new("a destination name", "^[^:*]+$").sized(1, 512);
const EXTENSION: Text = Text::new("a file extension", "^\\.[0-9a-z!_.*'()-]+$").sized(2, 128);

pub(super) fn destination() -> Section {
    let role = |name, meaning| Field::new(name, Kind::Text(ROLE), meaning);
    Section::new(
        "destination",
        "destinations.<key>",
        "A bucket behind a Firehose stream behind CloudWatch Logs destinations, one in every region of its sources. No two destinations share a bucket, stream, role or CloudWatch Logs destination.",
        vec![
            Field::new("account", Kind::Text(ACCOUNT), "The account that holds all of it.")
                .required()
                .example("archive"),
            Field::new("region", Kind::Text(REGION), "The region of bucket and stream.")
                .or_else("the topology's `region`"),
            Field::new("bucket", Kind::Section(bucket()), "The bucket that objects are delivered to."),
            Field::new("stream", Kind::Section(stream()), "The Firehose stream that writes them."),
            Field::new(
                "destination_name",
                Kind::Text(DESTINATION),
                "Name of the CloudWatch Logs destinations.",
            )
            .or_else("`<name>-<destination>`"),
            Field::new(
                "allow",
                Kind::Words(ALLOWED.to_vec()),
                "Who may put subscriptions on it: `accounts`, those of its sources, one by one; `organization`, all of the organisation.",
            )
            .rules("`organization` needs `organization.id`, and gives every sender a role in its own account, `<name>-<destination>-sender`, which AWS wants shown.")
            .or("accounts"),
            role("firehose_role", "Name of the role that Firehose writes with.")
                .or_else("`<name>-<destination>-firehose`"),
            role("cwl_role", "Name of the role that CloudWatch Logs puts records with.")
                .or_else("`<name>-<destination>-cwl`"),
        ],
    )
}

fn bucket() -> Section {
    let days = Kind::Number { least: 1, most: None };
    let only_used = json!({
        "if": { "properties": { "create": { "const": false } }, "required": ["create"] },
        "then": {
            "required": ["name"],
            "properties": { "namespace": false, "versioning": false, "expire_days": false, "transitions": false }
        }
    });
    Section::new(
        "bucket",
        "destinations.<key>.bucket",
        "The bucket that objects are delivered to.",
        vec![
            Field::new("name", Kind::Text(BUCKET), "Its name, taken in the whole partition.")
                .or_else("`<name>-<destination>-<account id>-<region>`, with `-an` behind it in the namespace `account_regional`")
                .rules("The naming rules of general purpose buckets. A derived name that is too long is an error, never cut."),
            Field::new("create", Kind::Flag, "Whether logpipe makes it. `false`: it exists, and is used and checked, not configured.")
                .rules("`false` needs `name`, and goes without `namespace`, `versioning`, `expire_days` and `transitions`.")
                .or(true),
            Field::new(
                "namespace",
                Kind::Words(NAMESPACES.map(|(word, _)| word).to_vec()),
                "Where its name is taken: `global`, in the whole partition; `account_regional`, in its account and region, where nobody else can take it.",
            )
            .rules("Names of `account_regional` end in `-<account id>-<region>-an`, and no others end in `-an`. Not with `create: false`.")
            .or("global"),
            Field::new("prefix", Kind::Text(PREFIX), "What the keys of delivered objects start with. May hold `!{timestamp:…}` and `!{firehose:random-string}`.")
                .rules("At most 512 characters once evaluated. Without a timestamp, `YYYY/MM/dd/HH/` follows: Firehose adds it to a prefix without expressions, and logpipe writes it behind one with any, and behind the folders of `partition_by`. With `partition_by` it is empty or ends in `/`.")
                .or(DEFAULT_PREFIX)
                .example("logs/!{timestamp:yyyy/MM/dd}/"),
            Field::new("error_prefix", Kind::Text(PREFIX), "What the keys of records start with that could not be delivered.")
                .rules("Not empty when `prefix` holds expressions or objects are parted. With expressions, `!{firehose:error-output-type}` is one of them; partition keys are not.")
                .or(DEFAULT_ERROR_PREFIX),
            Field::new("kms_key_arn", Kind::Text(KMS_KEY), "The KMS key that objects are encrypted with.")
                .or_else("encryption with keys of S3")
                .rules("The ARN of a key in the bucket's region, not of an alias. A key of another account must allow its use in its own policy.")
                .example("arn:aws:kms:ap-northeast-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
            Field::new("versioning", Kind::Flag, "Whether the bucket keeps versions of objects.").or_else("left as it is"),
            Field::new("expire_days", days, "Delete objects after so many days.").rules("Later than every transition."),
            Field::new("transitions", Kind::any(Kind::Section(transition())), "Move objects to colder storage as they age.")
                .or(json!([]))
                .rules("Each later than the one before, and to a colder class.")
                .example(json!([{ "days": 90, "storage_class": "GLACIER" }])),
        ],
    )
    .with_condition(only_used)
}

fn transition() -> Section {
    let classes = Kind::Words(STORAGE_CLASSES.to_vec());
    Section::new(
        "transition",
        "destinations.<key>.bucket.transitions[]",
        "One move of objects.",
        vec![
            Field::new("days", Kind::Number { least: 0, most: None }, "Days after the object was written.")
                .required()
                .rules("At least 30 for STANDARD_IA and ONEZONE_IA."),
            Field::new("storage_class", classes, "The storage class, from warm to cold.").required(),
            Field::new(
                "min_object_size",
                Kind::Number { least: 1, most: None },
                "Move only objects of at least so many bytes.",
            )
            .or_else("what the bucket says: by S3's default, objects under 128 KB stay where they are")
            .rules("The transitions of a bucket that have one have the same. Each small object that is moved is billed for the move, and in the archive classes for 40 KB more than it has.")
            .example(1),
        ],
    )
}

fn stream() -> Section {
    let formats = FORMATS.iter().map(|(word, _)| *word).collect();
    let compressions = COMPRESSIONS.iter().map(|(word, _)| *word).collect();
    let keys = Kind::Words(PartitionKey::ALL.map(PartitionKey::as_str).to_vec());
    let in_envelopes = json!({
        "if": { "properties": { "format": { "const": "envelope" } } },
        "then": { "properties": { "compression": { "const": "none" }, "partition_by": { "maxItems": 0 } } }
    });
    let in_messages = json!({
        "if": { "properties": { "format": { "const": "messages" } }, "required": ["format"] },
        "then": { "properties": { "partition_by": { "maxItems": 0 } } }
    });
    Section::new(
        "stream",
        "destinations.<key>.stream",
        "The Firehose stream that writes objects.",
        vec![
            Field::new("name", Kind::Text(STREAM), "Its name.").or_else("`<name>-<destination>`"),
            Field::new("buffer_mb", Kind::Number { least: 1, most: Some(128) }, "Write an object once so many MiB have come in.")
                .rules("At least 64 with `partition_by`, which is the default then.")
                .or(5),
            Field::new("buffer_seconds", Kind::Number { least: 0, most: Some(900) }, "Write an object after so many seconds at the latest.")
                .rules("At least 60 with `partition_by`.")
                .or(300),
            Field::new("format", Kind::Words(formats), "What objects hold: `envelope`, gzip members as CloudWatch Logs sends them; `decompressed`, the same JSON decompressed; `messages`, the messages alone, a line each.")
                .rules("With `messages`, account, log group and log stream of an event are lost.")
                .or("envelope"),
            Field::new("compression", Kind::Words(compressions), "How Firehose compresses objects.")
                .rules("`gzip` only with `decompressed` or `messages`: envelopes are gzip already.")
                .or("none"),
            Field::new("file_extension", Kind::Text(EXTENSION), "What the keys of delivered objects end in.")
                .or_else("`.json.gz` for envelopes, `.json` decompressed, `.log` for messages, and `.gz` behind when compressed")
                .example(".json.gz"),
            Field::new("partition_by", Kind::List { items: Box::new(keys), least: 0, distinct: true }, "Part objects into folders by fields of the envelope, such as `owner=111111111111/`, behind the prefix.")
                .rules("Needs `format: decompressed`. Firehose switches it on only when a stream is made: switched on or off later, a successor of the stream takes over without loss. 500 folders can be open at once.")
                .or(json!([]))
                .example(json!(["owner", "logGroup"])),
            Field::new("error_log", Kind::Flag, "Whether Firehose logs what goes wrong, to the log group `/aws/kinesisfirehose/<stream>`. It is never subscribed.").or(true),
        ],
    )
    .with_condition(in_envelopes)
    .with_condition(in_messages)
}
