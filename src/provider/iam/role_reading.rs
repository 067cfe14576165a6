//! What IAM reports about a role: the role, its policies, and its users.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use serde_json::Value;

use super::document::{document, tags};
use super::role::{INLINE, LiveRole};
use crate::aws::{CallError, Target};
use crate::provider::kind::found;

/// The role without its policies.
pub(super) async fn get(on: &Target<'_>) -> Result<Option<LiveRole>, CallError> {
    let answer = on.read("iam:GetRole", on.clients().iam().get_role().role_name(on.name()).send()).await;
    let role = found(answer)?.and_then(|answer| answer.role);
    Ok(role.map(|role| LiveRole {
        arn: role.arn().to_owned(),
        trust: role.assume_role_policy_document().map(document),
        boundary: role
            .permissions_boundary()
            .and_then(|bounds| bounds.permissions_boundary_arn().map(str::to_owned)),
        tags: tags(role.tags()),
        ..LiveRole::default()
    }))
}

/// Our inline policy.
pub(super) async fn read_policy(on: &Target<'_>) -> Result<Option<Value>, CallError> {
    let call = on.clients().iam().get_role_policy().role_name(on.name()).policy_name(INLINE);
    let answer = found(on.read("iam:GetRolePolicy", call.send()).await)?;
    Ok(answer.map(|answer| document(answer.policy_document())))
}

/// ARNs of the managed policies attached to a role.
pub(super) async fn attached(role: &str, on: &Target<'_>) -> Result<Vec<String>, CallError> {
    let call = on.clients().iam().list_attached_role_policies().role_name(role);
    let pages = on.pages("iam:ListAttachedRolePolicies", |marker| call.clone().set_marker(marker).send());
    let policies = pages.all(|page| page.attached_policies.unwrap_or_default()).await?;
    Ok(policies.into_iter().filter_map(|policy| policy.policy_arn).collect())
}

/// Names of the inline policies of a role.
pub(super) async fn inline(on: &Target<'_>) -> Result<Vec<String>, CallError> {
    let call = on.clients().iam().list_role_policies().role_name(on.name());
    let pages = on.pages("iam:ListRolePolicies", |marker| call.clone().set_marker(marker).send());
    pages.all(|page| page.policy_names).await
}

/// What the inline policies of others say. One that has gone since it was listed says nothing.
pub(super) async fn others(names: &[String], on: &Target<'_>) -> Result<BTreeMap<String, Value>, CallError> {
    let read = |name: String| async move {
        let call = on.clients().iam().get_role_policy().role_name(on.name()).policy_name(&name);
        let answer = found(on.read("iam:GetRolePolicy", call.send()).await)?;
        Ok(answer.map(|answer| (name, document(answer.policy_document()))))
    };
    let theirs = names.iter().filter(|name| *name != INLINE).cloned();
    let policies = try_join_all(theirs.map(read)).await?;
    Ok(policies.into_iter().flatten().collect())
}

/// What keeps IAM from deleting the role, as far as that may be seen: of what may not, nothing is known.
pub(super) async fn holders(on: &Target<'_>) -> Vec<String> {
    let call = on.clients().iam().list_instance_profiles_for_role().role_name(on.name());
    let profiles =
        on.pages("iam:ListInstanceProfilesForRole", |marker| call.clone().set_marker(marker).send());
    let (attached, inline, profiles) =
        tokio::join!(attached(on.name(), on), inline(on), profiles.all(|page| page.instance_profiles),);
    let attached = attached.unwrap_or_default().into_iter();
    let inline = inline.unwrap_or_default().into_iter();
    let profiles = profiles.unwrap_or_default().into_iter();
    attached
        .map(|policy| format!("policy {policy}"))
        .chain(inline.filter(|name| name != INLINE).map(|name| format!("inline policy `{name}`")))
        .chain(profiles.map(|profile| format!("instance profile `{}`", profile.instance_profile_name())))
        .collect()
}
