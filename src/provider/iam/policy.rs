//! `iam_policy`: a customer managed policy. A change of it is a new default version; the oldest makes room for it.

use aws_sdk_iam::types::PolicyVersion;
use serde_json::Value;

use super::document::{self, document, tags, taken_away, wanted};
use super::holding;
use crate::aws::{CallError, StepError, Target};
use crate::provider::change::{Diff, FieldChange, touches};
use crate::provider::facts::{Adoption, Facts, Flow, Home, Others, Proof, Removal, Speed, Tagging};
use crate::provider::fresh::Planned;
use crate::provider::kind::{Fingerprint, Kind, Tagged, found, gone};
use crate::provider::obstacle::Obstacle;
use crate::provider::policies::{PolicyDocument, PolicySlot};
use crate::provider::tags::{OwnTags, Tags};

/// Most versions of a managed policy (IAM User Guide, "IAM and AWS STS quotas").
const VERSIONS: usize = 5;

/// A customer managed policy, of path `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IamPolicy {
    /// What it is for, in one sentence; set at creation, which is the only time AWS takes it.
    pub description: String,
    /// What it says.
    pub document: Value,
    /// Tags of ours.
    pub tags: OwnTags,
}

/// A policy as IAM reports it.
#[derive(Debug, Clone, Default)]
pub struct LiveIamPolicy {
    pub(crate) document: Option<Value>,
    pub(crate) tags: Tags,
}

fn arn(on: &Target<'_>) -> String {
    document::arn("policy", on)
}

impl IamPolicy {
    /// Puts the document in force. At the limit the oldest version makes room that is not in force.
    async fn put_document(&self, planned: &Planned<LiveIamPolicy>, on: &Target<'_>) -> Result<(), StepError> {
        let versions = versions(on).await?;
        if let Some(oldest) = superfluous(&versions) {
            delete_version(oldest, on).await?;
        }
        planned.now(self, on).await?;
        let call = on.clients().iam().create_policy_version().policy_arn(arn(on)).set_as_default(true);
        let call = call.policy_document(self.document.to_string());
        on.write("iam:CreatePolicyVersion", call.send()).await?;
        Ok(())
    }

    /// The version that is in force. It may be listed before it can be read.
    async fn document(version: &str, on: &Target<'_>) -> Result<Option<Value>, CallError> {
        let call = on.clients().iam().get_policy_version().policy_arn(arn(on)).version_id(version);
        let answer = found(on.read("iam:GetPolicyVersion", call.send()).await)?;
        let version = answer.and_then(|answer| answer.policy_version);
        Ok(version.and_then(|version| version.document().map(document)))
    }
}

async fn versions(on: &Target<'_>) -> Result<Vec<PolicyVersion>, CallError> {
    let call = on.clients().iam().list_policy_versions().policy_arn(arn(on));
    let pages = on.pages("iam:ListPolicyVersions", |marker| call.clone().set_marker(marker).send());
    pages.all(|page| page.versions.unwrap_or_default()).await
}

async fn delete_version(version: &PolicyVersion, on: &Target<'_>) -> Result<(), CallError> {
    let call = on.clients().iam().delete_policy_version().policy_arn(arn(on));
    let call = call.set_version_id(version.version_id().map(str::to_owned));
    gone(on.write("iam:DeletePolicyVersion", call.send()).await)
}

/// Which version has to go before another one is made. Ids are `v1`, `v2` and so on, and are never given twice.
fn superfluous(versions: &[PolicyVersion]) -> Option<&PolicyVersion> {
    let number = |version: &PolicyVersion| {
        let id = version.version_id().and_then(|id| id.strip_prefix('v'));
        id.and_then(|id| id.parse::<u64>().ok()).unwrap_or(u64::MAX)
    };
    let unused = versions.iter().filter(|version| !version.is_default_version());
    unused.min_by_key(|version| number(version)).filter(|_| versions.len() >= VERSIONS)
}

/// Who still has it attached.
async fn holders(on: &Target<'_>) -> Result<Vec<String>, CallError> {
    let call = on.clients().iam().list_entities_for_policy().policy_arn(arn(on));
    let mut pages = on.pages("iam:ListEntitiesForPolicy", |marker| call.clone().set_marker(marker).send());
    let mut holders = Vec::new();
    while let Some(page) = found(pages.next().await)?.flatten() {
        let roles = page.policy_roles().iter().filter_map(|role| role.role_name());
        holders.extend(roles.map(|name| format!("role `{name}`")));
        let users = page.policy_users().iter().filter_map(|user| user.user_name());
        holders.extend(users.map(|name| format!("user `{name}`")));
        let groups = page.policy_groups().iter().filter_map(|group| group.group_name());
        holders.extend(groups.map(|name| format!("group `{name}`")));
    }
    Ok(holders)
}

impl Kind for IamPolicy {
    type Live = LiveIamPolicy;

    const FACTS: Facts = Facts {
        removal: Removal::Deleted,
        home: Home::Own,
        tagged: Tagging::AtCreation,
        proof: Proof::Tag,
        adoption: Adoption::Set,
        flow: Flow::Aside,
        others: Others::Refused,
        holds_policies: true,
        speed: Speed { service: "IAM", written: "CreatePolicy", deleted: "DeletePolicy", waits: None },
    };

    const TAGS: Option<Tagged<Self>> =
        Some(Tagged { wanted: |it| &it.tags, wanted_mut: |it| &mut it.tags, live: |there| &there.tags });

    const FINGERPRINT: Option<Fingerprint<Self>> = None;

