//! What is there already, as a stack takes it over: a template of that alone, and what each resource is known by.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::item::Placed;
use super::template::{DIRECT, import_template};
use super::yaml::yaml;
use crate::address::Address;
use crate::export::File;
use crate::provider::Live;

/// Most resources that one import takes over (CloudFormation API Reference, CreateChangeSet, `ResourcesToImport`).
const AT_ONCE: usize = 200;

/// The stack that takes over.
pub(super) struct Taker<'a> {
    /// Its region.
    pub(super) region: &'a str,
    /// Its name.
    pub(super) name: &'a str,
    /// What its template needs to be allowed, as an argument.
    pub(super) capabilities: &'a str,
}

/// The files with which a stack takes over what is there: a template and a list, as often as one import does not take all.
pub(super) fn files(
    file: &File,
    taker: &Taker<'_>,
    resources: &[Address],
    items: &BTreeMap<Address, Placed>,
    existing: &BTreeMap<Address, Live>,
) -> Vec<File> {
    let there: Vec<Address> =
        resources.iter().filter(|address| existing.contains_key(address)).cloned().collect();
    let mut files = Vec::new();
    for (index, chunk) in there.chunks(AT_ONCE).enumerate() {
        let known = there.iter().take(index * AT_ONCE + chunk.len()).cloned().collect::<Vec<_>>();
        files.extend(one_import(file, taker, index + 1, (&known, chunk), items));
    }
    files
}

/// One import: `known` is in the template, and `taken` is taken over.
fn one_import(
    file: &File,
    taker: &Taker<'_>,
    number: usize,
    (known, taken): (&[Address], &[Address]),
    items: &BTreeMap<Address, Placed>,
) -> [File; 2] {
    let stem = file.name.trim_end_matches(".yaml");
    let which = if number == 1 { "import".to_owned() } else { format!("import-{number}") };
    let (template, list) = (format!("{stem}.{which}.yaml"), format!("{stem}.{which}.json"));
    let about = format!("{stem}: what is there already, for a stack to take over");
    let body = yaml(&import_template(&about, known, items));
    let Taker { region, name, capabilities } = taker;
    let of_stack = format!("--region {region} --stack-name {name}");
    let passed = match body.len() > DIRECT {
        true => "--template-url URL".to_owned(),
        false => format!("--template-body file://{template}"),
    };
    let head = [
        format!(
            "{template}: what is there already of {}, for its stack to take over before that is deployed:",
            file.name
        ),
        String::new(),
        format!("  aws cloudformation create-change-set {of_stack} --change-set-type IMPORT \\"),
        format!("    --change-set-name {which} {passed} \\"),
        format!("    --resources-to-import file://{list}{capabilities}"),
        format!("  aws cloudformation wait change-set-create-complete {of_stack} --change-set-name {which}"),
        format!("  aws cloudformation execute-change-set {of_stack} --change-set-name {which}"),
        format!("  aws cloudformation wait stack-import-complete {of_stack}"),
    ];
    let head: String = head.iter().map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect();
    let listed: Vec<Value> = taken.iter().filter_map(|address| items.get(address)).map(known_by).collect();
    let of = |name: String, text: String| File {
        name,
        account: file.account.clone(),
        region: file.region.clone(),
        resources: taken.to_vec(),
        text,
    };
    [of(template, head + &body), of(list, format!("{:#}\n", Value::from(listed)))]
}

fn known_by(placed: &Placed) -> Value {
    json!({
        "ResourceType": placed.item.kind,
        "LogicalResourceId": placed.id,
        "ResourceIdentifier": placed.item.identifier,
    })
}
