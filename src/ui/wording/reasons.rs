//! The words of why a step does what it does.

use crate::address::Address;
use crate::plan::reason::{Also, Fate, Lost, Removed, Sign, Vanished, Why};
use crate::plan::{Field, Moved, Notice, OWNERSHIP_TAG, Reason, Use};
use crate::provider::listed;

/// What is said where a run that did not end set out to make something.
const BEGUN: &str = "an earlier run stopped before it was done with it";

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
            format!("{now}, as planned, but otherwise: {}", reason(why))
        }
        (Some(planned), Some((now, why))) => {
            format!("planned was {planned}, and now it would be {now}: {}", reason(why))
        }
        (None, Some((now, why))) => {
            format!("it was not in the plan, and now it would be {now}: {}", reason(why))
        }
        (Some(planned), None) => format!("planned was {planned}, and now it is not part of the plan"),
        (None, None) => String::new(),
    };
    format!("{}: {said}", moved.address)
}

fn why(why: &Why) -> String {
    match why {
        Why::Absent => "it does not exist".to_owned(),
        Why::Gone => "logpipe made it, and it is gone".to_owned(),
        Why::NeverMade => "an earlier run stopped before it was made".to_owned(),
        Why::AsDeclared => "as declared".to_owned(),
        Why::Differs(fields) => {
            let fields: Vec<String> = fields.iter().map(Field::to_string).collect();
            format!("differs in {}", fields.join(", "))
        }
        Why::UsedAsItIs => "it was there before logpipe, and is used as it is".to_owned(),
        Why::Obstacle(obstacle) => obstacle.to_string(),
        Why::NoSuccessor { obstacle, taken_over: true } => format!(
            "{obstacle}, and it was taken over and not made by logpipe, so it stays: give `stream.name` another name, and what points at it moves over"
        ),
        Why::NoSuccessor { obstacle, taken_over: false } => format!(
            "{obstacle}: a successor takes over only together with every destination that points at it, which `--target` leaves out, and under its name with a number behind it, for which 64 characters must do"
        ),
        Why::OfOthers { sign, begun, fate } => of_others(sign, *begun, fate),
        Why::InOtherAccount { recorded, account, id } => format!(
            "the record knows it in account {recorded}, and `{account}` is {id} now: destroy it there first, or give this topology another `record`"
        ),
        Why::UnderOtherName { recorded } => format!(
            "the record knows it as {recorded}: give the account its name `{}` back",
            recorded.account
        ),
        Why::TakesOver { from } => format!("it takes over from {from}, which cannot be changed in place"),
        Why::GivesOver { to } => format!(
            "{to} takes over; it is deleted once it is drained, 3 min and its buffer time after nothing points at it any more"
        ),
        Why::GivenOver { to } => {
            format!("{to} takes over; apply deletes it once nothing points at it and it is drained")
        }
        Why::Orphan => "logpipe's, but no longer in the topology".to_owned(),
        Why::GoneOrphan => {
            "no longer in the topology, and gone; the next apply takes it out of the record".to_owned()
        }
        Why::PartOfMigration => "it turns from accounts to an organisation, for which every subscription on it has to show a role first: leave `--target` out".to_owned(),
        Why::Unnamed(removed) => unnamed(removed),
        Why::UnnamedAndGone(vanished) => {
            format!("the topology no longer names it, and {}", how_it_went(vanished))
        }
        Why::Theirs => format!(
            "{BEGUN}, and what is there now is not logpipe's: it stays, and is no longer in the record"
        ),
        Why::Made(Lost::Nothing) => "logpipe made it".to_owned(),
        Why::Made(Lost::Clause(lost)) => format!("logpipe made it; {lost}"),
        Why::Made(Lost::Contents(contents)) => format!("logpipe made it; {contents} go with it"),
        Why::GoesWith(whole) => format!("it goes with its {whole}"),
        Why::NotMade => "logpipe did not make it".to_owned(),
        Why::HoldsData(holds) => format!("it holds {holds}; --delete-data removes it with them"),
        Why::Guards(whole) => format!("it guards the {whole}, which stays"),
        Why::Used(of_others) => format!(
            "others have {} on it, which would go with it: have them take that off, or `--delete-data` takes it along",
            uses(of_others)
        ),
        Why::OutOfReach => "`accounts` does not name its account any more, and `access` has no role_name to get into it by; put it back to remove this".to_owned(),
    }
}

fn of_others(sign: &Sign, begun: bool, fate: &Fate) -> String {
    let there = match sign {
        Sign::Unknown if begun => "what is there now is not what it was to make".to_owned(),
        Sign::Unknown => "it exists, and logpipe's record does not know it".to_owned(),
        Sign::ThisTopology => format!(
            "it exists with this topology's tag {}, but logpipe's record does not know it",
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
        Removed::With(whole) => format!("{unnamed}; it goes with its {whole}"),
        Removed::Kept(holds) => format!("it holds {holds}"),
        Removed::Forgotten { sends: false } => format!(
            "{unnamed}, and logpipe did not make it: it stays as it is, and is no longer in the record"
        ),
        Removed::Forgotten { sends: true } => format!(
            "{unnamed}, and logpipe did not make it: it stays as it is, is no longer in the record, and delivers nothing from now on unless its account sends to the destination by another source"
        ),
    }
}

fn how_it_went(vanished: &Vanished) -> String {
    match vanished {
        Vanished::Itself => "it is gone".to_owned(),
        Vanished::With { home, name } => format!("it went with its {home} {name}"),
        Vanished::WithOrBefore { home } => format!("it is gone, with its {home} or before it"),
    }
}

/// What comes with a reason, with what parts it from that.
fn also(also: &Also) -> String {
    match also {
        Also::Added(fields) => format!("; {}", Notice::Added(fields.clone())),
        Also::ToOrganization => "; it turns from accounts to an organisation 3 min after the subscriptions of this topology show their roles, and those of others that show none stop delivering".to_owned(),
        Also::ToAccounts => "; it turns from an organisation to accounts in 3 min, so that what is under way arrives, and subscriptions of other accounts stop delivering".to_owned(),
        Also::RightsLater { buffer, waits } => {
            let time = match buffer.as_secs() {
                0 => "3 min".to_owned(),
                seconds => format!("3 min and the buffer's {seconds} s"),
            };
            match waits {
                true => format!(
                    "; AWS takes no policy that is long enough for both, so it waits until what it lets go of is through, {time} after the last that uses it has let go, and what needs it waits too"
                ),
                false => format!(
                    "; what it lets go of goes {time} after the last that uses it has let go, so that what is under way arrives"
                ),
            }
        }
        Also::Uses(of_others) => format!(", and so does what others have on it: {}", uses(of_others)),
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
    listed(&names)
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
            "differs in trust, tags.Team; others have added statements, left as they are; what it lets go of goes 3 min \
             and the buffer's 300 s after the last that uses it has let go, so that what is under way arrives"
        );
        let going = Reason {
            why: Why::Made(Lost::Contents("its log events")),
            also: vec![Also::Uses(vec![Use::MetricFilters(2), Use::SubscriptionFilter("theirs".to_owned())])],
        };
        assert_eq!(
            reason(&going),
            "logpipe made it; its log events go with it, and so does what others have on it: metric filters (2) and the \
             subscription filter `theirs`"
        );
    }
}
