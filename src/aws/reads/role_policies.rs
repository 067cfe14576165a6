//! What a role may do: its policies, the result of IAM's simulation, and the policy of a bucket.

use std::collections::BTreeMap;

use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum, EvaluationResult, PolicyEvaluationDecisionType};
use futures_util::future::try_join_all;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::address::{Region, last_part};
use crate::aws::accounts::Connection;
use crate::aws::call::{CallError, Class};

/// A role with everything that is attached to it.
#[derive(Debug, Clone, Default)]
pub(crate) struct RoleView {
    pub(crate) arn: String,
    pub(crate) trust: Option<Value>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) policies: Vec<NamedPolicy>,
}

/// A policy of a role, by the name that people know it by.
#[derive(Debug, Clone)]
pub(crate) struct NamedPolicy {
    pub(crate) name: String,
    /// Its ARN, where it is attached and not in the role itself.
    pub(crate) arn: Option<String>,
    pub(crate) document: Value,
}

/// A policy document of an answer, which IAM sends URL-encoded (IAM API Reference, GetRole, GetPolicyVersion).
pub(crate) fn document(encoded: &str) -> Value {
    parsed(&percent_decode_str(encoded).decode_utf8_lossy())
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// Reads a role with its policies; `None` when there is no such role.
pub(crate) async fn role(connection: &Connection, name: &str) -> Result<Option<RoleView>, CallError> {
    let clients = connection.clients(None);
    let call = clients.iam().get_role().role_name(name).send();
    let role = match connection.global("iam:GetRole", Box::pin(call).await) {
        Err(error) if error.class == Class::NotFound => return Ok(None),
        answer => answer?.role,
    };
    let Some(role) = role else { return Ok(None) };
    let (attached, inline) = tokio::try_join!(attached(connection, name), inline(connection, name))?;
    Ok(Some(RoleView {
        arn: role.arn().to_owned(),
        trust: role.assume_role_policy_document().map(document),
        tags: role.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect(),
        policies: attached.into_iter().chain(inline).collect(),
    }))
}

async fn attached(connection: &Connection, role: &str) -> Result<Vec<NamedPolicy>, CallError> {
    let clients = connection.clients(None);
    let pages = connection.global_pages("iam:ListAttachedRolePolicies", |marker| {
        clients.iam().list_attached_role_policies().role_name(role).set_marker(marker).send()
    });
    let attached = pages.all(|page| page.attached_policies.unwrap_or_default()).await?;
    let arns = attached.into_iter().filter_map(|policy| policy.policy_arn);
    try_join_all(arns.map(|arn| managed(connection, arn))).await
}

async fn managed(connection: &Connection, arn: String) -> Result<NamedPolicy, CallError> {
    let clients = connection.clients(None);
    let policy = clients.iam().get_policy().policy_arn(&arn).send();
    let policy = connection.global("iam:GetPolicy", Box::pin(policy).await)?.policy;
    let version = policy.and_then(|policy| policy.default_version_id).unwrap_or_default();
    let call = clients.iam().get_policy_version().policy_arn(&arn).version_id(version).send();
    let version = connection.global("iam:GetPolicyVersion", Box::pin(call).await)?.policy_version;
    let document = version.and_then(|version| version.document).map(|text| document(&text));
    let name = last_part(&arn).to_owned();
    Ok(NamedPolicy { name, arn: Some(arn), document: document.unwrap_or_default() })
}

async fn inline(connection: &Connection, role: &str) -> Result<Vec<NamedPolicy>, CallError> {
    let clients = connection.clients(None);
    let pages = connection.global_pages("iam:ListRolePolicies", |marker| {
        clients.iam().list_role_policies().role_name(role).set_marker(marker).send()
    });
    let names = pages.all(|page| page.policy_names).await?;
    let read = |name: String| {
        let clients = &clients;
        async move {
            let call = clients.iam().get_role_policy().role_name(role).policy_name(&name).send();
            let answer = connection.global("iam:GetRolePolicy", Box::pin(call).await)?;
            Ok(NamedPolicy { name, arn: None, document: document(answer.policy_document()) })
        }
    };
    try_join_all(names.into_iter().map(read)).await
}

/// Condition keys that are true or false (IAM User Guide, "AWS global condition context keys").
const BOOLEANS: [&str; 2] = ["aws:SecureTransport", "aws:ViaAWSService"];

/// What IAM is asked to simulate.
#[derive(Debug, Clone)]
pub(crate) struct Simulation<'a> {
    pub(crate) role_arn: &'a str,
    pub(crate) actions: &'a [String],
    pub(crate) resources: &'a [String],
    pub(crate) context: &'a BTreeMap<String, String>,
}

