//! What there is to say of quotas, in words.

use crate::address::AccountName;
use crate::policy::quota::grouped;
use crate::verify::findings::{Quota, QuotaUse};

/// A quota into which what apply would make does not fit, with what raises it. Quotas of IAM are kept in us-east-1 (AWS
/// General Reference, "IAM endpoints and quotas").
pub(in crate::ui) fn quota_exceeded(account: &AccountName, one: &QuotaUse) -> String {
    let number = |number: u64| grouped(usize::try_from(number).unwrap_or(usize::MAX));
    let needed = one.used + one.wanted;
    let what = match one.quota {
        Quota::TrustPolicy => format!(
            "a trust policy would have {} characters, and the account allows {}: `limits.role_trust_characters` says more than it has",
            number(one.wanted),
            number(one.limit)
        ),
        Quota::Roles => counted("roles", one, number),
        Quota::Policies => counted("policies of its own", one, number),
        Quota::InstanceProfiles => counted("instance profiles", one, number),
    };
    format!(
        "{account}: {what}; have it raised: `aws service-quotas request-service-quota-increase --region us-east-1 --service-code iam --quota-code {} --desired-value {needed}`",
        one.quota.quota_code()
    )
}

fn counted(noun: &str, one: &QuotaUse, number: impl Fn(u64) -> String) -> String {
    format!(
        "it has {} of {} {noun}, and apply would make {} more",
        number(one.used),
        number(one.limit),
        number(one.wanted)
    )
}

/// That an account's quotas are not known, and why.
pub(in crate::ui) fn quotas_unread(account: &AccountName, why: &str) -> String {
    format!("{account}: how much of IAM's quotas is left is not known: {why}")
}
