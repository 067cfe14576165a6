//! `iam_role`: a role with its trust and one inline policy, written right after it so that nothing waits on an
//! attachment (the classic race between a role and a policy that is a resource of its own).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::document::{arn, taken_away, under_another_path, wanted};
use super::holding;
use super::role_reading::{attached, get, holders, inline, others, read_policy};
use crate::address::arn::role_in;
use crate::aws::target::PROPAGATION;
use crate::aws::{CallError, StepError, Target};
use crate::policy::{admitting_others, says};
use crate::provider::change::{Diff, FieldChange, touches};
use crate::provider::facts::{Adoption, Drained, Facts, Flow, Home, Others, Proof, Removal, Speed, Tagging};
use crate::provider::field::Field;
use crate::provider::fresh::Planned;
use crate::provider::kind::{Fingerprint, Found, Kind, Tagged, found, gone};
use crate::provider::notice::Notice;
use crate::provider::obstacle::{Obstacle, Pathed};
use crate::provider::policies::{PolicyDocument, PolicySlot};
use crate::provider::tags::{OwnTags, Tags};

/// Name of the one inline policy.
pub(crate) const INLINE: &str = "logpipe";

/// A role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IamRole {
    /// Somebody else's role, which must exist under this ARN; logpipe only uses it and never writes to it.
    pub borrowed_arn: Option<String>,
    /// What it is for, in one sentence; set at creation, not managed afterwards.
    pub description: String,
    /// Who may assume it.
    pub trust: Value,
    /// What it may do by its inline policy, if it has one.
    pub policy: Option<Value>,
    /// ARN of the policy that bounds what it may do, where the topology names one; without that, it is for others to set.
    pub permissions_boundary: Option<String>,
    /// The managed policies that the topology attaches to it, by ARN; further ones are foreign.
    pub attachments: BTreeSet<String>,
    /// Whether no policy of others may stay on it.
    pub sole: bool,
    /// Tags of ours.
    pub tags: OwnTags,
}

/// A role as IAM reports it.
#[derive(Debug, Clone, Default)]
pub struct LiveRole {
    /// Its ARN, with its path.
    pub(crate) arn: String,
    pub(crate) trust: Option<Value>,
    /// Our inline policy.
    pub(crate) policy: Option<Value>,
    /// ARNs of the managed policies attached to it.
    pub(crate) attached: Vec<String>,
    /// Names of its inline policies, ours among them.
    pub(crate) inline: Vec<String>,
    /// What the inline policies of others say, by name; read of a role of ours only.
    pub(crate) others: BTreeMap<String, Value>,
    /// ARN of the policy that bounds what it may do.
    pub(crate) boundary: Option<String>,
    pub(crate) tags: Tags,
}

impl LiveRole {
    /// Whether it has the inline policy that logpipe gives its roles.
    pub fn has_inline(&self) -> bool {
        self.policy.is_some()
    }
}

/// The inline policies of others by name, and the ARNs of the managed ones that they have attached.
type OfOthers = (BTreeMap<String, Value>, Vec<String>);

impl IamRole {
    /// Somebody else's role, of which only its ARN is declared.
    pub fn borrowed(arn: String) -> Self {
        Self { borrowed_arn: Some(arn), ..Self::stand_in() }
    }