/// The verdict of IAM's simulation on one action and resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Simulated {
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) verdict: SimulationVerdict,
    /// The policies with statements that decided.
    pub(crate) policies: Vec<String>,
    /// The condition keys that policies ask for and the simulation was not told.
    pub(crate) missing: Vec<String>,
}

impl Simulated {
    /// Whether it is the verdict on this action and resource.
    pub(crate) fn is_about(&self, action: &str, resource: &str) -> bool {
        self.action.eq_ignore_ascii_case(action) && self.resource == resource
    }
}

/// What it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SimulationVerdict {
    Allowed,
    ExplicitDeny,
    ImplicitDeny,
}

/// Asks IAM to simulate the policies of a role. It sees resource policies only if they are passed, and accepts none for
/// roles (IAM API Reference, SimulatePrincipalPolicy).
pub(crate) async fn simulate(
    connection: &Connection,
    simulation: &Simulation<'_>,
) -> Result<Vec<Simulated>, CallError> {
    let clients = connection.clients(None);
    let context = simulation.context.iter().map(|(key, value)| {
        let entry = ContextEntry::builder().context_key_name(key).context_key_values(value);
        let is_flag = BOOLEANS.contains(&key.as_str());
        entry
            .context_key_type(if is_flag { ContextKeyTypeEnum::Boolean } else { ContextKeyTypeEnum::String })
            .build()
    });
    let call = clients
        .iam()
        .simulate_principal_policy()
        .policy_source_arn(simulation.role_arn)
        .set_action_names(Some(simulation.actions.to_vec()))
        .set_resource_arns(Some(simulation.resources.to_vec()))
        .set_context_entries(Some(context.collect()));
    let pages = connection
        .global_pages("iam:SimulatePrincipalPolicy", |marker| call.clone().set_marker(marker).send());
    let evaluated = pages.all(|page| page.evaluation_results.unwrap_or_default()).await?;
    Ok(evaluated.into_iter().flat_map(results).collect())
}

/// One result a resource, in whichever of its two forms it comes.
fn results(result: EvaluationResult) -> Vec<Simulated> {
    let action = result.eval_action_name.clone();
    let policies = |statements: &[aws_sdk_iam::types::Statement]| {
        statements.iter().filter_map(|statement| statement.source_policy_id().map(str::to_owned)).collect()
    };
    if !result.resource_specific_results().is_empty() {
        return result
            .resource_specific_results()
            .iter()
            .map(|specific| Simulated {
                action: action.clone(),
                resource: specific.eval_resource_name().to_owned(),
                verdict: verdict(specific.eval_resource_decision()),
                policies: policies(specific.matched_statements()),
                missing: specific.missing_context_values().to_vec(),
            })
            .collect();
    }
    vec![Simulated {
        resource: result.eval_resource_name().unwrap_or("*").to_owned(),
        verdict: verdict(result.eval_decision()),
        policies: policies(result.matched_statements()),
        missing: result.missing_context_values().to_vec(),
        action,
    }]
}

fn verdict(decision: &PolicyEvaluationDecisionType) -> SimulationVerdict {
    match decision {
        PolicyEvaluationDecisionType::Allowed => SimulationVerdict::Allowed,
        PolicyEvaluationDecisionType::ExplicitDeny => SimulationVerdict::ExplicitDeny,
        _ => SimulationVerdict::ImplicitDeny,
    }
}

/// The policy of a bucket of the connection's account; `None` when it has none.
pub(crate) async fn bucket_policy(
    connection: &Connection,
    region: &Region,
    bucket: &str,
) -> Result<Option<Value>, CallError> {
    match bucket_policy_in(connection, region, bucket).await {
        // S3 says where the bucket is.
        Err(error) if error.bucket_region().is_some_and(|there| there != region.as_str()) => {
            let there = error.bucket_region().and_then(|there| there.parse().ok());
            let Some(there) = there else { return Err(error) };
            bucket_policy_in(connection, &there, bucket).await
        }
        answer => answer,
    }
}

async fn bucket_policy_in(
    connection: &Connection,
    region: &Region,
    bucket: &str,
) -> Result<Option<Value>, CallError> {
    let clients = connection.clients(Some(region));
    let call = clients.s3().get_bucket_policy().bucket(bucket).expected_bucket_owner(connection.id.as_str());
    match connection.answer("s3:GetBucketPolicy", region, Box::pin(call.send()).await) {
        Err(error) if error.is("NoSuchBucketPolicy", &[]) => Ok(None),
        Err(error) => Err(error),
        Ok(answer) => Ok(answer.policy.map(|text| parsed(&text))),
    }
}
