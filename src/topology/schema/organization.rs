//! `organization`.

use serde_json::json;

use super::section::{ACCOUNT, Field, Kind, Section, Text};

const ID: Text = Text::new("the id of an organisation", "^o-[a-z0-9]{1,32}$");
const UNIT: Text = Text::new("the id of an organisational unit", "^ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$");
const TAG: Text = Text::plain("a tag key", 0, None);
const VALUE: Text = Text::plain("a tag value", 0, None);

pub(super) fn organization() -> Section {
    let entries = Kind::Either(vec![Kind::Text(ACCOUNT), Kind::Section(selector())]);
    Section::new(
        "organization",
        "organization",
        "Accounts that are found through AWS Organizations, for sources whose `accounts` say `organization`. They are looked up on every plan and entered by the `role_name` of `access`; in addresses they go by their id, unless the topology names them.",
        vec![
            Field::new("account", Kind::Text(ACCOUNT), "The account whose credentials list the others: the management account or a delegated administrator.")
                .rules("Needed where a source says `organization`.")
                .example("management"),
            Field::new("id", Kind::Text(ID), "The id of the organisation.")
                .rules("Needed where a destination has `allow: organization`.")
                .example("o-exampleorgid"),
            Field::new("include", Kind::some(entries), "Which accounts are meant: those in an organisational unit or below it, those with certain tags, or single ones.")
                .or_else("all of them")
                .rules("What any entry includes is meant. Only active accounts are.")
                .example(json!([{ "ou": "ou-ab12-34567890" }, { "tag": { "env": "prod" } }, "222222222222"])),
            Field::new("exclude", Kind::List { items: Box::new(Kind::Text(ACCOUNT)), least: 0, distinct: true }, "Accounts that are not meant, whatever includes them.")
                .or(json!([]))
                .example(json!(["333333333333"])),
        ],
    )
    .with_condition(json!({ "anyOf": [{ "required": ["account"] }, { "required": ["id"] }] }))
}

fn selector() -> Section {
    Section::new(
        "selector",
        "organization.include[]",
        "Includes accounts by where they are or by how they are tagged: one of the two.",
        vec![
            Field::new("ou", Kind::Text(UNIT), "The id of an organisational unit. Those below it count too.")
                .example("ou-ab12-34567890"),
            Field::new(
                "tag",
                Kind::map(TAG, Kind::Text(VALUE), 1),
                "Tags of the account, with their values. It has all of them.",
            )
            .example(json!({ "env": "prod" })),
        ],
    )
    .with_condition(json!({ "anyOf": [{ "required": ["ou"] }, { "required": ["tag"] }] }))
    .with_condition(json!({ "not": { "required": ["ou", "tag"] } }))
}
