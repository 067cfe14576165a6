//! `readers`: who reads the logs of an account from another one.

use std::collections::BTreeMap;

use super::accounts::Accounts;
use super::field::{Field, parsed};
use super::managed::{self, Home};
use super::regions::another;
use super::root::Common;
use super::section::Section;
use crate::address::{Key, last_part};
use crate::topology::finding::Findings;
use crate::topology::keys::readers as keys;
use crate::topology::keys::root::READERS;
use crate::topology::model::{Reader, Trusted, permission_set};
use crate::topology::read::destinations::destination::Naming;

/// Reads all of them.
pub(in crate::topology) fn read(
    root: &Section<'_>,
    common: &Common,
    accounts: &mut Accounts,
    findings: &mut Findings,
) -> BTreeMap<Key, Reader> {
    let Some(field) = root.get(&READERS) else { return BTreeMap::new() };
    let entries = field.entries(findings);
    if entries.as_ref().is_some_and(BTreeMap::is_empty) {
        let why = "it must have at least one entry";
        findings.add(
            field.key_span,
            "`readers` is empty",
            why,
            "add a reader below `readers`, or remove `readers`",
        );
    }
    let read = entries.unwrap_or_default().into_values();
    read.filter_map(|field| reader(field, common, accounts, findings))
        .map(|reader| (reader.key.clone(), reader))
        .collect()
}

fn reader(
    field: Field<'_>,
    common: &Common,
    accounts: &mut Accounts,
    findings: &mut Findings,
) -> Option<Reader> {
    let key: Option<Key> = parsed("readers", field.name, field.key_span, findings);
    let section = field.section(&keys::READER, findings)?;
    let account = section.need(&keys::ACCOUNT, findings).and_then(|field| accounts.resolve(field, findings));
    let region = match section.get(&keys::REGION) {
        Some(field) => another(field, common, findings),
        None => common.region.clone(),
    };
    let trusted = trusted(&section, accounts, findings);
    let stem = common.name.as_ref().zip(key.as_ref()).map(|(name, key)| format!("{name}-{key}"));
    let naming = Naming { stem, key_span: field.key_span, key: field.name };
    let id = account.as_ref().and_then(|account| accounts.id(account));
    let home = Home { partition: common.partition(), accounts: id.into_iter().collect() };
    let role = naming.name(&section, &keys::ROLE, "", findings);
    let policy = naming.name(&section, &keys::POLICY, "-assume", findings);
    let managed_policies = managed::policies(&section, &keys::MANAGED, &home, findings);
    Some(Reader {
        key: key?,
        account: account?,
        region: region?,
        role,
        managed_policies,
        trusted: trusted?,
        policy,
    })
}

fn trusted(section: &Section<'_>, accounts: &mut Accounts, findings: &mut Findings) -> Option<Trusted> {
    let section = section.need(&keys::OF_TRUSTED, findings)?.section(&keys::TRUSTED, findings)?;
    let account =
        section.need(&keys::TRUSTED_ACCOUNT, findings).and_then(|field| accounts.resolve(field, findings));
    let (role, set) = (section.get(&keys::TRUSTED_ROLE), section.get(&keys::PERMISSION_SET));
    if let (Some(role), Some(set)) = (role, set) {
        let why = "both say who reads";
        let places = (set.key_span, role.key_span);
        findings.add_conflict(
            places,
            "both `permission_set` and `role` are set",
            why,
            "remove one of the two",
        );
    }
    let role = role.and_then(|field| {
        let name = field.text(findings)?;
        reader_role(name, field, findings);
        Some(name.to_owned())
    });
    let permission_set = set.and_then(|field| {
        let name = field.text(findings)?;
        if let Err(why) = keys::PERMISSION_SET.kind.form.check(name) {
            let help = "write the name of the permission set, as IAM Identity Center shows it";
            findings.add(field.span(), format!("`{name}` cannot be a permission set"), why, help);
        }
        Some(name.to_owned())
    });
    Some(Trusted { account: account?, role, permission_set })
}

/// The role of a permission set is nobody's to attach to, and has another name in every account.
fn reader_role(name: &str, field: Field<'_>, findings: &mut Findings) {
    if let Some(set) = permission_set(last_part(name)) {
        let message = format!("`{name}` is the role of an IAM Identity Center permission set");
        let why =
            "nobody else can attach a policy to it, and its name changes when the set is assigned again";
        findings.add(field.span(), message, why, format!("write `permission_set: {set}` instead of `role`"));
    } else if let Err(why) = keys::TRUSTED_ROLE.kind.form.check(name) {
        let help = "write the name of the role, with its path if it has one, not its ARN";
        findings.add(field.span(), format!("`{name}` cannot be a role name"), why, help);
    }
}
