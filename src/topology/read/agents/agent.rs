//! `agents`: the IAM of CloudWatch agents on EC2, with every name that is not written derived from the topology's.

use std::collections::BTreeMap;

use super::{checks, holder, policies};
use crate::address::{AccountName, Key};
use crate::topology::finding::Findings;
use crate::topology::keys::agents as keys;
use crate::topology::keys::root::AGENTS;
use crate::topology::model::{Agent, Holder};
use crate::topology::policy_files::PolicyFiles;
use crate::topology::read::accounts::Accounts;
use crate::topology::read::collected::reader::CollectedReader;
use crate::topology::read::destinations::destination::Naming;
use crate::topology::read::field::{Field, parsed};
use crate::topology::read::managed::Home;
use crate::topology::read::regions::another;
use crate::topology::read::root::Common;
use crate::topology::read::section::Section;

/// Reads all of them.
pub(in crate::topology) fn read(
    root: &Section<'_>,
    common: &Common,
    files: &dyn PolicyFiles,
    accounts: &mut Accounts,
    findings: &mut Findings,
) -> BTreeMap<Key, Agent> {
    let Some(field) = root.get(&AGENTS) else { return BTreeMap::new() };
    let entries = field.entries(findings);
    if entries.as_ref().is_some_and(BTreeMap::is_empty) {
        let why = "it must have at least one entry";
        findings.add(
            field.key_span,
            "`agents` is empty",
            why,
            "add an agent below `agents`, or remove `agents`",
        );
    }
    let read = entries.unwrap_or_default().into_values();
    read.filter_map(|field| agent(field, common, files, accounts, findings))
        .map(|agent| (agent.key.clone(), agent))
        .collect()
}

fn agent(
    field: Field<'_>,
    common: &Common,
    files: &dyn PolicyFiles,
    accounts: &mut Accounts,
    findings: &mut Findings,
) -> Option<Agent> {
    let key: Option<Key> = parsed("agents", field.name, field.key_span, findings);
    let section = field.section(&keys::AGENT, findings)?;
    let account_names = account_names(&section, accounts, findings);
    let region = match section.get(&keys::REGION) {
        Some(field) => another(field, common, findings),
        None => common.region.clone(),
    };
    let stem = common.name.as_ref().zip(key.as_ref()).map(|(name, key)| format!("{name}-{key}"));
    let naming = Naming { stem, key_span: field.key_span, key: field.name };
    let ids = account_names.iter().filter_map(|name| accounts.id(name)).collect();
    let home = Home { partition: common.partition(), accounts: ids };
    let policy = section.get(&keys::OF_POLICY).and_then(|field| policies::policy(field, &naming, findings));
    let extra = section.get(&keys::EXTRA_POLICIES);
    let extra_policies =
        extra.map(|field| policies::extra(field, common, files, findings)).unwrap_or_default();
    let holder = holder::holder(&section, &naming, &home, common, findings);
    if let (Some(policy), Holder::Own(role)) = (&policy, &holder) {
        policies::role_has_tags(policy, role, section.get(&keys::OF_POLICY), common, findings);
    }
    let agent = Agent {
        key: key?,
        accounts: account_names,
        region: region?,
        policy,
        extra_policies,
        holder,
        collected: CollectedReader::of_a_topology(&section, findings),
        check: section
            .get(&keys::CHECK)
            .map(|field| checks::checks(field, common.partition(), findings))
            .unwrap_or_default(),
    };
    has_a_purpose(&agent, &section, findings);
    Some(agent)
}

fn account_names(
    section: &Section<'_>,
    accounts: &mut Accounts,
    findings: &mut Findings,
) -> Vec<AccountName> {
    let Some(field) = section.need(&keys::ACCOUNTS, findings) else { return Vec::new() };
    let names = field.list(&keys::ACCOUNTS.kind, findings, |item, findings| accounts.resolve(item, findings));
    if let Some(instances) = names.get(1).and_then(|_| holder::instances(section)) {
        let message = format!("`instances` with {} accounts", names.len());
        let why = "an instance is in only one account";
        let help = "write one agent per account, each with the instances in that account";
        findings.add_conflict((instances.key_span, field.key_span), message, why, help);
    }
    names
}

/// An agent with an existing role has to do something with it.
fn has_a_purpose(agent: &Agent, section: &Section<'_>, findings: &mut Findings) {
    let own = matches!(agent.holder, Holder::Own(_));
    let says = |key: &str| section.named(key).is_some();
    if !own && !keys::PURPOSES.into_iter().any(says) {
        let why = "it makes no role and attaches nothing to the existing one";
        findings.add(section.key_span, format!("`{}` does nothing", agent.key), why, "add `policy: {}`");
    }
}
