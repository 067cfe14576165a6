//! The words for where a drift comes from.

use crate::plan::Drift;

/// What is known of it, in a few words.
pub(crate) fn drift(drift: Drift) -> &'static str {
    match drift {
        Drift::ChangedSinceApply => "changed in AWS since the last apply",
        Drift::TopologyChanged => "as the last apply left it: the topology has changed since",
        Drift::BothChanged => "the topology and AWS have both changed since the last apply",
        Drift::NeverMatched => "it never was as declared: no apply of it was completed",
        Drift::AddedByOthers => "added by others, and stays",
        Drift::Unknown => "the record does not say how the last apply left it",
    }
}
