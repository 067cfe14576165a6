//! How logpipe gets into accounts: what is said for a role that is not assumed.

use super::topology::Unmeant;
use crate::lint::Lint;
use crate::topology::finding::Findings;

/// What says how a role is assumed.
const OF_ROLES: [&str; 3] = ["external_id", "session_name", "via"];

/// What says which role is assumed, or that none is for now.
const ROLES: [&str; 3] = ["assume_role", "role_arn", "role_name"];

impl Unmeant<'_> {
    /// Warns of what `access` and accounts say of a role, where no role is assumed. What stays beside `assume_role: false`
    /// is there to be used again.
    pub(super) fn ways_in(&self, findings: &mut Findings) {
        if self.key(&["access", "role_name"]).is_some() {
            return;
        }
        let accounts = self.topology.accounts.keys().map(|name| name.as_str());
        let says = |account: &str, key: &str| self.key(&["accounts", account, key]);
        let without: Vec<&str> =
            accounts.filter(|account| ROLES.iter().all(|key| says(account, key).is_none())).collect();
        for account in &without {
            for key in OF_ROLES {
                if let Some(place) = says(account, key) {
                    let account = Some((*account).to_owned());
                    findings.warn(place, Lint::AccessWithoutRole { account, key });
                }
            }
        }
        if without.len() == self.topology.accounts.len() {
            for key in OF_ROLES {
                if let Some(place) = self.key(&["access", key]) {
                    findings.warn(place, Lint::AccessWithoutRole { account: None, key });
                }
            }
        }
    }
}
