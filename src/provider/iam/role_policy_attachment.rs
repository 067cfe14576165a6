//! `iam_role_policy_attachment`: a managed policy attached to a role.

use super::role::LiveRole;
use super::role_reading::attached;
use crate::address::{self, AccountId, Address, Arn, KindName, Partition};
use crate::aws::target::PROPAGATION;
use crate::aws::{CallError, StepError, Target};
use crate::enumeration::all_of;
use crate::provider::Live;
use crate::provider::change::{Diff, FieldChange};
use crate::provider::facts::{Adoption, Facts, Flow, Home, Others, Proof, Removal, Speed, Tagging};
use crate::provider::fresh::Planned;
use crate::provider::kind::{Fingerprint, Kind, Tagged, found, gone};
use crate::provider::obstacle::Obstacle;

/// An attachment, whose name is `<role>:<policy>`, or `<role>:aws:<policy>` for policies of AWS; paths are part of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IamRolePolicyAttachment;

/// An attachment that is there.
#[derive(Debug, Clone, Default)]
pub struct LiveAttachment {
    /// ARN of the policy.
    policy_arn: Option<String>,
}

/// The policy of an attachment that is named like this, by its ARN. No name and no path of IAM holds a colon.
pub(crate) fn policy_arn(partition: Partition, account: &AccountId, name: &str) -> String {
    let (_, policy) = name.split_once(':').unwrap_or((name, ""));
    match policy.strip_prefix("aws:") {
        Some(policy) => address::arn::policy_of_aws(partition, policy),
        None => address::arn::policy(partition, account, policy),
    }
}

/// The name of the attachment of a policy to a role: the other way round.
pub(crate) fn name(role: &str, policy_arn: &str) -> String {
    let arn = Arn::parse(policy_arn);
    let policy = arn.and_then(|arn| arn.named("policy")).unwrap_or(policy_arn);
    let whose = if arn.is_some_and(|arn| arn.is_of_aws()) { "aws:" } else { "" };
    format!("{role}:{whose}{policy}")
}

fn role<'a>(on: &'a Target<'_>) -> &'a str {
    on.address.name_parts().0
}

fn arn(on: &Target<'_>) -> String {
    policy_arn(on.partition(), on.account, on.name())
}

impl IamRolePolicyAttachment {
    /// What came in its role's answer.
    fn of_role(role: &LiveRole, written: &str) -> Option<LiveAttachment> {
        let (role_name, _) = written.split_once(':')?;
        let found = role.attached.iter().find(|arn| name(role_name, arn) == written)?;
        Some(LiveAttachment { policy_arn: Some(found.clone()) })
    }
}

impl Kind for IamRolePolicyAttachment {
    type Live = LiveAttachment;

    const FACTS: Facts = Facts {
        removal: Removal::Deleted,
        home: Home::In("role"),
        tagged: Tagging::Never,
        proof: Proof::Witness(&[KindName::IamPolicy, KindName::IamRole]),
        adoption: Adoption::Used,
        flow: Flow::Aside,
        others: Others::Nothing,
        holds_policies: false,
        speed: Speed {
            service: "IAM",
            written: "AttachRolePolicy",
            deleted: "DetachRolePolicy",
            waits: None,
        },
    };

    const TAGS: Option<Tagged<Self>> = None;

    const FINGERPRINT: Option<Fingerprint<Self>> = None;

    fn stand_in() -> Self {
        Self
    }

    fn diff(&self, live: &LiveAttachment) -> Vec<FieldChange> {
        let there = live.policy_arn.is_some();
        Diff::default().field("attached", there, true).done()
    }

    fn refusal(&self, _live: &LiveAttachment) -> Option<Obstacle> {
        None
    }

    fn foreign(&self, _live: &LiveAttachment) -> Vec<FieldChange> {
        Vec::new()
    }

    fn within(container: &Live, address: &Address) -> Option<Option<LiveAttachment>> {
        let Live::IamRole(role) = container else { return None };
        Some(Self::of_role(role, &address.name))
    }

