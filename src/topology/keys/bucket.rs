//! `bucket` of a destination: its name, what Firehose writes under, and what becomes of objects as they age.

use serde_json::{Value, json};

use super::forms::{Condition, Form, identifiers, lacks, matches, names};
use super::{Choice, Flag, Key, KeyOr, List, Number, Sub, Table, Text};

/// A prefix with timestamps and certain other expressions in it. A timestamp is what `read/destinations/timestamp.rs` reads letter by letter.
macro_rules! prefix_of {
    ($expressions:literal) => {
        concat!(
            r"^([^!]|!+[^!{]|!+\{(timestamp: *(",
            r"'[^'}]*'|[aFWdwhHkKmsDzOGMLQqEecXxZBSuyYgAnN]|[^A-Za-z'{}#\[\] ])(",
            r"'[^'}]*'|[aFWdwhHkKmsDzOGMLQqEecXxZBSuyYgAnN]|[^A-Za-z'{}#\[\]])*|",
            $expressions,
            r")\})*!*$"
        )
    };
}

pub(in crate::topology) static BUCKET: Table = Table {
    name: "bucket",
    path: "destinations.<key>.bucket",
    meaning: "The bucket that objects are delivered to.",
    keys: &[
        &NAME,
        &CREATE,
        &NAMESPACE,
        &PREFIX,
        &ERROR_PREFIX,
        &KMS_KEY_ARN,
        &VERSIONING,
        &EXPIRE_DAYS,
        &TRANSITIONS,
    ],
    conditions,
};

pub(in crate::topology) static NAME: Key<Text> = Key::new(
    "name",
    Text::new(names::BUCKET),
    "Its name, taken in the whole partition.",
)
.or_else(
    "`<name>-<destination>-<account id>-<region>`, with `-an` behind it in the namespace `account_regional`",
)
.rules(
    "The naming rules of general purpose buckets. A derived name that is too long is an error, never cut.",
);

pub(in crate::topology) static CREATE: KeyOr<Flag> = Key::new(
    "create",
    Flag,
    "Whether logpipe makes it. `false`: it exists, and is used and checked, not configured.",
)
.rules("`false` needs `name`, and goes without `namespace`, `versioning`, `expire_days` and `transitions`.")
.or(true);

/// Whether it is that of account and region.
pub(in crate::topology) static NAMESPACE: KeyOr<Choice<bool>> = Key::new(
    "namespace",
    Choice(&[("global", false), ("account_regional", true)]),
    "Where its name is taken: `global`, in the whole partition; `account_regional`, in its account and region, where nobody else can take it.",
)
.rules("Names of `account_regional` end in `-<account id>-<region>-an`, and no others end in `-an`. Not with `create: false`.")
.or(false);

const FIREHOSE_PREFIX: Form = Form::new("a Firehose prefix").sized(0, 1024);

const NOT_TOO_LONG: Condition =
    lacks("^[^!]{513,}$", "Firehose takes at most 512 characters once it is evaluated");

pub(in crate::topology) static PREFIX: KeyOr<Text> = Key::new(
    "prefix",
    Text::new(FIREHOSE_PREFIX).told(&[
        matches(
            prefix_of!("firehose:random-string|partitionKeyFromQuery:(owner|logGroup|logStream)"),
            "Firehose knows no other expressions",
        ),
        NOT_TOO_LONG,
    ]),
    "What the keys of delivered objects start with. May hold `!{timestamp:…}` and `!{firehose:random-string}`.",
)
.rules("At most 512 characters once evaluated. Without a timestamp, `YYYY/MM/dd/HH/` follows: Firehose adds it to a prefix without expressions, and logpipe writes it behind one with any, and behind the folders of `partition_by`. With `partition_by` it is empty or ends in `/`.")
.or("logs/")
.example("logs/!{timestamp:yyyy/MM/dd}/");

pub(in crate::topology) static ERROR_PREFIX: KeyOr<Text> = Key::new(
    "error_prefix",
    Text::new(FIREHOSE_PREFIX).told(&[
        matches(
            prefix_of!("firehose:(random-string|error-output-type)"),
            "Firehose knows no other expressions",
        ),
        NOT_TOO_LONG,
    ]),
    "What the keys of records start with that could not be delivered.",
)
.rules("Not empty when `prefix` holds expressions or objects are parted. With expressions, `!{firehose:error-output-type}` is one of them; partition keys are not.")
.or("errors/!{firehose:error-output-type}/");

