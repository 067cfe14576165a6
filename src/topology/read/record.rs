//! `record`: a file beside the topology, or an object in S3.

use std::path::PathBuf;
use std::time::Duration;

use super::field::Field;
use super::root::Common;
use super::section::Section;
use crate::topology::finding::Findings;
use crate::topology::keys::forms::names;
use crate::topology::keys::root::{RECORD, RECORD_LEASE_SECONDS};
use crate::topology::model::RecordPlace;
use crate::topology::read::destinations::destination::Destinations;

/// What a record in S3 starts with.
const S3: &str = "s3://";

/// The file in which the record is kept where nothing is said.
pub(in crate::topology) fn usual(common: &Common) -> Option<PathBuf> {
    common.name.as_ref().map(|name| PathBuf::from(format!(".logpipe/{name}.json")))
}

/// Where the record is kept. `profile` is that of the starting credentials.
pub(in crate::topology) fn read(
    section: &Section<'_>,
    common: &Common,
    profile: Option<&str>,
    destinations: &Destinations,
    findings: &mut Findings,
) -> Option<RecordPlace> {
    let lease = section.get(&RECORD_LEASE_SECONDS);
    let Some(field) = section.get(&RECORD) else {
        no_lease(lease, findings);
        return usual(common).map(RecordPlace::File);
    };
    let text = field.text(findings)?;
    if let Some(rest) = text.strip_prefix(S3) {
        let (bucket, key) = object(field, rest, findings)?;
        apart(field, bucket, destinations, findings);
        let profile = profile.map(str::to_owned);
        let lease = Duration::from_secs(section.value(&RECORD_LEASE_SECONDS, findings).into());
        return Some(RecordPlace::Object { bucket: bucket.to_owned(), key: key.to_owned(), profile, lease });
    }
    no_lease(lease, findings);
    if let Some((scheme, _)) = text.split_once("://") {
        let message = format!("the record cannot be at `{scheme}://`");
        let why = "the record is kept in a file or in S3";
        findings.add(field.span(), message, why, "write a path, or `s3://bucket/key`");
    } else if text.is_empty() || text.ends_with('/') || text.contains('\0') {
        let message = format!("`{text}` is not a file name");
        let why = "the record of what logpipe owns is a single file";
        findings.add(field.span(), message, why, "write a path such as `.logpipe/central-logs.json`");
    }
    Some(RecordPlace::File(PathBuf::from(text)))
}

/// The lock of a file goes with its process.
fn no_lease(lease: Option<Field<'_>>, findings: &mut Findings) {
    if let Some(lease) = lease {
        let message = "`record_lease_seconds` does not apply to a record in a file";
        let why = "the process locks the file, and the lock ends with the process";
        findings.add(lease.span(), message, why, format!("remove it, or write `record: {S3}bucket/key`"));
    }
}

/// Bucket and key of what follows `s3://`.
fn object<'n>(field: Field<'n>, rest: &'n str, findings: &mut Findings) -> Option<(&'n str, &'n str)> {
    let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
    if let Err(why) = names::BUCKET.check(bucket) {
        let help = "write `s3://bucket/key` with the name of an existing bucket";
        findings.add(field.span(), format!("the bucket `{bucket}` of the record is not valid"), why, help);
        return None;
    }
    if let Err(why) = names::OBJECT.check(key) {
        let help = format!("write a key such as `{S3}{bucket}/logpipe/central-logs.json`");
        findings.add(field.span(), format!("the key `{key}` of the record is not valid"), why, help);
        return None;
    }
    Some((bucket, key))
}

/// A bucket that the topology makes is not there when the record is first written, and may go while it is still needed.
fn apart(field: Field<'_>, bucket: &str, destinations: &Destinations, findings: &mut Findings) {
    let mut checked = destinations.checked();
    if let Some(made) = checked.find(|made| made.bucket.create && made.bucket.name == bucket) {
        let message = format!("the record is in the bucket that `{}` makes", made.key);
        let why = "the record is written before anything is made, and outlives everything that is destroyed";
        findings.add(field.span(), message, why, "name a bucket that exists already");
    }
}
