//! `access` and `accounts`: which accounts there are, and how logpipe gets into them.

use serde_json::{Value, json};

use super::forms::{Form, identifiers, matches, names};
use super::{Flag, Key, KeyOr, List, Table, Text};

pub(in crate::topology) static ACCESS: Table = Table {
    name: "access",
    path: "access",
    meaning: "How logpipe gets into the accounts. Each key can be set for one account too, which then comes first.",
    keys: &[
        &PROFILE.or_else("the AWS default chain: environment, SSO, container and instance credentials"),
        &ROLE_NAME.or_else("no role is assumed: the starting credentials are used as they are"),
        &EXTERNAL_ID,
        &SESSION_NAME.or("logpipe"),
        &VIA.or(&[]),
    ],
    conditions: Vec::new,
};

const OF_ACCESS: &str = "that of `access`";

pub(in crate::topology) static ACCOUNT: Table = Table {
    name: "account",
    path: "accounts.<name>",
    meaning: "One account. `name: \"111111111111\"` is short for an account with an id alone.",
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
        .required("an account is known by its id", "add `id: \"111111111111\"`")
        .rules("In quotes: as a number it would lose its leading zeros. No two accounts share an id.")
        .example("111111111111");

pub(in crate::topology) const PROFILE: Key<Text> = Key::new(
    "profile",
    Text::new(Form::new("a profile name")).told(&[matches(r"\S", "a profile has a name")]),
    "Profile of the AWS configuration files with the starting credentials.",
)
.example("ops");

pub(in crate::topology) const ROLE_NAME: Key<Text> =
    Key::new("role_name", Text::new(names::ROLE_WITH_PATH), "Name of the role to assume in the account.")
        .example("LogpipeDeployer");

pub(in crate::topology) const ROLE_ARN: Key<Text> =
    Key::new("role_arn", Text::new(identifiers::ROLE_ARN), "The role to assume, in full.")
        .rules("A role of this account and of the topology's partition. Not beside `role_name`.")
        .example("arn:aws:iam::111111111111:role/security/LogDelivery");

pub(in crate::topology) const EXTERNAL_ID: Key<Text> = Key::new(
    "external_id",
    Text::new(names::EXTERNAL_ID),
    "External id sent with the last AssumeRole. Never printed.",
);

pub(in crate::topology) const SESSION_NAME: Key<Text> =
    Key::new("session_name", Text::new(names::SESSION), "Role session name, as CloudTrail shows it.");

pub(in crate::topology) const VIA: Key<List<Text>> = Key::new(
    "via",
    List::any(Text::new(identifiers::ROLE_ARN)),
    "ARNs of roles that are assumed first, in this order.",
)
.rules("Sessions of a role assumed through another last an hour at most.")
.example_json(r#"["arn:aws:iam::444444444444:role/Hop"]"#);

pub(in crate::topology) const ASSUME_ROLE: KeyOr<Flag> = Key::new(
    "assume_role",
    Flag,
    "Whether a role is assumed; `false` when the starting credentials already are this account's.",
)
.rules("`true` needs a role, here or in `access`; `false` cannot stand beside `role_name`.")
.or(true);

fn conditions() -> Vec<Value> {
    vec![
        json!({ "not": { "required": ["role_name", "role_arn"] } }),
        json!({ "not": { "properties": { "assume_role": { "const": false } }, "required": ["assume_role", "role_name"] } }),
    ]
}