    fn hint(error: &StepError) -> Option<&'static str> {
        let StepError::Call(call) = error else { return None };
        if call.operation != "iam:AttachRolePolicy" {
            return None;
        }
        if call.is("LimitExceeded", &[]) {
            return Some("detach one of them, merge several into one policy, or have the quota raised");
        }
        let unknown = call.is("NoSuchEntity", &[]);
        unknown.then_some("check the spelling and the path of the policy: `aws iam list-policies`")
    }

    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveAttachment>, CallError> {
        let attached = found(attached(role(on), on).await)?.unwrap_or_default();
        let wanted = arn(on);
        Ok(attached.contains(&wanted).then_some(LiveAttachment { policy_arn: Some(wanted) }))
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        let passing = |error: &CallError| {
            on.fresh() && error.is("NoSuchEntity", &[]) && may_pass(&error.message, &arn(on), made(on))
        };
        let attach = || async {
            let call = on.clients().iam().attach_role_policy().role_name(role(on)).policy_arn(arn(on));
            on.write("iam:AttachRolePolicy", call.send()).await.map(drop)
        };
        match on.retrying(PROPAGATION, passing, attach).await {
            Err(StepError::Call(error)) if error.is("LimitExceeded", &[]) => Err(full(error, on).await),
            other => other,
        }
    }

    /// There is nothing to change: it is there, or it is not.
    async fn update(&self, _planned: &Planned<LiveAttachment>, on: &Target<'_>) -> Result<(), StepError> {
        self.create(on).await
    }

    /// Detaches the policy; the role may be gone as well.
    async fn delete(_named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
        let call = on.clients().iam().detach_role_policy().role_name(role(on)).policy_arn(arn(on));
        Ok(gone(on.write("iam:DetachRolePolicy", call.send()).await)?)
    }
}

/// Whether the policy was made in this topology, so that a moment ago it may not have been there.
fn made(on: &Target<'_>) -> bool {
    on.needed(KindName::IamPolicy).next().is_some()
}

/// Whether "not found" may be about what was made a moment ago: the role, or a policy of ours. A policy that others
/// made, or AWS, is there or is not.
fn may_pass(message: &str, policy_arn: &str, made: bool) -> bool {
    made || !message.contains(policy_arn)
}

/// IAM only names the quota; what the user needs is what takes it up.
async fn full(error: CallError, on: &Target<'_>) -> StepError {
    let Ok(policies) = attached(role(on), on).await else { return StepError::Call(error) };
    let message = format!("{} It has {}", error.message, all_of(&policies));
    StepError::Call(CallError { message, ..error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_the_policy_and_back() {
        let check = |written: &str, expect: &str| {
            let arn = policy_arn(Partition::Aws, &"111111111111".parse().unwrap(), written);
            assert_eq!(arn, expect);
            assert_eq!(name("ops", &arn), written);
        };
        check("ops:agent", "arn:aws:iam::111111111111:policy/agent");
        check("ops:team/agent", "arn:aws:iam::111111111111:policy/team/agent");
        check("ops:aws:CloudWatchAgentServerPolicy", "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy");
        check(
            "ops:aws:service-role/AmazonEC2RoleforSSM",
            "arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforSSM",
        );
    }

    #[test]
    fn only_what_was_just_made_is_waited_for() {
        let check = |message: &str, made: bool, expect: bool| {
            let arn = "arn:aws:iam::aws:policy/ReadOnly";
            assert_eq!(may_pass(message, arn, made), expect, "{message} {made}");
        };
        let no_policy = "Policy arn:aws:iam::aws:policy/ReadOnly does not exist or is not attachable.";
        check("The role with name ops cannot be found.", false, true);
        check(no_policy, true, true);
        check(no_policy, false, false);
    }

    #[test]
    fn it_is_there_when_its_role_says_so() {
        let role = LiveRole {
            attached: vec!["arn:aws:iam::aws:policy/ReadOnlyAccess".into()],
            ..LiveRole::default()
        };
        let there = |name: &str| {
            IamRolePolicyAttachment::of_role(&role, name)
                .map(|live| IamRolePolicyAttachment.diff(&live).len())
        };
        assert_eq!(there("ops:aws:ReadOnlyAccess"), Some(0));
        assert_eq!(there("ops:ReadOnlyAccess"), None, "a policy of AWS is none of the account's own");
    }
}
