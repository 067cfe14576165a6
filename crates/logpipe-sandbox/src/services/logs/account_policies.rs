//! Subscription policies of an account: one filter on all its log groups.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::delivery::{Origin, Route};
use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::{present, read};
use crate::state::site::Site;
use crate::state::world::World;

use super::account_policy_rules::{Document, excluded};
use super::pages::PageRequest;
use super::state::{AccountPolicy, SubscriptionFilter, group_arn};
use super::subscriptions::checked_distribution;
use super::{routes, rules};

const SUBSCRIPTION: &str = "SUBSCRIPTION_FILTER_POLICY";
/// What a destination must allow an account that sends to it by a policy.
pub(crate) const POLICY_ACTIONS: [&str; 2] = ["logs:PutAccountPolicy", "logs:PutSubscriptionFilter"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PutAccountPolicy {
    policy_name: String,
    policy_document: String,
    policy_type: String,
    scope: Option<String>,
    selection_criteria: Option<String>,
}

/// PutAccountPolicy: made or replaced, once a test message has got through.
pub(super) fn put(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: PutAccountPolicy = read(input)?;
    check_type(&input.policy_type)?;
    rules::check_name(&input.policy_name, "policyName")?;
    if input.policy_name.starts_with("aws/") {
        return Err(rules::invalid("Policy names starting with aws/ are reserved for AWS."));
    }
    if let Some(scope) = input.scope.as_deref().filter(|scope| *scope != "ALL") {
        return Err(rules::broken(scope, "scope", "satisfy enum value set: [ALL]"));
    }
    let document = Document::checked(&input.policy_document)?;
    let excluded = excluded(input.selection_criteria.as_deref())?;
    let distribution = checked_distribution(document.distribution.as_deref())?;
    let site = Site::of(call);
    let policies = &world.logs_mut(&site).account_policies;
    if policies.keys().any(|name| *name != input.policy_name) {
        return Err(Fault::invalid("LimitExceededException", "Resource limit exceeded."));
    }
    let origin = Origin { site: site.clone(), arn: group_arn(&site, "*") };
    let route = Route {
        arn: &document.destination_arn,
        role: document.role_arn.as_deref(),
        actions: &POLICY_ACTIONS,
    };
    routes::open(world, &origin, route)?;
    let created_ms = world.now_ms;
    let policies = &mut world.logs_mut(&site).account_policies;
    let (forwarded, refused) = policies
        .remove(&input.policy_name)
        .map_or((0, BTreeMap::new()), |replaced| (replaced.filter.forwarded, replaced.filter.refused));
    let filter = SubscriptionFilter {
        created_ms,
        pattern: document.filter_pattern,
        destination_arn: document.destination_arn,
        role_arn: document.role_arn,
        distribution,
        system_fields: document.system_fields,
        forwarded,
        refused,
    };
    let policy = AccountPolicy {
        document: input.policy_document,
        selection_criteria: input.selection_criteria,
        excluded,
        filter,
    };
    let answer = json!({ "accountPolicy": shown(&site, &input.policy_name, &policy) });
    policies.insert(input.policy_name, policy);
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribeAccountPolicies {
    policy_type: String,
    policy_name: Option<String>,
    #[serde(default)]
    account_identifiers: Vec<String>,
    #[serde(flatten)]
    page: PageRequest,
}

/// DescribeAccountPolicies. Policies of other accounts are for monitoring accounts, which are not simulated.
pub(super) fn describe(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: DescribeAccountPolicies = read(input)?;
    check_type(&input.policy_type)?;
    let site = Site::of(call);
    if input.account_identifiers.iter().any(|account| account != site.account.as_str()) {
        return Err(Fault::not_simulated("DescribeAccountPolicies with", "accountIdentifiers"));
    }
    let cut = world.rng.cut();
    let policies = world.logs(&site).into_iter().flat_map(|logs| &logs.account_policies);
    let named = |name: &String| input.policy_name.as_ref().is_none_or(|wanted| wanted == name);
    let page = input.page.of(cut, policies.filter(|(name, _)| named(name)))?;
    let shown: Vec<Value> = page.items.into_iter().map(|(name, policy)| shown(&site, name, policy)).collect();
    Ok(present(json!({ "accountPolicies": shown, "nextToken": page.next_token })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeleteAccountPolicy {
    policy_name: String,
    policy_type: String,
}

/// DeleteAccountPolicy.
pub(super) fn delete(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let input: DeleteAccountPolicy = read(input)?;
    check_type(&input.policy_type)?;
    let policies = &mut world.logs_mut(&Site::of(call)).account_policies;
    policies
        .remove(&input.policy_name)
        .map(|_| Value::Null)
        .ok_or_else(|| rules::missing("The specified account policy does not exist."))
}

fn check_type(kind: &str) -> Result<(), Fault> {
    match kind {
        SUBSCRIPTION => Ok(()),
        "DATA_PROTECTION_POLICY"
        | "FIELD_INDEX_POLICY"
        | "TRANSFORMER_POLICY"
        | "METRIC_EXTRACTION_POLICY" => Err(Fault::not_simulated("account policies of type", kind)),
        other => Err(rules::broken(other, "policyType", "satisfy enum value set")),
    }
}

fn shown(site: &Site, name: &str, policy: &AccountPolicy) -> Value {
    present(json!({
        "policyName": name,
        "policyDocument": policy.document,
        "lastUpdatedTime": policy.filter.created_ms,
        "policyType": SUBSCRIPTION,
        "scope": "ALL",
        "selectionCriteria": policy.selection_criteria,
        "accountId": site.account,
    }))
}
