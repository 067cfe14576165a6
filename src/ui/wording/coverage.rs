//! The words for what `coverage` finds.

use crate::coverage::{
    Carrier, Limited, Outflow, Reason, ReasonKind, Subscriber, Unread, UnreadWhat, Unsubscribable, Why,
};
use crate::ui::text;

/// A reason as a heading.
pub(in crate::ui) fn reason_title(kind: ReasonKind) -> &'static str {
    match kind {
        ReasonKind::Delivered => "delivered",
        ReasonKind::Drifted => "drifted: the subscription is not as the topology says",
        ReasonKind::Missing => "missing: `logpipe apply` subscribes them",
        ReasonKind::SlotsFull => "slots full: others hold every place for a subscription",
        ReasonKind::CannotSubscribe => "cannot subscribe: they take no subscription filter",
        ReasonKind::SubscribedElsewhere => {
            "subscribed elsewhere: no source names them, and others subscribe them"
        }
        ReasonKind::NotNamed => "not named: no source names them",
        ReasonKind::Denied => "denied: nobody may look what is on them",
        ReasonKind::Unread => "unknown: what is on them could not be read",
        ReasonKind::Excluded => "excluded by a rule of the topology",
        ReasonKind::OwnErrorLog => "the topology's own error logs",
    }
}

/// A reason in a word or two.
pub(in crate::ui) fn reason_word(kind: ReasonKind) -> &'static str {
    match kind {
        ReasonKind::Delivered => "delivered",
        ReasonKind::Drifted => "drifted",
        ReasonKind::Missing => "missing",
        ReasonKind::SlotsFull => "slots full",
        ReasonKind::CannotSubscribe => "cannot subscribe",
        ReasonKind::SubscribedElsewhere => "subscribed elsewhere",
        ReasonKind::NotNamed => "not named",
        ReasonKind::Denied => "denied",
        ReasonKind::Unread => "unknown",
        ReasonKind::Excluded => "excluded by a rule",
        ReasonKind::OwnErrorLog => "own error log",
    }
}

/// What there is to know of one log group beside its reason, if anything.
pub(in crate::ui) fn reason_detail(reason: &Reason) -> Option<String> {
    match reason {
        Reason::Delivered { orphan: true, .. } => {
            Some("no source names it any more: `logpipe apply --prune` ends this".to_owned())
        }
        Reason::Delivered { patterns, .. } if !patterns.is_empty() => {
            Some(format!("what matches {}", quoted(patterns)))
        }
        Reason::Delivered { .. } | Reason::NotNamed | Reason::OwnErrorLog => None,
        Reason::Drifted { source, fields } => {
            Some(format!("differs in {} from sources.{source}", fields.join(", ")))
        }
        Reason::Missing { source } => Some(format!("named by sources.{source}")),
        Reason::SlotsFull { by, .. } => Some(format!("by {}", subscribers(by))),
        Reason::CannotSubscribe(Unsubscribable::Class(class)) => Some(format!("class {class}")),
        Reason::CannotSubscribe(Unsubscribable::ControlTower) => {
            Some("AWS Control Tower takes away what others put on it".to_owned())
        }
        Reason::SubscribedElsewhere { to } => Some(subscribers(to)),
        Reason::Excluded(rule) => Some(format!("`{}` ({})", rule.glob, rule.path())),
        Reason::Unread(why) => Some(why.error.clone()),
    }
}

fn quoted(patterns: &[String]) -> String {
    patterns.iter().map(|pattern| format!("`{pattern}`")).collect::<Vec<_>>().join(" or ")
}

fn subscribers(subscribers: &[Subscriber]) -> String {
    subscribers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

/// What sends outside, and to where.
pub(in crate::ui) fn outflow(outflow: &Outflow) -> String {
    let Outflow { carrier, name, destination, owner, allowed, .. } = outflow;
    let what = match carrier {
        Carrier::SubscriptionFilter { log_group } => format!("subscription filter `{name}` on {log_group}"),
        Carrier::AccountPolicy => format!("account policy `{name}`, for every log group,"),
    };
    let whose = match owner {
        Some(owner) => format!("account {owner}"),
        None => "of an account that its ARN does not tell".to_owned(),
    };
    let allowed = if *allowed { "; allowed" } else { "" };
    format!("{what} sends to {destination} ({whose}{allowed})")
}

/// What could not be read of a place.
pub(in crate::ui) fn unread(unread: &Unread) -> String {
    let what = match unread.what {
        UnreadWhat::LogGroups => "its log groups could not be listed, so none of them is counted",
        UnreadWhat::AccountPolicies => "its account policy could not be read",
        UnreadWhat::Volumes => "its volumes could not be read, so only its log groups are counted",
    };
    format!("{what}: {}", why(&unread.why))
}

/// What is not known of so many log groups of a place.
pub(in crate::ui) fn unread_groups(number: usize, of: &Why) -> String {
    let groups = text::count(number, "log group");
    format!("what is on {groups} is not known, which counts as not delivered: {}", why(of))
}

fn why(why: &Why) -> String {
    match (why.denied, why.operation) {
        (true, operation) if !operation.is_empty() => {
            format!("{}; `logpipe access --for coverage` lists {operation}", why.error)
        }
        _ => why.error.clone(),
    }
}

/// A limit that is missed.
pub(in crate::ui) fn missed(limited: Limited, least: f64) -> String {
    match limited {
        Limited::Groups => format!("less than {least} % of the log groups are delivered (--fail-under)"),
        Limited::Bytes => format!("less than {least} % of the bytes are delivered (--fail-under-bytes)"),
    }
}
