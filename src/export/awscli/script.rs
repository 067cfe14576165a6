//! The script: how to get into each account, and the calls for one resource after the other.

use std::collections::BTreeMap;

use super::calls::calls;
use super::step::comment;
use crate::address::{AccountName, Address};
use crate::export::model::{Export, File, Language, Pipeline};
use crate::graph::Node;
use crate::graph::dag::order;
use crate::shell::quoted;
use crate::topology::{Access, Account};

/// What the calls share.
const HEAD: &str = include_str!("head.sh");

/// Writes it.
pub fn write(pipeline: Pipeline<'_>) -> Export {
    let topology = pipeline.topology;
    // A graph without an order is no topology's: `graph::build` says so as a problem.
    let order: Vec<Address> = order(&pipeline.graph.needs()).unwrap_or_default();
    let nodes: Vec<&Node> = order.iter().filter_map(|address| pipeline.graph.nodes.get(address)).collect();
    let accounts: BTreeMap<&AccountName, &Account> =
        nodes.iter().map(|node| &node.address.account).map(|name| (name, &topology.accounts[name])).collect();
    let text = [
        introduction(pipeline, &accounts),
        HEAD.to_owned(),
        ways(&accounts),
        nodes.iter().map(|node| step(node, pipeline)).collect(),
        format!("\nprintf 'Everything of %s is there.\\n' {} >&2\n", quoted(topology.name.as_str())),
    ];
    let file = File {
        name: format!("{}.sh", topology.name),
        account: None,
        region: None,
        resources: order,
        text: text.concat(),
    };
    Export {
        language: Language::Awscli,
        files: vec![file],
        left_out: Vec::new(),
        notes: pipeline.notes().collect(),
    }
}

fn introduction(pipeline: Pipeline<'_>, accounts: &BTreeMap<&AccountName, &Account>) -> String {
    let mut text = format!(
        "#!/usr/bin/env bash\n\
         # Makes what the topology {} declares, with the AWS CLI. Written by `logpipe export awscli`.\n\
         #\n\
         # It starts with your usual credentials, gets into each account, and makes what is missing, in the order in which AWS\n\
         # takes it. It can be run again after a failure: what AWS sets whole and has no part of others is set again, and\n\
         # everything else that is there stays as it is.\n\
         # Afterwards `logpipe plan --adopt` tells what differs from the topology, and `logpipe verify` proves that lines arrive.\n",
        pipeline.topology.name
    );
    let secret = accounts.values().filter(|account| account.access.external_id.is_some());
    let secret: Vec<String> =
        secret.map(|account| format!("#   {}   for account {}\n", variable(account), account.name)).collect();
    if !secret.is_empty() {
        text.push_str(
            "#\n# The external ids of the topology are not in here. Set these variables to them:\n",
        );
        text.push_str(&secret.concat());
    }
    text
}

/// The variable that an external id is taken from.
fn variable(account: &Account) -> String {
    format!("EXTERNAL_ID_{}", account.id)
}

/// How to get into each account.
fn ways(accounts: &BTreeMap<&AccountName, &Account>) -> String {
    let mut text = String::from(
        "\n# account NAME: how to get into an account: its id, the profile to start with, the roles to assume one after the other.\n\
         account() {\n  profile='' session='' roles=() external_id=''\n  case $1 in\n",
    );
    for (name, account) in accounts {
        let Access { profile, role_arn, external_id, session_name, via } = &account.access;
        text.push_str(&format!("    {name})\n      id={}\n", account.id));
        if let Some(profile) = profile {
            text.push_str(&format!("      profile={}\n", quoted(profile)));
        }
        if let Some(role) = role_arn {
            let roles: Vec<String> = via.iter().chain([role]).map(|role| quoted(role)).collect();
            text.push_str(&format!("      session={}\n", quoted(session_name)));
            text.push_str(&format!("      roles=({})\n", roles.join(" ")));
            if external_id.is_some() {
                let variable = variable(account);
                text.push_str(&format!(
                    "      external_id=${{{variable}:?set it to the external id that the topology has for {name}}}\n"
                ));
            }
        }
        text.push_str("      ;;\n");
    }
    text.push_str("    *) die \"no way into account $1\" ;;\n  esac\n}\n");
    text
}

/// What makes one resource, after what it needs.
fn step(node: &Node, pipeline: Pipeline<'_>) -> String {
    let address = &node.address;
    let mut text = String::from("\n");
    for need in &node.needs {
        text.push_str(&comment(&format!("after {}: {}", need.address, need.why)));
    }
    let region = address.place.region().unwrap_or(&pipeline.topology.region);
    text.push_str(&format!("at {} {region} {}\n", address.account, quoted(&address.to_string())));
    text.push_str(&calls(node, pipeline));
    text
}