    /// ARNs of the managed policies that somebody else attached.
    pub(crate) fn attached_by_others<'l>(&self, live: &'l LiveRole) -> Vec<&'l String> {
        live.attached.iter().filter(|policy| !self.attachments.contains(*policy)).collect()
    }

    /// What of others is to go, as changes.
    fn taken_off((inline, attached): &OfOthers) -> Vec<FieldChange> {
        let mut diff = Diff::default();
        if !inline.is_empty() {
            diff = diff.field("inline_policies", json!(inline), Value::Null);
        }
        if !attached.is_empty() {
            diff = diff.field("attached_policies", json!(attached), Value::Null);
        }
        diff.done()
    }

    /// Whether something that others have put on it is to go.
    pub(crate) fn takes_off(&self, live: &LiveRole) -> bool {
        self.sole && self.of_others(live) != OfOthers::default()
    }

    /// What of others stays.
    fn staying(&self, live: &LiveRole) -> OfOthers {
        if self.sole { OfOthers::default() } else { self.of_others(live) }
    }

    fn of_others(&self, live: &LiveRole) -> OfOthers {
        (live.others.clone(), self.attached_by_others(live).into_iter().cloned().collect())
    }

    /// Takes off what others have put on it, after what logpipe writes is in force.
    async fn take_off(&self, planned: &Planned<LiveRole>, on: &Target<'_>) -> Result<(), StepError> {
        let there = async {
            let (attached, inline) = tokio::join!(attached(on.name(), on), inline(on));
            let others = others(&inline?, on).await?;
            Ok(self.of_others(&LiveRole { others, attached: attached?, ..LiveRole::default() }))
        };
        let of = |live: &LiveRole| self.of_others(live);
        let there = planned.setting(of, Self::taken_off, there).await?;
        let (inline, attached) = &*there;
        let iam = on.clients().iam();
        for policy in inline.keys() {
            let call = iam.delete_role_policy().role_name(on.name()).policy_name(policy);
            gone(on.write("iam:DeleteRolePolicy", call.send()).await)?;
        }
        for policy in attached {
            let call = iam.detach_role_policy().role_name(on.name()).policy_arn(policy);
            gone(on.write("iam:DetachRolePolicy", call.send()).await)?;
        }
        Ok(())
    }

    /// The boundary that somebody else set, where the topology names none.
    fn bounded_by_others<'l>(&self, live: &'l LiveRole) -> Option<&'l str> {
        live.boundary.as_deref().filter(|_| self.permissions_boundary.is_none())
    }

    fn differing_trust(&self, live: Option<&Value>) -> Vec<FieldChange> {
        Diff::default().policy("trust", live, Some(&self.trust)).done()
    }

    fn differing_policy(&self, live: Option<&Value>) -> Vec<FieldChange> {
        Diff::default().policy("policy", live, self.policy.as_ref()).done()
    }

    fn differing_boundary(&self, live: Option<&str>) -> Vec<FieldChange> {
        let Some(wanted) = &self.permissions_boundary else { return Vec::new() };
        Diff::default().field("permissions_boundary", live, wanted.as_str()).done()
    }

    /// Sets the inline policy; one of ours that is no longer wanted goes.
    pub(crate) async fn put_policy(&self, on: &Target<'_>) -> Result<(), CallError> {
        let Some(policy) = &self.policy else { return remove_policy(on).await };
        let call = on.clients().iam().put_role_policy().role_name(on.name()).policy_name(INLINE);
        on.write("iam:PutRolePolicy", call.policy_document(policy.to_string()).send()).await.map(drop)
    }

    /// IAM accepts no principal that does not exist, and one made a moment ago may not be known everywhere.
    async fn with_principals<E, F, Fut>(on: &Target<'_>, attempt: F) -> Result<(), StepError>
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<(), E>>,
        E: Into<StepError>,
    {
        let unknown = |error: &CallError| {
            on.fresh() && error.is("MalformedPolicyDocument", &["Invalid principal in policy"])
        };
        on.retrying(PROPAGATION, unknown, attempt).await
    }

    /// The managed policies and the names of inline ones of a role that is somebody else's.
    async fn read_borrowed(on: &Target<'_>) -> Result<Option<LiveRole>, CallError> {
        let Some(role) = get(on).await? else { return Ok(None) };
        let (attached, inline) = tokio::join!(attached(on.name(), on), inline(on));
        Ok(Some(LiveRole { attached: attached?, inline: inline?, ..role }))
    }
}

async fn remove_policy(on: &Target<'_>) -> Result<(), CallError> {
    let call = on.clients().iam().delete_role_policy().role_name(on.name()).policy_name(INLINE);
    gone(on.write("iam:DeleteRolePolicy", call.send()).await)
}

/// What to say about somebody else's role that is not there under its ARN.
fn not_borrowed(wanted: &str, live: Option<&LiveRole>) -> Option<Obstacle> {
    let path_and_name = |arn: &str| role_in(arn).unwrap_or(arn).to_owned();
    let role = path_and_name(wanted);
    match live {
        None => Some(Obstacle::NoRole { role }),
        Some(live) if live.arn != wanted => Some(Obstacle::OtherRolePath {
            arn: live.arn.clone(),
            there: path_and_name(&live.arn),
            declared: role,
        }),
        Some(_) => None,
    }
}

impl Kind for IamRole {
    type Live = LiveRole;

    const FACTS: Facts = Facts {
        removal: Removal::Drained(Drained {
            pruned: "it is deleted 3 min after the last subscription stops using it",
            unless_users_waited: true,
            destroyed: None,
        }),
        home: Home::Own,
        tagged: Tagging::AtCreation,
        proof: Proof::Tag,
        adoption: Adoption::Set,
        flow: Flow::Aside,
        others: Others::Refused,
        holds_policies: true,
        speed: Speed { service: "IAM", written: "CreateRole", deleted: "DeleteRole", waits: None },
    };

    const TAGS: Option<Tagged<Self>> =
        Some(Tagged { wanted: |it| &it.tags, wanted_mut: |it| &mut it.tags, live: |there| &there.tags });

    const FINGERPRINT: Option<Fingerprint<Self>> = None;

    fn stand_in() -> Self {
        Self {
            borrowed_arn: None,
            permissions_boundary: None,
            description: String::new(),
            trust: Value::Null,
            policy: None,
            attachments: BTreeSet::new(),
            sole: false,
            tags: OwnTags::default(),
        }
    }

