//! `organization`: whose credentials list its accounts, and which of them are meant.

use std::collections::{BTreeMap, BTreeSet};

use globset::Glob;

use super::accounts::Accounts;
use super::field::Field;
use super::section::Section;
use crate::topology::finding::Findings;
use crate::topology::keys::organization as keys;
use crate::topology::keys::root::OF_ORGANIZATION;
use crate::topology::model::{Include, Organization};
use crate::topology::yaml::{Kind, Value};

/// The word that stands for its accounts in a source.
const WORD: &str = "organization";

/// Reads it, if there is one.
pub(in crate::topology) fn read(
    root: &Section<'_>,
    accounts: &mut Accounts,
    findings: &mut Findings,
) -> Option<Organization> {
    let field = root.get(&OF_ORGANIZATION)?;
    let section = field.section(&keys::ORGANIZATION, findings)?;
    if section.get(&keys::ACCOUNT).is_none() && section.get(&keys::ID).is_none() {
        let why = "nothing says whose credentials list its accounts";
        findings.add(field.key_span, "`organization` has no `account`", why, "add `account: management`");
    }
    let include = section.list(&keys::INCLUDE, findings, |item, findings| match &item.node.value {
        Value::Map(_) => selector(item, findings),
        _ => accounts.id_named(item, findings).map(Include::Account),
    });
    let exclude = section.list(&keys::EXCLUDE, findings, |item, findings| accounts.id_named(item, findings));
    let account = section.get(&keys::ACCOUNT).and_then(|field| accounts.resolve(field, findings));
    // Wrong, and noted: then nothing may say that it is missing.
    let id = match section.get(&keys::ID) {
        Some(field) => Some(field.identifier(findings)?),
        None => None,
    };
    Some(Organization {
        account,
        id,
        include: include.unwrap_or_default(),
        exclude: exclude.into_iter().flatten().collect(),
        inactive: BTreeSet::new(),
        members: BTreeSet::new(),
    })
}

/// `{ ou: … }`, `{ name: … }` or `{ tag: { … } }`.
fn selector(field: Field<'_>, findings: &mut Findings) -> Option<Include> {
    let section = field.section(&keys::SELECTOR, findings)?;
    let of = [section.get(&keys::OU), section.get(&keys::NAME), section.get(&keys::TAG)];
    match of {
        [Some(unit), None, None] => unit.identifier(findings).map(Include::Unit),
        [None, Some(name), None] => glob(name, findings).map(Include::Name),
        [None, None, Some(tag)] => tags(tag, findings).map(Include::Tags),
        // A key that is not known is noted already.
        [None, None, None] if !field.entries(findings)?.is_empty() => None,
        [None, None, None] => {
            let why = "an entry names an account, an organisational unit, names of accounts or tags";
            let help = "write `{ ou: ou-ab12-34567890 }`, `{ name: \"prod-*\" }` or `{ tag: { env: prod } }`";
            findings.add(field.span(), "an entry of `include` is empty", why, help);
            None
        }
        _ => {
            let why = "each entry includes the accounts of one unit, those of certain names, or those with certain tags";
            let mut set = of.into_iter().flatten();
            if let (Some(first), Some(second)) = (set.next(), set.next()) {
                let what = format!("both `{}` and `{}` are set", second.name, first.name);
                let places = (second.key_span, first.key_span);
                findings.add_conflict(places, what, why, "split it into two entries");
            }
            None
        }
    }
}

fn glob(field: Field<'_>, findings: &mut Findings) -> Option<String> {
    let text = field.text(findings)?;
    if let Err(error) = Glob::new(text) {
        let what = format!("`{text}` is not a glob: {}", error.kind());
        findings.add(field.span(), what, "it selects accounts by name", "write a glob such as `prod-*`");
    }
    Some(text.to_owned())
}

fn tags(field: Field<'_>, findings: &mut Findings) -> Option<BTreeMap<String, String>> {
    let entries = field.entries(findings)?;
    if entries.is_empty() {
        let why = "it would match every account";
        findings.add(field.span(), "`tag` is empty", why, "write `tag: { env: prod }`");
    }
    entries.into_iter().map(|(key, field)| Some((key.to_owned(), field.text(findings)?.to_owned()))).collect()
}

/// What sources may say about the organisation.
#[derive(Clone, Copy)]
pub(in crate::topology) struct Members<'a> {
    /// Where it is described.
    pub(in crate::topology) section: Option<Field<'a>>,
    /// How.
    pub(in crate::topology) organization: Option<&'a Organization>,
    /// Whether `access` says how to get into them.
    pub(in crate::topology) within_reach: bool,
}

impl Members<'_> {
    /// Whether an entry of a source's `accounts` stands for them; then they must be within reach.
    pub(in crate::topology) fn stand_for(&self, item: Field<'_>, findings: &mut Findings) -> bool {
        match &item.node.value {
            Value::Scalar { text, kind: Kind::Text } if text == WORD => {}
            _ => return false,
        }
        let Some(section) = self.section else {
            let why = "nothing says whose credentials list its accounts";
            let help = "add `organization: { account: management }` at the top";
            findings.add(item.span(), "the topology has no `organization`", why, help);
            return true;
        };
        let Some(organization) = self.organization else { return true };
        let lister = match &section.node.value {
            Value::Map(entries) => entries.iter().any(|entry| entry.key == "account"),
            _ => false,
        };
        if !lister && organization.id.is_some() {
            let message = "nothing can list the accounts of the organisation";
            let why = "a source covers them, and listing them takes the credentials of one of its accounts";
            findings.add(section.key_span, message, why, "add `account: management` to `organization`");
        }
        if !self.within_reach {
            let message = "there is no way into the accounts of the organisation";
            let why = "logpipe enters them with a role that has the same name in each";
            findings.add(item.span(), message, why, "add `access: { role_name: LogpipeDeployer }`");
        }
        true
    }
}
