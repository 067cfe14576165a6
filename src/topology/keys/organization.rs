//! `organization`: whose credentials list its accounts, and which of them are meant.

use serde_json::{Value, json};

use super::forms::{Form, identifiers};
use super::sources::GLOB_CLASSES;
use super::{Either, Key, KeyOr, List, Map, Sub, Table, Text};

pub(in crate::topology) static ORGANIZATION: Table = Table {
    name: "organization",
    path: "organization",
    meaning: "Accounts that are found through AWS Organizations, for sources whose `accounts` contain `organization`. Every plan looks them up again, and logpipe enters them with the `role_name` of `access`. Addresses show their ids, unless the topology names them.",
    keys: &[&ACCOUNT, &ID, &INCLUDE, &EXCLUDE],
    conditions,
};

pub(in crate::topology) static ACCOUNT: Key<Text> = Key::new(
    "account",
    Text::new(identifiers::ACCOUNT),
    "The account whose credentials list the others: the management account or a delegated administrator.",
)
.rules("Required if a source lists `organization`.")
.example("management");

pub(in crate::topology) static ID: Key<Text> =
    Key::new("id", Text::new(identifiers::ORGANIZATION), "The id of the organisation.")
        .rules("Required if a destination has `allow: organization`.")
        .example("o-exampleorgid");

pub(in crate::topology) static INCLUDE: Key<List<Either<Text, Sub>>> = Key::new(
    "include",
    List::some(Either(Text::new(identifiers::ACCOUNT), Sub(&SELECTOR))),
    "Which accounts to include: those in an organisational unit or below it, those with certain names or tags, or single accounts.",
)
.or_else("all accounts")
.rules("An account is included if any entry matches it. Only active accounts are included; the plan names those that are suspended or being closed.")
.example_json(r#"[{ "ou": "ou-ab12-34567890" }, { "name": "prod-*" }, { "tag": { "env": "prod" } }, "222222222222"]"#);

pub(in crate::topology) static EXCLUDE: KeyOr<List<Text>> = Key::new(
    "exclude",
    List::distinct(Text::new(identifiers::ACCOUNT)),
    "Accounts to leave out, even if `include` matches them.",
)
.or(&[])
.example_json(r#"["333333333333"]"#);

fn conditions() -> Vec<Value> {
    vec![json!({ "anyOf": [{ "required": ["account"] }, { "required": ["id"] }] })]
}

pub(in crate::topology) static SELECTOR: Table = Table {
    name: "selector",
    path: "organization.include[]",
    meaning: "Includes accounts by organisational unit, by name or by tags: one of the three.",
    keys: &[&OU, &NAME, &TAG],
    conditions: one_of_them,
};

pub(in crate::topology) static OU: Key<Text> = Key::new(
    "ou",
    Text::new(identifiers::UNIT),
    "The id of an organisational unit. Accounts in units below it are included too.",
)
.example("ou-ab12-34567890");

pub(in crate::topology) static NAME: Key<Text> = Key::new(
    "name",
    Text::new(Form::new("a glob for names of accounts")).told(&[GLOB_CLASSES]),
    "A glob for what accounts are called in the organisation: `*`, `?` and `[…]` work as in a shell.",
)
.example("prod-*");

pub(in crate::topology) static TAG: Key<Map<Text>> = Key::new(
    "tag",
    Map::some(Form::new("a tag key"), Text::new(Form::new("a tag value"))),
    "Tags with their values. An account must have all of them.",
)
.example_json(r#"{ "env": "prod" }"#);

fn one_of_them() -> Vec<Value> {
    vec![json!({ "oneOf": [{ "required": ["ou"] }, { "required": ["name"] }, { "required": ["tag"] }] })]
}
