//! Settings that have no effect, or not the expected one. They are accepted with a warning.
//!
//! Works on the checked model and asks the tree only where to point.

use std::collections::BTreeSet;

use crate::address::AccountName;
use crate::lint::Lint;
use crate::topology::finding::{Findings, Span};
use crate::topology::model::{LogGroupSelector, Scope, Topology};
use crate::topology::yaml::{Kind, Node, Value};

/// Warns of all of it.
pub(in crate::topology) fn topology(topology: &Topology, root: &Node, findings: &mut Findings) {
    let unmeant = Unmeant { topology, root };
    unmeant.log_groups(findings);
    unmeant.accounts(findings);
    unmeant.destinations(findings);
    unmeant.prefixes(findings);
    unmeant.trust(findings);
    variables(root, findings);
}

struct Unmeant<'t> {
    topology: &'t Topology,
    root: &'t Node,
}

impl Unmeant<'_> {
    fn log_groups(&self, findings: &mut Findings) {
        for (key, source) in &self.topology.sources {
            let place = |of: &str| self.key(&["sources", key.as_str(), of]);
            if source.scope != Scope::LogGroups {
                continue;
            }
            if let Some(place) = place("retention_days").filter(|_| !source.create) {
                findings.warn(place, Lint::RetentionWithoutCreate { source: key.to_string() });
            }
            let exact = source.log_groups.iter().any(|group| matches!(group, LogGroupSelector::Exact(_)));
            if let Some(place) = place("create").filter(|_| source.create && !exact) {
                findings.warn(place, Lint::CreateWithoutNames { source: key.to_string() });
            }
        }
    }

    /// An account that nothing refers to. One that is declared may be a member of the organisation that is delivered.
    fn accounts(&self, findings: &mut Findings) {
        let topology = self.topology;
        if topology.sources.values().any(|source| source.organization) {
            return;
        }
        let mut used: BTreeSet<&AccountName> = BTreeSet::new();
        used.extend(topology.destinations.values().map(|destination| &destination.account));
        used.extend(topology.sources.values().flat_map(|source| &source.accounts));
        used.extend(topology.agents.values().flat_map(|agent| &agent.accounts));
        used.extend(topology.readers.values().flat_map(|reader| [&reader.account, &reader.trusted.account]));
        used.extend(topology.organization.iter().filter_map(|organization| organization.account.as_ref()));
        for name in topology.accounts.keys().filter(|name| !used.contains(name)) {
            if let Some(place) = self.key(&["accounts", name.as_str()]) {
                findings.warn(place, Lint::UnusedAccount { account: name.to_string() });
            }
        }
    }

    fn destinations(&self, findings: &mut Findings) {
        let used: BTreeSet<_> = self.topology.sources.values().map(|source| &source.destination).collect();
        for key in self.topology.destinations.keys().filter(|key| !used.contains(key)) {
            if let Some(place) = self.key(&["destinations", key.as_str()]) {
                findings.warn(place, Lint::UnusedDestination { destination: key.to_string() });
            }
        }
    }

    /// Firehose puts what follows right after the prefix (Firehose Developer Guide, "Custom prefixes for S3 objects").
    fn prefixes(&self, findings: &mut Findings) {
        for (key, destination) in &self.topology.destinations {
            let bucket = &destination.bucket;
            for (name, prefix) in [("prefix", &bucket.prefix), ("error_prefix", &bucket.error_prefix)] {
                let path = ["destinations", key.as_str(), "bucket", name];
                if self.key(&path).is_some() && !prefix.is_empty() && !prefix.ends_with('/') {
                    let lint = Lint::PrefixWithoutSlash { key: name, prefix: prefix.clone() };
                    findings.warn(self.root.place(&path), lint);
                }
            }
        }
    }

    /// Without a destination that admits an organisation there is none to trust.
    fn trust(&self, findings: &mut Findings) {
        let mut destinations = self.topology.destinations.values();
        if destinations.any(|destination| self.topology.trusted_organization(destination).is_some()) {
            return;
        }
        let place = self.key(&["limits", "trust_organization"]);
        if let Some(place) = place.filter(|_| self.topology.trust_organization) {
            findings.warn(place, Lint::TrustWithoutOrganization);
        }
    }

    /// Where a key is written, if it is.
    fn key(&self, path: &[&str]) -> Option<Span> {
        let (last, sections) = path.split_last()?;
        let section = sections.iter().try_fold(self.root, |node, step| Some(&*node.entry(step)?.value))?;
        section.entry(last).map(|entry| entry.key_span)
    }
}

/// Texts that look as if the environment was to be put into them. Variables of policies have a colon, or are no word
/// (IAM User Guide, "IAM policy elements: Variables and tags").
fn variables(node: &Node, findings: &mut Findings) {
    match &node.value {
        Value::Scalar { text, kind: Kind::Text } => {
            if let Some(variable) = variable(text) {
                findings.warn(node.span, Lint::VariableInText { variable: variable.to_owned() });
            }
        }
        Value::Scalar { .. } => {}
        Value::List(items) => items.iter().for_each(|item| variables(item, findings)),
        Value::Map(entries) => entries.iter().for_each(|entry| variables(&entry.value, findings)),
    }
}

/// The first `${NAME}` of a text.
fn variable(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (inside, after) = rest[at + 2..].split_once('}')?;
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && inside.chars().all(word) {
            return Some(&rest[at..at + inside.len() + 3]);
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_a_shell_are_told_from_those_of_policies() {
        let check = |text: &str, expect: Option<&str>| assert_eq!(variable(text), expect);
        check("logs-${ACCOUNT_ID}", Some("${ACCOUNT_ID}"));
        check("a${aws:username}b${HOME}", Some("${HOME}"));
        for text in ["${aws:PrincipalTag/x}", "${*}", "$HOME", "${", "${}", "!{timestamp:yyyy}", "${a b}"] {
            check(text, None);
        }
    }
}
