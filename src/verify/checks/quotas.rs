//! Whether what apply would make fits into the quotas that accounts have: asked where anything of IAM is to be made or
//! changed, with one look-up per account, and nowhere else.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use crate::address::AccountName;
use crate::aws::account_summary::{AccountSummary, Room, account_summary};
use crate::plan::{Action, Step};
use crate::policy::quota::characters;
use crate::provider::Resource;
use crate::provider::iam::instance_profile::IamInstanceProfile;
use crate::provider::iam::policy::IamPolicy;
use crate::provider::iam::role::IamRole;
use crate::verify::findings::{AccountQuotas, Quota, QuotaUse};
use crate::verify::fix::Fixes;
use crate::verify::run::Verify;

/// What apply would make in an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Wanted {
    roles: u64,
    policies: u64,
    instance_profiles: u64,
    /// Characters of the longest trust policy that is written.
    trust: u64,
}

impl Wanted {
    fn add(&mut self, step: &Step, resource: &Resource) {
        let made = u64::from(matches!(step.action, Action::Create(_)));
        if let Some(role) = resource.of::<IamRole>() {
            self.roles += made;
            self.trust = self.trust.max(characters(&role.trust) as u64);
        } else if resource.of::<IamPolicy>().is_some() {
            self.policies += made;
        } else if resource.of::<IamInstanceProfile>().is_some() {
            self.instance_profiles += made;
        }
    }
}

impl Verify<'_> {
    /// Account by account, where IAM is to be written at all.
    pub(crate) async fn quotas(&self, fixes: &Fixes) -> Vec<AccountQuotas> {
        let mut wanted: BTreeMap<&AccountName, Wanted> = BTreeMap::new();
        let nodes = &self.survey.graph.nodes;
        for (step, node) in fixes.written().filter_map(|step| Some((step, nodes.get(&step.address)?))) {
            wanted.entry(&step.address.account).or_default().add(step, &node.resource);
        }
        let asked = wanted.into_iter().filter(|(_, wanted)| *wanted != Wanted::default());
        let told = join_all(asked.map(|(account, wanted)| async move {
            let connection = self.accounts.get(account)?;
            let (uses, unread) = match account_summary(connection, &self.survey.topology.region).await {
                Ok(summary) => (uses(&summary, wanted), None),
                Err(error) => (Vec::new(), Some(error.to_string())),
            };
            Some(AccountQuotas { account: account.clone(), uses, unread })
        }));
        told.await.into_iter().flatten().collect()
    }
}

/// What is wanted of each quota, where anything is and IAM names the quota.
fn uses(summary: &AccountSummary, wanted: Wanted) -> Vec<QuotaUse> {
    let trust = Room { used: 0, limit: summary.trust_characters };
    let all = [
        (Quota::Roles, summary.roles, wanted.roles),
        (Quota::Policies, summary.policies, wanted.policies),
        (Quota::InstanceProfiles, summary.instance_profiles, wanted.instance_profiles),
        (Quota::TrustPolicy, trust, wanted.trust),
    ];
    let of = |(quota, Room { used, limit }, wanted): (Quota, Room, u64)| {
        limit.filter(|_| wanted > 0).map(|limit| QuotaUse { quota, used, wanted, limit })
    };
    all.into_iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_is_compared_with_what_is_left() {
        let summary = AccountSummary {
            roles: Room { used: 998, limit: Some(1_000) },
            policies: Room { used: 1_500, limit: Some(1_500) },
            instance_profiles: Room { used: 3, limit: None },
            trust_characters: Some(2_048),
        };
        let exceeded = |wanted| {
            let uses = uses(&summary, wanted).into_iter().filter(QuotaUse::exceeded);
            uses.map(|one| one.quota).collect::<Vec<_>>()
        };
        let none = Wanted::default();
        assert_eq!(exceeded(none), []);
        assert_eq!(exceeded(Wanted { roles: 2, trust: 2_048, instance_profiles: 9_999, ..none }), []);
        assert_eq!(exceeded(Wanted { roles: 3, trust: 2_049, ..none }), [Quota::Roles, Quota::TrustPolicy]);
        assert_eq!(exceeded(Wanted { policies: 1, ..none }), [Quota::Policies]);
    }
}
