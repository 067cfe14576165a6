//! A template as text: its comments, its resources and what it shows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::item::{Item, Placed};
use super::yaml::yaml;
use crate::address::Address;

/// Most bytes of a template that is passed with a call (CloudFormation User Guide, "CloudFormation quotas").
pub(super) const DIRECT: usize = 51_200;

impl Placed {
    /// About how much text it is.
    pub(super) fn bytes(&self) -> usize {
        let text = yaml(&json!({ &self.id: self.item.properties }));
        // Each line stands deeper in a template.
        text.len() + 4 * text.lines().count() + 200
    }
}

/// What becomes of what holds data when its stack goes: it stays, unless the stack that was to make it could not be made, since
/// another attempt would find it there (CloudFormation User Guide, "DeletionPolicy attribute").
const KEPT: &str = "RetainExceptOnCreate";

/// A resource in a template, after those of these names, on a condition.
pub(super) fn resource(item: &Item, after: &BTreeSet<String>, condition: Option<&str>) -> Value {
    let mut said = json!({ "Type": item.kind });
    if let Some(condition) = condition {
        said["Condition"] = json!(condition);
    }
    if !after.is_empty() {
        said["DependsOn"] = json!(after);
    }
    if item.kept {
        said["DeletionPolicy"] = json!(KEPT);
        said["UpdateReplacePolicy"] = json!("Retain");
    }
    said["Properties"] = Value::Object(item.properties.clone());
    said
}

/// The outputs of a resource.
pub(super) fn outputs(id: &str, item: &Item) -> impl Iterator<Item = (String, Value)> {
    item.outputs.iter().map(move |output| {
        let value = match output.attribute {
            Some(attribute) => json!({ "Fn::GetAtt": [id, attribute] }),
            None => json!({ "Ref": id }),
        };
        let mut said = json!({ "Description": output.about, "Value": value });
        if let Some(name) = &output.export {
            said["Export"] = json!({ "Name": name });
        }
        (format!("{id}{}", output.what), said)
    })
}

/// The template of what a stack takes over: nothing but that, each with what becomes of it, and no outputs, which an import
/// may not bring (CloudFormation User Guide, "Import AWS resources into a CloudFormation stack").
pub(super) fn import_template(
    about: &str,
    resources: &[Address],
    items: &BTreeMap<Address, Placed>,
) -> Value {
    let mut template = template(about, resources, items);
    if let Some(fields) = template.as_object_mut() {
        fields.shift_remove("Outputs");
    }
    for made in template["Resources"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        made["DeletionPolicy"] = json!("Retain");
        made["UpdateReplacePolicy"] = json!("Retain");
    }
    template
}

/// The template of one stack.
pub(super) fn template(about: &str, resources: &[Address], items: &BTreeMap<Address, Placed>) -> Value {
    let (mut made, mut shown) = (Map::new(), Map::new());
    let here: BTreeSet<&Address> = resources.iter().collect();
    for placed in resources.iter().filter_map(|address| items.get(address)) {
        let needs = placed.needs.iter().filter(|need| here.contains(need));
        let after = needs.filter_map(|need| items.get(need)).map(|need| need.id.clone()).collect();
        made.insert(placed.id.clone(), resource(&placed.item, &after, None));
        shown.extend(outputs(&placed.id, &placed.item));
    }
    let mut template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": about,
        "Resources": made,
    });
    if !shown.is_empty() {
        template["Outputs"] = Value::Object(shown);
    }
    template
}
