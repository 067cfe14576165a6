//! Plans, reports and verdicts in Markdown, for the summary page of a CI job.

use std::collections::BTreeMap;

use super::plan::{PlanView, Run};
use super::text;
use super::warning::warning_sentence;
use super::wording;
use crate::address::{AccountId, AccountName};
use crate::apply::Report;
use crate::event::Verb;
use crate::verify::verdict::{Verdict, Verification};

/// The verbs that have a column.
const COLUMNS: [(Verb, &str); 8] = [
    (Verb::Create, "create"),
    (Verb::Update, "update"),
    (Verb::Replace, "replace"),
    (Verb::Delete, "delete"),
    (Verb::Forget, "forget"),
    (Verb::Adopt, "adopt"),
    (Verb::Refuse, "refuse"),
    (Verb::Keep, "unchanged"),
];

/// How many steps of each kind there are in each account.
pub fn plan_markdown<'a>(plan: impl Into<PlanView<'a>>, run: Run) -> String {
    let plan = plan.into();
    let mut accounts: BTreeMap<(&AccountName, &AccountId), BTreeMap<Verb, usize>> = BTreeMap::new();
    for step in &plan.steps {
        let counts = accounts.entry((&step.address.account, step.account)).or_default();
        *counts.entry(step.verb).or_default() += 1;
    }
    let used: Vec<(Verb, &str)> = COLUMNS
        .into_iter()
        .filter(|(verb, _)| accounts.values().any(|counts| counts.contains_key(verb)))
        .collect();
    let mut lines = vec![format!("### {} plan of {}", run.title(), code(plan.topology)), String::new()];
    if accounts.is_empty() {
        lines.push("Nothing to do.".to_owned());
    } else {
        lines.push(row("account".to_owned(), used.iter().map(|(_, word)| (*word).to_owned())));
        lines.push(row("---".to_owned(), used.iter().map(|_| "---:".to_owned())));
    }
    for ((name, id), counts) in &accounts {
        let count = |verb: &Verb| counts.get(verb).copied().unwrap_or(0).to_string();
        lines.push(row(escaped(&text::account(name, Some(id))), used.iter().map(|(verb, _)| count(verb))));
    }
    lines.extend(
        plan.warnings.iter().map(|warning| format!("\n> ⚠️ {}", escaped(&warning_sentence(warning)))),
    );
    lines.extend(plan.notes.iter().map(|note| format!("\n> {}", escaped(&wording::note(note)))));
    lines.join("\n") + "\n"
}

/// What became of a run.
pub fn report_markdown(report: &Report, run: Run) -> String {
    let (mark, word) = match report.complete() {
        true => ("✅", "complete"),
        false if report.interrupted => ("❌", "interrupted"),
        false => ("❌", "incomplete"),
    };
    let mut lines = vec![
        format!("### {mark} {} {word}", run.title()),
        String::new(),
        format!(
            "{} done, {} failed, {} skipped, {} not started, {} unknown",
            report.done.len(),
            report.failures.len(),
            report.skipped.len(),
            report.not_started.len(),
            report.unknown.len()
        ),
    ];
    for failure in &report.failures {
        lines.push(format!("\n- {}: {}", code(&failure.address.to_string()), escaped(&failure.error)));
        lines.extend(failure.hint.iter().map(|hint| format!("  - {}", escaped(hint))));
    }
    lines.join("\n") + "\n"
}

/// Whether log lines arrive.
pub fn verification_markdown(verification: &Verification) -> String {
    let Verification { verdict, routes, routes_total, finding, .. } = verification;
    let delivered = routes.iter().filter(|route| route.delivered).count();
    let mark = if *verdict == Verdict::Delivered { "✅" } else { "❌" };
    let mut lines = vec![
        format!("### {mark} Verify: {delivered} of {} delivered", text::count(routes.len(), "route")),
        String::new(),
    ];
    for count in super::permissions::counts(verification) {
        lines.push(format!("{count}.\n"));
    }
    if routes.len() < *routes_total {
        lines.push(format!("{} of {routes_total} routes probed.\n", routes.len()));
    }
    lines.extend(finding.iter().map(|nothing| escaped(&wording::no_route(nothing))));
    if !routes.is_empty() {
        lines.push("| route | delivered | |".to_owned());
        lines.push("| --- | ---: | --- |".to_owned());
    }
    for route in routes {
        let name = format!("{} {}/{} {}", route.source, route.account, route.region, route.log_group);
        let time = route.seconds.map_or_else(|| "no".to_owned(), |seconds| format!("{seconds:.1} s"));
        lines.push(row(
            code(&name),
            [time, escaped(route.finding.as_deref().unwrap_or_default())].into_iter(),
        ));
    }
    lines.join("\n") + "\n"
}

/// What ended a command.
pub fn error_markdown(command: &str, error: &str) -> String {
    format!("### ❌ {} failed\n\n{}\n", escaped(command), escaped(error))
}

pub(super) fn row(first: String, cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = std::iter::once(first).chain(cells).collect();
    format!("| {} |", cells.join(" | "))
}

/// Text of others on one line, with nothing in it that Markdown or HTML would take for markup.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text::clean(text).chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '|' | '*' | '_' | '[' | ']' | '#' | '~' => escaped.extend(['\\', character]),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A name in the typeface of code; a table ends its cell at a bar even there.
pub(super) fn code(text: &str) -> String {
    format!("`{}`", text::clean(text).replace('`', "'").replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::{Aftermath, Failure};

    #[test]
    fn a_report_lists_what_failed() {
        let failure = Failure {
            address: "app/global/iam_role.x".parse().unwrap(),
            error: "AWS said <no> | *never*".to_owned(),
            code: None,
            aftermath: Aftermath::Untouched,
            hint: Some("ask again".to_owned()),
            denied: false,
            moved: Vec::new(),
            waited_for: None,
        };
        let report = Report { failures: vec![failure], ..Report::default() };
        insta::assert_snapshot!(report_markdown(&report, Run::Apply), @r"
        ### ❌ Apply incomplete

        0 done, 1 failed, 0 skipped, 0 not started, 0 unknown

        - `app/global/iam_role.x`: AWS said &lt;no> \| \*never\*
          - ask again
        ");
    }
}
