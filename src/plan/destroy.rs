//! Plans the removal of what logpipe made, in reverse order. Pure: record in, plan out, with a look at what the record
//! only intends, and at what others have on what goes.

use std::collections::BTreeSet;

use super::observe::Observed;
use super::ownership::{Claim, Ownership};
use super::prune::THEIRS;
use super::uses::in_words;
use super::{Action, MatchesNothing, Plan, Refusal, Step, Targets, names, with_recorded};
use crate::address::Address;
use crate::graph::dag::{Cycle, Needs, order, reversed};
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

/// Why most of what goes is removed.
const MADE: &str = "logpipe made it";

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
    let needs: Needs<Address> =
        record.entries().iter().map(|(address, entry)| (address.clone(), entry.needs.clone())).collect();
    let needed_by = reversed(&needs);
    let meant = targets.among(&needed_by)?;
    let ownership = Ownership::new(topology, record, observed);
    let mut steps = Vec::new();
    for address in order(&needed_by)?.into_iter().filter(|address| meant.contains(address)) {
        let entry = &record.entries()[&address];
        let (action, reason) = fate(&address, entry, &ownership, data);
        let uses = observed.uses(&address);
        let (action, reason) = match action {
            Action::Delete if !uses.is_empty() => with_uses(&reason, &in_words(uses), data),
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
    })
}

/// What others have on it goes only where the user has said so.
fn with_uses(reason: &str, uses: &str, data: &Data) -> (Action, String) {
    match data.of_others {
        true => (Action::Delete, format!("{reason}, and so does what others have on it: {uses}")),
        false => (
            Action::Keep,
            format!(
                "others have {uses} on it, which would go with it: have them take that off, or `--delete-data` takes it along"
            ),
        ),
    }
}

fn fate(address: &Address, entry: &Entry, ownership: &Ownership<'_>, data: &Data) -> (Action, String) {
    let claim = ownership.claim(address, entry);
    if claim == Claim::TakenOver {
        return (Action::Keep, "logpipe did not make it".to_owned());
    }
    if !ownership.is_within_reach(address, entry) {
        return (
            Action::Refuse(Refusal::OutOfReach),
            "`accounts` does not name its account any more, and `access` has no role_name to get into it by; put it back to remove this".to_owned(),
        );
    }
    if claim == Claim::Theirs {
        return (Action::Forget, THEIRS.to_owned());
    }
    by_removal(Facts::of(address.kind).removal, data.buckets.contains(&address.name))
}

/// What becomes of what logpipe made, `with_data` where the user has given its name.
fn by_removal(removal: Removal, with_data: bool) -> (Action, String) {
    match removal {
        Removal::Deleted => (Action::Delete, MADE.to_owned()),
        Removal::Drained(Drained { destroyed: None, .. }) => (Action::Delete, MADE.to_owned()),
        Removal::Drained(Drained { destroyed: Some(lost), .. }) => {
            (Action::Delete, format!("{MADE}; {lost}"))
        }
        Removal::HoldsData(Contents { consent: Consent::ByName, holds, .. }) if !with_data => {
            (Action::Keep, format!("it holds {holds}; --delete-data removes it with them"))
        }
        Removal::HoldsData(Contents { consent: Consent::ByName | Consent::Destroy, loses, .. }) => {
            (Action::Delete, format!("{MADE}; {loses} go with it"))
        }
        Removal::Guards(whole) if !with_data => {
            (Action::Keep, format!("it guards the {}, which stays", whole.word))
        }
        Removal::Guards(whole) | Removal::PartOf(whole) => {
            (Action::Delete, format!("it goes with its {}", whole.word))
        }
    }
}

/// The buckets among the targets that logpipe made, whose removal has to be confirmed by name.
pub fn buckets(record: &Record, targets: &Targets) -> BTreeSet<String> {
    record
        .entries()
        .iter()
        .filter(|(address, entry)| Facts::of(address.kind).goes_by_name() && entry.origin.is_ours())
        .filter(|(address, _)| targets.matches(address))
        .map(|(address, _)| address.name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::KindName;

    /// Whether it is deleted, and why.
    fn fate(kind: KindName, with_data: bool) -> (bool, String) {
        let (action, reason) = by_removal(Facts::of(kind).removal, with_data);
        (matches!(action, Action::Delete), reason)
    }

    #[test]
    fn what_is_lost_with_each_kind_is_said() {
        let check = |kind: KindName, expect: &str| {
            let (goes, reason) = fate(kind, true);
            assert_eq!((goes, reason.as_str()), (true, expect), "{kind}");
        };
        check(KindName::S3Bucket, "logpipe made it; its objects go with it");
        check(KindName::S3BucketPolicy, "it goes with its bucket");
        check(KindName::LogGroup, "logpipe made it; its log events go with it");
        check(KindName::LogStream, "logpipe made it");
        check(
            KindName::FirehoseStream,
            "logpipe made it; what it has not written to the bucket yet goes with it",
        );
        check(KindName::LogsDestinationPolicy, "it goes with its destination");
        check(KindName::IamRole, "logpipe made it");
        check(KindName::SsmParameter, "logpipe made it");
    }

    #[test]
    fn what_goes_by_its_name_alone_stays_without_it_and_so_does_what_guards_it() {
        let stay: Vec<(KindName, String)> = KindName::ALL
            .into_iter()
            .map(|kind| (kind, fate(kind, false)))
            .filter(|(_, (goes, _))| !goes)
            .map(|(kind, (_, reason))| (kind, reason))
            .collect();
        let expect = [
            (
                KindName::S3Bucket,
                "it holds the delivered logs; --delete-data removes it with them".to_owned(),
            ),
            (KindName::S3BucketPolicy, "it guards the bucket, which stays".to_owned()),
        ];
        assert_eq!(stay, expect);
    }
}
