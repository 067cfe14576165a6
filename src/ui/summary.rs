//! The end of a run in a few lines: what was done in each account, in what time, and what comes next.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::alike::together;
use super::plan::PlanView;
use super::progress::participle;
use super::style::Paint;
use super::text;
use crate::address::{AccountId, AccountName, Address};
use crate::apply::{Calls, Report};
use crate::event::Verb;

/// So many accounts that are alike have a line each.
const FEW: usize = 3;

/// What a run came to, besides its report.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// How long it took, questions not counted.
    pub took: Duration,
    /// Its calls.
    pub calls: Calls,
    /// Whether accounts in which as much was done are shown each for itself.
    pub each: bool,
}

/// The summary as text, without a line break at the end.
pub fn summary_text<'a>(
    plan: impl Into<PlanView<'a>>,
    report: &Report,
    effort: Effort,
    paint: Paint,
) -> String {
    let plan = plan.into();
    let mut lines = account_lines(&plan, report, effort.each);
    let (took, calls) = (text::duration(effort.took), effort.calls);
    lines.push(format!("  {}", paint.dim(&format!("{took}, {calls}"))));
    lines.join("\n")
}

/// What a person does after an apply.
pub fn next_text(paint: Paint) -> String {
    let next = "`logpipe verify` sends a test event through every route and finds it in the bucket";
    format!("{} {next}", paint.hint("next:"))
}

fn account_lines(plan: &PlanView<'_>, report: &Report, each: bool) -> Vec<String> {
    let done: BTreeSet<&Address> = report.done.iter().collect();
    let mut accounts: BTreeMap<(&AccountName, &AccountId), BTreeMap<Verb, usize>> = BTreeMap::new();
    for step in plan.steps.iter().filter(|step| done.contains(step.address)) {
        let counts = accounts.entry((&step.address.account, step.account)).or_default();
        *counts.entry(step.verb).or_default() += 1;
    }
    let groups = together(accounts, |((name, _), counts)| match each {
        true => name.to_string(),
        false => format!("{counts:?}"),
    });
    // A few are as quickly read as told to be alike.
    let groups = groups.into_iter().flat_map(|alike| match alike.len() {
        ..=FEW => alike.into_iter().map(|one| vec![one]).collect(),
        _ => vec![alike],
    });
    let rows: Vec<(String, String)> = groups.filter_map(|alike| row(&alike)).collect();
    let widest = rows.iter().map(|(title, _)| text::width(title)).max().unwrap_or(0);
    rows.iter().map(|(title, counts)| format!("  {}  {counts}", text::pad(title, widest))).collect()
}

/// Accounts in which as much was done, the number of steps by verb in each.
type Done<'a> = ((&'a AccountName, &'a AccountId), BTreeMap<Verb, usize>);

fn row(alike: &[Done<'_>]) -> Option<(String, String)> {
    let ((name, id), counts) = alike.first()?;
    let counts: Vec<String> =
        counts.iter().map(|(verb, number)| format!("{number} {}", participle(*verb))).collect();
    let (title, counts) = (text::account(name, Some(id)), counts.join(", "));
    Some(match alike.len() - 1 {
        0 => (title, counts),
        others => (format!("{title} and {others} more accounts"), format!("{counts} in each")),
    })
}
