//! What a bucket contains after the pipeline has run for a while, by storage class.

use super::DAYS;
use crate::topology::{Bucket, SMALLEST_MOVED, Transition};

/// The class that Firehose writes to.
const STANDARD: &str = "STANDARD";

/// Days that objects spend in a storage class.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stay {
    pub(super) class: String,
    pub(super) days: f64,
    /// Whether a lifecycle rule moves them there.
    pub(super) moved: bool,
}

/// The storage classes of objects of this many bytes over the days they have been kept so far, in order.
pub(super) fn stays(bucket: &Bucket, months: u32, object_bytes: f64) -> Vec<Stay> {
    let kept = days_kept(bucket.expire_days, months);
    let mut transitions: Vec<(f64, &str)> = bucket
        .transitions
        .iter()
        .filter(|transition| moves(transition, object_bytes))
        .map(|transition| (f64::from(transition.days), transition.storage_class.as_str()))
        .filter(|(days, _)| *days < kept)
        .collect();
    transitions.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut stays = vec![Stay { class: STANDARD.to_owned(), days: kept, moved: false }];
    for (day, class) in transitions {
        if let Some(last) = stays.last_mut() {
            last.days -= kept - day;
        }
        stays.push(Stay { class: class.to_owned(), days: kept - day, moved: true });
    }
    stays
}

/// Whether objects of this many bytes are large enough to be moved.
pub(super) fn moves(transition: &Transition, object_bytes: f64) -> bool {
    object_bytes >= f64::from(transition.min_object_size.unwrap_or(SMALLEST_MOVED))
}

/// Days for which something is there by then, that expires or does not.
pub(super) fn days_kept(expires: Option<u32>, months: u32) -> f64 {
    let so_far = f64::from(months) * DAYS;
    expires.map_or(so_far, |days| f64::from(days).min(so_far))
}
