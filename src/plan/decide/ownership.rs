//! Ownership: one answer for deciding, pruning, destroying and recovering. Pure. What a run writes into the record
//! follows from what its plan made of the answer (`Action::claims`).
//!
//! The record alone proves ownership. If it only says what an earlier run intended to make or delete, marks on the
//! resource decide: that run may have been killed before its call took effect, and somebody else may have made one
//! since. If the record knows nothing, the same marks make a resource recoverable with `--adopt`.

use std::collections::BTreeMap;

use crate::address::{AccountId, Address, KindName, Place};
use crate::graph::{ADOPTED_TAG, Node, OWNERSHIP_TAG, arns};
use crate::plan::Survey;
use crate::plan::survey::observe::Observed;
use crate::provider::{Facts, Field, Live, Proof, Resource, Tags};
use crate::record::{Entry, Origin, Record, State};
use crate::topology::Topology;

/// Whose something is that the topology names and that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Logpipe's, as its record says: it made it, took it over, or recovered it.
    Recorded(Origin),
    /// The record does not have it, and every sign says that logpipe made it for this topology.
    Recoverable,
    /// Somebody else's.
    Other,
}

/// Whose something is that the record has and nothing names any more, or that is to be destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Logpipe made it.
    Made,
    /// Others made it, and logpipe took it over.
    TakenOver,
    /// A run that did not end set out to make or to delete it, and it was not looked at, so nobody knows.
    Unsettled,
    /// A run that did not end set out to make or to delete it, and what is there now is somebody else's.
    Theirs,
}

/// Where the record has a thing, if not where the topology has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Elsewhere<'a> {
    /// At this address, in another account than the topology's.
    Account(&'a AccountId),
    /// In this account, under another name of it.
    Address(&'a Address),
}

/// What identifies the owner.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ownership<'a> {
    topology: &'a Topology,
    record: &'a Record,
    observed: &'a Observed,
}

impl<'a> Ownership<'a> {
    pub(crate) fn new(topology: &'a Topology, record: &'a Record, observed: &'a Observed) -> Self {
        Self { topology, record, observed }
    }

    pub(crate) fn of(survey: &'a Survey, record: &'a Record) -> Self {
        Self::new(&survey.topology, record, &survey.observed)
    }

    /// Whose it is what is there in the place of a resource of the topology.
    pub(crate) fn owner(&self, node: &Node, live: &Live) -> Owner {
        match self.record.get(&node.address) {
            Some(entry) if self.is_proved(node, entry, live) => Owner::Recorded(entry.origin),
            _ if self.is_recoverable(node, live) => Owner::Recoverable,
            _ => Owner::Other,
        }
    }

    /// Whose it is what the record has.
    pub(crate) fn claim(&self, address: &Address, entry: &Entry) -> Claim {
        match entry.origin {
            Origin::Adopted => Claim::TakenOver,
            Origin::Created | Origin::Recovered if !is_unsettled(address, entry) => Claim::Made,
            Origin::Created | Origin::Recovered if !self.observed.knows(address) => Claim::Unsettled,
            Origin::Created | Origin::Recovered if self.is_signed(address, entry) => Claim::Made,
            Origin::Created | Origin::Recovered => Claim::Theirs,
        }
    }

    /// Whether there is a way into the account that the record has something in.
    pub(crate) fn is_within_reach(&self, address: &Address, entry: &Entry) -> bool {
        let account = self.topology.accounts.get(&address.account);
        account.is_some_and(|account| account.id == entry.account_id)
    }

