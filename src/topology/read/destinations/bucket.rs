//! `bucket` of a destination: its name, the prefixes Firehose writes under, and its lifecycle.

use super::destination::{Naming, written_name};
use super::kms::{self, Home};
use super::lifecycle::{Lifecycle, lifecycle};
use super::prefix::{self, Role};
use crate::topology::finding::Findings;
use crate::topology::keys::bucket as keys;
use crate::topology::keys::{KeyOr, Text};
use crate::topology::model::{Bucket, PartitionKey};
use crate::topology::read::field::Field;
use crate::topology::read::section::Section;

/// What the rest of the destination means for its bucket.
pub(in crate::topology) struct Beside<'b> {
    /// What the default name ends in, if it is known.
    pub(in crate::topology) suffix: Option<&'b str>,
    /// Where a key must be.
    pub(in crate::topology) home: Home<'b>,
    /// What objects are partitioned by.
    pub(in crate::topology) partition_by: &'b [PartitionKey],
}

/// Reads the section, which may be left out.
pub(in crate::topology) fn bucket(
    section: &Section<'_>,
    naming: &Naming<'_>,
    beside: &Beside<'_>,
    findings: &mut Findings,
) -> Bucket {
    let create = section.value(&keys::CREATE, findings);
    if !create {
        only_used(section, findings);
    }
    let account_regional = section.value(&keys::NAMESPACE, findings);
    let suffix =
        beside.suffix.map(|suffix| if account_regional { format!("{suffix}-an") } else { suffix.to_owned() });
    let name = match section.get(&keys::NAME) {
        Some(field) => {
            let name = written_name(field, &keys::NAME, findings);
            namespace_of(&name, field, (account_regional, create), suffix.as_deref(), findings);
            name
        }
        None if create => derived_name(naming, suffix.as_deref(), findings),
        None => String::new(),
    };
    let (prefix, error_prefix) = prefixes(section, beside.partition_by, findings);
    let Lifecycle { expire_days, transitions } = lifecycle(section, findings);
    Bucket {
        name,
        create,
        account_regional,
        kms_key_arn: section
            .get(&keys::KMS_KEY_ARN)
            .and_then(|field| kms::key_arn(field, beside.home, findings)),
        prefix,
        error_prefix,
        versioning: section.read(&keys::VERSIONING, findings),
        expire_days,
        transitions,
    }
}

/// The rules of `create: false`: the bucket is named, and not configured.
fn only_used(section: &Section<'_>, findings: &mut Findings) {
    let Some(create) = section.get(&keys::CREATE) else { return };
    if section.get(&keys::NAME).is_none() {
        let why = "only buckets that logpipe makes get a derived name";
        findings.add(create.span(), "`create: false` needs `name`", why, "add the `name` of the bucket");
    }
    let configured = [
        section.get(&keys::NAMESPACE),
        section.get(&keys::VERSIONING),
        section.get(&keys::EXPIRE_DAYS),
        section.get(&keys::TRANSITIONS),
    ];
    for field in configured.into_iter().flatten() {
        let message = format!("`{}` cannot be combined with `create: false`", field.name);
        let why = "logpipe does not configure a bucket that it does not make";
        let help = "remove it, and configure it where the bucket is made";
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
        let message = format!("`{name}` cannot be a bucket name in the account-regional namespace");
        let why = format!("names there end in account, region and `-an`: for this destination, `{suffix}`");
        let help = format!("write `{stem}{suffix}`, or leave `name` out");
        findings.add(field.span(), message, why, help);
    }
    if !account_regional && create && name.ends_with("-an") {
        let message = format!("`{name}` ends in `-an`");
        let why = "S3 reserves the suffix `-an` for buckets in account-regional namespaces";
        let help = format!(
            "for such a bucket, write `namespace: account_regional` and a name that ends in `{suffix}-an`; otherwise choose another name"
        );
        findings.add(field.span(), message, why, help);
    }
}

fn derived_name(naming: &Naming<'_>, suffix: Option<&str>, findings: &mut Findings) -> String {
    let (Some(stem), Some(suffix)) = (&naming.stem, suffix) else { return String::new() };
    let name = format!("{stem}{suffix}");
    if let Err(why) = keys::NAME.kind.form.check(&name) {
        let shorter = [format!("{}{suffix}", naming.key), format!("logs{suffix}")];
        let suggestion =
            shorter.into_iter().find(|name| keys::NAME.kind.form.check(name).is_ok()).unwrap_or_default();
        let help = format!("set a name, for instance `bucket: {{ name: {suggestion} }}`");
        findings.add(naming.key_span, format!("the derived bucket name `{name}` is not valid"), why, help);
    }
    name
}

fn prefixes(
    section: &Section<'_>,
    partition_by: &[PartitionKey],
    findings: &mut Findings,
) -> (String, String) {
    let mut read = |key: &KeyOr<Text>, role: Role| {
        let default = key.default.0.to_owned();
        let Some(field) = section.get(key) else { return default };
        let Some(text) = field.text(findings) else { return default };
        if let Err(refusal) = prefix::check(text, role, partition_by) {
            let message = format!("`{}` cannot be `{text}`", field.name);
            findings.add(field.span(), message, refusal.why, refusal.help);
        }
        text.to_owned()
    };
    let prefix = read(&keys::PREFIX, Role::Objects);
    let error_prefix = read(&keys::ERROR_PREFIX, Role::Errors);
    let why = if !partition_by.is_empty() {
        "`partition_by` adds expressions to the prefix, so Firehose needs an error prefix"
    } else if prefix::has_expressions(&prefix) {
        "Firehose needs an error prefix if `prefix` contains expressions"
    } else {
        return (prefix, error_prefix);
    };
    if let Some(errors) = section.get(&keys::ERROR_PREFIX).filter(|_| error_prefix.is_empty()) {
        let help = format!("write `{}`, or leave it out", keys::ERROR_PREFIX.default.0);
        findings.add(errors.span(), "`error_prefix` is empty", why, help);
    }
    (prefix, error_prefix)
}
