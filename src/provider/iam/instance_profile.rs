//! `iam_instance_profile`: an instance profile with its one role.

use std::collections::BTreeSet;

use super::document::{arn, tags, taken_away, under_another_path, wanted};
use super::holding;
use crate::address::{Address, KindName};
use crate::aws::target::PROPAGATION;
use crate::aws::{CallError, StepError, Target};
use crate::provider::change::{Diff, FieldChange, touches};
use crate::provider::facts::{Adoption, Facts, Flow, Home, Others, Proof, Removal, Speed, Tagging};
use crate::provider::fresh::Planned;
use crate::provider::kind::{Fingerprint, Found, Kind, Tagged, found, gone};
use crate::provider::obstacle::{Obstacle, Pathed};
use crate::provider::tags::{OwnTags, Tags};

/// An instance profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IamInstanceProfile {
    /// Name of its role.
    pub role: String,
    /// Roles of ours that it had before, by the record, and may still hold.
    pub previous: BTreeSet<String>,
    /// Tags of ours.
    pub tags: OwnTags,
}

/// An instance profile as IAM reports it.
#[derive(Debug, Clone, Default)]
pub struct LiveInstanceProfile {
    arn: String,
    pub(crate) role: Option<String>,
    pub(crate) tags: Tags,
}

impl IamInstanceProfile {
    /// Puts the role in. While role or profile are new, IAM may not know them yet (Terraform AWS provider,
    /// `internal/service/iam/instance_profile.go`).
    async fn add_role(&self, new: bool, on: &Target<'_>) -> Result<(), StepError> {
        let passing = |error: &CallError| {
            new && (error.is("NoSuchEntity", &[])
                || error.is("InvalidParameterValue", &["Invalid IAM Instance Profile name"]))
        };
        let add = || async {
            let iam = on.clients().iam();
            let call = iam.add_role_to_instance_profile().instance_profile_name(on.name());
            on.write("iam:AddRoleToInstanceProfile", call.role_name(&self.role).send()).await.map(drop)
        };
        match on.retrying(PROPAGATION, passing, add).await {
            Err(StepError::Call(error)) if error.is("LimitExceeded", &[]) => self.taken(error, on).await,
            other => other,
        }
    }

    /// Takes a role of ours out, to make room for another.
    async fn remove_role(role: &str, on: &Target<'_>) -> Result<(), CallError> {
        let call = on.clients().iam().remove_role_from_instance_profile();
        let call = call.instance_profile_name(on.name()).role_name(role);
        gone(on.write("iam:RemoveRoleFromInstanceProfile", call.send()).await)
    }

    /// A call that was repeated for want of an answer finds the role that it put in; otherwise it is another one.
    async fn taken(&self, error: CallError, on: &Target<'_>) -> Result<(), StepError> {
        match read(on).await {
            Ok(Some(live)) if live.role.as_ref() == Some(&self.role) => Ok(()),
            Ok(Some(LiveInstanceProfile { role: Some(role), .. })) => {
                let message = format!("{} It holds role `{role}`", error.message);
                Err(StepError::Call(CallError { message, ..error }))
            }
            _ => Err(StepError::Call(error)),
        }
    }
}

async fn read(on: &Target<'_>) -> Result<Option<LiveInstanceProfile>, CallError> {
    let call = on.clients().iam().get_instance_profile().instance_profile_name(on.name());
    let answer = found(on.read("iam:GetInstanceProfile", call.send()).await)?;
    Ok(answer.and_then(|answer| answer.instance_profile).map(|profile| LiveInstanceProfile {
        arn: profile.arn().to_owned(),
        role: profile.roles().first().map(|role| role.role_name().to_owned()),
        tags: tags(profile.tags()),
    }))
}

impl Kind for IamInstanceProfile {
    type Live = LiveInstanceProfile;

    const FACTS: Facts = Facts {
        removal: Removal::Deleted,
        home: Home::Own,
        tagged: Tagging::AtCreation,
        proof: Proof::Tag,
        adoption: Adoption::Set,
        flow: Flow::Aside,
        others: Others::Refused,
        holds_policies: false,
        speed: Speed {
            service: "IAM",
            written: "CreateInstanceProfile",
            deleted: "DeleteInstanceProfile",
            waits: None,
        },
    };

    const TAGS: Option<Tagged<Self>> =
        Some(Tagged { wanted: |it| &it.tags, wanted_mut: |it| &mut it.tags, live: |there| &there.tags });

    const FINGERPRINT: Option<Fingerprint<Self>> = None;

