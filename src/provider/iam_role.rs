//! `iam_role`: a role with its trust and one inline policy, written right after it so that nothing waits on an
//! attachment (the classic race between a role and a policy that is a resource of its own).

use std::collections::BTreeSet;

use aws_sdk_iam::types::Tag;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::change::{Diff, FieldChange, touches};
use super::kind::{Kind, found, gone};
use super::tags::{OwnTags, Tags};
use crate::aws::target::PROPAGATION;
use crate::aws::{CallError, StepError, Target};

/// Name of the one inline policy.
pub(crate) const INLINE: &str = "logpipe";

/// A role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IamRole {
    /// Somebody else's role, which must be there under this ARN and is only used; nothing of it is ever written.
    pub borrowed_arn: Option<String>,
    /// What it is for, in one sentence; set at creation, not managed afterwards.
    pub description: String,
    /// Who may assume it.
    pub trust: Value,
    /// What it may do by its inline policy, if it has one.
    pub policy: Option<Value>,
    /// The managed policies that the topology attaches to it, by ARN; further ones are foreign.
    pub attachments: BTreeSet<String>,
    /// Tags of ours.
    pub tags: OwnTags,
}

/// A role as IAM reports it.
#[derive(Debug, Clone, Default)]
pub struct LiveRole {
    pub(crate) trust: Option<Value>,
    pub(crate) policy: Option<Value>,
    pub(crate) attached: Vec<String>,
    pub(crate) tags: Tags,
}

impl IamRole {
    /// Sets the inline policy.
    pub(crate) async fn put_policy(&self, on: &Target<'_>) -> Result<(), CallError> {
        let Some(policy) = &self.policy else { return Ok(()) };
        let call = on.clients().iam().put_role_policy().role_name(on.name()).policy_name(INLINE);
        on.write("iam:PutRolePolicy", call.policy_document(policy.to_string()).send()).await.map(drop)
    }

    fn tag_list(&self) -> Vec<Tag> {
        self.tags
            .wanted
            .iter()
            .filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok())
            .collect()
    }

    /// Deletes the role and our inline policy, which IAM may still see for a moment. Policies that others attached make
    /// IAM refuse in other words and at once, which is right: the error names the role, and what they are is shown by
    /// `status`.
    pub(crate) async fn delete(on: &Target<'_>) -> Result<(), StepError> {
        let iam = on.clients().iam();
        let inline = iam.delete_role_policy().role_name(on.name()).policy_name(INLINE);
        gone(on.write("iam:DeleteRolePolicy", inline.send()).await)?;
        let passing = |error: &CallError| error.is("DeleteConflict", &["must delete policies first"]);
        on.retrying(PROPAGATION, passing, || async {
            gone(on.write("iam:DeleteRole", iam.delete_role().role_name(on.name()).send()).await)
        })
        .await
    }
}

impl Kind for IamRole {
    type Live = LiveRole;

    fn diff(&self, live: &LiveRole) -> Vec<FieldChange> {
        Diff::default()
            .policy("trust", live.trust.as_ref(), Some(&self.trust))
            .policy("policy", live.policy.as_ref(), self.policy.as_ref())
            .tags(&live.tags, &self.tags)
            .done()
    }

    fn foreign(&self, live: &LiveRole) -> Vec<FieldChange> {
        if live.attached.is_empty() {
            return Vec::new();
        }
        vec![FieldChange {
            field: "foreign.attached_policies".to_owned(),
            from: json!(live.attached),
            to: Value::Null,
        }]
    }

    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveRole>, CallError> {
        let (iam, name) = (on.clients().iam(), on.name());
        let role = found(on.read("iam:GetRole", iam.get_role().role_name(name).send()).await)?;
        let Some(role) = role.and_then(|answer| answer.role) else { return Ok(None) };
        let policy = iam.get_role_policy().role_name(name).policy_name(INLINE);
        let attached = iam.list_attached_role_policies().role_name(name).into_paginator().items();
        let (policy, attached) = tokio::join!(
            on.read("iam:GetRolePolicy", policy.send()),
            on.read("iam:ListAttachedRolePolicies", attached.send().collect::<Result<Vec<_>, _>>()),
        );
        Ok(Some(LiveRole {
            trust: role.assume_role_policy_document().map(document),
            policy: found(policy)?.map(|answer| document(answer.policy_document())),
            attached: attached?.iter().filter_map(|policy| policy.policy_arn().map(str::to_owned)).collect(),
            tags: role.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect(),
        }))
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        let call = on.clients().iam().create_role().role_name(on.name()).description(&self.description);
        let call = call.assume_role_policy_document(self.trust.to_string()).set_tags(Some(self.tag_list()));
        on.write("iam:CreateRole", call.send()).await?;
        // The role was made a moment ago, so that IAM does not know it can only mean "not yet".
        on.retrying(PROPAGATION, |error| error.is("NoSuchEntity", &[]), || self.put_policy(on)).await
    }

    async fn update(&self, live: &LiveRole, on: &Target<'_>) -> Result<(), StepError> {
        let (iam, changes) = (on.clients().iam(), self.diff(live));
        if touches(&changes, "trust") {
            let call =
                iam.update_assume_role_policy().role_name(on.name()).policy_document(self.trust.to_string());
            on.write("iam:UpdateAssumeRolePolicy", call.send()).await?;
        }
        if touches(&changes, "policy") {
            self.put_policy(on).await?;
        }
        let taken_away: Vec<String> = self.tags.taken_away(&live.tags).cloned().collect();
        if !taken_away.is_empty() {
            let call = iam.untag_role().role_name(on.name()).set_tag_keys(Some(taken_away));
            on.write("iam:UntagRole", call.send()).await?;
        }
        if touches(&changes, "tags") {
            let call = iam.tag_role().role_name(on.name()).set_tags(Some(self.tag_list()));
            on.write("iam:TagRole", call.send()).await?;
        }
        Ok(())
    }
}

/// IAM sends policy documents URL-encoded (IAM API reference, GetRole).
fn document(encoded: &str) -> Value {
    let text = percent_decode_str(encoded).decode_utf8_lossy();
    serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_come_url_encoded() {
        assert_eq!(document("%7B%22Version%22%3A%222012-10-17%22%7D"), json!({"Version": "2012-10-17"}));
    }

    #[test]
    fn a_policy_somebody_attached_is_shown_but_never_a_change() {
        let role = IamRole {
            borrowed_arn: None,
            description: String::new(),
            trust: json!({}),
            policy: Some(json!({})),
            attachments: BTreeSet::new(),
            tags: OwnTags::default(),
        };
        let live = LiveRole {
            trust: Some(json!({})),
            policy: Some(json!({})),
            attached: vec!["arn:aws:iam::aws:policy/AdministratorAccess".into()],
            tags: Tags::new(),
        };
        assert!(role.diff(&live).is_empty());
        assert_eq!(role.foreign(&live)[0].field, "foreign.attached_policies");
    }
}