    /// Whether every sign says that logpipe made it for this topology, whatever the record has of it.
    pub(crate) fn is_recoverable(&self, node: &Node, live: &Live) -> bool {
        if matches!(&node.resource, Resource::IamRole(role) if role.borrowed_arn.is_some()) {
            return false;
        }
        if live.tags().is_some() {
            return self.is_made_by_us(live);
        }
        let ours = |address: &Address| {
            self.record.get(address).is_some_and(|entry| entry.origin.is_ours())
                || self.observed.live(address).is_some_and(|live| self.is_made_by_us(live))
        };
        let needed =
            |kind| node.needs.iter().filter(move |need| need.address.kind == kind).map(|need| &need.address);
        let kind = node.address.kind;
        // Nobody else has use for our policy or our profile.
        if kind == KindName::IamRolePolicyAttachment && needed(KindName::IamPolicy).any(ours) {
            return true;
        }
        if kind == KindName::InstanceProfileAssociation {
            return node.resource.diff(live).is_empty() && needed(KindName::IamInstanceProfile).any(ours);
        }
        if !Facts::of(kind).flow.sends() {
            return node.container.as_ref().is_some_and(ours);
        }
        let to_there = node.resource.diff(live).iter().all(|change| change.field != Field::DESTINATION);
        let mut destinations =
            needed(KindName::LogsDestinationPolicy).map(|policy| policy.of_kind(KindName::LogsDestination));
        to_there && destinations.any(|destination| ours(&destination))
    }

    /// Whether it is proved that an earlier run made what it set out to make and the topology still names. Everything
    /// else that is there is somebody else's.
    fn is_proved(&self, node: &Node, entry: &Entry, live: &Live) -> bool {
        if entry.state == State::Present || entry.origin != Origin::Created {
            return true;
        }
        match Facts::of(node.address.kind).proof {
            Proof::Tag => self.bears_our_tag(live),
            // If a run leaves it without a tag, it contains nothing from anybody else.
            Proof::LastTag if tagged_by(live).is_some() => self.bears_our_tag(live),
            Proof::LastTag => {
                live.tags().is_some_and(Tags::is_empty) && node.resource.foreign(live).is_empty()
            }
            Proof::Fingerprint => self.bears_our_tag(live) || self.is_signed(&node.address, entry),
            // They have no mark of their own: they are part of a tagged resource, or connect two resources.
            Proof::Witness(_) | Proof::Whole => true,
        }
    }

    /// Whether the live resource has the marks of what the record says was to be made. Nobody owns a missing resource.
    fn is_signed(&self, address: &Address, entry: &Entry) -> bool {
        let Some(live) = self.observed.live(address) else { return true };
        if tagged_by(live).is_some() {
            return self.is_made_by_us(live);
        }
        match Facts::of(address.kind).proof {
            // It is on its way out already.
            Proof::Tag => matches!(live, Live::FirehoseStream(stream) if stream.status == "DELETING"),
            Proof::Fingerprint => match live.fingerprint() {
                // What it was to be is known, so that it is this or somebody else's.
                Some(fingerprint) if !entry.fingerprints.is_empty() => {
                    entry.fingerprints.contains(&fingerprint)
                }
                _ => self.leads_there(live.leads_to(), entry),
            },
            Proof::Witness(_) => witness(address, entry)
                .and_then(|witness| self.observed.live(witness))
                .is_some_and(|witness| self.bears_our_tag(witness)),
            Proof::LastTag | Proof::Whole => false,
        }
    }

    /// Whether an ARN is that of something that the record says was to be sent to.
    fn leads_there(&self, arn: Option<&str>, entry: &Entry) -> bool {
        let id = |need: &Address| -> Option<AccountId> {
            let known = self.record.get(need).map(|entry| entry.account_id.clone());
            known.or_else(|| self.topology.accounts.get(&need.account).map(|account| account.id.clone()))
        };
        entry.needs.iter().any(|need| {
            let (Place::Region(region), Some(id)) = (&need.place, id(need)) else { return false };
            let meant = match need.kind == KindName::LogsDestinationPolicy {
                true => Some(arns::destination(region, &id, &need.name)),
                false => arns::carrier(need, &id),
            };
            meant.is_some() && arn == meant.as_deref()
        })
    }

    fn bears_our_tag(&self, live: &Live) -> bool {
        tagged_by(live).is_some_and(|owner| owner == self.topology.name.as_str())
    }

    /// What logpipe took over from others has a second tag, so that it stays theirs.
    fn is_made_by_us(&self, live: &Live) -> bool {
        self.bears_our_tag(live) && !live.tags().is_some_and(|tags| tags.contains_key(ADOPTED_TAG))
    }
}

