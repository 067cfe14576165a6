//! How long AWS lets policies be, and how it counts.

use serde_json::Value;

/// Characters of a role's trust policy (IAM User Guide, "IAM and AWS STS quotas": role trust policy length).
pub const TRUST: usize = 2_048;
/// The same, with the quota raised as far as it can be.
pub const RAISED_TRUST: usize = 8_192;
/// Characters of all inline policies of a role (same page).
pub const INLINE: usize = 10_240;
/// Characters of a managed policy (same page).
pub const MANAGED: usize = 6_144;
/// Bytes of a destination's access policy (CloudWatch Logs API Reference, PutDestinationPolicy).
pub const DESTINATION: usize = 5_120;
/// Bytes of a bucket's policy (S3 User Guide, "Access policy guidelines": 20 KB).
pub const BUCKET: usize = 20 * 1024;

/// Characters as IAM counts them: "IAM doesn't count white space when calculating the size of a policy".
pub fn characters(document: &Value) -> usize {
    document.to_string().chars().filter(|character| !character.is_whitespace()).count()
}

/// Bytes of the document as it is sent.
pub fn bytes(document: &Value) -> usize {
    document.to_string().len()
}

/// A number with its thousands apart, as pages of quotas write it.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let groups = digits.as_bytes().chunks(3).collect::<Vec<_>>().len();
    let mut text = String::with_capacity(digits.len() + groups);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 3 == first {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
