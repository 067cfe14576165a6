//! The words of why a step does what it does.

use crate::address::Address;
use crate::enumeration::all_of;
use crate::plan::reason::{Also, Fate, Lost, Removed, Sign, Vanished, Why};
use crate::plan::{Field, Moved, Notice, OWNERSHIP_TAG, Reason, Use};

/// What is said where a run that did not end set out to make something.
const BEGUN: &str = "an earlier run stopped before it finished with it";

/// A reason as a sentence without a period.
pub fn reason(reason: &Reason) -> String {
    let also = reason.also.iter().map(also);
    std::iter::once(why(&reason.why)).chain(also).collect()
}

/// What a plan refuses, with why.
pub fn refusal(address: &Address, why: &Reason) -> String {
    format!("{address}: {}", reason(why))
}

/// What would be decided now, where a saved plan decided otherwise.
pub fn moved(moved: &Moved) -> String {
    let said = match (moved.planned, &moved.now) {
        (Some(planned), Some((now, why))) if planned == *now => {
            format!("still {now}, but not as planned: {}", reason(why))
        }
        (Some(planned), Some((now, why))) => {
            format!("the plan says {planned}, but now it would be {now}: {}", reason(why))
        }
        (None, Some((now, why))) => {
            format!("it is not in the plan, but now it would be {now}: {}", reason(why))
        }
        (Some(planned), None) => format!("the plan says {planned}, but now it would not be in the plan"),
        (None, None) => String::new(),
    };
    format!("{}: {said}", moved.address)
}

fn why(why: &Why) -> String {
    match why {
        Why::Absent => "it does not exist".to_owned(),
        Why::Gone => "logpipe made it, but it is gone".to_owned(),
        Why::NeverMade => "an earlier run stopped before it was made".to_owned(),
        Why::AsDeclared => "as declared".to_owned(),
        Why::OtherShard(share) => format!("shard {share} has its account"),
        Why::Differs(fields) => {
            let fields: Vec<String> = fields.iter().map(Field::to_string).collect();
            format!("differs in {}", fields.join(", "))
        }
        Why::UsedAsItIs => "it existed before logpipe, and is used as it is".to_owned(),
        Why::Obstacle(obstacle) => obstacle.to_string(),
        Why::NoSuccessor { obstacle, taken_over: true } => format!(
            "{obstacle}, and logpipe took it over instead of making it, so it stays: set `stream.name` to another name, and what points at it will move over"
        ),
        Why::NoSuccessor { obstacle, taken_over: false } => format!(
            "{obstacle}: a successor can take over only together with every destination that points at it, which `--target` leaves out, and only if its name, this one with a number appended, fits into 64 characters"
        ),
        Why::OfOthers { sign, begun, fate } => of_others(sign, *begun, fate),
        Why::InOtherAccount { recorded, account, id } => format!(
            "the record has it in account {recorded}, but `{account}` is now {id}: destroy it there first, or give this topology another `record`"
        ),
        Why::UnderOtherName { recorded } => format!(
            "the record has it as {recorded}: change the name of the account back to `{}`",
            recorded.account
        ),
        Why::TakesOver { from } => format!("it takes over from {from}, which cannot be changed in place"),
        Why::GivesOver { to } => format!(
            "{to} takes over; this one is deleted once it is drained, 3 min plus its buffer time after the last destination stops pointing at it"
        ),
        Why::GivenOver { to } => {
            format!("{to} takes over; apply deletes this one once nothing points at it and it is drained")
        }
        Why::Orphan => "logpipe's, but no longer in the topology".to_owned(),
        Why::GoneOrphan => {
            "no longer in the topology, and gone; the next apply removes it from the record".to_owned()
        }
        Why::PartOfMigration => "it changes from accounts to an organisation, which requires every subscription to it to have a role first: leave out `--target`".to_owned(),
        Why::Unnamed(removed) => unnamed(removed),
        Why::UnnamedAndGone(vanished) => {
            format!("the topology no longer names it, and {}", how_it_went(vanished))
        }
        Why::Theirs => format!(
            "{BEGUN}, and what exists now is not logpipe's: it stays, and is removed from the record"
        ),
        Why::Made(Lost::Nothing) => "logpipe made it".to_owned(),
        Why::Made(Lost::Clause(lost)) => format!("logpipe made it; {lost}"),
        Why::Made(Lost::Contents(contents)) => format!("logpipe made it; {contents} are deleted with it"),
        Why::GoesWith(whole) => format!("it is deleted with its {whole}"),
        Why::NotMade => "logpipe did not make it".to_owned(),
        Why::HoldsData(holds) => format!("it holds {holds}; --delete-data removes both"),
        Why::Guards(whole) => format!("it guards the {whole}, which stays"),
        Why::Used(of_others) => format!(
            "others have {} on it, which would be deleted too: have them remove that first, or use `--delete-data` to delete both",
            uses(of_others)
        ),
        Why::OutOfReach => "`accounts` no longer names its account, and `access` has no role_name to enter it with; put it back to remove this".to_owned(),
    }
}

