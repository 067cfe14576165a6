//! `destinations`: where logs go, with every name that is not written derived from the topology's.

use std::collections::{BTreeMap, BTreeSet};

use super::{bucket, kms, stream};
use crate::address::{self, OrganizationId};
use crate::topology::finding::{Findings, Span};
use crate::topology::keys::destinations as keys;
use crate::topology::keys::forms::{Form, names};
use crate::topology::keys::nearest::nearest;
use crate::topology::keys::root::{DESTINATIONS, OF_ORGANIZATION};
use crate::topology::keys::stream as stream_keys;
use crate::topology::keys::{Key, Text};
use crate::topology::model::{Allow, Destination, Firehose, Organization, Transport};
use crate::topology::read::accounts::{Accounts, listed};
use crate::topology::read::alarms::{self, Around};
use crate::topology::read::field::{Field, parsed};
use crate::topology::read::regions::another;
use crate::topology::read::root::{Common, without_pipeline};
use crate::topology::read::section::{Scalar, Section};

/// The destinations of a topology.
pub(in crate::topology) struct Destinations {
    checked: BTreeMap<address::Key, Destination>,
    /// Every key, also of those that could not be read.
    declared: BTreeSet<String>,
}

/// The organisation whose members a destination may admit.
struct Members<'o> {
    id: Option<&'o OrganizationId>,
    /// Whether what is wrong with it is noted already.
    noted: bool,
}

impl Members<'_> {
    fn allow(&self, field: Field<'_>, findings: &mut Findings) -> Option<Allow> {
        if !keys::ALLOW.kind.read(field, findings)? {
            return Some(Allow::Accounts);
        }
        if self.id.is_none() && !self.noted {
            let why = "the access policy of the destination names the organisation that it allows";
            let help = "add `organization: { id: o-… }` at the top";
            findings.add(field.span(), "`allow: organization` needs the id of the organisation", why, help);
        }
        self.id.cloned().map(Allow::Organization)
    }
}

/// Where a name that is not written comes from, and where to point when it does not fit.
pub(in crate::topology) struct Naming<'n> {
    /// `<name>-<destination>`; `None` when one of the two is wrong already.
    pub(in crate::topology) stem: Option<String>,
    /// The key of the destination.
    pub(in crate::topology) key_span: Span,
    /// The key of the destination, as text.
    pub(in crate::topology) key: &'n str,
}

impl Destinations {
    /// Reads all of them.
    pub(in crate::topology) fn read(
        root: &Section<'_>,
        common: &Common,
        organization: Option<&Organization>,
        accounts: &mut Accounts,
        findings: &mut Findings,
    ) -> Self {
        let members = Members {
            id: organization.and_then(|organization| organization.id.as_ref()),
            noted: organization.is_none() && root.get(&OF_ORGANIZATION).is_some(),
        };
        let mut this = Self { checked: BTreeMap::new(), declared: BTreeSet::new() };
        let field = match without_pipeline(root) {
            true => None,
            false => root.need(&DESTINATIONS, findings),
        };
        for (key, field) in field.and_then(|field| field.entries(findings)).unwrap_or_default() {
            this.declared.insert(key.to_owned());
            if let Some(destination) = destination(field, common, &members, accounts, findings) {
                this.checked.insert(destination.key.clone(), destination);
            }
        }
        if let Some(field) = field.filter(|_| this.declared.is_empty()) {
            let why = "it must have at least one entry";
            findings.add(
                field.key_span,
                "`destinations` is empty",
                why,
                "add a destination below `destinations`",
            );
        }
        this
    }

    /// The destination that a field names. Also gives one that is declared and wrong, which is noted already.
    pub(in crate::topology) fn resolve(
        &self,
        field: Field<'_>,
        findings: &mut Findings,
    ) -> Option<address::Key> {
        let text = field.text(findings)?;
        if !self.declared.contains(text) {
            let help = nearest(text, self.declared.iter().map(String::as_str)).map_or_else(
                || "add it under `destinations`, or name an existing one".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let declared: Vec<String> = self.declared.iter().cloned().collect();
            let why = format!("`destinations` has {}", listed(&declared));
            findings.add(field.span(), format!("unknown destination `{text}`"), why, help);
            return None;
        }
        text.parse().ok()
    }

    /// Those that could be read, so far.
    pub(in crate::topology) fn checked(&self) -> impl Iterator<Item = &Destination> {
        self.checked.values()
    }

    /// Those that could be read.
    pub(in crate::topology) fn into_checked(self) -> BTreeMap<address::Key, Destination> {
        self.checked
    }
}

impl Naming<'_> {
    /// The name that is written, or the derived one; checked either way.
    pub(in crate::topology) fn name(
        &self,
        section: &Section<'_>,
        key: &Key<Text>,
        suffix: &str,
        findings: &mut Findings,
    ) -> String {
        if let Some(field) = section.get(key) {
            return written_name(field, key, findings);
        }
        let setting = key.name;
        let Some(stem) = &self.stem else { return String::new() };
        let name = format!("{stem}{suffix}");
        if let Err(why) = key.kind.form.check(&name) {
            let help = format!("set `{setting}`, or shorten the topology's name or the key `{}`", self.key);
            findings.add(self.key_span, format!("the derived `{setting}` is not valid: `{name}`"), why, help);
        }
        name
    }
}

