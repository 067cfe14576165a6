//! `readers`: who reads the logs of an account from another one.

use serde_json::{Value, json};

use super::agents::MANAGED_POLICIES;
use super::forms::{identifiers, names};
use super::{Key, KeyOr, List, ManagedPolicy, Sub, Table, Text};

pub(in crate::topology) static READER: Table = Table {
    name: "reader",
    path: "readers.<key>",
    meaning: "A role in the account that has logs, and a policy in the account of who reads them that lets them assume it.",
    keys: &[&ACCOUNT, &REGION, &ROLE, &MANAGED, &OF_TRUSTED, &POLICY],
    conditions: Vec::new,
};

pub(in crate::topology) static ACCOUNT: Key<Text> =
    Key::new("account", Text::new(identifiers::ACCOUNT), "The account that has the logs.")
        .required("the role is where the logs are", "add `account: app`")
        .example("app");

pub(in crate::topology) static REGION: Key<Text> = Key::new(
    "region",
    Text::new(identifiers::REGION),
    "The region in which `verify` and the printed profile look for them.",
)
.or_else("the topology's `region`");

pub(in crate::topology) static ROLE: Key<Text> =
    Key::new("role", Text::new(names::ROLE), "Name of the role that is assumed.")
        .or_else("`<name>-<reader>`");

/// The policies of AWS that the role of a reader gets, when nothing is said.
pub(in crate::topology) static MANAGED: KeyOr<List<ManagedPolicy>> =
    MANAGED_POLICIES.or(&["CloudWatchLogsReadOnlyAccess", "CloudWatchReadOnlyAccess"]);

pub(in crate::topology) static OF_TRUSTED: Key<Sub> = Key::new("trusted", Sub(&TRUSTED), "Who reads.")
    .required(
        "the role of a reader is assumed by somebody",
        "add `trusted: { account: monitor, role: my-role }`; without a role it is the whole account",
    )
    .example_json(r#"{ "account": "monitor", "role": "monitor-ec2" }"#);

pub(in crate::topology) static POLICY: Key<Text> =
    Key::new("policy", Text::new(names::POLICY), "Name of the policy in the account of who reads.")
        .or_else("`<name>-<reader>-assume`");

pub(in crate::topology) static TRUSTED: Table = Table {
    name: "trusted",
    path: "readers.<key>.trusted",
    meaning: "Who may assume the role.",
    keys: &[&TRUSTED_ACCOUNT, &TRUSTED_ROLE, &PERMISSION_SET],
    conditions,
};

pub(in crate::topology) static TRUSTED_ACCOUNT: Key<Text> =
    Key::new("account", Text::new(identifiers::ACCOUNT), "Their account.")
        .required("who reads has an account", "add `account: monitor`")
        .example("monitor");

pub(in crate::topology) static TRUSTED_ROLE: Key<Text> = Key::new(
    "role",
    Text::new(names::ROLE_WITH_PATH),
    "Their role, which is there already and gets the policy.",
)
.or_else("whoever that account allows to; the policy is attached to nobody")
.rules("Not a role of an AWS service or of IAM Identity Center, to which nobody attaches policies.")
.example("monitor-ec2");

pub(in crate::topology) static PERMISSION_SET: Key<Text> = Key::new(
    "permission_set",
    Text::new(names::PERMISSION_SET),
    "The permission set of IAM Identity Center whose holders read. Attach the policy to it as a customer managed policy.",
)
.rules("Not beside `role`.")
.example("LogReaders");

fn conditions() -> Vec<Value> {
    vec![json!({ "not": { "required": ["role", "permission_set"] } })]
}
