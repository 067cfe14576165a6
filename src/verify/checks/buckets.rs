//! Whether S3 keeps delivered objects from being deleted (Object Lock), and what follows from that: one look-up per bucket.

use futures_util::future::join_all;

use crate::address::{Address, KindName};
use crate::aws::CallError;
use crate::aws::object_lock::{Retention, default_retention};
use crate::plan::Observed;
use crate::topology::Destination;
use crate::verify::findings::{BucketFinding, BucketVerdict, StreamVerdict};
use crate::verify::run::Verify;
use crate::verify::verdict::HopVerdict;

/// A bucket that is there, with what it keeps as far as that could be read.
#[derive(Debug)]
pub(crate) struct Kept<'d> {
    destination: &'d Destination,
    bucket: Address,
    retention: Result<Option<Retention>, CallError>,
}

impl Verify<'_> {
    /// How long every bucket that is there keeps what is delivered to it.
    pub(crate) async fn kept(&self, observed: Option<&Observed>) -> Vec<Kept<'_>> {
        let there = |destination: &&Destination| {
            let bucket = destination.here(KindName::S3Bucket, &destination.bucket.name);
            observed.is_some_and(|observed| observed.live(&bucket).is_some())
        };
        let destinations = self.survey.topology.destinations.values().filter(there);
        let asked = destinations.map(|destination| async move {
            let connection = self.accounts.get(&destination.account)?;
            let name = &destination.bucket.name;
            let retention = default_retention(connection, &destination.region, name).await;
            Some(Kept { destination, bucket: destination.here(KindName::S3Bucket, name), retention })
        });
        join_all(asked).await.into_iter().flatten().collect()
    }
}

/// The verdicts, with what the streams last wrote as evidence.
pub(crate) fn bucket_verdicts(kept: Vec<Kept<'_>>, streams: &[StreamVerdict]) -> Vec<BucketVerdict> {
    let verdict = |Kept { destination, bucket, retention }| {
        let written = streams.iter().filter(|stream| stream.destination == destination.key);
        let written = written.filter_map(|stream| stream.counts.as_ref());
        let accepts = written.into_iter().any(|counts| counts.last_write_refused == Some(false));
        let (verdict, retention, findings) = match retention {
            Ok(retention) => {
                let (verdict, findings) = judge(retention.as_ref(), destination.bucket.expire_days, accepts);
                (verdict, retention, findings)
            }
            Err(error) => {
                let why = (!error.denied()).then(|| error.to_string());
                (HopVerdict::Unreachable, None, vec![BucketFinding::Unread { why }])
            }
        };
        BucketVerdict { destination: destination.key.clone(), bucket, verdict, retention, findings }
    };
    kept.into_iter().map(verdict).collect()
}

/// S3 takes no upload without a checksum where it is to keep what is uploaded (Amazon S3 User Guide, "Object Lock
/// considerations"), and no page of AWS says whether Firehose sends one: that it has been taken proves it.
fn judge(
    retention: Option<&Retention>,
    expire_days: Option<u32>,
    accepts: bool,
) -> (HopVerdict, Vec<BucketFinding>) {
    let Some(retention) = retention else { return (HopVerdict::Correct, Vec::new()) };
    let checksums = (!accepts).then_some(BucketFinding::Checksums);
    let verdict = if accepts { HopVerdict::Correct } else { HopVerdict::Unknown };
    let longer = expire_days.filter(|days| *days < retention.days);
    let longer = longer.map(|expire_days| BucketFinding::KeptLonger { expire_days });
    (verdict, checksums.into_iter().chain(longer).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_that_keeps_objects_is_judged_by_what_it_has_taken() {
        use HopVerdict::{Correct, Unknown};
        let kept = Retention { mode: "COMPLIANCE".to_owned(), days: 30 };
        let check = |retention, expire_days, accepts, expect: (HopVerdict, &[&str])| {
            let (verdict, findings) = judge(retention, expire_days, accepts);
            let codes: Vec<&str> = findings.iter().map(BucketFinding::code).collect();
            assert_eq!((verdict, codes.as_slice()), expect);
        };
        check(None, Some(7), false, (Correct, &[]));
        check(Some(&kept), None, true, (Correct, &[]));
        check(Some(&kept), Some(30), true, (Correct, &[]));
        check(Some(&kept), Some(29), true, (Correct, &["kept_longer"]));
        check(Some(&kept), Some(7), false, (Unknown, &["checksums_unknown", "kept_longer"]));
    }
}
