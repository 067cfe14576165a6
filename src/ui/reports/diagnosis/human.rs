//! A diagnosis for people: what is broken first, each with the fix beside it.

use std::time::Duration;

use super::report::DoctorReport;
use crate::ui::alike::{AccountIds, elsewhere};
use crate::ui::reports::verdict::{
    Placed, agent_text, alike_routes, counts, fix_words, hop_lines, no_route, owner, reader_text, route_name,
};
use crate::ui::terminal::style::Paint;
use crate::ui::wording::{
    bucket_finding, delivery_error, quota_exceeded, quotas_unread, reason, stream_finding,
};
use crate::ui::{text, wording};
use crate::verify::diagnosis::{Blocked, DeliveryError, DeliveryErrors, Health};
use crate::verify::findings::{AccountQuotas, AlarmVerdict, BucketVerdict, StreamCounts, StreamVerdict};
use crate::verify::verdict::{HopVerdict, Route};

/// The diagnosis as text, without a line break at the end. Routes that are alike in several accounts are told once, or each
/// for itself where `each` says so.
pub(super) fn diagnosis_text(report: &DoctorReport<'_>, each: bool, paint: Paint) -> String {
    let (diagnosis, ids) = (report.diagnosis, report.accounts);
    let mut parts: Vec<String> =
        alike(report, each).iter().map(|alike| routes_text(alike, ids, paint)).collect();
    parts.extend(diagnosis.agents.iter().map(|agent| agent_text(agent, paint)));
    parts.extend(diagnosis.readers.iter().map(|reader| reader_text(reader, paint)));
    parts.extend(ailing_alarms(&diagnosis.alarms).map(|alarm| alarm_text(alarm, paint)));
    parts.extend(diagnosis.blocked.iter().map(|blocked| blocked_text(blocked, paint)));
    parts.extend(
        exceeded(report).iter().map(|words| format!("{} {}", paint.failing("✗"), text::clean(words))),
    );
    parts.extend(
        unread_quotas(report).iter().map(|words| format!("{} {}", paint.changed("?"), text::clean(words))),
    );
    parts.extend(ailing(&diagnosis.streams).map(|stream| stream_text(stream, paint)));
    let keeping = keeping(&diagnosis.buckets);
    parts.extend(keeping.map(|bucket| marked(bucket.verdict, &bucket_words(bucket), paint)));
    parts.extend(passed_on(report));
    parts.extend(diagnosis.delivery_errors.iter().map(|errors| errors_text(errors, report.lately, paint)));
    parts.extend(diagnosis.finding.iter().map(|finding| no_route(finding, paint)));
    parts.push(conclusion(report, paint));
    parts.join("\n\n")
}

/// The routes, those together that are alike in several accounts, and what is broken first.
pub(super) fn alike<'a>(report: &DoctorReport<'a>, each: bool) -> Vec<Vec<Placed<'a>>> {
    let mut alike = alike_routes(&report.diagnosis.routes, report.accounts, each);
    alike.sort_by_key(|alike| alike.first().map(|(route, _)| std::cmp::Reverse(Health::of(&route.hops))));
    alike
}

fn routes_text(alike: &[Placed<'_>], ids: &AccountIds, paint: Paint) -> String {
    let Some(((first, place), others)) = alike.split_first() else { return String::new() };
    let health = Health::of(&first.hops);
    let (mark, words) = match health {
        Health::Healthy => (paint.added("✓"), paint.added("every hop is as it must be")),
        Health::Unknown => (paint.changed("?"), paint.changed("cannot be judged")),
        Health::Unexpected => (paint.changed("!"), paint.changed("delivers, with what should not be there")),
        Health::Broken => (paint.failing("✗"), paint.failing("broken")),
    };
    let mut lines = vec![format!("{mark} {}  {words}", paint.bold(&route_name(first)))];
    let others = others.iter().map(|(route, place)| owner(route, place, ids));
    let same = elsewhere(owner(first, place, ids), others, health >= Health::Unexpected);
    lines.extend(same.map(|same| format!("    {same}")));
    if health != Health::Healthy {
        lines.extend(route_details(first, paint));
    }
    lines.join("\n")
}

/// What was found out of a route, what to do about it, and every hop.
pub(super) fn route_details(route: &Route, paint: Paint) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(finding(route).map(|finding| format!("    {}", text::clean(&finding))));
    let fix = route.fix.as_ref().map(|fix| text::clean(&fix_words(fix)));
    lines.extend(fix.map(|fix| format!("    {} {fix}", paint.hint("fix:"))));
    lines.extend(hop_lines(&route.hops, paint));
    lines
}

