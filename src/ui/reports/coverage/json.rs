//! Coverage as JSON.

use serde_json::{Value, json};

use super::report::CoverageReport;
use crate::coverage::{Count, CoveredGroup, Outflow, Reason, Share, Subscriber, Unsubscribable};
use crate::ui::wording;

pub(super) fn coverage_json(report: &CoverageReport<'_>) -> Value {
    let (coverage, totals) = (report.coverage, report.totals);
    let count = |count: &Count| json!({ "groups": count.groups, "bytes": measured(report, count.bytes) });
    let reasons = totals.reasons.iter().map(|(kind, of)| {
        let mut value = count(of);
        value["reason"] = json!(kind.code());
        value
    });
    let rules = totals.rules.iter().map(|(rule, of)| {
        let mut value = count(of);
        value["source"] = json!(rule.source);
        value["rule"] = json!(rule.glob);
        value["position"] = json!(rule.path());
        value
    });
    let absent = coverage.absent.iter().map(|absent| {
        json!({
            "source": absent.source,
            "account": absent.account,
            "region": absent.region,
            "log_group": absent.name,
        })
    });
    let unread = coverage.unread.iter().map(|unread| {
        json!({
            "account": unread.account,
            "region": unread.region,
            "what": unread.what.code(),
            "error": unread.why.error,
            "code": unread.why.code,
        })
    });
    let missed = report.limits.missed(totals).into_iter().map(|(limited, _)| limited.code());
    json!({
        "format": 1,
        "topology": coverage.topology,
        "days": coverage.days,
        "summary": {
            "all": count(&totals.all),
            "meant": count(&totals.meant),
            "delivered": count(&totals.delivered),
            "percent_of_groups": percent(totals.groups()),
            "percent_of_bytes": coverage.days.and_then(|_| percent(totals.bytes())),
            "percent_of_all_groups": percent(totals.groups_of_all()),
            "percent_of_all_bytes": coverage.days.and_then(|_| percent(totals.bytes_of_all())),
            "by_pattern": totals.by_pattern,
            "never_written": coverage.days.map(|_| totals.never_written),
            "unmeasured": coverage.days.map(|_| totals.unmeasured),
            "unknown": totals.unknown,
            "sent_outside": coverage.outflows.len(),
            "sent_outside_not_allowed": coverage.forbidden().count(),
        },
        "fail_under": { "groups": report.limits.groups, "bytes": report.limits.bytes },
        "missed": missed.collect::<Vec<_>>(),
        "reasons": reasons.collect::<Vec<_>>(),
        "rules": rules.collect::<Vec<_>>(),
        "groups": coverage.groups.iter().map(|group| group_json(report, group)).collect::<Vec<_>>(),
        "absent": absent.collect::<Vec<_>>(),
        "sent_outside": coverage.outflows.iter().map(|outflow| outflow_json(report, outflow)).collect::<Vec<_>>(),
        "unread": unread.collect::<Vec<_>>(),
        "skipped_accounts": report.skipped,
    })
}

fn measured(report: &CoverageReport<'_>, bytes: u64) -> Option<u64> {
    report.coverage.days.map(|_| bytes)
}

fn percent(share: Share) -> Option<f64> {
    share.per_mille().map(|per_mille| per_mille as f64 / 10.0)
}

/// A log group. Every one has the same fields.
fn group_json(report: &CoverageReport<'_>, group: &CoveredGroup) -> Value {
    let reason = &group.reason;
    let (mut source, mut destinations, mut patterns, mut fields) = (None, vec![], vec![], vec![]);
    let (mut by, mut rule, mut orphan, mut error) = (vec![], None, false, None);
    match reason {
        Reason::Delivered { destinations: to, patterns: all, orphan: is_orphan } => {
            (destinations, patterns, orphan) = (to.clone(), all.clone(), *is_orphan);
        }
        Reason::Drifted { source: of, fields: all } => (source, fields) = (Some(of), all.clone()),
        Reason::Missing { source: of } => source = Some(of),
        Reason::SlotsFull { source: of, by: holders } => (source, by) = (Some(of), subscribers(holders)),
        Reason::Excluded(of) => {
            (source, rule) = (Some(&of.source), Some(json!({ "rule": of.glob, "position": of.path() })));
        }
        Reason::Unread(why) => error = Some(&why.error),
        Reason::CannotSubscribe(Unsubscribable::Class(_) | Unsubscribable::ControlTower)
        | Reason::SubscribedElsewhere { .. }
        | Reason::NotNamed
        | Reason::OwnErrorLog => {}
    }
    json!({
        "account": group.account,
        "account_id": report.accounts.get(&group.account),
        "region": group.region,
        "log_group": group.name,
        "class": group.class,
        "reason": reason.kind().code(),
        "detail": wording::reason_detail(reason),
        "source": source,
        "destinations": destinations,
        "patterns": patterns,
        "orphan": orphan,
        "fields": fields,
        "slots_held_by": by,
        "rule": rule.as_ref().map(|rule| &rule["rule"]),
        "position": rule.as_ref().map(|rule| &rule["position"]),
        "error": error,
        "others": subscribers(&group.others),
        "bytes": group.bytes,
        "stored_bytes": group.stored_bytes,
        "never_written": group.never_written(),
    })
}

fn subscribers(subscribers: &[Subscriber]) -> Vec<Value> {
    let one =
        |subscriber: &Subscriber| json!({ "name": subscriber.name, "destination": subscriber.destination });
    subscribers.iter().map(one).collect()
}

fn outflow_json(report: &CoverageReport<'_>, outflow: &Outflow) -> Value {
    json!({
        "account": outflow.account,
        "account_id": report.accounts.get(&outflow.account),
        "region": outflow.region,
        "kind": outflow.carrier.code(),
        "log_group": outflow.carrier.log_group(),
        "name": outflow.name,
        "destination": outflow.destination,
        "destination_account": outflow.owner,
        "allowed": outflow.allowed,
    })
}
