//! The end of a run in a few lines: what was done in each account, in what time, and what comes next.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::plan::PlanView;
use super::progress::participle;
use super::style::Paint;
use super::text;
use crate::address::{AccountId, AccountName, Address};
use crate::apply::{Calls, Report};
use crate::event::Verb;

/// What a run came to, besides its report.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// How long it took, questions not counted.
    pub took: Duration,
    /// Its calls.
    pub calls: Calls,
}

/// The summary as text, without a line break at the end.
pub fn summary_text<'a>(
    plan: impl Into<PlanView<'a>>,
    report: &Report,
    effort: Effort,
    paint: Paint,
) -> String {
    let plan = plan.into();
    let mut lines = account_lines(&plan, report);
    let (took, calls) = (text::duration(effort.took), effort.calls);
    lines.push(format!("  {}", paint.dim(&format!("{took}, {calls}"))));
    lines.join("\n")
}

/// What a person does after an apply.
pub fn next_text(paint: Paint) -> String {
    let next = "`logpipe verify` sends a test event through every route and finds it in the bucket";
    format!("{} {next}", paint.hint("next:"))
}

fn account_lines(plan: &PlanView<'_>, report: &Report) -> Vec<String> {
    let done: BTreeSet<&Address> = report.done.iter().collect();
    let mut accounts: BTreeMap<(&AccountName, &AccountId), BTreeMap<Verb, usize>> = BTreeMap::new();
    for step in plan.steps.iter().filter(|step| done.contains(step.address)) {
        let counts = accounts.entry((&step.address.account, step.account)).or_default();
        *counts.entry(step.verb).or_default() += 1;
    }
    let titles: Vec<String> = accounts.keys().map(|(name, id)| text::account(name, Some(id))).collect();
    let widest = titles.iter().map(|title| text::width(title)).max().unwrap_or(0);
    titles
        .iter()
        .zip(accounts.values())
        .map(|(title, counts)| {
            let counts: Vec<String> =
                counts.iter().map(|(verb, number)| format!("{number} {}", participle(*verb))).collect();
            format!("  {}  {}", text::pad(title, widest), counts.join(", "))
        })
        .collect()
}
