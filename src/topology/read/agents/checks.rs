//! `check` of an agent: what its role is proved to be allowed.

use crate::address::{Arn, Partition};
use crate::topology::finding::Findings;
use crate::topology::keys::agents as keys;
use crate::topology::model::Check;
use crate::topology::read::field::Field;
use crate::topology::read::section::Section;

/// What the role must be allowed.
pub(in crate::topology) fn checks(
    field: Field<'_>,
    partition: Option<Partition>,
    findings: &mut Findings,
) -> Vec<Check> {
    let items = field.items(findings).unwrap_or_default().into_iter();
    items
        .filter_map(|item| {
            let section = item.section(keys::CHECK.kind.items.0, findings)?;
            Some(Check {
                actions: actions(&section, findings),
                resources: resources(&section, partition, findings),
            })
        })
        .collect()
}

fn actions(section: &Section<'_>, findings: &mut Findings) -> Vec<String> {
    let Some(field) = section.need(&keys::ACTIONS, findings) else { return Vec::new() };
    field.list(&keys::ACTIONS.kind, findings, |item, findings| {
        let action = item.text(findings)?;
        if let Err(why) = keys::ACTIONS.kind.items.form.check(action) {
            let help = "write actions in full, such as `s3:PutObject`";
            findings.add(item.span(), format!("`{action}` cannot be checked"), why, help);
        }
        Some(action.to_owned())
    })
}

fn resources(section: &Section<'_>, partition: Option<Partition>, findings: &mut Findings) -> Vec<String> {
    let written = section.list(&keys::RESOURCES, findings, |item, findings| {
        let resource = item.text(findings)?;
        if resource != "*" {
            check_arn(resource, item, partition, findings);
        }
        Some(resource.to_owned())
    });
    written.unwrap_or_else(|| keys::RESOURCES.default.0.iter().map(ToString::to_string).collect())
}

/// IAM User Guide, "IAM ARNs": six parts at least, of which the resource may hold further colons.
fn check_arn(text: &str, item: Field<'_>, partition: Option<Partition>, findings: &mut Findings) {
    let Some(arn) = Arn::parse(text) else {
        let why = "expected arn:aws:<service>:<region>:<account id>:<resource>";
        let help = "write an ARN such as `arn:aws:s3:::my-bucket/*`, or `*`";
        findings.add(item.span(), format!("`{text}` is not an ARN"), why, help);
        return;
    };
    if arn.service.is_empty() || arn.resource.is_empty() {
        let why = "an ARN must name its service and its resource";
        findings.add(item.span(), format!("`{text}` is not a complete ARN"), why, "add the missing part");
    }
    if let Some(partition) = partition.filter(|partition| partition.as_str() != arn.partition) {
        let message = format!("the resource is in the partition `{}`", arn.partition);
        let why = format!("the topology's region is in the partition `{partition}`");
        let help = format!("name a resource that starts with `arn:{partition}:`");
        findings.add(item.span(), message, why, help);
    }
}
