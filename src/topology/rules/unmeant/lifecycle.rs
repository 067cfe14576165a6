//! How long objects stay in a storage class that is billed for longer.

use super::topology::Unmeant;
use crate::lint::Lint;
use crate::topology::finding::Findings;
use crate::topology::model::Transition;

/// The days that S3 bills at least (S3 User Guide, "Understanding and managing Amazon S3 storage classes", minimum storage
/// duration).
const BILLED: [(&str, u32); 5] =
    [("STANDARD_IA", 30), ("ONEZONE_IA", 30), ("GLACIER_IR", 90), ("GLACIER", 90), ("DEEP_ARCHIVE", 180)];

impl Unmeant<'_> {
    /// Objects that leave a storage class before the time that is billed is over.
    pub(super) fn transitions(&self, findings: &mut Findings) {
        for (key, destination) in &self.topology.destinations {
            let bucket = &destination.bucket;
            let path = ["destinations", key.as_str(), "bucket", "transitions"];
            let places = self.root.item_values(&path, "storage_class");
            for (index, transition) in bucket.transitions.iter().enumerate() {
                let next = bucket.transitions.get(index + 1).map(|next| next.days).or(bucket.expire_days);
                let place = places.iter().find(|(class, _)| *class == transition.storage_class);
                if let (Some((days, billed)), Some((_, place))) = (too_short(transition, next), place) {
                    let class = transition.storage_class.clone();
                    findings.warn(*place, Lint::MovedForLessThanBilled { class, days, billed });
                }
            }
        }
    }
}

/// The days that objects stay, and those that are billed, where these are more.
fn too_short(transition: &Transition, next: Option<u32>) -> Option<(u32, u32)> {
    let (_, billed) = BILLED.iter().find(|(class, _)| *class == transition.storage_class)?;
    let days = next?.checked_sub(transition.days)?;
    (days < *billed).then_some((days, *billed))
}
