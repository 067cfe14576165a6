//! Object Lock: what a bucket keeps from being deleted, and for how long (Amazon S3 User Guide, "Locking objects with Object
//! Lock"). Legal holds, retention set object by object and bypassing governance mode are not simulated.

use crate::faults::fault::Fault;
use crate::protocol::xml::Element;

use super::exchange::Exchange;
use super::state::{Bucket, Object};
use super::versions::Versioning;

const DAY_MS: u64 = 86_400_000;

/// Days of a year of retention, as S3 counts them.
const DAYS_OF_A_YEAR: u64 = 365;

/// Whether a document is one that S3 takes: a mode, with days or years.
pub(super) fn is_sound(root: &Element) -> bool {
    let sound = |retention: &Element| {
        let mode = matches!(retention.text_of("Mode"), Some("GOVERNANCE" | "COMPLIANCE"));
        let (days, years) = (retention.text_of("Days"), retention.text_of("Years"));
        mode && days.is_some() != years.is_some() && kept_ms(retention).is_some_and(|kept| kept > 0)
    };
    let default = root.child("Rule").map(|rule| rule.child("DefaultRetention"));
    root.text_of("ObjectLockEnabled") == Some("Enabled")
        && default.is_none_or(|retention| retention.is_some_and(sound))
}

/// Refuses what Object Lock and versioning forbid each other.
pub(super) fn admits(bucket: &Bucket, query: &str, document: &Element) -> Result<(), Fault> {
    let refused = |text| Err(Fault::new(409, "InvalidBucketState", text));
    match query {
        "object-lock" if bucket.versioning() != Versioning::Enabled => {
            refused("Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
        }
        "versioning"
            if bucket.configurations.contains_key("object-lock")
                && document.text_of("Status") != Some("Enabled") =>
        {
            refused(
                "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
            )
        }
        _ => Ok(()),
    }
}

fn kept_ms(retention: &Element) -> Option<u64> {
    let number = |name| retention.text_of(name).and_then(|text| text.parse::<u64>().ok());
    let days = number("Days").or_else(|| number("Years")?.checked_mul(DAYS_OF_A_YEAR))?;
    days.checked_mul(DAY_MS)
}

/// How long the bucket keeps what is written to it, where it says so.
fn default_ms(bucket: &Bucket) -> Option<u64> {
    kept_ms(bucket.configurations.get("object-lock")?.child("Rule")?.child("DefaultRetention")?)
}

/// Until when an object that is written now stays.
pub(super) fn kept_until(bucket: &Bucket, object: &Object) -> Option<u64> {
    Some(object.modified_ms.saturating_add(default_ms(bucket)?))
}

/// Refuses an upload without a checksum where it would be kept.
pub(super) fn checked(bucket: &Bucket, exchange: &Exchange<'_>) -> Result<(), Fault> {
    if default_ms(bucket).is_none() || exchange.has_checksum() {
        return Ok(());
    }
    let text = "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters";
    Err(Fault::invalid("InvalidRequest", text))
}

/// Refuses to remove a version for good before its time.
pub(super) fn released(object: &Object, now_ms: u64) -> Result<(), Fault> {
    if object.kept_until_ms.is_none_or(|until| until <= now_ms) {
        return Ok(());
    }
    Err(Fault::new(403, "AccessDenied", "Access Denied because object protected by object lock."))
}
