//! `access` and `accounts`.

use serde_json::json;

use super::section::{ACCOUNT_ID, Field, Kind, ROLE, Section, Text};

const PROFILE: Text = Text::new("a profile name", "\\S");
const ROLE_WITH_PATH: Text = Text::new("a role name, with its path if it has one", "^[A-Za-z0-9_+=,.@/-]+$");
const ROLE_ARN: Text =
    Text::new("the ARN of a role", "^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$");
const SESSION: Text = Text { what: "a session name", ..ROLE };
const EXTERNAL_ID: Text = Text::new("an external id", "^[A-Za-z0-9_+=,.@:/-]+$").sized(2, 1224);

pub(super) fn access() -> Section {
    Section::new(
        "access",
        "access",
        "How logpipe gets into the accounts. Each key can be set for one account too, which then comes first.",
        vec![
            profile().or_else("the AWS default chain: environment, SSO, container and instance credentials"),
            role_name().or_else("no role is assumed: the starting credentials are used as they are"),
            external_id(),
            session_name().or("logpipe"),
            via().or(json!([])),
        ],
    )
}

pub(super) fn account() -> Section {
    let role_arn = Field::new("role_arn", Kind::Text(ROLE_ARN), "The role to assume, in full.")
        .rules("A role of this account and of the topology's partition. Not beside `role_name`.")
        .example("arn:aws:iam::111111111111:role/security/LogDelivery");
    let assume_role = Field::new(
        "assume_role",
        Kind::Flag,
        "Whether a role is assumed; `false` when the starting credentials already are this account's.",
    )
    .rules("`true` needs a role, here or in `access`; `false` cannot stand beside `role_name`.")
    .or(true);
    Section::new(
        "account",
        "accounts.<name>",
        "One account. `name: \"111111111111\"` is short for an account with an id alone.",
        vec![
            Field::new("id", Kind::Text(ACCOUNT_ID), "The id of the account.")
                .required()
                .rules("In quotes: as a number it would lose its leading zeros. No two accounts share an id.")
                .example("111111111111"),
            profile().or_else("that of `access`"),
            role_name().or_else("that of `access`"),
            role_arn,
            external_id().or_else("that of `access`"),
            session_name().or_else("that of `access`"),
            via().or_else("that of `access`"),
            assume_role,
        ],
    )
    .with_condition(json!({ "not": { "required": ["role_name", "role_arn"] } }))
}

fn profile() -> Field {
    Field::new(
        "profile",
        Kind::Text(PROFILE),
        "Profile of the AWS configuration files with the starting credentials.",
    )
    .example("ops")
}

fn role_name() -> Field {
    Field::new(
        "role_name",
        Kind::Text(ROLE_WITH_PATH.sized(1, 576)),
        "Name of the role to assume in the account.",
    )
    .example("LogpipeDeployer")
}

fn external_id() -> Field {
    Field::new(
        "external_id",
        Kind::Text(EXTERNAL_ID),
        "External id sent with the last AssumeRole. Never printed.",
    )
}

fn session_name() -> Field {
    Field::new("session_name", Kind::Text(SESSION.sized(2, 64)), "Role session name, as CloudTrail shows it.")
}

fn via() -> Field {
    Field::new("via", Kind::any(Kind::Text(ROLE_ARN)), "ARNs of roles that are assumed first, in this order.")
        .rules("Sessions of a role assumed through another last an hour at most.")
        .example(json!(["arn:aws:iam::444444444444:role/Hop"]))
}
