//! `readers`.

use serde_json::json;

use super::agents::managed_policies;
use super::section::{ACCOUNT, Field, Kind, POLICY, REGION, ROLE, ROLE_WITH_PATH, Section, Text};
use crate::topology::read::readers::MANAGED;

const PERMISSION_SET: Text = Text::new("a permission set", "^[A-Za-z0-9_+=,.@-]+$").sized(1, 32);

pub(super) fn reader() -> Section {
    Section::new(
        "reader",
        "readers.<key>",
        "A role in the account that has logs, and a policy in the account of who reads them that lets them assume it.",
        vec![
            Field::new("account", Kind::Text(ACCOUNT), "The account that has the logs.")
                .required()
                .example("app"),
            Field::new(
                "region",
                Kind::Text(REGION),
                "The region in which `verify` and the printed profile look for them.",
            )
            .or_else("the topology's `region`"),
            Field::new("role", Kind::Text(ROLE), "Name of the role that is assumed.")
                .or_else("`<name>-<reader>`"),
            managed_policies(&MANAGED),
            Field::new("trusted", Kind::Section(trusted()), "Who reads.")
                .required()
                .example(json!({ "account": "monitor", "role": "monitor-ec2" })),
            Field::new("policy", Kind::Text(POLICY), "Name of the policy in the account of who reads.")
                .or_else("`<name>-<reader>-assume`"),
        ],
    )
}

fn trusted() -> Section {
    Section::new(
        "trusted",
        "readers.<key>.trusted",
        "Who may assume the role.",
        vec![
            Field::new("account", Kind::Text(ACCOUNT), "Their account.").required().example("monitor"),
            Field::new(
                "role",
                Kind::Text(ROLE_WITH_PATH),
                "Their role, which is there already and gets the policy.",
            )
            .or_else("whoever that account allows to; the policy is attached to nobody")
            .rules("Not a role of an AWS service or of IAM Identity Center, to which nobody attaches policies.")
            .example("monitor-ec2"),
            Field::new(
                "permission_set",
                Kind::Text(PERMISSION_SET),
                "The permission set of IAM Identity Center whose holders read. Attach the policy to it as a customer managed policy.",
            )
            .rules("Not beside `role`.")
            .example("LogReaders"),
        ],
    )
    .with_condition(json!({ "not": { "required": ["role", "permission_set"] } }))
}
