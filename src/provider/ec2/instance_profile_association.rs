//! `instance_profile_association`: the instance profile of an EC2 instance.

use std::time::Duration;

use crate::address::{KindName, last_part};
use crate::aws::instance::Association;
use crate::aws::target::PROPAGATION;
use crate::aws::wait::{Answer, Wait};
use crate::aws::{CallError, StepError, Target, instances};
use crate::provider::change::{Diff, FieldChange};
use crate::provider::facts::{Adoption, Facts, Flow, Home, Others, Proof, Removal, Speed, Tagging};
use crate::provider::fresh::Planned;
use crate::provider::kind::{Fingerprint, Kind, Tagged, gone};
use crate::provider::obstacle::Obstacle;
use crate::wait_for::{LastSeen, WaitFor};

/// AWS gives no figure; two minutes is what Terraform's AWS provider waits for profiles of instances
/// (`internal/service/ec2/ec2_instance.go`).
const SETTLED: Wait = Wait {
    what: WaitFor::ProfileAssociated,
    limit: Duration::from_secs(120),
    first: Duration::from_secs(1),
    longest: Duration::from_secs(8),
};

/// The same for a profile that goes.
const GONE: Wait = Wait { what: WaitFor::ProfileDisassociated, ..SETTLED };

/// The profile of an instance, which is named by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceProfileAssociation {
    /// ARN of the profile.
    pub profile_arn: String,
    /// ARN of the role in it, which has to be passed to EC2.
    pub role_arn: String,
    /// Whether another profile that is there may be swapped for it.
    pub replace: bool,
}

/// The profile that an instance has.
#[derive(Debug, Clone, Default)]
pub struct LiveAssociation {
    pub(crate) association_id: String,
    pub(crate) profile_arn: String,
}

impl From<Association> for LiveAssociation {
    fn from(association: Association) -> Self {
        Self { association_id: association.id, profile_arn: association.profile_arn }
    }
}

/// What the instance has or is getting. While a profile is swapped, the one that goes may still be listed.
async fn current(on: &Target<'_>) -> Result<Option<Association>, CallError> {
    let stays = |one: &Association| one.state == "associated" || one.state == "associating";
    Ok(instances::associations(on.name(), on).await?.into_iter().find(stays))
}

impl InstanceProfileAssociation {
    /// EC2 may not know yet a profile, or the role in it, that was made a moment ago (Terraform AWS provider,
    /// `internal/service/ec2/ec2_instance.go`).
    async fn propagated<F, Fut>(&self, on: &Target<'_>, attempt: F) -> Result<(), StepError>
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<(), CallError>>,
    {
        let unknown = |error: &CallError| {
            on.fresh()
                && error.is(
                    "InvalidParameterValue",
                    &["Invalid IAM Instance Profile", "has no associated IAM Roles"],
                )
        };
        on.retrying(PROPAGATION, unknown, attempt).await
    }

    async fn associate(&self, on: &Target<'_>) -> Result<(), StepError> {
        let associate = || instances::associate(on.name(), &self.profile_arn, on);
        match self.propagated(on, associate).await {
            // A call that was repeated for want of an answer finds what it made.
            Err(StepError::Call(error)) if error.is("IncorrectState", &[]) => match current(on).await? {
                Some(there) if there.profile_arn == self.profile_arn => {}
                _ => return Err(error.into()),
            },
            other => other?,
        }
        self.until_associated(on).await
    }

    async fn until_associated(&self, on: &Target<'_>) -> Result<(), StepError> {
        on.poll(SETTLED, || async {
            let associations = instances::associations(on.name(), on).await?;
            let ours = associations.iter().find(|one| one.profile_arn == self.profile_arn);
            Ok(match ours {
                Some(ours) if ours.state == "associated" => Answer::Ready(()),
                Some(ours) => Answer::NotYet(LastSeen::status(&ours.state)),
                None => Answer::NotYet(LastSeen::words("not visible")),
            })
        })
        .await
    }
}

/// Takes a profile away, and waits until it is gone: its instance gets no other one before that.
async fn disassociate(id: &str, on: &Target<'_>) -> Result<(), StepError> {
    gone(instances::disassociate(id, on).await)?;
    on.poll(GONE, || async {
        let associations = instances::associations(on.name(), on).await?;
        let left = associations.into_iter().find(|one| one.id == id);
        Ok(left.map_or(Answer::Ready(()), |left| Answer::NotYet(LastSeen::Status(left.state))))
    })
    .await
}

impl Kind for InstanceProfileAssociation {
    type Live = LiveAssociation;

