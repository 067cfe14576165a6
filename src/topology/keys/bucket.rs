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
    "Its name, unique in the whole partition.",
)
.or_else(
    "`<name>-<destination>-<account id>-<region>`, plus `-an` with `namespace: account_regional`",
)
.rules(
    "The naming rules of general purpose buckets apply. A derived name that is too long is an error; it is never shortened.",
);

pub(in crate::topology) static CREATE: KeyOr<Flag> = Key::new(
    "create",
    Flag,
    "Whether logpipe makes the bucket. `false`: the bucket exists, and logpipe uses and checks it but does not configure it.",
)
.rules("`false` needs `name`, and does not allow `namespace`, `versioning`, `expire_days` or `transitions`.")
.or(true);

/// Whether it is the namespace of its account and region.
pub(in crate::topology) static NAMESPACE: KeyOr<Choice<bool>> = Key::new(
    "namespace",
    Choice(&[("global", false), ("account_regional", true)]),
    "Where its name is unique: `global`, in the whole partition; `account_regional`, in its account and region, where nobody else can take it.",
)
.rules("Names with `account_regional` end in `-<account id>-<region>-an`; no other names may end in `-an`. Not with `create: false`.")
.or(false);

const FIREHOSE_PREFIX: Form = Form::new("a Firehose prefix").sized(0, 1024);

const NOT_TOO_LONG: Condition =
    lacks("^[^!]{513,}$", "Firehose allows at most 512 characters once the prefix is evaluated");

pub(in crate::topology) static PREFIX: KeyOr<Text> = Key::new(
    "prefix",
    Text::new(FIREHOSE_PREFIX).told(&[
        matches(
            prefix_of!("firehose:random-string|partitionKeyFromQuery:(owner|logGroup|logStream)"),
            "Firehose supports no other expressions",
        ),
        NOT_TOO_LONG,
    ]),
    "What the keys of delivered objects start with. It may contain `!{timestamp:…}` and `!{firehose:random-string}`.",
)
.rules("At most 512 characters once evaluated. Without a timestamp, `YYYY/MM/dd/HH/` follows: Firehose appends it to a prefix without expressions, and logpipe appends it to a prefix with expressions and after the folders of `partition_by`. With `partition_by`, the prefix must be empty or end in `/`.")
.or("logs/")
.example("logs/!{timestamp:yyyy/MM/dd}/");

pub(in crate::topology) static ERROR_PREFIX: KeyOr<Text> = Key::new(
    "error_prefix",
    Text::new(FIREHOSE_PREFIX).told(&[
        matches(
            prefix_of!("firehose:(random-string|error-output-type)"),
            "Firehose supports no other expressions",
        ),
        NOT_TOO_LONG,
    ]),
    "What the keys of records that could not be delivered start with.",
)
.rules("It must not be empty if `prefix` contains expressions or `partition_by` is set. If it contains expressions, `!{firehose:error-output-type}` must be one of them; partition keys are not allowed.")
.or("errors/!{firehose:error-output-type}/");

pub(in crate::topology) static KMS_KEY_ARN: Key<Text> = Key::new(
    "kms_key_arn",
    Text::new(identifiers::KMS_KEY),
    "The KMS key that objects are encrypted with.",
)
.or_else("encryption with S3 managed keys")
.rules("The ARN of a key in the bucket's region, not of an alias. A key in another account must allow its use in its own policy.")
.example("arn:aws:kms:ap-northeast-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab");

pub(in crate::topology) static VERSIONING: Key<Flag> =
    Key::new("versioning", Flag, "Whether the bucket keeps versions of objects.").or_else("left as it is");

pub(in crate::topology) static EXPIRE_DAYS: Key<Number> = Key::new(
    "expire_days",
    Number::new(1, u32::MAX, "S3 deletes objects after one day at the earliest"),
    "Delete objects after this many days.",
)
.rules("It must be later than every transition.");

pub(in crate::topology) static TRANSITIONS: KeyOr<List<Sub>> =
    Key::new("transitions", List::any(Sub(&TRANSITION)), "Move objects to colder storage as they age.")
        .or(&[])
        .rules("Each transition must be later than the one before it and move to a colder class.")
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
    meaning: "A move of objects to another storage class.",
    keys: &[&DAYS, &STORAGE_CLASS, &MIN_OBJECT_SIZE],
    conditions: not_at_once,
};

/// The classes that S3 moves objects to only after some days, and after how many.
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
        "S3 moves objects to STANDARD_IA and ONEZONE_IA after 30 days at the earliest, to other classes at any time",
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
    Number::new(1, u32::MAX, "it is the smallest size of an object that is moved, in bytes"),
    "Move only objects of at least this many bytes.",
)
.or_else("the bucket's setting: by default, S3 does not move objects under 128 KB")
.rules("All transitions of a bucket that set it must set the same value. S3 charges for moving each small object and, in the archive classes, for 40 KB on top of its size.")
.example_json("1");
