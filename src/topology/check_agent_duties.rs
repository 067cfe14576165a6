//! `files` and `check` of an agent: what it reads, and what its role is proved to be allowed.

use super::agent::{Check, LogFile};
use super::check_sources::several;
use super::finding::Findings;
use super::names::{self, Rule};
use super::read::{Field, Keys, Section};
use crate::address::Partition;

pub(super) const FILE_KEYS: Keys = Keys { known: &["path", "log_group"], later: &[] };

pub(super) const CHECK_KEYS: Keys = Keys { known: &["actions", "resources"], later: &[] };

/// The log files that it reads.
pub(super) fn files(field: Field<'_>, findings: &mut Findings) -> Vec<LogFile> {
    let read = |item: Field<'_>, findings: &mut Findings| {
        let section = item.section(FILE_KEYS, findings)?;
        let mut text = |key: &str, rule: Rule, why: &str, help: &str| {
            let field = section.need(key, why, help, findings)?;
            let text = field.text(findings)?;
            if let Err(why) = rule.check(text) {
                findings.add(field.span(), format!("`{text}` cannot be {}", rule.what), why, help);
            }
            Some(text.to_owned())
        };
        let why = "the agent reads files by their paths";
        let path = text("path", names::LOG_FILE, why, "write `path: /var/log/messages`, `*` included");
        let why = "what the agent reads goes to a log group";
        let log_group = text("log_group", names::LOG_GROUP, why, "write `log_group: /aws/ec2/messages`");
        Some((path?, log_group?))
    };
    let pairs = field.distinct(findings, read).unwrap_or_default();
    pairs.into_iter().map(|(path, log_group)| LogFile { path, log_group }).collect()
}

/// What the role must be allowed.
pub(super) fn checks(field: Field<'_>, partition: Option<Partition>, findings: &mut Findings) -> Vec<Check> {
    let items = field.items(findings).unwrap_or_default().into_iter();
    items
        .filter_map(|item| {
            let section = item.section(CHECK_KEYS, findings)?;
            Some(Check {
                actions: actions(&section, findings),
                resources: resources(&section, partition, findings),
            })
        })
        .collect()
}

/// IAM simulates actions one by one (IAM API Reference, SimulatePrincipalPolicy: no wildcards).
fn actions(section: &Section<'_>, findings: &mut Findings) -> Vec<String> {
    let why = "a check asks whether the role may take an action";
    let help = "write actions in full, such as `s3:PutObject`";
    let Some(field) = section.need("actions", why, help, findings) else { return Vec::new() };
    several(field, findings, |item, findings| {
        let action = item.text(findings)?;
        if let Err(why) = names::ACTION.check(action) {
            findings.add(item.span(), format!("`{action}` cannot be checked"), why, help);
        }
        Some(action.to_owned())
    })
}

fn resources(section: &Section<'_>, partition: Option<Partition>, findings: &mut Findings) -> Vec<String> {
    let Some(field) = section.get("resources") else { return vec!["*".to_owned()] };
    several(field, findings, |item, findings| {
        let resource = item.text(findings)?;
        if resource != "*" {
            check_arn(resource, item, partition, findings);
        }
        Some(resource.to_owned())
    })
}

/// IAM User Guide, "IAM ARNs": six parts at least, of which the resource may hold further colons.
fn check_arn(text: &str, item: Field<'_>, partition: Option<Partition>, findings: &mut Findings) {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", written, service, _, _, resource] = parts.as_slice() else {
        let why = "it has the form arn:aws:<service>:<region>:<account id>:<resource>";
        let help = "write an ARN such as `arn:aws:s3:::my-bucket/*`, or `*`";
        findings.add(item.span(), format!("`{text}` is not an ARN"), why, help);
        return;
    };
    if service.is_empty() || resource.is_empty() {
        let why = "an ARN names its service and its resource";
        findings.add(item.span(), format!("`{text}` is not a whole ARN"), why, "write the missing part");
    }
    if let Some(partition) = partition.filter(|partition| partition.as_str() != *written) {
        let message = format!("the resource is in the partition `{written}`");
        let why = format!("the topology's region is in the partition `{partition}`");
        let help = format!("name a resource that starts with `arn:{partition}:`");
        findings.add(item.span(), message, why, help);
    }
}