/// The first hop that is wrong, or else what nobody can know here.
pub(super) fn finding(route: &Route) -> Option<String> {
    let doubtful = || {
        let open = |verdict| matches!(verdict, HopVerdict::Unreachable | HopVerdict::Unknown);
        let hop = route.hops.iter().find(|hop| open(hop.verdict))?;
        Some(format!("no hop is known to be wrong, and {} cannot be judged: {}", hop.hop, hop.detail))
    };
    match Health::of(&route.hops) {
        Health::Broken | Health::Unexpected => route.finding.clone(),
        Health::Unknown => doubtful().or_else(|| route.finding.clone()),
        Health::Healthy => None,
    }
}

/// The alarms of which there is something to say.
pub(super) fn ailing_alarms(alarms: &[AlarmVerdict]) -> impl Iterator<Item = &AlarmVerdict> {
    alarms.iter().filter(|alarm| alarm.verdict != HopVerdict::Correct || rings(alarm))
}

/// Whether an alarm has gone off.
fn rings(alarm: &AlarmVerdict) -> bool {
    alarm.state.as_deref() == Some("ALARM")
}

/// What there is to say of an alarm.
pub(super) fn alarm_words(alarm: &AlarmVerdict) -> String {
    let state = if rings(alarm) { "; it has gone off (ALARM)" } else { "" };
    format!("{}: {}{state}", alarm.address, alarm.detail)
}

fn alarm_text(alarm: &AlarmVerdict, paint: Paint) -> String {
    let fix = alarm
        .fix
        .as_ref()
        .map(|fix| format!("\n    {} {}", paint.hint("fix:"), text::clean(&fix_words(fix))));
    format!("{}{}", marked(alarm.verdict, &alarm_words(alarm), paint), fix.unwrap_or_default())
}

/// The quotas into which what apply would make does not fit.
pub(super) fn exceeded(report: &DoctorReport<'_>) -> Vec<String> {
    let of = |quotas: &AccountQuotas| {
        let exceeded = quotas.uses.iter().filter(|one| one.exceeded());
        exceeded.map(|one| quota_exceeded(&quotas.account, one)).collect::<Vec<_>>()
    };
    report.diagnosis.quotas.iter().flat_map(of).collect()
}

/// The accounts whose quotas are not known.
pub(super) fn unread_quotas(report: &DoctorReport<'_>) -> Vec<String> {
    let quotas = report.diagnosis.quotas.iter();
    quotas.filter_map(|of| Some(quotas_unread(&of.account, of.unread.as_deref()?))).collect()
}

/// The streams of which there is something to say.
pub(super) fn ailing(streams: &[StreamVerdict]) -> impl Iterator<Item = &StreamVerdict> {
    streams.iter().filter(|stream| stream.verdict != HopVerdict::Correct || !stream.findings.is_empty())
}

/// What there is to say of a stream.
pub(super) fn stream_words(stream: &StreamVerdict) -> String {
    let findings: Vec<String> = stream.findings.iter().map(stream_finding).collect();
    format!("{}: {}", stream.stream, findings.join("; "))
}

/// The buckets of which there is something to say.
pub(super) fn keeping(buckets: &[BucketVerdict]) -> impl Iterator<Item = &BucketVerdict> {
    buckets.iter().filter(|bucket| !bucket.findings.is_empty())
}

/// What there is to say of a bucket.
pub(super) fn bucket_words(bucket: &BucketVerdict) -> String {
    let kept = bucket.retention.iter().map(|kept| {
        let time = Duration::from_secs(u64::from(kept.days) * 86_400);
        format!("Object Lock keeps each object for {} ({})", text::stretch(time), kept.mode)
    });
    let said: Vec<String> = kept.chain(bucket.findings.iter().map(bucket_finding)).collect();
    format!("{}: {}", bucket.bucket, said.join("; "))
}

fn stream_text(stream: &StreamVerdict, paint: Paint) -> String {
    marked(stream.verdict, &stream_words(stream), paint)
}

/// What was found of something, with a mark for how that is.
fn marked(verdict: HopVerdict, words: &str, paint: Paint) -> String {
    let mark = match Health::of_verdict(verdict) {
        Health::Healthy | Health::Unexpected => paint.changed("!"),
        Health::Unknown => paint.changed("?"),
        Health::Broken => paint.failing("✗"),
    };
    format!("{mark} {}", text::clean(words))
}

/// What all streams have taken in and written, where that was counted.
pub(super) fn passed_on(report: &DoctorReport<'_>) -> Option<String> {
    let counts: Vec<_> =
        report.diagnosis.streams.iter().filter_map(|stream| stream.counts.as_ref()).collect();
    let sum = |of: fn(&StreamCounts) -> u64| counts.iter().map(|counts| of(counts)).sum::<u64>();
    (!counts.is_empty()).then(|| {
        format!(
            "{} took in {} records and wrote {} in the last {}.",
            text::count(counts.len(), "stream"),
            sum(|counts| counts.incoming_records),
            sum(|counts| counts.delivered_records),
            text::stretch(report.lately)
        )
    })
}