/// The names of the last of so many streams and roles, which are the longest.
fn numbered_names(count: Field<'_>, number: u32, named: &[(&String, &Form)], findings: &mut Findings) {
    for (declared, form) in named.iter().filter(|(declared, _)| number > 1 && !declared.is_empty()) {
        let name = format!("{declared}-{number}");
        if let Err(why) = form.check(&name) {
            let message = format!("the derived name `{name}` is not valid");
            let help = format!("shorten the name `{declared}`, or leave `count` out");
            findings.add(count.span(), message, why, help);
        }
    }
}

/// A name the user wrote.
pub(in crate::topology) fn written_name(
    field: Field<'_>,
    key: &Key<Text>,
    findings: &mut Findings,
) -> String {
    let help = format!("choose another name, or remove `{}` for the default", key.name);
    field.formed(&key.kind.form, &help, findings).unwrap_or_default().to_owned()
}

fn destination(
    field: Field<'_>,
    common: &Common,
    members: &Members<'_>,
    accounts: &mut Accounts,
    findings: &mut Findings,
) -> Option<Destination> {
    let key: Option<address::Key> = parsed("destinations", field.name, field.key_span, findings);
    let section = field.section(&keys::DESTINATION, findings)?;
    let account = section.need(&keys::ACCOUNT, findings).and_then(|field| accounts.resolve(field, findings));
    let region = match section.get(&keys::REGION) {
        Some(field) => another(field, common, findings),
        None => common.region.clone(),
    };
    let allow = section.get(&keys::ALLOW).and_then(|field| members.allow(field, findings));
    let stem = common.name.as_ref().zip(key.as_ref()).map(|(name, key)| format!("{name}-{key}"));
    let naming = Naming { stem, key_span: field.key_span, key: field.name };
    let id = account.as_ref().and_then(|account| accounts.id(account));
    let suffix = id.zip(region.as_ref()).map(|(id, region)| format!("-{id}-{region}"));
    let of_stream = section.sub(&keys::OF_STREAM, findings).unwrap_or_default();
    let stream = stream::stream(&of_stream, &naming, findings);
    let beside = bucket::Beside {
        suffix: suffix.as_deref(),
        home: kms::Home { partition: common.partition(), region: region.as_ref() },
        partition_by: &stream.partition_by,
    };
    let of_bucket = section.sub(&keys::OF_BUCKET, findings).unwrap_or_default();
    let bucket = bucket::bucket(&of_bucket, &naming, &beside, findings);
    let mut name = |key, suffix| naming.name(&section, key, suffix, findings);
    let destination_name = name(&keys::DESTINATION_NAME, "");
    let role = name(&keys::FIREHOSE_ROLE, "-firehose");
    let cwl_role = name(&keys::CWL_ROLE, "-cwl");
    if let Some(count) = of_stream.get(&stream_keys::COUNT) {
        let named = [(&stream.name, &names::STREAM), (&cwl_role, &names::ROLE)];
        numbered_names(count, stream.count, &named, findings);
    }
    let sender_role = naming.stem.as_ref().map(|stem| format!("{stem}-sender")).unwrap_or_default();
    let around = Around { partition: common.partition(), regions: region.as_slice(), whose: "destination" };
    let of_alarms = section.sub(&keys::OF_ALARMS, findings);
    let alarms = of_alarms
        .and_then(|section| alarms::of_destination(&section, around, stream.buffer_seconds, findings));
    Some(Destination {
        key: key?,
        account: account?,
        region: region?,
        bucket,
        transport: Transport::Firehose(Firehose { stream, role }),
        destination_name,
        allow: allow.unwrap_or(Allow::Accounts),
        sender_role,
        cwl_role,
        alarms,
    })
}