    fn stand_in() -> Self {
        Self { description: String::new(), document: Value::Null, tags: OwnTags::default() }
    }

    fn diff(&self, live: &LiveIamPolicy) -> Vec<FieldChange> {
        Diff::default()
            .policy("document", live.document.as_ref(), Some(&self.document))
            .tags(&live.tags, &self.tags)
            .done()
    }

    fn refusal(&self, _live: &LiveIamPolicy) -> Option<Obstacle> {
        None
    }

    fn foreign(&self, _live: &LiveIamPolicy) -> Vec<FieldChange> {
        Vec::new()
    }

    fn policies(&self) -> Vec<PolicyDocument> {
        vec![PolicyDocument::new(PolicySlot::Managed, &self.document)]
    }

    fn live_policies(live: &LiveIamPolicy) -> Vec<PolicyDocument> {
        live.document.iter().map(|document| PolicyDocument::new(PolicySlot::Managed, document)).collect()
    }

    fn hint(error: &StepError) -> Option<&'static str> {
        let StepError::Call(call) = error else { return None };
        holding::hint(call)
    }

    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveIamPolicy>, CallError> {
        let call = on.clients().iam().get_policy().policy_arn(arn(on));
        let answer = found(on.read("iam:GetPolicy", call.send()).await)?;
        let Some(policy) = answer.and_then(|answer| answer.policy) else { return Ok(None) };
        let document = match policy.default_version_id() {
            Some(version) => Self::document(version, on).await?,
            None => None,
        };
        Ok(Some(LiveIamPolicy { document, tags: tags(policy.tags()) }))
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        let call = on.clients().iam().create_policy().policy_name(on.name()).description(&self.description);
        let call = call.policy_document(self.document.to_string()).set_tags(Some(wanted(&self.tags)));
        match on.write("iam:CreatePolicy", call.send()).await {
            // The plan looked for it by its ARN.
            Err(error) if error.is("EntityAlreadyExists", &[]) && !on.doubtful() => {
                let message = format!(
                    "{} Policy names are unique in an account, whatever their path or case, and `aws iam list-policies --scope Local` shows the existing one: use another name in the topology",
                    error.message
                );
                Err(CallError { message, ..error }.into())
            }
            made => Ok(made.map(drop)?),
        }
    }

    async fn update(&self, planned: &Planned<LiveIamPolicy>, on: &Target<'_>) -> Result<(), StepError> {
        let (iam, changes) = (on.clients().iam(), planned.changes(self));
        if touches(&changes, "document") {
            self.put_document(planned, on).await?;
        }
        if !touches(&changes, "tags") {
            return Ok(());
        }
        let live = planned.now(self, on).await?;
        if let Some(keys) = taken_away(&self.tags, &live.tags) {
            let call = iam.untag_policy().policy_arn(arn(on)).set_tag_keys(Some(keys));
            on.write("iam:UntagPolicy", call.send()).await?;
        }
        let call = iam.tag_policy().policy_arn(arn(on)).set_tags(Some(wanted(&self.tags)));
        on.write("iam:TagPolicy", call.send()).await?;
        Ok(())
    }

    /// Deletes the versions that are not in force, then the policy with the one that is.
    async fn delete(_named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
        let Some(versions) = found(versions(on).await)? else { return Ok(()) };
        for version in versions.iter().filter(|version| !version.is_default_version()) {
            delete_version(version, on).await?;
        }
        let deletion = || async {
            let call = on.clients().iam().delete_policy().policy_arn(arn(on));
            gone(on.write("iam:DeletePolicy", call.send()).await)
        };
        holding::delete(on, deletion, || holders(on)).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::provider::change::paths;

    fn policy() -> IamPolicy {
        let tags = OwnTags::of([("Project".to_owned(), "poc".to_owned())].into());
        IamPolicy { description: String::new(), document: says("s3:GetObject"), tags }
    }

    fn says(action: &str) -> Value {
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": [action], "Resource": "*"}]})
    }

    #[test]
    fn a_policy_differs_by_what_it_says_and_in_our_tags() {
        let check = |document: Option<Value>, tags: &[(&str, &str)], expect: &[&str]| {
            let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            let changes = policy().diff(&LiveIamPolicy { document, tags });
            assert_eq!(paths(&changes), expect);
        };
        let same = json!({"Statement": {"Action": "s3:getobject", "Resource": ["*"], "Effect": "Allow"}, "Version": "2012-10-17"});
        check(Some(same), &[("Project", "poc"), ("Owner", "x")], &[]);
        check(Some(says("s3:*")), &[("Project", "poc")], &["document"]);
        check(Some(says("s3:GetObject")), &[("Project", "old")], &["tags.Project"]);
        check(None, &[], &["document", "tags.Project"]);
    }

    #[test]
    fn at_five_versions_the_oldest_that_is_not_in_force_goes() {
        let check = |ids: &[&str], in_force: &str, expect: Option<&str>| {
            let version = |id: &&str| {
                PolicyVersion::builder().version_id(*id).is_default_version(*id == in_force).build()
            };
            let versions: Vec<PolicyVersion> = ids.iter().map(version).collect();
            assert_eq!(superfluous(&versions).and_then(PolicyVersion::version_id), expect, "{ids:?}");
        };
        check(&["v4", "v3", "v2", "v1"], "v4", None);
        check(&["v5", "v4", "v3", "v2", "v1"], "v5", Some("v1"));
        check(&["v12", "v11", "v10", "v9", "v8"], "v8", Some("v9"));
    }
}