    const FACTS: Facts = Facts {
        removal: Removal::Deleted,
        home: Home::In("instance"),
        tagged: Tagging::Never,
        proof: Proof::Witness(&[KindName::IamInstanceProfile]),
        adoption: Adoption::Set,
        flow: Flow::Aside,
        others: Others::Spared,
        holds_policies: false,
        speed: Speed {
            service: "EC2",
            written: "AssociateIamInstanceProfile",
            deleted: "DisassociateIamInstanceProfile",
            waits: Some(WaitFor::ProfileAssociated),
        },
    };

    const TAGS: Option<Tagged<Self>> = None;

    const FINGERPRINT: Option<Fingerprint<Self>> = None;

    fn stand_in() -> Self {
        Self { profile_arn: String::new(), role_arn: String::new(), replace: false }
    }

    fn diff(&self, live: &LiveAssociation) -> Vec<FieldChange> {
        Diff::default().field("profile_arn", live.profile_arn.clone(), self.profile_arn.clone()).done()
    }

    fn foreign(&self, _live: &LiveAssociation) -> Vec<FieldChange> {
        Vec::new()
    }

    /// What runs on the instance may need the rights that it has.
    fn refusal(&self, live: &LiveAssociation) -> Option<Obstacle> {
        let other = !self.replace && live.profile_arn != self.profile_arn;
        other.then(|| Obstacle::OtherProfile { profile: last_part(&live.profile_arn).to_owned() })
    }

    fn supersedes(&self, live: &LiveAssociation) -> Option<Obstacle> {
        let swapped = self.replace && live.profile_arn != self.profile_arn;
        swapped.then(|| Obstacle::ProfileSwapped { profile: last_part(&live.profile_arn).to_owned() })
    }

    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveAssociation>, CallError> {
        Ok(current(on).await?.map(LiveAssociation::from))
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        self.associate(on).await
    }

    /// A running instance is never without a profile; of one that does not run, AWS swaps none (EC2 API Reference,
    /// ReplaceIamInstanceProfileAssociation).
    async fn update(&self, planned: &Planned<LiveAssociation>, on: &Target<'_>) -> Result<(), StepError> {
        let live = planned.now(self, on).await?;
        if live.profile_arn == self.profile_arn {
            return Ok(());
        }
        if instances::runs(on.name(), on).await? != Some(true) {
            disassociate(&live.association_id, on).await?;
            return self.associate(on).await;
        }
        let swap = || instances::replace(&live.association_id, &self.profile_arn, on);
        self.propagated(on, swap).await?;
        self.until_associated(on).await
    }

    /// Removes our profile from the instance, if it is still there. What the association needed shows whose profile it
    /// is.
    async fn delete(_named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
        let ours = |one: &Association| {
            on.needed(KindName::IamInstanceProfile).any(|name| name == last_part(&one.profile_arn))
        };
        match current(on).await?.filter(ours) {
            Some(there) => disassociate(&there.id, on).await,
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_profile_is_refused_until_it_may_be_swapped() {
        let profile = |name: &str| format!("arn:aws:iam::111111111111:instance-profile/{name}");
        let check = |there: &str, replace: bool, differs: bool, refused: bool| {
            let wanted = InstanceProfileAssociation {
                profile_arn: profile("ours"),
                role_arn: "arn:aws:iam::111111111111:role/ours".to_owned(),
                replace,
            };
            let live =
                LiveAssociation { association_id: "iip-assoc-1".to_owned(), profile_arn: profile(there) };
            assert_eq!(!wanted.diff(&live).is_empty(), differs, "{there} {replace}");
            assert_eq!(wanted.refusal(&live).is_some(), refused, "{there} {replace}");
            assert_eq!(wanted.supersedes(&live).is_some(), differs && !refused, "{there} {replace}");
        };
        check("ours", false, false, false);
        check("team/theirs", false, true, true);
        check("team/theirs", true, true, false);
    }
}
