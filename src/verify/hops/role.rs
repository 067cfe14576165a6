//! The hops through the role that a sender shows at a destination which admits an organisation.

use super::judge::{Finding, Flaw, admitted, judge, missing, permitted_to, wrong};
use super::way::Way;
use crate::address::{Address, KindName};
use crate::graph::arns;
use crate::policy::PolicyKind;
use crate::provider::iam::role::{IamRole, LiveRole};
use crate::requests::Role;

impl Way<'_> {
    /// Whether a subscription shows what the destination wants to see.
    pub(super) fn shows(&self, role: Option<&str>) -> Result<(), Flaw> {
        let expected = self.sender_role_arn();
        match role {
            _ if !self.destination.wants_roles() => Ok(()),
            Some(role) if role == expected => Ok(()),
            role => wrong(format!(
                "it presents the role {}, but the destination, which admits an organisation, expects {expected}",
                role.unwrap_or("none")
            )),
        }
    }

    /// The hops of the sender's role, where one is wanted.
    pub(super) fn sender_role(&self) -> Vec<(&'static str, Finding)> {
        if !self.destination.wants_roles() {
            return Vec::new();
        }
        vec![
            ("sender_role_trust", self.sender_role_trust()),
            ("sender_role_permission", self.sender_role_permission()),
        ]
    }

    fn sender_role_arn(&self) -> String {
        arns::role(self.route.region.partition(), self.sender(), &self.destination.sender_role)
    }

    fn live_sender_role(&self) -> Result<&LiveRole, Flaw> {
        let address = Address::global(&self.route.account, KindName::IamRole, &self.destination.sender_role);
        let live = self.inspection.live(&address, "role of the sender")?;
        live.of::<IamRole>().map_or_else(|| missing("not a role"), Ok)
    }

    fn sender_role_trust(&self) -> Finding {
        let role = self.live_sender_role()?;
        let (region, group) = (&self.route.region, &self.route.log_group);
        let asked = self.requests().assume_for_logs(region, self.sender(), group, &self.sender_role_arn());
        admitted(judge(role.trust.as_ref(), PolicyKind::Trust, &asked)?, "CloudWatch Logs may assume it")
    }

    fn sender_role_permission(&self) -> Finding {
        let live = self.live_sender_role()?;
        let (region, sender) = (&self.route.region, self.sender());
        let role = Role { account: sender, arn: &self.sender_role_arn(), tags: &live.tags };
        let resource = arns::log_stream(region, sender, &self.route.log_group, "any");
        let asked = self.requests().by_service(role, "logs:PutLogEvents", &resource, sender);
        permitted_to(live, &asked, &format!("it may send the events of {}", self.route.log_group))
    }
}
