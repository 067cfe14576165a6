//! What there is to say of streams and buckets, in words.

use super::notes::near_limit;
use crate::ui::text::stretch;
use crate::verify::findings::{BucketFinding, StreamFinding};

/// A finding as a clause behind the stream.
pub(in crate::ui) fn stream_finding(finding: &StreamFinding) -> String {
    match finding {
        StreamFinding::Waiting { oldest, buffer, refused } => {
            let why = if *refused {
                "S3 refused what it last tried to write: what Firehose logged, and the hops from stream to bucket, say why"
            } else {
                "what it last tried to write is not known to be refused, so look at what Firehose logged and at its processing"
            };
            format!(
                "records wait, the oldest for {}, and it collects them for {}; {why}. Firehose drops records that have waited for 24 hours",
                minutes(oldest.as_secs()),
                stretch(*buffer)
            )
        }
        StreamFinding::NearLimit(near) => near_limit(near),
        StreamFinding::Unread { why: None } => {
            "what it took in and wrote is not known, because the role may not call cloudwatch:GetMetricData: `logpipe access --for doctor` lists that right".to_owned()
        }
        StreamFinding::Unread { why: Some(why) } => format!("what it took in and wrote is not known: {why}"),
    }
}

/// A finding as a clause behind the bucket.
pub(in crate::ui) fn bucket_finding(finding: &BucketFinding) -> String {
    match finding {
        BucketFinding::Checksums => {
            "S3 then takes no upload without a checksum, and AWS does not say whether Firehose sends one: `logpipe verify` proves that lines arrive".to_owned()
        }
        BucketFinding::KeptLonger { expire_days } => {
            format!("so nothing is deleted after the {expire_days} days of expire_days, nor by `logpipe destroy --delete-data` earlier than that")
        }
        BucketFinding::Unread { why: None } => {
            "whether Object Lock keeps objects is not known, because the role may not call s3:GetBucketObjectLockConfiguration: `logpipe access --for doctor` lists that right".to_owned()
        }
        BucketFinding::Unread { why: Some(why) } => format!("whether Object Lock keeps objects is not known: {why}"),
    }
}

fn minutes(seconds: u64) -> String {
    stretch(std::time::Duration::from_secs(seconds / 60 * 60))
}
