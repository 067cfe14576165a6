//! `access` and `accounts`: which accounts there are, and how logpipe gets into them.

use serde_json::{Value, json};

use super::forms::{Form, identifiers, matches, names};
use super::{Flag, Key, KeyOr, List, Table, Text};

pub(in crate::topology) static ACCESS: Table = Table {
    name: "access",
    path: "access",
    meaning: "How logpipe gets into the accounts. Each key can also be set for a single account, and that value takes precedence.",
    keys: &[
        &PROFILE.or_else("the AWS default chain: environment, SSO, container and instance credentials"),
        &ROLE_NAME.or_else("no role is assumed: the starting credentials are used as they are"),
        &EXTERNAL_ID,
        &SESSION_NAME.or("logpipe"),
        &VIA.or(&[]),
    ],
    conditions: Vec::new,
};

const OF_ACCESS: &str = "the value in `access`";

pub(in crate::topology) static ACCOUNT: Table = Table {
    name: "account",
    path: "accounts.<name>",
    meaning: "One account. `name: \"111111111111\"` is short for an account with only an id.",
    keys: &[
        &ID,
        &PROFILE.or_else(OF_ACCESS),
        &ROLE_NAME.or_else(OF_ACCESS),
        &ROLE_ARN,
        &EXTERNAL_ID.or_else(OF_ACCESS),
        &SESSION_NAME.or_else(OF_ACCESS),
        &VIA.or_else(OF_ACCESS),
        &ASSUME_ROLE,
    ],
    conditions,
};

pub(in crate::topology) const ID: Key<Text> =
    Key::new("id", Text::new(identifiers::ACCOUNT_ID), "The id of the account.")
        .required("an account is identified by its id", "add `id: \"111111111111\"`")
        .rules("In quotes: a number would lose its leading zeros. No two accounts can have the same id.")
        .example("111111111111");

pub(in crate::topology) const PROFILE: Key<Text> = Key::new(
    "profile",
    Text::new(Form::new("a profile name")).told(&[matches(r"\S", "a profile has a name")]),
    "The profile in the AWS configuration files that supplies the starting credentials.",
)
.example("ops");

pub(in crate::topology) const ROLE_NAME: Key<Text> =
    Key::new("role_name", Text::new(names::ROLE_WITH_PATH), "Name of the role to assume in the account.")
        .example("LogpipeDeployer");

pub(in crate::topology) const ROLE_ARN: Key<Text> = Key::new(
    "role_arn",
    Text::new(identifiers::ROLE_ARN),
    "The ARN of the role to assume.",
)
.rules("It must be a role in this account and in the topology's partition. Not together with `role_name`.")
.example("arn:aws:iam::111111111111:role/security/LogDelivery");

pub(in crate::topology) const EXTERNAL_ID: Key<Text> = Key::new(
    "external_id",
    Text::new(names::EXTERNAL_ID),
    "The external id that is sent with the last AssumeRole call. Never printed.",
);

pub(in crate::topology) const SESSION_NAME: Key<Text> =
    Key::new("session_name", Text::new(names::SESSION), "The role session name that CloudTrail shows.");

pub(in crate::topology) const VIA: Key<List<Text>> = Key::new(
    "via",
    List::any(Text::new(identifiers::ROLE_ARN)),
    "ARNs of roles to assume first, in this order.",
)
.rules("The session of a role that is assumed through another role lasts at most an hour.")
.example_json(r#"["arn:aws:iam::444444444444:role/Hop"]"#);

pub(in crate::topology) const ASSUME_ROLE: KeyOr<Flag> = Key::new(
    "assume_role",
    Flag,
    "Whether to assume a role. `false` if the starting credentials already belong to this account.",
)
.rules("`true` needs a role, here or in `access`. `false` cannot be combined with `role_name`.")
.or(true);

fn conditions() -> Vec<Value> {
    vec![
        json!({ "not": { "required": ["role_name", "role_arn"] } }),
        json!({ "not": { "properties": { "assume_role": { "const": false } }, "required": ["assume_role", "role_name"] } }),
    ]
}
