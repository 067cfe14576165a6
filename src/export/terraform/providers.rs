//! What holds for the whole configuration: versions, variables, and a provider for each account and region.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::named::{alias, region};
use super::part::said;
use super::syntax::escaped;
use crate::address::{AccountName, Place, Region};
use crate::export::model::Pipeline;
use crate::topology::{Access, Topology};

/// Blocks that import, and what they may hold, are as of this version of Terraform.
const TERRAFORM: &str = ">= 1.5";

/// The version of the AWS provider that the configuration is tried with.
const PROVIDER: &str = ">= 5.100.0";

/// The version that has buckets in the namespace of an account and region.
const NEWEST_PROVIDER: &str = ">= 6.62.0";

/// More providers than this are said to be many: Terraform runs each as a process of its own.
pub(super) const MANY: usize = 50;

/// The variable of the external ids.
const EXTERNAL_IDS: &str = "external_ids";

/// The file of all that.
pub(super) fn main(pipeline: Pipeline<'_>, used: &BTreeSet<(&AccountName, &Place)>, newest: bool) -> Value {
    let topology = pipeline.topology;
    let places: BTreeSet<(&AccountName, &Region)> =
        used.iter().map(|(account, place)| (*account, region(place, topology))).collect();
    let asked: BTreeSet<&AccountName> = places
        .iter()
        .map(|(account, _)| *account)
        .filter(|account| topology.accounts[*account].access.external_id.is_some())
        .collect();
    let version = if newest { NEWEST_PROVIDER } else { PROVIDER };
    let mut body = json!({
        "//": format!("The topology {} as logpipe would make it, written by `logpipe export terraform`.", topology.name),
        "terraform": {
            "required_version": TERRAFORM,
            "required_providers": { "aws": { "source": "hashicorp/aws", "version": version } },
        },
    });
    if !asked.is_empty() {
        let accounts: Vec<&str> = asked.iter().map(|account| account.as_str()).collect();
        body["variable"] = json!({ EXTERNAL_IDS: {
            "description": format!("The external ids of the topology, by account: {}.", accounts.join(", ")),
            "type": "map(string)",
            "sensitive": true,
        } });
    }
    let providers: Vec<Value> =
        places.iter().map(|(account, region)| provider(account, region, topology)).collect();
    body["provider"] = json!({ "aws": providers });
    body
}

fn provider(name: &AccountName, region: &Region, topology: &Topology) -> Value {
    let account = &topology.accounts[name];
    let provider = json!({
        "alias": alias(name, region),
        "region": region.as_str(),
        "profile": account.access.profile,
        "allowed_account_ids": [account.id.as_str()],
    });
    let mut provider = escaped(said(provider).into());
    let roles = roles(name, &account.access);
    if !roles.is_empty() {
        provider["assume_role"] = roles.into();
    }
    provider
}

/// The roles that are assumed one after the other. The last one is shown the external id, which is a variable: no secret is
/// written into a file.
fn roles(name: &AccountName, access: &Access) -> Vec<Value> {
    let Some(own) = &access.role_arn else { return Vec::new() };
    let role = |arn: &String| -> Map<String, Value> {
        match escaped(json!({ "role_arn": arn, "session_name": access.session_name })) {
            Value::Object(role) => role,
            _ => Map::new(),
        }
    };
    let mut last = role(own);
    if access.external_id.is_some() {
        last.insert("external_id".to_owned(), format!("${{var.{EXTERNAL_IDS}[\"{name}\"]}}").into());
    }
    access.via.iter().map(role).chain([last]).map(Value::Object).collect()
}
