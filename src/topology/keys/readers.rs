//! `readers`: who reads the logs of an account from another one.

use serde_json::{Value, json};

use super::agents::MANAGED_POLICIES;
use super::forms::{identifiers, names};
use super::{Key, KeyOr, List, ManagedPolicy, Sub, Table, Text};

pub(in crate::topology) static READER: Table = Table {
    name: "reader",
    path: "readers.<key>",
    meaning: "A role in the account that has the logs, and a policy in the reader's account that lets the reader assume it.",
    keys: &[&ACCOUNT, &REGION, &ROLE, &MANAGED, &OF_TRUSTED, &POLICY],
    conditions: Vec::new,
};

pub(in crate::topology) static ACCOUNT: Key<Text> =
    Key::new("account", Text::new(identifiers::ACCOUNT), "The account that has the logs.")
        .required("the role is made in the account that has the logs", "add `account: app`")
        .example("app");

pub(in crate::topology) static REGION: Key<Text> = Key::new(
    "region",
    Text::new(identifiers::REGION),
    "The region in which `verify` and the printed profile look for the logs.",
)
.or_else("the topology's `region`");

pub(in crate::topology) static ROLE: Key<Text> =
    Key::new("role", Text::new(names::ROLE), "Name of the role to assume.").or_else("`<name>-<reader>`");

/// The AWS managed policies that a reader's role gets by default.
pub(in crate::topology) static MANAGED: KeyOr<List<ManagedPolicy>> =
    MANAGED_POLICIES.or(&["CloudWatchLogsReadOnlyAccess", "CloudWatchReadOnlyAccess"]);

pub(in crate::topology) static OF_TRUSTED: Key<Sub> =
    Key::new("trusted", Sub(&TRUSTED), "Who reads the logs.")
        .required(
            "nothing says who may assume the reader's role",
            "add `trusted: { account: monitor, role: my-role }`; without `role`, the whole account may read",
        )
        .example_json(r#"{ "account": "monitor", "role": "monitor-ec2" }"#);

pub(in crate::topology) static POLICY: Key<Text> =
    Key::new("policy", Text::new(names::POLICY), "Name of the policy in the reader's account.")
        .or_else("`<name>-<reader>-assume`");

pub(in crate::topology) static TRUSTED: Table = Table {
    name: "trusted",
    path: "readers.<key>.trusted",
    meaning: "Who may assume the role.",
    keys: &[&TRUSTED_ACCOUNT, &TRUSTED_ROLE, &PERMISSION_SET],
    conditions,
};

pub(in crate::topology) static TRUSTED_ACCOUNT: Key<Text> =
    Key::new("account", Text::new(identifiers::ACCOUNT), "The reader's account.")
        .required("nothing says which account reads the logs", "add `account: monitor`")
        .example("monitor");

pub(in crate::topology) static TRUSTED_ROLE: Key<Text> = Key::new(
    "role",
    Text::new(names::ROLE_WITH_PATH),
    "The reader's role. It must exist already, and gets the policy.",
)
.or_else("anybody whom that account allows; the policy is attached to nobody")
.rules(
    "Not a role of an AWS service or of IAM Identity Center, because nobody else can attach policies to it.",
)
.example("monitor-ec2");

pub(in crate::topology) static PERMISSION_SET: Key<Text> = Key::new(
    "permission_set",
    Text::new(names::PERMISSION_SET),
    "The IAM Identity Center permission set whose users read the logs. Attach the policy to it as a customer managed policy.",
)
.rules("Not together with `role`.")
.example("LogReaders");

fn conditions() -> Vec<Value> {
    vec![json!({ "not": { "required": ["role", "permission_set"] } })]
}
