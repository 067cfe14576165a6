//! `access` and `accounts`: which accounts there are, and how logpipe gets into them.

use std::collections::BTreeMap;

use super::field::{Field, parsed};
use super::root::Common;
use super::section::Section;
use super::way::{Way, role_arn};
use crate::address::{AccountId, AccountName, Partition, arn};
use crate::secrets::is_secret_key;
use crate::topology::finding::{Findings, Span};
use crate::topology::keys::accounts as keys;
use crate::topology::keys::nearest::nearest;
use crate::topology::keys::root::{ACCOUNTS, OF_ACCESS};
use crate::topology::model::{Access, Account, MemberAccess};
use crate::topology::yaml::{Kind, Node, Value};

/// The accounts of a topology, those only named by their id included once they are met.
pub(in crate::topology) struct Accounts {
    accounts: BTreeMap<AccountName, Account>,
    /// The first that was met of each id.
    names: BTreeMap<AccountId, AccountName>,
    /// Every name under `accounts`, also of those that could not be read.
    declared: Vec<String>,
    defaults: Way,
    partition: Option<Partition>,
}

impl Accounts {
    /// Reads `access` and `accounts`.
    pub(in crate::topology) fn read(root: &Section<'_>, common: &Common, findings: &mut Findings) -> Self {
        let partition = common.partition();
        let defaults = root
            .sub(&OF_ACCESS, findings)
            .map(|section| Way::read(&section, partition, findings))
            .unwrap_or_default();
        let (accounts, names, declared) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        let mut this = Self { accounts, names, declared, defaults, partition };
        let entries = root.get(&ACCOUNTS).and_then(|field| field.entries(findings)).unwrap_or_default();
        let mut ids: BTreeMap<AccountId, (&str, Span)> = BTreeMap::new();
        // In the order of the file, so that of two accounts with one id the later one is to blame.
        let mut fields: Vec<Field<'_>> = entries.into_values().collect();
        fields.sort_by_key(|field| field.key_span);
        for field in fields {
            this.declared.push(field.name.to_owned());
            let Some((account, id_span)) = this.account(field, findings) else { continue };
            if let Some((other, other_span)) = ids.get(&account.id) {
                let message = format!("`{}` has the same id as `{other}`", field.name);
                let why = "an account can have only one name";
                let help = format!("use `{other}` for both, or correct one of the ids");
                findings.add_conflict((id_span, *other_span), message, why, help);
            }
            ids.entry(account.id.clone()).or_insert((field.name, id_span));
            this.meet(account);
        }
        this
    }

    /// The account that a field names, by its name or its id.
    pub(in crate::topology) fn resolve(
        &mut self,
        field: Field<'_>,
        findings: &mut Findings,
    ) -> Option<AccountName> {
        if is_number(field.node) {
            unquoted_id(field, findings);
            return None;
        }
        let text = field.text(findings)?;
        if let Ok(id) = text.parse::<AccountId>() {
            return self.by_id(id);
        }
        if let Some(account) = self.named(text) {
            return Some(account.name.clone());
        }
        if text == "organization" {
            let why = "it stands for every account that is found through the organisation";
            findings.add(
                field.span(),
                "`organization` is not a single account",
                why,
                "name a single account",
            );
        } else if !self.declared.iter().any(|name| name == text) {
            self.unknown(text, field.span(), findings);
        }
        None
    }

    /// The id of an account that a field names. Unlike one that is resolved, it is not met by that.
    pub(in crate::topology) fn id_named(
        &self,
        field: Field<'_>,
        findings: &mut Findings,
    ) -> Option<AccountId> {
        if is_number(field.node) {
            unquoted_id(field, findings);
            return None;
        }
        let text = field.text(findings)?;
        let id = text.parse().ok().or_else(|| self.named(text).map(|account| account.id.clone()));
        if id.is_none() && !self.declared.iter().any(|name| name == text) {
            self.unknown(text, field.span(), findings);
        }
        id
    }

