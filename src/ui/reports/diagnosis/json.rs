//! A diagnosis as JSON.

use serde_json::{Value, json};

use super::human::{finding, meaning, nothing};
use super::report::DoctorReport;
use crate::ui::forms::Report;
use crate::ui::reports::verdict::{agent_json, fix_json, reader_json};
use crate::ui::wording;
use crate::verify::diagnosis::{DeliveryErrors, Health};
use crate::verify::findings::{AccountQuotas, AlarmVerdict, BucketVerdict, StreamVerdict};
use crate::verify::verdict::Route;

pub(super) fn diagnosis_json(report: &DoctorReport<'_>) -> Value {
    let diagnosis = report.diagnosis;
    let blocked = diagnosis.blocked.iter().map(|blocked| {
        json!({
            "address": blocked.address,
            "reason": wording::reason(&blocked.reason),
            "reason_code": blocked.reason.code(),
        })
    });
    json!({
        "format": 1,
        "health": diagnosis.health(),
        "routes": diagnosis.routes.iter().map(route_json).collect::<Vec<_>>(),
        "agents": diagnosis.agents.iter().map(agent_json).collect::<Vec<_>>(),
        "readers": diagnosis.readers.iter().map(reader_json).collect::<Vec<_>>(),
        "alarms": diagnosis.alarms.iter().map(alarm_json).collect::<Vec<_>>(),
        "streams": diagnosis.streams.iter().map(stream_json).collect::<Vec<_>>(),
        "buckets": diagnosis.buckets.iter().map(bucket_json).collect::<Vec<_>>(),
        "quotas": diagnosis.quotas.iter().map(quotas_json).collect::<Vec<_>>(),
        "blocked": blocked.collect::<Vec<_>>(),
        "delivery_errors": diagnosis.delivery_errors.iter().map(errors_json).collect::<Vec<_>>(),
        "finding": nothing(report),
        "plan": report.plan.as_ref().map(Report::json),
        "skipped_accounts": report.skipped,
    })
}

fn route_json(route: &Route) -> Value {
    json!({
        "source": route.source,
        "account": route.account,
        "region": route.region,
        "log_group": route.log_group,
        "destination": route.destination,
        "health": Health::of(&route.hops),
        "finding": finding(route),
        "fix": route.fix.as_ref().map(fix_json),
        "hops": route.hops,
    })
}

fn alarm_json(alarm: &AlarmVerdict) -> Value {
    json!({
        "address": alarm.address,
        "verdict": alarm.verdict,
        "detail": alarm.detail,
        "state": alarm.state,
        "fix": alarm.fix.as_ref().map(fix_json),
    })
}

fn quotas_json(quotas: &AccountQuotas) -> Value {
    let uses = quotas.uses.iter().map(|one| {
        let mut value = json!(one);
        value["quota_code"] = json!(one.quota.quota_code());
        value["exceeded"] = json!(one.exceeded());
        value
    });
    json!({ "account": quotas.account, "uses": uses.collect::<Vec<_>>(), "unread": quotas.unread })
}

fn bucket_json(bucket: &BucketVerdict) -> Value {
    let findings = bucket.findings.iter();
    let findings =
        findings.map(|finding| json!({ "code": finding.code(), "detail": wording::bucket_finding(finding) }));
    json!({
        "destination": bucket.destination,
        "address": bucket.bucket,
        "verdict": bucket.verdict,
        "retention": bucket.retention,
        "findings": findings.collect::<Vec<_>>(),
    })
}

fn stream_json(stream: &StreamVerdict) -> Value {
    let findings = stream.findings.iter();
    let findings =
        findings.map(|finding| json!({ "code": finding.code(), "detail": wording::stream_finding(finding) }));
    json!({
        "destination": stream.destination,
        "address": stream.stream,
        "verdict": stream.verdict,
        "counts": stream.counts,
        "findings": findings.collect::<Vec<_>>(),
    })
}

fn errors_json(errors: &DeliveryErrors) -> Value {
    let each = errors.errors.iter().map(|error| {
        let mut value = json!(error);
        value["meaning"] = json!(meaning(error));
        value
    });
    json!({
        "destination": errors.destination,
        "errors": each.collect::<Vec<_>>(),
        "unread": errors.unread,
    })
}