    /// Of somebody else's role nothing is ours to compare.
    fn diff(&self, live: &LiveRole) -> Vec<FieldChange> {
        if self.borrowed_arn.is_some() {
            return Vec::new();
        }
        let mut changes = self.differing_trust(live.trust.as_ref());
        changes.extend(self.differing_policy(live.policy.as_ref()));
        changes.extend(self.differing_boundary(live.boundary.as_deref()));
        if self.sole {
            changes.extend(Self::taken_off(&self.of_others(live)));
        }
        changes.extend(self.tags.diff(&live.tags));
        changes
    }

    fn refusal(&self, _live: &LiveRole) -> Option<Obstacle> {
        None
    }

    fn foreign(&self, live: &LiveRole) -> Vec<FieldChange> {
        if self.borrowed_arn.is_some() {
            return Vec::new();
        }
        let (inline, attached) = self.staying(live);
        let found = [
            ("attached_policies", (!attached.is_empty()).then(|| json!(attached))),
            ("inline_policies", (!inline.is_empty()).then(|| json!(inline))),
            ("permissions_boundary", self.bounded_by_others(live).map(|arn| json!(arn))),
        ];
        let change =
            |field, from| FieldChange { field: Field::from(field).of_others(), from, to: Value::Null };
        found.into_iter().filter_map(|(field, from)| Some(change(field, from?))).collect()
    }

    /// What its trust, its boundary and the policies of others come to, in words: it may do more, or less, than logpipe
    /// has it do.
    fn notices(&self, live: &LiveRole) -> Vec<Notice> {
        if self.borrowed_arn.is_some() {
            return Vec::new();
        }
        let (inline, attached) = self.staying(live);
        let inline = inline.into_iter();
        let inline = inline.map(|(policy, document)| Notice::InlinePolicy { policy, says: says(&document) });
        let attached = attached.into_iter().map(|arn| Notice::AttachedPolicy { arn });
        let boundary = self.bounded_by_others(live).into_iter();
        let boundary = boundary.map(|arn| Notice::Boundary { arn: arn.to_owned() });
        let strangers = live.trust.iter().flat_map(|trust| admitting_others(trust, &self.trust));
        let strangers = strangers
            .map(|statement| Notice::TrustedStranger { says: says(&json!({ "Statement": [statement] })) });
        inline.chain(attached).chain(boundary).chain(strangers).collect()
    }

    /// Of somebody else's role nothing is declared.
    fn policies(&self) -> Vec<PolicyDocument> {
        if self.borrowed_arn.is_some() {
            return Vec::new();
        }
        let inline = self.policy.iter().map(|policy| PolicyDocument::new(PolicySlot::Inline, policy));
        std::iter::once(PolicyDocument::new(PolicySlot::Trust, &self.trust)).chain(inline).collect()
    }

    fn live_policies(live: &LiveRole) -> Vec<PolicyDocument> {
        let trust = live.trust.iter().map(|trust| PolicyDocument::new(PolicySlot::Trust, trust));
        let inline = live.policy.iter().map(|policy| PolicyDocument::new(PolicySlot::Inline, policy));
        let others = live.others.iter().map(|(name, document)| PolicyDocument {
            name: Some(name.clone()),
            ..PolicyDocument::new(PolicySlot::InlineOfOthers, document)
        });
        trust.chain(inline).chain(others).collect()
    }

    fn uses_existing(&self) -> bool {
        self.borrowed_arn.is_some()
    }

    fn written_over(&self, live: &LiveRole) -> LiveRole {
        LiveRole {
            trust: Some(self.trust.clone()),
            policy: self.policy.clone(),
            boundary: self.permissions_boundary.clone().or_else(|| live.boundary.clone()),
            tags: self.tags.merged(&live.tags),
            others: if self.sole { BTreeMap::new() } else { live.others.clone() },
            attached: live
                .attached
                .iter()
                .filter(|arn| !self.sole || self.attachments.contains(*arn))
                .cloned()
                .collect(),
            inline: live.inline.iter().filter(|name| !self.sole || *name == INLINE).cloned().collect(),
            ..live.clone()
        }
    }

