//! The hops through the role that a sender shows at a destination which admits an organisation.

use super::judge::{Finding, admitted, judge, missing, wrong};
use super::way::Way;
use crate::address::{Address, KindName};
use crate::graph::arns;
use crate::policy::{Context, PolicyKind, Principal};
use crate::provider::Live;
use crate::provider::iam_role::LiveRole;
use crate::verify::verdict::HopVerdict;

impl Way<'_> {
    /// Whether a subscription shows what the destination wants to see.
    pub(super) fn shows(&self, role: Option<&str>) -> Result<(), (HopVerdict, String)> {
        let expected = self.sender_role_arn();
        match role {
            _ if !self.destination.wants_roles() => Ok(()),
            Some(role) if role == expected => Ok(()),
            role => wrong(format!(
                "it shows the role {}, and the destination, which admits an organisation, wants {expected}",
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

    fn live_sender_role(&self) -> Result<&LiveRole, (HopVerdict, String)> {
        let address = Address::global(&self.route.account, KindName::IamRole, &self.destination.sender_role);
        match self.inspection.live(&address, "role of the sender")? {
            Live::IamRole(role) => Ok(role),
            _ => missing("not a role"),
        }
    }

    fn sender_role_trust(&self) -> Finding {
        let role = self.live_sender_role()?;
        let (region, sender) = (&self.route.region, self.sender());
        let service = Principal::Service(region.partition().regional_logs_principal(region));
        let group = arns::log_groups(region, sender, Some(&self.route.log_group));
        let context =
            Context::new().with("aws:SourceArn", group.as_str()).with("aws:SourceAccount", sender.as_str());
        let (action, resource) = ("sts:AssumeRole", self.sender_role_arn());
        let decision = judge(role.trust.as_ref(), PolicyKind::Trust, &service, action, &resource, &context)?;
        admitted(&decision, "CloudWatch Logs may assume it")
    }

    fn sender_role_permission(&self) -> Finding {
        let role = self.live_sender_role()?;
        let (region, sender) = (&self.route.region, self.sender());
        let partition = region.partition();
        let session = Principal::Session {
            account: sender.clone(),
            arn: format!(
                "arn:{partition}:sts::{sender}:assumed-role/{}/logpipe-verify",
                self.destination.sender_role
            ),
            role_arn: self.sender_role_arn(),
        };
        let resource = arns::log_stream(region, sender, &self.route.log_group, "any");
        let (action, context) = ("logs:PutLogEvents", Context::new());
        let decision =
            judge(role.policy.as_ref(), PolicyKind::Identity, &session, action, &resource, &context)?;
        admitted(&decision, &format!("it may send the events of {}", self.route.log_group))
    }
}
