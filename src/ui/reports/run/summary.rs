//! The end of a run in a few lines: what was done in each account, in what time, and what comes next.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::report::Next;
use crate::address::{AccountId, AccountName, Address};
use crate::apply::{Calls, Report};
use crate::event::Verb;
use crate::ui::alike::together;
use crate::ui::progress::participle;
use crate::ui::reports::plan::PlanView;
use crate::ui::terminal::style::Paint;
use crate::ui::text;

/// This many accounts that are alike have a line each.
const FEW: usize = 3;

/// What a run came to, besides its report.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// How long it took, questions not counted.
    pub took: Duration,
    /// Its calls.
    pub calls: Calls,
}

impl Effort {
    /// `1:16, 74 calls…`
    pub(crate) fn words(self) -> String {
        format!("{}, {}", text::duration(self.took), self.calls)
    }
}

/// The summary as text, without a line break at the end.
pub(crate) fn summary_text(
    plan: &PlanView<'_>,
    report: &Report,
    effort: Effort,
    each: bool,
    paint: Paint,
) -> String {
    let rows = account_rows(plan, report, each);
    let widest = rows.iter().map(|(title, _)| text::width(title)).max().unwrap_or(0);
    let line = |(title, counts): &(String, String)| format!("  {}  {counts}", text::pad(title, widest));
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.push(format!("  {}", paint.dim(&effort.words())));
    lines.join("\n")
}

/// What a person does after a run.
pub(crate) fn next_text(next: &Next, paint: Paint) -> String {
    let next = match next {
        Next::Verify => {
            "`logpipe verify` sends a test event through every route and finds it in the bucket".to_owned()
        }
        Next::Instances(agent) => format!(
            "`logpipe agent-config --agent {agent} --commands --from ssm` prints what to run on the instances"
        ),
    };
    format!("{} {next}", paint.hint("next:"))
}

/// Accounts with what was done in them, a row for those that are alike.
pub(crate) fn account_rows(plan: &PlanView<'_>, report: &Report, each: bool) -> Vec<(String, String)> {
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
    groups.filter_map(|alike| row(&alike)).collect()
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