pub(in crate::topology) static KMS_KEY_ARN: Key<Text> = Key::new(
    "kms_key_arn",
    Text::new(identifiers::KMS_KEY),
    "The KMS key that objects are encrypted with.",
)
.or_else("encryption with keys of S3")
.rules("The ARN of a key in the bucket's region, not of an alias. A key of another account must allow its use in its own policy.")
.example("arn:aws:kms:ap-northeast-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab");

pub(in crate::topology) static VERSIONING: Key<Flag> =
    Key::new("versioning", Flag, "Whether the bucket keeps versions of objects.").or_else("left as it is");

pub(in crate::topology) static EXPIRE_DAYS: Key<Number> = Key::new(
    "expire_days",
    Number::new(1, u32::MAX, "S3 deletes objects after one day at the earliest"),
    "Delete objects after so many days.",
)
.rules("Later than every transition.");

pub(in crate::topology) static TRANSITIONS: KeyOr<List<Sub>> =
    Key::new("transitions", List::any(Sub(&TRANSITION)), "Move objects to colder storage as they age.")
        .or(&[])
        .rules("Each later than the one before, and to a colder class.")
        .example_json(r#"[{ "days": 90, "storage_class": "GLACIER" }]"#);

fn conditions() -> Vec<Value> {
    vec![
        json!({
            "if": { "properties": { "create": { "const": false } }, "required": ["create"] },
            "then": {
                "required": ["name"],
                "properties": { "namespace": false, "versioning": false, "expire_days": false, "transitions": false }
            },
            "else": {
                "if": { "properties": { "namespace": { "const": "account_regional" } }, "required": ["namespace"] },
                "then": { "properties": { "name": { "pattern": ".-[0-9]{12}-[a-z0-9-]+-[0-9]-an$" } } },
                "else": { "properties": { "name": { "not": { "pattern": "-an$" } } } }
            }
        }),
        json!({
            "if": { "properties": { "prefix": { "pattern": r"!\{" } }, "required": ["prefix"] },
            "then": { "properties": { "error_prefix": { "minLength": 1 } } }
        }),
        json!({
            "if": { "properties": { "error_prefix": { "pattern": r"!\{" } }, "required": ["error_prefix"] },
            "then": { "properties": { "error_prefix": { "pattern": r"!\{firehose:error-output-type\}" } } }
        }),
    ]
}

pub(in crate::topology) static TRANSITION: Table = Table {
    name: "transition",
    path: "destinations.<key>.bucket.transitions[]",
    meaning: "One move of objects.",
    keys: &[&DAYS, &STORAGE_CLASS, &MIN_OBJECT_SIZE],
    conditions: not_at_once,
};

/// The classes S3 only moves objects to after some days, and after how many.
pub(in crate::topology) const LATER: ([&str; 2], u32) = (["STANDARD_IA", "ONEZONE_IA"], 30);

fn not_at_once() -> Vec<Value> {
    let (classes, days) = LATER;
    vec![json!({
        "if": { "properties": { "storage_class": { "enum": classes } }, "required": ["storage_class"] },
        "then": { "properties": { "days": { "minimum": days } } }
    })]
}

const WHEN_AND_WHERE: &str = "a transition says when objects move, and to which class";

pub(in crate::topology) static DAYS: Key<Number> = Key::new(
    "days",
    Number::new(
        0,
        u32::MAX,
        "S3 moves objects to STANDARD_IA and ONEZONE_IA after thirty days, to others at once",
    ),
    "Days after the object was written.",
)
.required(WHEN_AND_WHERE, "add `days: 90`")
.rules("At least 30 for STANDARD_IA and ONEZONE_IA.");

/// From warm to cold, each with its rank: an object only ever moves down (S3 User Guide, "Transitioning objects using
/// Amazon S3 Lifecycle").
pub(in crate::topology) static STORAGE_CLASS: Key<Choice<u8>> = Key::new(
    "storage_class",
    Choice(&[
        ("STANDARD_IA", 0),
        ("INTELLIGENT_TIERING", 1),
        ("ONEZONE_IA", 2),
        ("GLACIER_IR", 3),
        ("GLACIER", 4),
        ("DEEP_ARCHIVE", 5),
    ]),
    "The storage class, from warm to cold.",
)
.required(WHEN_AND_WHERE, "add `storage_class: GLACIER`");

pub(in crate::topology) static MIN_OBJECT_SIZE: Key<Number> = Key::new(
    "min_object_size",
    Number::new(1, u32::MAX, "a rule of S3 moves objects from a size on, in bytes"),
    "Move only objects of at least so many bytes.",
)
.or_else("what the bucket says: by S3's default, objects under 128 KB stay where they are")
.rules("The transitions of a bucket that have one have the same. Each small object that is moved is billed for the move, and in the archive classes for 40 KB more than it has.")
.example_json("1");
