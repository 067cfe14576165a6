//! Plans the removal of what logpipe made, in reverse order. Pure: record in, plan out. Considers what the record only
//! intends, and what others have attached to the resources to remove.

use std::collections::BTreeSet;

use super::names;
use super::ownership::{Claim, Ownership};
use crate::address::Address;
use crate::graph::dag::{Cycle, order, reversed};
use crate::plan::model::reason::{Also, Lost, Why};
use crate::plan::survey::observe::Observed;
use crate::plan::survey::uses::Use;
use crate::plan::{Action, MatchesNothing, Plan, Reason, Refusal, Step, Targets, with_recorded};
use crate::provider::{Consent, Contents, Drained, Facts, Removal};
use crate::record::{Entry, Record};
use crate::topology::Topology;

/// What the user has allowed to go.
#[derive(Debug, Clone, Default)]
pub struct Data {
    /// `--delete-data`, confirmed for these buckets by name.
    pub buckets: BTreeSet<String>,
    /// `--delete-data`: also what others have on what goes.
    pub of_others: bool,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undestroyable {
    /// A target matches nothing that is owned.
    #[error(transparent)]
    MatchesNothing(#[from] MatchesNothing),
    /// The record holds a circle.
    #[error(transparent)]
    Cycle(#[from] Cycle),
}

/// Makes the plan: of what the targets mean, and of what needs that. What was adopted stays; so do buckets, with what
/// guards them, unless named in `data`. `observed` is what was seen of what an earlier run did not bring to an end (see
/// `ownership`).
///
/// # Errors
/// [`Undestroyable`], when the targets match nothing, or the record holds a circle, which logpipe never writes.
pub fn destroy(
    topology: &Topology,
    record: &Record,
    data: &Data,
    targets: &Targets,
    observed: &Observed,
) -> Result<Plan, Undestroyable> {
    let topology = &with_recorded(topology, record);
    let needed_by = reversed(&record.needs());
    let meant = targets.among(&needed_by)?;
    let ownership = Ownership::new(topology, record, observed);
    let mut steps = Vec::new();
    for address in order(&needed_by)?.into_iter().filter(|address| meant.contains(address)) {
        let entry = &record.entries()[&address];
        let (action, why) = fate(&address, entry, &ownership, data);
        let reason = Reason::from(why);
        let uses = observed.uses(&address);
        let (action, reason) = match action {
            Action::Delete if !uses.is_empty() => with_uses(reason, Use::of(uses), data),
            action => (action, reason),
        };
        let changes = if matches!(action, Action::Delete) { uses.to_vec() } else { Vec::new() };
        steps.push(Step {
            account: entry.account_id.clone(),
            after: needed_by[&address].iter().cloned().collect(),
            needs: entry.needs.iter().cloned().collect(),
            address,
            action,
            changes,
            reason,
            narrowing: None,
        });
    }
    Ok(Plan {
        topology: topology.name.to_string(),
        steps,
        orphans: Vec::new(),
        roles: Vec::new(),
        moved: names::moved(record),
        foreign: Vec::new(),
        notes: names::notes(record),
        skipped: Vec::new(),
        left_out: Vec::new(),
        warnings: Vec::new(),
        allowed: Vec::new(),
        share: None,
    })
}

/// What others have attached is deleted only if the user has said so.
fn with_uses(reason: Reason, uses: Vec<Use>, data: &Data) -> (Action, Reason) {
    match data.of_others {
        true => (Action::Delete, reason.and(Also::Uses(uses))),
        false => (Action::Keep, Why::Used(uses).into()),
    }
}

fn fate(address: &Address, entry: &Entry, ownership: &Ownership<'_>, data: &Data) -> (Action, Why) {
    let claim = ownership.claim(address, entry);
    if claim == Claim::TakenOver {
        return (Action::Keep, Why::NotMade);
    }
    if !ownership.is_within_reach(address, entry) {
        return (Action::Refuse(Refusal::OutOfReach), Why::OutOfReach);
    }
    if claim == Claim::Theirs {
        return (Action::Forget, Why::Theirs);
    }
    by_removal(Facts::of(address.kind).removal, data.buckets.contains(address.name.as_str()))
}

/// What becomes of what logpipe made, `with_data` where the user has given its name.
fn by_removal(removal: Removal, with_data: bool) -> (Action, Why) {
    match removal {
        Removal::Deleted | Removal::Drained(Drained { destroyed: None, .. }) => {
            (Action::Delete, Why::Made(Lost::Nothing))
        }
        Removal::Drained(Drained { destroyed: Some(lost), .. }) => {
            (Action::Delete, Why::Made(Lost::Clause(lost)))
        }
        Removal::HoldsData(Contents { consent: Consent::ByName, holds, .. }) if !with_data => {
            (Action::Keep, Why::HoldsData(holds))
        }
        Removal::HoldsData(Contents { consent: Consent::ByName | Consent::Destroy, loses, .. }) => {
            (Action::Delete, Why::Made(Lost::Contents(loses)))
        }
        Removal::Guards(whole) if !with_data => (Action::Keep, Why::Guards(whole.word)),
        Removal::Guards(whole) | Removal::PartOf(whole) => (Action::Delete, Why::GoesWith(whole.word)),
    }
}

/// The buckets among the targets that logpipe made, whose removal has to be confirmed by name.
pub fn buckets(record: &Record, targets: &Targets) -> BTreeSet<String> {
    record
        .entries()
        .iter()
        .filter(|(address, entry)| Facts::of(address.kind).goes_by_name() && entry.origin.is_ours())
        .filter(|(address, _)| targets.matches(address))
        .map(|(address, _)| address.name.to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::KindName;

    /// Whether it is deleted, and why.
    fn fate(kind: KindName, with_data: bool) -> (bool, Why) {
        let (action, reason) = by_removal(Facts::of(kind).removal, with_data);
        (matches!(action, Action::Delete), reason)
    }

    #[test]
    fn what_is_lost_with_each_kind_is_said() {
        let check = |kind: KindName, expect: Why| assert_eq!(fate(kind, true), (true, expect), "{kind}");
        check(KindName::S3Bucket, Why::Made(Lost::Contents("its objects")));
        check(KindName::S3BucketPolicy, Why::GoesWith("bucket"));
        check(KindName::LogGroup, Why::Made(Lost::Contents("its log events")));
        check(KindName::LogStream, Why::Made(Lost::Nothing));
        let unwritten = "what it has not yet written to the bucket is lost with it";
        check(KindName::FirehoseStream, Why::Made(Lost::Clause(unwritten)));
        check(KindName::LogsDestinationPolicy, Why::GoesWith("destination"));
        check(KindName::IamRole, Why::Made(Lost::Nothing));
        check(KindName::SsmParameter, Why::Made(Lost::Nothing));
    }

    #[test]
    fn what_goes_by_its_name_alone_stays_without_it_and_so_does_what_guards_it() {
        let stay: Vec<(KindName, Why)> = KindName::ALL
            .into_iter()
            .map(|kind| (kind, fate(kind, false)))
            .filter(|(_, (goes, _))| !goes)
            .map(|(kind, (_, reason))| (kind, reason))
            .collect();
        let expect = [
            (KindName::S3Bucket, Why::HoldsData("the delivered logs")),
            (KindName::S3BucketPolicy, Why::Guards("bucket")),
        ];
        assert_eq!(stay, expect);
    }
}