pub(super) fn blocked_words(blocked: &Blocked) -> String {
    format!("`logpipe apply` refuses {}: {}", blocked.address, reason(&blocked.reason))
}

fn blocked_text(blocked: &Blocked, paint: Paint) -> String {
    format!("{} {}", paint.failing("✗"), text::clean(&blocked_words(blocked)))
}

fn errors_text(errors: &DeliveryErrors, lately: Duration, paint: Paint) -> String {
    let lately = text::stretch(lately);
    let title = format!("Firehose failed to deliver to {} in the last {lately}:", errors.destination);
    let mut lines = vec![paint.bold(&title)];
    for error in &errors.errors {
        lines.push(format!("    {}", text::clean(&error_words(error))));
        lines.extend(meaning(error).map(|meaning| format!("        {} {meaning}", paint.hint("means:"))));
    }
    lines.extend(errors.unread.iter().map(|unread| format!("    ? {}", text::clean(unread))));
    lines.join("\n")
}

/// What an error code means, where that is known.
pub(super) fn meaning(error: &DeliveryError) -> Option<&'static str> {
    delivery_error(error.code.as_deref()?)
}

pub(super) fn error_words(error: &DeliveryError) -> String {
    let DeliveryError { code, message, records, objects, logged, example } = error;
    let mut counts = Vec::new();
    if *objects > 0 {
        let objects = text::count(*objects, "object");
        counts.push(match records {
            0 => objects,
            _ => format!("{} in {objects}", text::count(*records, "record")),
        });
    }
    if *logged > 0 {
        counts.push(format!("logged {}", text::count(*logged, "time")));
    }
    let said: Vec<&str> = [code, message].into_iter().flatten().map(String::as_str).collect();
    let said = if said.is_empty() { "without a reason".to_owned() } else { said.join(": ") };
    let example = example.as_ref().map(|example| format!("; for example {example}")).unwrap_or_default();
    format!("{said} ({}{example})", counts.join(", "))
}

/// How many routes are how, in the order of what matters.
pub(super) fn counted(report: &DoctorReport<'_>) -> String {
    let routes = &report.diagnosis.routes;
    let number = |health| routes.iter().filter(|route| Health::of(&route.hops) == health).count();
    let of_roles = counts(&report.diagnosis.agents, &report.diagnosis.readers);
    let mut counts = Vec::new();
    if !routes.is_empty() || of_roles.is_empty() {
        counts.push(format!("{} of {} healthy", number(Health::Healthy), text::count(routes.len(), "route")));
    }
    let named = [
        (Health::Broken, "broken"),
        (Health::Unexpected, "with what should not be there"),
        (Health::Unknown, "not to be judged"),
    ];
    let others = named.into_iter().map(|(health, word)| (number(health), word));
    counts.extend(others.filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")));
    counts.extend(of_roles);
    let alarms = &report.diagnosis.alarms;
    if !alarms.is_empty() {
        let fine = alarms.iter().filter(|alarm| alarm.verdict == HopVerdict::Correct).count();
        counts.push(format!("{fine} of {} in place", text::count(alarms.len(), "alarm")));
    }
    let failing = report.diagnosis.streams.iter();
    let failing = failing.filter(|stream| Health::of_verdict(stream.verdict) == Health::Broken).count();
    let named = [(failing, "stream", "not delivering"), (exceeded(report).len(), "quota", "exceeded")];
    let named = named.into_iter().filter(|(number, ..)| *number > 0);
    counts.extend(named.map(|(number, noun, word)| format!("{} {word}", text::count(number, noun))));
    let also = [
        (report.diagnosis.blocked.len(), "refused by apply"),
        (report.skipped.len(), "accounts not entered"),
    ];
    counts.extend(
        also.into_iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")),
    );
    counts.join(", ")
}

fn conclusion(report: &DoctorReport<'_>, paint: Paint) -> String {
    let words =
        format!("Doctor: {}. Nothing was sent; `logpipe verify` proves that lines arrive.", counted(report));
    match report.diagnosis.health() {
        Health::Healthy if report.skipped.is_empty() => paint.added(&words),
        Health::Healthy | Health::Unknown | Health::Unexpected => paint.changed(&words),
        Health::Broken => paint.failing(&words),
    }
}

/// Why there is no route, in words.
pub(super) fn nothing(report: &DoctorReport<'_>) -> Option<String> {
    report.diagnosis.finding.as_ref().map(wording::no_route)
}
