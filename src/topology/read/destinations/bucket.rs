//! `bucket` of a destination: its name, the prefixes Firehose writes under, and its lifecycle.

use super::destination::{Naming, written_name};
use super::kms::{self, Home};
use super::lifecycle::{Lifecycle, lifecycle};
use super::prefix::{self, Role};
use crate::topology::finding::Findings;
use crate::topology::keys::names;
use crate::topology::model::{Bucket, PartitionKey};
use crate::topology::read::field::{Field, Keys, Section};

pub(in crate::topology) const KEYS: Keys = Keys {
    known: &[
        "name",
        "create",
        "namespace",
        "prefix",
        "error_prefix",
        "kms_key_arn",
        "versioning",
        "expire_days",
        "transitions",
    ],
    later: &[],
};

/// The words of `namespace`, and whether it is that of account and region.
pub(in crate::topology) const NAMESPACES: [(&str, bool); 2] = [("global", false), ("account_regional", true)];

pub(in crate::topology) const DEFAULT_PREFIX: &str = "logs/";
pub(in crate::topology) const DEFAULT_ERROR_PREFIX: &str = "errors/!{firehose:error-output-type}/";

/// What the rest of the destination means for its bucket.
pub(in crate::topology) struct Beside<'b> {
    /// What the default name ends in, if it is known.
    pub(in crate::topology) suffix: Option<&'b str>,
    /// Where a key must be.
    pub(in crate::topology) home: Home<'b>,
    /// What objects are parted by.
    pub(in crate::topology) partition_by: &'b [PartitionKey],
}

/// Reads the section, which may be left out.
pub(in crate::topology) fn bucket(
    field: Option<Field<'_>>,
    naming: &Naming<'_>,
    beside: &Beside<'_>,
    findings: &mut Findings,
) -> Bucket {
    let section = field.and_then(|field| field.section(KEYS, findings));
    let get = |key: &str| section.as_ref().and_then(|section| section.get(key));
    let create = get("create").and_then(|field| field.flag(findings)).unwrap_or(true);
    if let Some(section) = section.as_ref().filter(|_| !create) {
        only_used(section, findings);
    }
    let account_regional =
        get("namespace").and_then(|field| field.word(&NAMESPACES, findings)).unwrap_or(false);
    let suffix =
        beside.suffix.map(|suffix| if account_regional { format!("{suffix}-an") } else { suffix.to_owned() });
    let name = match get("name") {
        Some(field) => {
            let name = written_name(field, names::BUCKET, findings);
            namespace_of(&name, field, (account_regional, create), suffix.as_deref(), findings);
            name
        }
        None if create => derived_name(naming, suffix.as_deref(), findings),
        None => String::new(),
    };
    let (prefix, error_prefix) = prefixes(get("prefix"), get("error_prefix"), beside.partition_by, findings);
    let Lifecycle { expire_days, transitions } =
        section.as_ref().map(|section| lifecycle(section, findings)).unwrap_or_default();
    Bucket {
        name,
        create,
        account_regional,
        kms_key_arn: get("kms_key_arn").and_then(|field| kms::key_arn(field, beside.home, findings)),
        prefix,
        error_prefix,
        versioning: get("versioning").and_then(|field| field.flag(findings)),
        expire_days,
        transitions,
    }
}

/// The rules of `create: false`: the bucket is named, and not configured.
fn only_used(section: &Section<'_>, findings: &mut Findings) {
    let Some(create) = section.get("create") else { return };
    if section.get("name").is_none() {
        let why = "which bucket is meant? Only buckets that logpipe makes have a derived name";
        findings.add(create.span(), "`create: false` without `name`", why, "add the `name` of the bucket");
    }
    for field in ["namespace", "versioning", "expire_days", "transitions"]
        .into_iter()
        .filter_map(|key| section.get(key))
    {
        let message = format!("`{}` beside `create: false`", field.name);
        let why = "logpipe does not configure a bucket that it does not make";
        let help = "remove it, and set it where the bucket is made";
        findings.add_conflict((field.key_span, create.span()), message, why, help);
    }
}

/// The rules of the suffix `-an` (S3 User Guide, "General purpose bucket naming rules", account regional namespace):
/// buckets of an account-regional namespace end in account, region and `-an`, and no others end in `-an`.
fn namespace_of(
    name: &str,
    field: Field<'_>,
    (account_regional, create): (bool, bool),
    suffix: Option<&str>,
    findings: &mut Findings,
) {
    let Some(suffix) = suffix else { return };
    if account_regional && !name.is_empty() && name.strip_suffix(suffix).is_none_or(str::is_empty) {
        let stem = name.strip_suffix("-an").unwrap_or(name);
        let message = format!("`{name}` cannot be a bucket of the account-regional namespace");
        let why = format!("names there end in account, region and `-an`: in `{suffix}` for this destination");
        let help = format!("write `{stem}{suffix}`, or leave `name` out");
        findings.add(field.span(), message, why, help);
    }
    if !account_regional && create && name.ends_with("-an") {
        let message = format!("`{name}` ends in `-an`");
        let why = "S3 keeps the suffix `-an` for buckets of account-regional namespaces";
        let help = format!(
            "write `namespace: account_regional` for such a bucket, whose name ends in `{suffix}-an`, or choose another name"
        );
        findings.add(field.span(), message, why, help);
    }
}

fn derived_name(naming: &Naming<'_>, suffix: Option<&str>, findings: &mut Findings) -> String {
    let (Some(stem), Some(suffix)) = (&naming.stem, suffix) else { return String::new() };
    let name = format!("{stem}{suffix}");
    if let Err(why) = names::BUCKET.check(&name) {
        let shorter = [format!("{}{suffix}", naming.key), format!("logs{suffix}")];
        let suggestion =
            shorter.into_iter().find(|name| names::BUCKET.check(name).is_ok()).unwrap_or_default();
        let help = format!("give a name, for instance `bucket: {{ name: {suggestion} }}`");
        findings.add(naming.key_span, format!("the derived bucket name `{name}` does not fit"), why, help);
    }
    name
}

fn prefixes(
    objects: Option<Field<'_>>,
    errors: Option<Field<'_>>,
    partition_by: &[PartitionKey],
    findings: &mut Findings,
) -> (String, String) {
    let mut read = |field: Option<Field<'_>>, role: Role, default: &str| {
        let Some(field) = field else { return default.to_owned() };
        let Some(text) = field.text(findings) else { return default.to_owned() };
        if let Err(refusal) = prefix::check(text, role, partition_by) {
            let message = format!("`{}` cannot be `{text}`", field.name);
            findings.add(field.span(), message, refusal.why, refusal.help);
        }
        text.to_owned()
    };
    let prefix = read(objects, Role::Objects, DEFAULT_PREFIX);
    let error_prefix = read(errors, Role::Errors, DEFAULT_ERROR_PREFIX);
    let why = if !partition_by.is_empty() {
        "`partition_by` puts expressions into the prefix, and then Firehose needs an error prefix"
    } else if prefix::has_expressions(&prefix) {
        "Firehose needs an error prefix when `prefix` holds expressions"
    } else {
        return (prefix, error_prefix);
    };
    if let Some(errors) = errors.filter(|_| error_prefix.is_empty()) {
        let help = format!("write `{DEFAULT_ERROR_PREFIX}`, or leave it out");
        findings.add(errors.span(), "an empty `error_prefix`", why, help);
    }
    (prefix, error_prefix)
}
