//! The end of a run on a page: how much was done in each account, and what was not, with what to do.

use super::human::{error_words, general, outcome, same};
use super::report::RunReport;
use super::summary::account_rows;
use crate::apply::{Failure, Skipped};
use crate::ui::alike::{AccountIds, addresses, together};
use crate::ui::markdown::{Block, Item, Line, Mark, Page, Table};
use crate::ui::skipped::{left_out_items, skipped_items};

pub(crate) fn page(report: &RunReport<'_>, each: bool) -> Page {
    let RunReport { plan, outcome: of, run, effort, .. } = report;
    let ids = plan.ids();
    let mark = match of.complete() {
        true if plan.skipped.is_empty() && plan.left_out.is_empty() => Mark::Good,
        true => Mark::Caution,
        false => Mark::Bad,
    };
    let table = Table::new(&["account", "done"], &[]);
    let rows = account_rows(plan, of, each).into_iter();
    let table = rows.fold(table, |table, (account, done)| table.row([account.into(), done.into()]));
    let page = Page::new(mark, outcome(of, *run))
        .titled("Failed", failures(&of.failures, &ids, each))
        .titled("Skipped, because something they need failed", skipped(&of.skipped, &ids, each))
        .table(table)
        .titled("Accounts left out", skipped_items(plan.skipped))
        .titled("Left out with them", left_out_items(plan.left_out));
    let lists = [
        ("Not started, because the run was stopped", &of.not_started),
        ("Still running when logpipe stopped waiting; the next run checks", &of.unknown),
    ];
    let page = lists.into_iter().filter(|(_, list)| !list.is_empty()).fold(page, |page, (title, list)| {
        let lines = addresses(list, &ids, each);
        page.fold(format!("{title}: {}", list.len()), vec![Block::Lines("text", lines)])
    });
    let page = page.line(format!("{}.", effort.words()));
    match of.complete() {
        true => page,
        false => page.line("Run `logpipe …` again; it continues where this run ended."),
    }
}

fn failures(failures: &[Failure], ids: &AccountIds, each: bool) -> Vec<Item> {
    let alike = together(failures, |failure| general(failure, &failure.address, ids, each));
    let item = |alike: &Vec<&Failure>| {
        let failure = alike.first()?;
        let line = Line::name(failure.address.to_string()).and(": ").and(error_words(failure));
        let item = Item::new(line).with(failure.aftermath.to_string());
        let hint = |hint: &String| Line::loud("hint:").and(" ").and(hint.as_str());
        let item = failure.hint.iter().map(hint).fold(item, Item::with);
        Some(same(alike.iter().map(|failure| &failure.address), ids).into_iter().fold(item, Item::with))
    };
    alike.iter().filter_map(item).collect()
}

fn skipped(skipped: &[Skipped], ids: &AccountIds, each: bool) -> Vec<Item> {
    let alike = together(skipped, |skipped| general(skipped, &skipped.address, ids, each));
    let item = |alike: &Vec<&Skipped>| {
        let first = alike.first()?;
        let line = Line::name(first.address.to_string()).and(" needs ");
        let item = Item::new(line.and_name(first.because_of.to_string()));
        Some(same(alike.iter().map(|skipped| &skipped.address), ids).into_iter().fold(item, Item::with))
    };
    alike.iter().filter_map(item).collect()
}
