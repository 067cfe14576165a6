//! `kms_key_arn` of a bucket: the key its objects are encrypted with.

use crate::address::{Arn, Partition, Region};
use crate::shell::quoted;
use crate::topology::finding::Findings;
use crate::topology::read::field::Field;

/// Where a key must be to encrypt a bucket: in the partition of the topology and the region of the bucket.
#[derive(Debug, Clone, Copy)]
pub(in crate::topology) struct Home<'a> {
    /// `None` when the topology's region is missing or wrong, which is noted already.
    pub(in crate::topology) partition: Option<Partition>,
    pub(in crate::topology) region: Option<&'a Region>,
}

/// Reads the ARN of a key (KMS Developer Guide, "Key identifiers (KeyId)").
pub(in crate::topology) fn key_arn(
    field: Field<'_>,
    home: Home<'_>,
    findings: &mut Findings,
) -> Option<String> {
    let text = field.text(findings)?;
    match KeyArn::parse(text) {
        Some(arn) => arn.check(field, home, findings),
        None if names_alias(text) => {
            let why = "an IAM policy cannot name an alias as its Resource, so no role could be allowed to use the key";
            let help = format!(
                "write the ARN of the key itself; `aws kms describe-key --key-id {}` shows it",
                quoted(text)
            );
            findings.add(field.span(), format!("`{text}` is an alias"), why, help);
        }
        None => {
            let why = "expected arn:aws:kms:<region>:<account id>:key/<key id>";
            let help = "copy the ARN of the key from the KMS console";
            findings.add(field.span(), format!("`{text}` is not the ARN of a KMS key"), why, help);
        }
    }
    Some(text.to_owned())
}

struct KeyArn<'t> {
    partition: &'t str,
    region: &'t str,
}

impl<'t> KeyArn<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let arn = Arn::parse(text).filter(|arn| arn.service == "kms")?;
        let known = arn.account_id().is_some() && arn.named("key").is_some_and(is_key_id);
        known.then_some(Self { partition: arn.partition, region: arn.region })
    }

    fn check(&self, field: Field<'_>, home: Home<'_>, findings: &mut Findings) {
        if let Some(partition) = home.partition.filter(|partition| partition.as_str() != self.partition) {
            let message = format!("the key is in the partition `{}`", self.partition);
            let why = format!(
                "the topology's region is in the partition `{partition}`, and a key works only in its own partition"
            );
            let help = format!("name a key that starts with `arn:{partition}:`");
            findings.add(field.span(), message, why, help);
        } else if let Some(region) = home.region.filter(|region| region.as_str() != self.region) {
            let message = format!("the key is in the region `{}`", self.region);
            let why = format!("S3 encrypts with keys of the bucket's own region, which is {region}");
            findings.add(field.span(), message, why, format!("name a key in {region}"));
        }
    }
}

/// A UUID, or `mrk-` and 32 hexadecimal digits for a key of several regions.
fn is_key_id(id: &str) -> bool {
    let hexadecimal =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if let Some(digits) = id.strip_prefix("mrk-") {
        return digits.len() == 32 && hexadecimal(digits);
    }
    let parts: Vec<&str> = id.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.into_iter().all(hexadecimal)
}

fn names_alias(text: &str) -> bool {
    text.starts_with("alias/") || Arn::parse(text).is_some_and(|arn| arn.named("alias").is_some())
}
