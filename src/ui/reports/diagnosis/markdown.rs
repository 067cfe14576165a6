//! A diagnosis on a page: what is broken with its fix first, and every hop below that, folded.

use super::human::{
    ailing, ailing_alarms, alarm_words, alike, blocked_words, bucket_words, counted, error_words, exceeded,
    finding, keeping, meaning, nothing, passed_on, route_details, stream_words, unread_quotas,
};
use super::report::DoctorReport;
use crate::ui::alike::elsewhere;
use crate::ui::markdown::{Block, Item, Line, Mark, Page};
use crate::ui::reports::verdict::{Placed, fix_words, owner, route_name};
use crate::ui::skipped::skipped_items;
use crate::ui::terminal::style::Paint;
use crate::verify::diagnosis::Health;
use crate::verify::findings::AlarmVerdict;

pub(super) fn page(report: &DoctorReport<'_>, each: bool) -> Page {
    let diagnosis = report.diagnosis;
    let mark = match diagnosis.health() {
        Health::Healthy if report.skipped.is_empty() => Mark::Good,
        Health::Healthy | Health::Unknown | Health::Unexpected => Mark::Caution,
        Health::Broken => Mark::Bad,
    };
    let alike = alike(report, each);
    let sick: Vec<&Vec<Placed<'_>>> = alike.iter().filter(|alike| !healthy(alike)).collect();
    let failed = diagnosis.delivery_errors.iter().flat_map(|errors| {
        let told = errors.errors.iter().map(|error| {
            let item = Item::new(Line::name(errors.destination.as_str()).and(": ").and(error_words(error)));
            meaning(error).into_iter().fold(item, |item, words| item.with(format!("means: {words}")))
        });
        told.chain(errors.unread.iter().map(|unread| Item::new(unread.as_str()))).collect::<Vec<_>>()
    });
    let page = Page::new(mark, format!("Doctor: {}", counted(report)))
        .list(nothing(report).into_iter().chain(passed_on(report)).map(Item::new))
        .titled("What is wrong", sick.iter().filter_map(|alike| item(report, alike)))
        .titled("Alarms", ailing_alarms(&diagnosis.alarms).map(alarm_item))
        .titled(
            "What apply refuses",
            diagnosis.blocked.iter().map(|blocked| Item::new(blocked_words(blocked))),
        )
        .titled("Quotas", exceeded(report).into_iter().chain(unread_quotas(report)).map(Item::new))
        .titled("Streams", ailing(&diagnosis.streams).map(|stream| Item::new(stream_words(stream))))
        .titled("Buckets", keeping(&diagnosis.buckets).map(|bucket| Item::new(bucket_words(bucket))))
        .titled("What Firehose failed to deliver", failed)
        .titled("Accounts left out", skipped_items(report.skipped));
    sick.into_iter().filter_map(|alike| alike.first()).fold(page, |page, (route, _)| {
        let lines = route_details(route, Paint::new(false));
        let lines = lines.iter().map(|line| line.strip_prefix("    ").unwrap_or(line).to_owned());
        page.fold(Line::name(route_name(route)), vec![Block::Lines("text", lines.collect())])
    })
}

fn alarm_item(alarm: &AlarmVerdict) -> Item {
    let item = Item::new(alarm_words(alarm));
    let fixed = |item: Item, fix| item.with(Line::loud("fix:").and(" ").and(fix_words(fix)));
    alarm.fix.iter().fold(item, fixed)
}

fn healthy(alike: &[Placed<'_>]) -> bool {
    alike.iter().all(|(route, _)| Health::of(&route.hops) == Health::Healthy)
}

fn item(report: &DoctorReport<'_>, alike: &[Placed<'_>]) -> Option<Item> {
    let ((first, place), others) = alike.split_first()?;
    let ids = report.accounts;
    let others = others.iter().map(|(route, place)| owner(route, place, ids));
    let same = elsewhere(owner(first, place, ids), others, true);
    let item = Item::new(Line::name(route_name(first)).and(": ").and(finding(first).unwrap_or_default()));
    let item = same.into_iter().fold(item, Item::with);
    Some(first.fix.iter().fold(item, |item, fix| item.with(Line::loud("fix:").and(" ").and(fix_words(fix)))))
}
