//! What an account has of IAM, and how much of it it may have: its own quotas, raised ones too (IAM API Reference,
//! GetAccountSummary), without a question to Service Quotas.

use aws_sdk_iam::types::SummaryKeyType;

use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::call::CallError;

/// How many there are, and how many there may be, as far as IAM says so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) used: u64,
    pub(crate) limit: Option<u64>,
}

/// What an account has of IAM.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct AccountSummary {
    pub(crate) roles: Room,
    /// Policies of its own.
    pub(crate) policies: Room,
    pub(crate) instance_profiles: Room,
    /// Characters that the trust policy of a role may have.
    pub(crate) trust_characters: Option<u64>,
}

/// Asks IAM.
pub(crate) async fn account_summary(
    connection: &Connection,
    region: &Region,
) -> Result<AccountSummary, CallError> {
    let clients = connection.clients(Some(region));
    let answer = clients.iam().get_account_summary().send().await;
    let map = connection.answer("iam:GetAccountSummary", region, answer)?.summary_map.unwrap_or_default();
    let number = |key: &SummaryKeyType| map.get(key).and_then(|number| u64::try_from(*number).ok());
    let room = |used: &SummaryKeyType, limit: &SummaryKeyType| Room {
        used: number(used).unwrap_or_default(),
        limit: number(limit),
    };
    Ok(AccountSummary {
        roles: room(&SummaryKeyType::Roles, &SummaryKeyType::RolesQuota),
        policies: room(&SummaryKeyType::Policies, &SummaryKeyType::PoliciesQuota),
        instance_profiles: room(&SummaryKeyType::InstanceProfiles, &SummaryKeyType::InstanceProfilesQuota),
        trust_characters: number(&SummaryKeyType::AssumeRolePolicySizeQuota),
    })
}
