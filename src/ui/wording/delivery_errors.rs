//! What Firehose's error codes mean, and what to do about them.
//!
//! Codes: Amazon Data Firehose Developer Guide, "Monitor Amazon Data Firehose Using CloudWatch Logs", "Data delivery
//! errors" and "Troubleshoot dynamic partitioning errors".

/// What a code means, and where to look.
pub(in crate::ui) fn delivery_error(code: &str) -> Option<&'static str> {
    Some(match code {
        "S3.AccessDenied" => {
            "the Firehose role may not write to the bucket: its trust, its permissions, or a Deny in the bucket's policy"
        }
        "S3.NoSuchBucket" => "the bucket is gone, or was made again in another account or region",
        "S3.KMS.NotFoundException" => "the KMS key that objects are encrypted with does not exist",
        "S3.KMS.AccessDeniedException" => {
            "the Firehose role may not use the KMS key: its permissions, or the policy of the key, which must admit the role"
        }
        "S3.KMS.InvalidStateException" | "S3.KMS.DisabledException" => {
            "the KMS key is disabled or about to be deleted"
        }
        "S3.KMS.RequestLimitExceeded" => {
            "KMS throttles the requests of the account: turn on the bucket key, or have the quota raised"
        }
        "S3.AccountProblem" | "S3.AllAccessDisabled" | "S3.NotSignedUp" => {
            "S3 refuses the account or the bucket as a whole: only AWS Support can say why"
        }
        "S3.SlowDown" => "S3 throttles this prefix for a while; Firehose tries again for 24 hours",
        "DynamicPartitioning.MetadataExtractionFailed" => {
            "records that are no JSON, or lack a field of `partition_by`, lie below the error prefix"
        }
        "DynamicPartitioning.ActivePartitionsExceeded"
        | "DynamicPartitioning.ActivePartitionsLimitExceeded" => {
            "more partitions are open at once than the quota allows: partition by fewer fields, or have the quota raised"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::delivery_error;

    #[test]
    fn what_is_known_has_a_meaning_and_nothing_is_made_up() {
        assert!(delivery_error("S3.AccessDenied").is_some_and(|words| words.contains("role")));
        assert_eq!(delivery_error("S3.SomethingNew"), None);
    }
}