    /// The profile of the starting credentials, when `access` names one.
    pub(in crate::topology) fn profile(&self) -> Option<&str> {
        self.defaults.profile.as_deref()
    }

    /// How to get into accounts that are found through the organisation: as `access` says.
    pub(in crate::topology) fn member_access(&self) -> Option<MemberAccess> {
        let role_name = self.defaults.role_name.clone()?;
        Some(MemberAccess {
            role_name,
            profile: self.defaults.profile.clone(),
            external_id: self.defaults.external_id.clone(),
            session_name: self.defaults.session_name(),
            via: self.defaults.via.clone().unwrap_or_default(),
        })
    }

    /// The id of an account that was resolved.
    pub(in crate::topology) fn id(&self, name: &AccountName) -> Option<&AccountId> {
        self.accounts.get(name).map(|account| &account.id)
    }

    /// Every account met.
    pub(in crate::topology) fn into_accounts(self) -> BTreeMap<AccountName, Account> {
        self.accounts
    }

    fn unknown(&self, text: &str, span: Span, findings: &mut Findings) {
        let near = || nearest(text, self.declared.iter().map(String::as_str));
        let help = match text.parse::<AccountId>().err().and_then(|error| error.instead) {
            Some(instead) => instead,
            None => near().map_or_else(
                || "add it under `accounts`, or write its twelve-digit id in quotes".to_owned(),
                |near| format!("did you mean `{near}`?"),
            ),
        };
        let why = format!("`accounts` has {}", listed(&self.declared));
        findings.add(span, format!("unknown account `{text}`"), why, help);
    }

    fn named(&self, text: &str) -> Option<&Account> {
        self.accounts.get(&text.parse::<AccountName>().ok()?)
    }

    fn by_id(&mut self, id: AccountId) -> Option<AccountName> {
        if let Some(name) = self.names.get(&id) {
            return Some(name.clone());
        }
        let name: AccountName = id.as_str().parse().ok()?;
        let access = self.access(&id, Way::default(), None, true);
        self.meet(Account { name: name.clone(), id, access });
        Some(name)
    }

    fn meet(&mut self, account: Account) {
        self.names.entry(account.id.clone()).or_insert_with(|| account.name.clone());
        self.accounts.insert(account.name.clone(), account);
    }

    fn account(&self, field: Field<'_>, findings: &mut Findings) -> Option<(Account, Span)> {
        let name = account_name(field, findings);
        if !matches!(field.node.value, Value::Map(_)) {
            let id = account_id(field, findings)?;
            let access = self.access(&id, Way::default(), None, true);
            return Some((Account { name: name?, id, access }, field.span()));
        }
        let section = field.section(&keys::ACCOUNT, findings)?;
        let id_field = section.need(&keys::ID, findings);
        let id = id_field.and_then(|field| account_id(field, findings));
        let way = Way::read(&section, self.partition, findings);
        let role_arn = section
            .get(&keys::ROLE_ARN)
            .and_then(|field| account_role(field, id.as_ref(), self.partition, findings));
        let assume = section.read(&keys::ASSUME_ROLE, findings);
        conflicts(&section, assume, self.defaults.role_name.is_some(), findings);
        let id = id?;
        let access = self.access(&id, way, role_arn, assume.unwrap_or(true));
        Some((Account { name: name?, id, access }, id_field?.span()))
    }

    /// The account's own words before the defaults.
    fn access(&self, id: &AccountId, own: Way, role_arn: Option<String>, assume: bool) -> Access {
        let partition = self.partition.unwrap_or(Partition::Aws);
        let role_name = own.role_name.or_else(|| self.defaults.role_name.clone());
        let role_arn = role_arn.or_else(|| role_name.map(|role| arn::role(partition, id, &role)));
        let role_arn = role_arn.filter(|_| assume);
        let via = own.via.or_else(|| self.defaults.via.clone()).filter(|_| role_arn.is_some());
        Access {
            profile: own.profile.or_else(|| self.defaults.profile.clone()),
            role_arn,
            external_id: own.external_id.or_else(|| self.defaults.external_id.clone()),
            session_name: own.session_name.unwrap_or_else(|| self.defaults.session_name()),
            via: via.unwrap_or_default(),
        }
    }
}

