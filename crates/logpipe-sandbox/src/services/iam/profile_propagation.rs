//! How a change of an instance profile reaches EC2: after a while, and never out of order.

use serde::{Deserialize, Serialize};

use crate::state::world::World;
use crate::time::timed_event::TimedEvent;
use logpipe_identifiers::AccountId;

use super::state::{IamState, Role};

/// An instance profile as EC2 sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProfileView {
    /// Its ARN.
    pub(crate) arn: String,
    /// Its unique id.
    pub(crate) id: String,
    /// The ARN of its role.
    pub(crate) role_arn: Option<String>,
}

/// One instance profile as EC2 sees it now, and when it will see the last change.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct SeenProfile {
    view: Option<ProfileView>,
    settled_ms: u64,
}

impl IamState {
    /// EC2 comes to see an instance profile like this, or that it is gone.
    pub(crate) fn profile_propagated(&mut self, name: &str, view: Option<ProfileView>) {
        self.seen_profiles.entry(name.to_lowercase()).or_default().view = view;
    }

    /// An instance profile as it will be seen.
    pub(crate) fn profile_view(&self, name: &str) -> Option<ProfileView> {
        let profile = self.profile(name)?;
        let role = profile.role.as_ref().and_then(|role| self.role(role));
        Some(ProfileView { arn: profile.arn.clone(), id: profile.id.clone(), role_arn: role.map(Role::arn) })
    }

    /// An instance profile as EC2 sees it now, by its name.
    pub(crate) fn seen_profile(&self, name: &str) -> Option<&ProfileView> {
        self.seen_profiles.get(&name.to_lowercase())?.view.as_ref()
    }

    /// The same, by its ARN.
    pub(crate) fn seen_profile_by_arn(&self, arn: &str) -> Option<&ProfileView> {
        self.seen_profile(arn.rsplit('/').next()?).filter(|view| view.arn == arn)
    }
}

impl World {
    /// Must follow every change of an instance profile: EC2 will see it after a while.
    pub(super) fn profile_changed(&mut self, account: &AccountId, name: &str) {
        let usual = self.timing.iam_propagation_ms;
        let drawn = self.now_ms + self.rng.between(usual, usual / 8, usual * 4);
        let iam = &mut self.account(account).iam;
        let view = iam.profile_view(name);
        let seen = iam.seen_profiles.entry(name.to_lowercase()).or_default();
        // A later change is never overtaken by an earlier one.
        seen.settled_ms = seen.settled_ms.max(drawn);
        let at_ms = seen.settled_ms;
        self.queue.plan(
            at_ms,
            TimedEvent::ProfilePropagated { account: account.clone(), profile: name.to_owned(), view },
        );
    }
}