/// What the record has, whatever its account is called.
#[derive(Debug)]
pub(crate) struct Whereabouts<'a> {
    record: &'a Record,
    places: BTreeMap<(&'a AccountId, &'a Place, KindName, &'a str), &'a Address>,
}

impl<'a> Whereabouts<'a> {
    pub(crate) fn of(record: &'a Record) -> Self {
        let places = record.entries().iter();
        let places = places.map(|(address, entry)| (place_of(&entry.account_id, address), address));
        Self { record, places: places.collect() }
    }

    /// Whether the record has the address in another account, or the resource under another name of its account. Going
    /// on would lose track of what is there, so that has to be settled first.
    pub(crate) fn elsewhere(&self, address: &Address, account: &AccountId) -> Option<Elsewhere<'a>> {
        if let Some(entry) = self.record.get(address) {
            return (entry.account_id != *account).then_some(Elsewhere::Account(&entry.account_id));
        }
        self.places.get(&place_of(account, address)).map(|known| Elsewhere::Address(known))
    }
}

fn place_of<'a>(
    account: &'a AccountId,
    address: &'a Address,
) -> (&'a AccountId, &'a Place, KindName, &'a str) {
    (account, &address.place, address.kind, &address.name)
}

/// Whether the record alone does not say whose the thing of this name is. Of a bucket the user gives the name.
pub(crate) fn is_unsettled(address: &Address, entry: &Entry) -> bool {
    entry.origin.is_ours() && entry.state != State::Present && Facts::of(address.kind).is_asked_about()
}

/// The topology that made it, as its tag says.
pub(crate) fn tagged_by(live: &Live) -> Option<&str> {
    live.tags()?.get(OWNERSHIP_TAG).map(String::as_str)
}

