//! What is there already, as a stack takes it over: a template of that alone, and what each resource is known by.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::item::Placed;
use super::template::import_template;
use super::yaml::yaml;
use crate::address::Address;
use crate::export::File;
use crate::provider::Live;

/// The two files that a stack takes over with what is there, of all that it is to have.
pub(super) fn files(
    file: &File,
    stack: (&str, &str, &str),
    resources: &[Address],
    items: &BTreeMap<Address, Placed>,
    existing: &BTreeMap<Address, Live>,
) -> Vec<File> {
    let there: Vec<Address> =
        resources.iter().filter(|address| existing.contains_key(address)).cloned().collect();
    if there.is_empty() {
        return Vec::new();
    }
    let (region, name, capabilities) = stack;
    let stem = file.name.trim_end_matches(".yaml");
    let (template, known) = (format!("{stem}.import.yaml"), format!("{stem}.import.json"));
    let about = format!("{stem}: what is there already, for a stack to take over");
    let of_stack = format!("--region {region} --stack-name {name}");
    let head = [
        format!(
            "{template}: what is there already of {}, for its stack to take over. Before that is deployed:",
            file.name
        ),
        String::new(),
        format!("  aws cloudformation create-change-set {of_stack} --change-set-type IMPORT \\"),
        format!(
            "    --change-set-name import --template-body file://{template} --resources-to-import file://{known}{capabilities}"
        ),
        format!("  aws cloudformation wait change-set-create-complete {of_stack} --change-set-name import"),
        format!("  aws cloudformation execute-change-set {of_stack} --change-set-name import"),
        format!("  aws cloudformation wait stack-import-complete {of_stack}"),
    ];
    let head: String = head.iter().map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect();
    let body = yaml(&import_template(&about, &there, items));
    let listed: Vec<Value> = there.iter().filter_map(|address| items.get(address)).map(known_by).collect();
    let list = format!("{:#}\n", Value::from(listed));
    let of = |name: String, text: String| File {
        name,
        account: file.account.clone(),
        region: file.region.clone(),
        resources: there.clone(),
        text,
    };
    vec![of(template, head + &body), of(known, list)]
}

fn known_by(placed: &Placed) -> Value {
    json!({
        "ResourceType": placed.item.kind,
        "LogicalResourceId": placed.id,
        "ResourceIdentifier": placed.item.identifier,
    })
}
