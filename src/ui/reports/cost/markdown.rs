//! The estimate on a page: the total first, a row for each source and destination, and what they are made of, folded.

use super::human::{cells, dollars, near_limit_words, subject, total_words, volume};
use super::report::CostReport;
use crate::cost::Group;
use crate::ui::markdown::{Block, Item, Line, Mark, Page, Table};
use crate::ui::skipped::skipped_items;

pub(crate) fn page(report: &CostReport<'_>) -> Page {
    let estimate = report.estimate;
    let (total, rest) = total_words(estimate);
    let heading = Line::from("Cost of ").and_name(&*estimate.topology).and(format!(": {total}{rest}"));
    let mark = if estimate.is_at_least() { Mark::Caution } else { Mark::Neutral };
    let groups = Table::new(&["for", "volume"], &["US dollars a month"]);
    let groups = estimate.groups.iter().fold(groups, |table, group| {
        let volume = volume(group, report.days_measured).unwrap_or_default();
        table.row([title(group), volume.into(), dollars(group.usd()).into()])
    });
    let page = Page::new(mark, heading)
        .line(format!(
            "Monthly cost after running for {} months, at prices as of {}.",
            estimate.months, estimate.dated
        ))
        .table(groups)
        .titled("Not in the total", items(&estimate.left_out))
        .titled("Near a limit", estimate.near_limits.iter().map(|near| Item::new(near_limit_words(near))))
        .titled("Notes", report.notes().map(Item::new))
        .titled("Accounts left out", skipped_items(report.skipped));
    let page = estimate.groups.iter().fold(page, |page, group| {
        let table = Table::new(&["item", "region"], &["quantity", "price", "US dollars"]);
        let table = group.lines.iter().fold(table, |table, line| table.row(cells(line).map(Line::from)));
        page.fold(title(group), vec![Block::Table(table)])
    });
    page.fold("Assumptions", vec![Block::List(items(&estimate.assumptions))])
}

fn title(group: &Group) -> Line {
    let (kind, key) = subject(&group.subject);
    Line::from(format!("{kind} ")).and_name(key)
}

fn items(sentences: &[String]) -> Vec<Item> {
    sentences.iter().map(|sentence| Item::new(sentence.as_str())).collect()
}
