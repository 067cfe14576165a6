//! The status on a page: how much stands how in each account, and every resource below that, folded.

use super::human::{STANDINGS, Section, counts, number, resource_text, sections};
use super::report::StatusReport;
use crate::plan::status::{ResourceStatus, Standing};
use crate::ui::alike::{elsewhere, notes};
use crate::ui::markdown::{Block, Item, Line, Mark, Page, Table};
use crate::ui::skipped::skipped_items;
use crate::ui::terminal::style::Paint;
use crate::ui::text;

pub(crate) fn page(status: &StatusReport<'_>, each: bool) -> Page {
    let calm = status.skipped.is_empty() && !status.resources.iter().any(ResourceStatus::pending);
    let mark = if calm { Mark::Good } else { Mark::Caution };
    let heading = Line::from("Status of ").and_name(status.topology);
    let sections = sections(status.resources, status.accounts, each);
    let notes = notes(status.notes, status.accounts, each).into_iter().map(|(note, same)| {
        let item = Item::new(note);
        same.into_iter().fold(item, Item::with)
    });
    let page = Page::new(mark, heading.and(format!(": {}", counts(status.resources))))
        .table(accounts(status.resources, &sections))
        .titled("Notes", notes)
        .titled("Accounts left out", skipped_items(status.skipped));
    // What is in order is looked at last.
    let (calm, other): (Vec<_>, Vec<_>) = sections.iter().partition(|alike| alike.iter().all(is_calm));
    other.into_iter().chain(calm).fold(page, |page, alike| fold(page, alike))
}

fn is_calm(section: &Section<'_>) -> bool {
    number(&section.resources, Standing::InSync) == section.resources.len()
}

fn accounts(resources: &[ResourceStatus], sections: &[Vec<Section<'_>>]) -> Table {
    let used: Vec<(Standing, &'static str)> = STANDINGS
        .into_iter()
        .filter(|(standing, _, _)| number(resources, *standing) > 0)
        .map(|(standing, word, _)| (standing, word))
        .collect();
    let titles: Vec<&'static str> = used.iter().map(|(_, word)| *word).collect();
    sections.iter().fold(Table::new(&["account"], &titles), |table, alike| {
        let Some((first, others)) = alike.split_first() else { return table };
        let name = Line::from(text::account(first.owner.account, first.owner.id));
        let same = elsewhere(first.owner, others.iter().map(|other| other.owner), false);
        let name = same.into_iter().fold(name, |name, same| name.below(same.into()));
        let counts = used.iter().map(|(standing, _)| number(&first.resources, *standing).to_string().into());
        table.row(std::iter::once(name).chain(counts))
    })
}

fn fold(page: Page, alike: &[Section<'_>]) -> Page {
    let Some((first, others)) = alike.split_first() else { return page };
    // What is missing or foreign is named everywhere.
    let same = elsewhere(first.owner, others.iter().map(|other| other.owner), !is_calm(first));
    let same = same.map_or_else(String::new, |same| format!("; {same}"));
    let title = Line::loud(text::account(first.owner.account, first.owner.id));
    let texts = first.resources.iter().map(|resource| resource_text(resource, Paint::new(false)));
    let lines = texts.flat_map(|text| {
        let lines = text.lines().map(|line| line.strip_prefix("  ").unwrap_or(line).to_owned());
        lines.collect::<Vec<_>>()
    });
    page.fold(
        title.and(format!(": {}{same}", counts(&first.resources))),
        vec![Block::Lines("text", lines.collect())],
    )
}