    fn stand_in() -> Self {
        Self { role: String::new(), previous: BTreeSet::new(), tags: OwnTags::default() }
    }

    fn diff(&self, live: &LiveInstanceProfile) -> Vec<FieldChange> {
        Diff::default()
            .field("role", live.role.clone(), self.role.clone())
            .tags(&live.tags, &self.tags)
            .done()
    }

    fn foreign(&self, _live: &LiveInstanceProfile) -> Vec<FieldChange> {
        Vec::new()
    }

    /// A profile has one role (IAM User Guide, "IAM and AWS STS quotas"), and instances live by it.
    fn refusal(&self, live: &LiveInstanceProfile) -> Option<Obstacle> {
        let role = live.role.as_ref().filter(|role| **role != self.role && !self.previous.contains(*role))?;
        Some(Obstacle::ProfileHoldsRole { role: role.clone() })
    }

    fn was_tied_to(&mut self, before: &[&Address]) {
        let roles = before.iter().filter(|need| need.kind == KindName::IamRole);
        self.previous = roles.map(|need| need.name.to_string()).collect();
    }

    fn hint(error: &StepError) -> Option<&'static str> {
        let StepError::Call(call) = error else { return None };
        holding::hint(call)
    }

    async fn look(&self, on: &Target<'_>) -> Result<Found<LiveInstanceProfile>, CallError> {
        let live = read(on).await?;
        let planned = arn("instance-profile", on);
        let elsewhere =
            live.as_ref().and_then(|live| under_another_path(Pathed::InstanceProfile, &live.arn, &planned));
        Ok(elsewhere.map_or_else(|| live.into(), Found::Impossible))
    }

    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveInstanceProfile>, CallError> {
        read(on).await
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        let call = on.clients().iam().create_instance_profile().instance_profile_name(on.name());
        on.write("iam:CreateInstanceProfile", call.set_tags(Some(wanted(&self.tags))).send()).await?;
        self.add_role(true, on).await
    }

    /// What it holds was looked at a moment ago; the calls change it role by role and tag by tag.
    async fn update(&self, planned: &Planned<LiveInstanceProfile>, on: &Target<'_>) -> Result<(), StepError> {
        let (iam, changes) = (on.clients().iam(), planned.changes(self));
        let live = planned.now(self, on).await?;
        if live.role.as_ref() != Some(&self.role) {
            if let Some(previous) = &live.role {
                Self::remove_role(previous, on).await?;
            }
            self.add_role(on.fresh(), on).await?;
        }
        if let Some(keys) = taken_away(&self.tags, &live.tags) {
            let call = iam.untag_instance_profile().instance_profile_name(on.name());
            on.write("iam:UntagInstanceProfile", call.set_tag_keys(Some(keys)).send()).await?;
        }
        if touches(&changes, "tags") {
            let call = iam.tag_instance_profile().instance_profile_name(on.name());
            on.write("iam:TagInstanceProfile", call.set_tags(Some(wanted(&self.tags))).send()).await?;
        }
        Ok(())
    }

    /// Deletes the profile once our role is out of it. One that somebody else put in stays, and so does the profile.
    async fn delete(_named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
        let Some(live) = read(on).await? else { return Ok(()) };
        let ours: BTreeSet<&str> = on.needed(KindName::IamRole).collect();
        if let Some(role) = live.role.as_deref().filter(|role| ours.contains(role)) {
            Self::remove_role(role, on).await?;
        }
        let deletion = || async {
            let call = on.clients().iam().delete_instance_profile().instance_profile_name(on.name());
            gone(on.write("iam:DeleteInstanceProfile", call.send()).await)
        };
        let holders = || async {
            let role = read(on).await?.and_then(|live| live.role);
            Ok(role.map(|role| format!("role `{role}`")).into_iter().collect())
        };
        holding::delete(on, deletion, holders).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_gets_its_role_in_place_of_a_previous_one_and_of_none_that_is_somebody_elses() {
        let previous = ["before".to_owned()].into();
        let profile = IamInstanceProfile { role: "agent".to_owned(), previous, tags: OwnTags::default() };
        let check = |role: Option<&str>, differs: bool, refused: bool| {
            let live =
                LiveInstanceProfile { role: role.map(str::to_owned), ..LiveInstanceProfile::default() };
            assert_eq!(!profile.diff(&live).is_empty(), differs, "{role:?}");
            assert_eq!(profile.refusal(&live).is_some(), refused, "{role:?}");
        };
        check(Some("agent"), false, false);
        check(None, true, false);
        check(Some("before"), true, false);
        check(Some("theirs"), true, true);
    }
}
