//! Explained policies on a page: a table a policy, a row a statement; policies that are alike in several accounts once.

use super::cells::{element, questions};
use super::human::title;
use super::json::policy_json;
use super::report::ExplainReport;
use crate::explain::{Answer, ExplainedPolicy, ExplainedStatement};
use crate::ui::alike::{AccountIds, Owner, elsewhere, together};
use crate::ui::markdown::{Block, Item, Line, Mark, Page, Table};
use crate::ui::skipped::skipped_items;
use crate::ui::text::count;

const HEAD: [&str; 6] =
    ["Sid", "who (Principal)", "where (Resource)", "when (Condition)", "what (Action)", "effect"];

/// From this many policies on there is an overview of them.
const MANY: usize = 4;

pub(crate) fn page(report: &ExplainReport<'_>, each: bool) -> Page {
    let policies = &report.explanation.policies;
    let statements = policies.iter().map(|policy| policy.statements.len()).sum();
    let many = match policies.len() {
        1 => "1 policy".to_owned(),
        number => format!("{number} policies"),
    };
    let heading = Line::from(format!("{many} with {}", count(statements, "statement")));
    let heading = match report.topology {
        Some(topology) if report.live => heading.and(" in the accounts of ").and_name(topology),
        Some(topology) => heading.and(" of ").and_name(topology),
        None => heading,
    };
    let ids = &report.accounts;
    let alike = together(policies.iter().enumerate(), |(index, policy)| match &policy.address {
        Some(address) if !each => Owner::of(address, ids).general(&policy_json(policy)),
        _ => index.to_string(),
    });
    let alike =
        alike.into_iter().map(|alike| alike.into_iter().map(|(_, policy)| policy).collect::<Vec<_>>());
    let alike: Vec<Vec<&ExplainedPolicy>> = alike.collect();
    let overview = alike.iter().filter(|_| alike.len() >= MANY).fold(
        Table::new(&["policy"], &["statements"]),
        |table, alike| match alike.split_first() {
            Some((first, others)) => {
                let same = same(first, others, ids, false);
                let name = same.iter().fold(name(first), |name, same| name.below(same.as_str().into()));
                table.row([name, first.statements.len().to_string().into()])
            }
            None => table,
        },
    );
    let page = Page::new(Mark::Neutral, heading)
        .table(overview)
        .titled("Notes", report.explanation.notes.iter().map(|note| Item::new(note.as_str())))
        .titled("Accounts left out", skipped_items(report.skipped));
    alike.iter().fold(page, |page, alike| match alike.split_first() {
        Some((first, others)) => {
            let same = same(first, others, ids, true).map_or_else(String::new, |same| format!("; {same}"));
            page.fold(Line::from(title(first)).and(same), vec![Block::Table(statements_of(first))])
        }
        None => page,
    })
}

fn name(policy: &ExplainedPolicy) -> Line {
    match &policy.address {
        Some(address) => Line::name(address.to_string()).and(format!(", {}", policy.kind)),
        None => Line::from(policy.kind),
    }
}

/// Where else a policy is the same.
fn same(first: &ExplainedPolicy, others: &[&ExplainedPolicy], ids: &AccountIds, all: bool) -> Option<String> {
    let address = first.address.as_ref()?;
    let others = others.iter().filter_map(|policy| policy.address.as_ref());
    elsewhere(Owner::of(address, ids), others.map(|address| Owner::of(address, ids)), all)
}

fn statements_of(policy: &ExplainedPolicy) -> Table {
    policy.statements.iter().fold(Table::new(&HEAD, &[]), |table, statement| table.row(cells(statement)))
}

fn cells(statement: &ExplainedStatement) -> Vec<Line> {
    let sid = Line::from(statement.sid.clone().unwrap_or_default());
    std::iter::once(sid).chain(questions(statement).into_iter().map(|(_, answer)| cell(answer))).collect()
}

fn cell(answer: &Answer) -> Line {
    let elements = element(answer).into_iter().map(|line| Line::name(line.trim()));
    elements.fold(Line::from(&*answer.words), Line::below)
}