/// What has a tag instead of something that has none: the group of a stream, the policy of an attachment, or its role
/// where the policy is AWS's, the profile of an association.
pub(crate) fn witness<'e>(address: &Address, entry: &'e Entry) -> Option<&'e Address> {
    let Proof::Witness(kinds) = Facts::of(address.kind).proof else { return None };
    kinds.iter().find_map(|kind| entry.needs.iter().find(|need| need.kind == *kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::few::Few;
    use crate::plan::survey::observe::Seen;
    use crate::provider::Tags;
    use crate::provider::iam::role::LiveRole;
    use crate::provider::logs::destination::LiveDestination;
    use crate::provider::logs::log_group::LiveLogGroup;
    use crate::provider::logs::log_stream::LiveLogStream;
    use crate::topology::parse;

    const ROLE: &str = "archive/global/iam_role.writer";
    const GROUP: &str = "archive/eu-west-1/log_group./errors";
    const STREAM: &str = "archive/eu-west-1/log_stream./errors:delivery";
    const DESTINATION: &str = "archive/eu-west-1/logs_destination.central";
    const CARRIER: &str = "archive/eu-west-1/firehose_stream.central";

    fn topology() -> Topology {
        let text = r#"{version: 1, name: ours, region: eu-west-1, access: {role_name: R},
            accounts: {archive: "999999999999", app: "111111111111"},
            destinations: {central: {account: archive}},
            sources: {web: {accounts: [app], destination: central, log_groups: [/web]}}}"#;
        parse("topology.yaml", text).unwrap()
    }

    fn entry(origin: Origin, state: State, needs: &[&str]) -> Entry {
        Entry {
            account_id: "999999999999".parse().unwrap(),
            origin,
            state,
            needs: needs.iter().map(|need| need.parse().unwrap()).collect(),
            tags: Few::default(),
            fingerprints: Few::default(),
            applied: None,
            changed_at: 0,
        }
    }

    fn tagged(owner: &[&str]) -> Tags {
        owner.iter().map(|owner| (OWNERSHIP_TAG.to_owned(), (*owner).to_owned())).collect()
    }

    fn role(owner: &[&str]) -> Seen {
        Seen::Live(Box::new(LiveRole { tags: tagged(owner), ..LiveRole::default() }.into()))
    }

    fn group(owner: &[&str]) -> Seen {
        let mut group = LiveLogGroup::default();
        group.tags = tagged(owner).into();
        Seen::Live(Box::new(group.into()))
    }

    fn destination(target: &str) -> Seen {
        let target_arn = Some(target.to_owned());
        Seen::Live(Box::new(LiveDestination { target_arn, ..LiveDestination::default() }.into()))
    }

    #[track_caller]
    fn claims(address: &str, entry: Entry, seen: &[(&str, Seen)], expect: Claim) {
        let address: Address = address.parse().unwrap();
        let (topology, record) = (topology(), Record::holding([(address.clone(), entry.clone())]));
        let seen = seen.iter().map(|(address, seen)| (address.parse().unwrap(), seen.clone()));
        let observed = Observed::seeing(seen);
        assert_eq!(Ownership::new(&topology, &record, &observed).claim(&address, &entry), expect);
    }

    #[test]
    fn what_a_run_brought_to_an_end_is_as_the_record_says() {
        claims(ROLE, entry(Origin::Created, State::Present, &[]), &[(ROLE, role(&["theirs"]))], Claim::Made);
        claims(ROLE, entry(Origin::Recovered, State::Present, &[]), &[], Claim::Made);
        for state in [State::Present, State::Intended, State::Deleting] {
            claims(ROLE, entry(Origin::Adopted, state, &[]), &[(ROLE, role(&["ours"]))], Claim::TakenOver);
        }
    }

    #[test]
    fn what_a_run_did_not_bring_to_an_end_is_told_by_its_signs() {
        for state in [State::Intended, State::Deleting] {
            let begun = || entry(Origin::Created, state, &[]);
            claims(ROLE, begun(), &[], Claim::Unsettled);
            claims(ROLE, begun(), &[(ROLE, Seen::Absent)], Claim::Made);
            claims(ROLE, begun(), &[(ROLE, role(&["ours"]))], Claim::Made);
            claims(ROLE, begun(), &[(ROLE, role(&["theirs"]))], Claim::Theirs);
            claims(ROLE, begun(), &[(ROLE, role(&[]))], Claim::Theirs);
        }
    }

    #[test]
    fn what_bears_no_tag_has_a_witness() {
        let stream = Seen::Live(Box::new(LiveLogStream.into()));
        let intended = || entry(Origin::Created, State::Intended, &[GROUP]);
        claims(STREAM, intended(), &[(STREAM, stream.clone()), (GROUP, group(&["ours"]))], Claim::Made);
        claims(STREAM, intended(), &[(STREAM, stream.clone()), (GROUP, group(&["theirs"]))], Claim::Theirs);
        claims(STREAM, intended(), &[(STREAM, stream)], Claim::Theirs);
    }

    #[test]
    fn what_is_tagged_after_it_was_made_is_known_by_where_it_leads() {
        let intended = || entry(Origin::Created, State::Intended, &[CARRIER]);
        let arn = |name: &str| format!("arn:aws:firehose:eu-west-1:999999999999:deliverystream/{name}");
        claims(DESTINATION, intended(), &[(DESTINATION, destination(&arn("central")))], Claim::Made);
        claims(DESTINATION, intended(), &[(DESTINATION, destination(&arn("other")))], Claim::Theirs);
    }

    #[test]
    fn the_record_has_a_thing_elsewhere_by_account_or_by_name() {
        let record = Record::holding([(ROLE.parse().unwrap(), entry(Origin::Created, State::Present, &[]))]);
        let whereabouts = Whereabouts::of(&record);
        let (here, there) = ("999999999999".parse().unwrap(), "888888888888".parse().unwrap());
        let (role, renamed) = (ROLE.parse().unwrap(), "logs/global/iam_role.writer".parse().unwrap());
        assert_eq!(whereabouts.elsewhere(&role, &here), None);
        assert_eq!(whereabouts.elsewhere(&role, &there), Some(Elsewhere::Account(&here)));
        assert_eq!(whereabouts.elsewhere(&renamed, &here), Some(Elsewhere::Address(&role)));
        assert_eq!(whereabouts.elsewhere(&renamed, &there), None);
    }
}