    fn hint(error: &StepError) -> Option<&'static str> {
        let StepError::Call(call) = error else { return None };
        if matches!(call.operation, "iam:CreateRole" | "iam:PutRolePermissionsBoundary")
            && call.is("NoSuchEntity", &[])
        {
            return Some(
                "`permissions_boundary` must name a policy that already exists in this account: create it, or correct the name and its path (`aws iam list-policies --scope Local`)",
            );
        }
        holding::hint(call)
    }

    async fn look(&self, on: &Target<'_>) -> Result<Found<LiveRole>, CallError> {
        let Some(wanted) = &self.borrowed_arn else {
            let live = self.read(on).await?;
            let elsewhere =
                live.as_ref().and_then(|live| under_another_path(Pathed::Role, &live.arn, &arn("role", on)));
            return Ok(elsewhere.map_or_else(|| live.into(), Found::Impossible));
        };
        let live = Self::read_borrowed(on).await?;
        Ok(not_borrowed(wanted, live.as_ref()).map_or_else(|| live.into(), Found::Impossible))
    }

    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveRole>, CallError> {
        if self.borrowed_arn.is_some() {
            return Self::read_borrowed(on).await;
        }
        let Some(role) = get(on).await? else { return Ok(None) };
        let (policy, attached, inline) = tokio::join!(read_policy(on), attached(on.name(), on), inline(on));
        let policy = policy?;
        let (attached, inline) = (found(attached)?.unwrap_or_default(), found(inline)?.unwrap_or_default());
        let others = others(&inline, on).await?;
        Ok(Some(LiveRole { policy, attached, inline, others, ..role }))
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        Self::with_principals(on, || async {
            let call = on.clients().iam().create_role().role_name(on.name()).description(&self.description);
            let call = call.assume_role_policy_document(self.trust.to_string());
            let call = call.set_permissions_boundary(self.permissions_boundary.clone());
            on.write("iam:CreateRole", call.set_tags(Some(wanted(&self.tags))).send()).await.map(drop)
        })
        .await?;
        if self.policy.is_none() {
            return Ok(());
        }
        // The role was made a moment ago, so that IAM does not know it can only mean "not yet".
        on.retrying(PROPAGATION, |error| error.is("NoSuchEntity", &[]), || self.put_policy(on)).await
    }

    async fn update(&self, planned: &Planned<LiveRole>, on: &Target<'_>) -> Result<(), StepError> {
        let (iam, changes) = (on.clients().iam(), planned.changes(self));
        // A principal that was deleted stands in the trust by its unique id, also once there is a new one of its name
        // (IAM User Guide, "AWS JSON policy elements: Principal"), so that writing the same again makes it good.
        if touches(&changes, "trust") {
            Self::with_principals(on, || async {
                let there = async { Ok(get(on).await?.and_then(|role| role.trust)) };
                planned
                    .setting(|live| live.trust.clone(), |trust| self.differing_trust(trust.as_ref()), there)
                    .await?;
                let call = iam.update_assume_role_policy().role_name(on.name());
                let call = call.policy_document(self.trust.to_string());
                Ok::<(), StepError>(on.write("iam:UpdateAssumeRolePolicy", call.send()).await.map(drop)?)
            })
            .await?;
        }
        // Before its policy, so that it never may do what the boundary is to keep from it.
        if touches(&changes, "permissions_boundary") {
            let there = async { Ok(get(on).await?.and_then(|role| role.boundary)) };
            let differing = |boundary: &Option<String>| self.differing_boundary(boundary.as_deref());
            planned.setting(|live| live.boundary.clone(), differing, there).await?;
            let call = iam.put_role_permissions_boundary().role_name(on.name());
            let call = call.set_permissions_boundary(self.permissions_boundary.clone());
            on.write("iam:PutRolePermissionsBoundary", call.send()).await?;
        }
        if touches(&changes, "policy") {
            let there = read_policy(on);
            planned
                .setting(|live| live.policy.clone(), |policy| self.differing_policy(policy.as_ref()), there)
                .await?;
            self.put_policy(on).await?;
        }
        if touches(&changes, "tags") {
            let there = async { Ok(get(on).await?.map(|role| role.tags).unwrap_or_default()) };
            let live = planned.setting(|live| live.tags.clone(), |tags| self.tags.diff(tags), there).await?;
            if let Some(keys) = taken_away(&self.tags, &live) {
                let call = iam.untag_role().role_name(on.name()).set_tag_keys(Some(keys));
                on.write("iam:UntagRole", call.send()).await?;
            }
            let call = iam.tag_role().role_name(on.name()).set_tags(Some(wanted(&self.tags)));
            on.write("iam:TagRole", call.send()).await?;
        }
        if touches(&changes, "inline_policies") || touches(&changes, "attached_policies") {
            self.take_off(planned, on).await?;
        }
        Ok(())
    }

    /// Deletes the role and our inline policy, which IAM may still see for a moment, as it may the policies that were
    /// just detached. Other users of it must remove their own use, and the error names them.
    async fn delete(_named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
        remove_policy(on).await?;
        let deletion = || async {
            let call = on.clients().iam().delete_role().role_name(on.name());
            gone(on.write("iam:DeleteRole", call.send()).await)
        };
        holding::delete(on, deletion, || async { Ok(holders(on).await) }).await
    }
}

#[cfg(test)]
#[path = "role_tests.rs"]
mod tests;