fn of_others(sign: &Sign, begun: bool, fate: &Fate) -> String {
    let there = match sign {
        Sign::Unknown if begun => "what exists now is not what it was making".to_owned(),
        Sign::Unknown => "it exists, but it is not in logpipe's record".to_owned(),
        Sign::ThisTopology => format!(
            "it exists and carries this topology's tag {}, but it is not in logpipe's record",
            OWNERSHIP_TAG
        ),
        Sign::OtherTopology(owner) => format!("it exists and carries the tag of another topology, `{owner}`"),
    };
    let there = if begun { format!("{BEGUN}, and {there}") } else { there };
    match fate {
        Fate::Unsaid => there,
        Fate::Adoptable => format!("{there}; --adopt takes it over"),
        Fate::TakenOver => format!("{there}; taken over"),
        Fate::Recovered => {
            format!("{there}; recovered as logpipe's own, which `destroy` and `--prune` remove")
        }
        Fate::Objection(obstacle) => format!("{there}; {obstacle}"),
        Fate::NotAdoptable(obstacle) => format!("{there}; it cannot be taken over, because {obstacle}"),
    }
}

fn unnamed(removed: &Removed) -> String {
    let unnamed = "the topology no longer names it";
    match removed {
        Removed::Deleted => unnamed.to_owned(),
        Removed::How(how) => format!("{unnamed}; {how}"),
        Removed::With(whole) => format!("{unnamed}; it is deleted with its {whole}"),
        Removed::Kept(holds) => format!("it holds {holds}"),
        Removed::Forgotten { sends: false } => format!(
            "{unnamed}, and logpipe did not make it: it stays as it is, and is removed from the record"
        ),
        Removed::Forgotten { sends: true } => format!(
            "{unnamed}, and logpipe did not make it: it stays as it is, is removed from the record, and delivers nothing from now on unless another source of its account sends to the destination"
        ),
    }
}

fn how_it_went(vanished: &Vanished) -> String {
    match vanished {
        Vanished::Itself => "it is gone".to_owned(),
        Vanished::With { home, name } => format!("it was deleted with its {home} {name}"),
        Vanished::WithOrBefore { home } => format!("it is gone, with its {home} or before it"),
    }
}

/// What comes with a reason, with what parts it from that.
fn also(also: &Also) -> String {
    match also {
        Also::Added(fields) => format!("; {}", Notice::Added(fields.clone())),
        Also::ToOrganization => "; it changes from accounts to an organisation 3 min after the subscriptions of this topology have their roles, and subscriptions of others without a role stop delivering".to_owned(),
        Also::ToAccounts => "; it changes from an organisation to accounts after 3 min, so that events in transit arrive, and subscriptions of other accounts stop delivering".to_owned(),
        Also::RightsLater { buffer, waits } => {
            let time = match buffer.as_secs() {
                0 => "3 min".to_owned(),
                seconds => format!("3 min plus the buffer time of {seconds} s"),
            };
            match waits {
                true => format!(
                    "; a policy for both the old and the new is too long for AWS, so it waits until events in transit have arrived, {time} after the last resource stops using what it drops, and what needs it waits too"
                ),
                false => format!(
                    "; what it drops is removed {time} after the last resource stops using it, so that events in transit arrive"
                ),
            }
        }
        Also::Uses(of_others) => format!(", and so is what others have on it: {}", uses(of_others)),
    }
}

/// What others have on something: "the subscription filter `theirs` and metric filters (2)".
pub(super) fn uses(uses: &[Use]) -> String {
    let names: Vec<String> = uses
        .iter()
        .map(|one| match one {
            Use::SubscriptionFilter(name) => format!("the subscription filter `{name}`"),
            Use::MetricFilters(count) => format!("metric filters ({count})"),
            Use::DataProtection => "a data protection policy".to_owned(),
        })
        .collect();
    all_of(&names)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_reason_says_what_comes_with_it_in_order() {
        let rights = Also::RightsLater { buffer: Duration::from_secs(300), waits: false };
        let why = Why::Differs(vec![Field::from("trust"), Field::part("tags", "Team")]);
        let said = reason(&Reason {
            why,
            also: vec![Also::Added(vec![Field::from("statements").of_others()]), rights],
        });
        assert_eq!(
            said,
            "differs in trust, tags.Team; others have added statements, which logpipe does not change; what it drops is removed \
             3 min plus the buffer time of 300 s after the last resource stops using it, so that events in transit arrive"
        );
        let going = Reason {
            why: Why::Made(Lost::Contents("its log events")),
            also: vec![Also::Uses(vec![Use::MetricFilters(2), Use::SubscriptionFilter("theirs".to_owned())])],
        };
        assert_eq!(
            reason(&going),
            "logpipe made it; its log events are deleted with it, and so is what others have on it: metric filters (2) and the \
             subscription filter `theirs`"
        );
    }
}