/// Keeps secrets out of excerpts, also under a key that was only meant to be `external_id`.
pub(in crate::topology) fn hide_secrets(node: &Node, findings: &mut Findings) {
    match &node.value {
        Value::Scalar { .. } => {}
        Value::List(items) => items.iter().for_each(|item| hide_secrets(item, findings)),
        Value::Map(entries) => {
            for entry in entries {
                if is_secret_key(&entry.key) {
                    findings.hide(entry.value.span, entry.value.text().unwrap_or_default());
                } else {
                    hide_secrets(&entry.value, findings);
                }
            }
        }
    }
}

/// The names of a list for a message.
pub(in crate::topology) fn listed(names: &[String]) -> String {
    if names.is_empty() { "no entries".to_owned() } else { names.join(", ") }
}

fn account_name(field: Field<'_>, findings: &mut Findings) -> Option<AccountName> {
    if field.name.parse::<AccountId>().is_ok() || field.name == "organization" {
        let message = format!("an account cannot be called `{}`", field.name);
        let why = "it already has a meaning wherever a topology names accounts";
        findings.add(field.key_span, message, why, "choose a name such as `app`");
        return None;
    }
    parsed("accounts", field.name, field.key_span, findings)
}

fn account_id(field: Field<'_>, findings: &mut Findings) -> Option<AccountId> {
    if is_number(field.node) {
        unquoted_id(field, findings);
        return None;
    }
    field.identifier(findings)
}

fn is_number(node: &Node) -> bool {
    matches!(node.value, Value::Scalar { kind: Kind::Integer(_) | Kind::Float, .. })
}

fn unquoted_id(field: Field<'_>, findings: &mut Findings) {
    let shown = field.shown();
    let help = if shown.parse::<AccountId>().is_ok() {
        format!("quote it: `\"{shown}\"`")
    } else {
        "write all twelve digits in quotes".to_owned()
    };
    let message = format!("the account id `{shown}` is an unquoted number");
    let why = "as a number it loses its leading zeros, and some YAML parsers read it as octal";
    findings.add(field.span(), message, why, help);
}

fn account_role(
    field: Field<'_>,
    id: Option<&AccountId>,
    partition: Option<Partition>,
    findings: &mut Findings,
) -> Option<String> {
    let role = role_arn(field, partition, findings)?;
    if let Some(id) = id.filter(|id| **id != role.account) {
        let message = format!("the role is in account {}", role.account);
        let why = format!("this is account {id}, and only its own roles work in it");
        findings.add(
            field.span(),
            message,
            why,
            format!("name a role in {id}; put roles to assume on the way into `via`"),
        );
    }
    Some(role.text)
}

/// A `role_arn` may stay with `assume_role: false`, so that the switch can be flipped and flipped back.
fn conflicts(section: &Section<'_>, assume: Option<bool>, default_role: bool, findings: &mut Findings) {
    let (arn, name, switch) =
        (section.get(&keys::ROLE_ARN), section.get(&keys::ROLE_NAME), section.get(&keys::ASSUME_ROLE));
    if let (Some(arn), Some(name)) = (arn, name) {
        let places = (name.key_span, arn.key_span);
        let why = "both say which role to assume";
        findings.add_conflict(
            places,
            "both `role_name` and `role_arn` are set",
            why,
            "remove one of the two",
        );
    }
    let Some(switch) = switch else { return };
    if let (Some(false), Some(name)) = (assume, name) {
        let places = (switch.span(), name.key_span);
        let why = "one says to assume no role, the other which role to assume";
        findings.add_conflict(
            places,
            "`assume_role: false` contradicts `role_name`",
            why,
            "remove one of the two",
        );
    }
    if assume == Some(true) && arn.is_none() && name.is_none() && !default_role {
        let why = "neither this account nor `access` names a role";
        findings.add(switch.span(), "no role to assume", why, "add `role_name` or `role_arn`");
    }
}
