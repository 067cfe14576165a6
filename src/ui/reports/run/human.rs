//! The outcome of a run, for people and as the last line of JSON.

use serde::Serialize;
use serde_json::{Value, json};

use crate::address::Address;
use crate::apply::report::{Failure, Report, Skipped};
use crate::ui::alike::{AccountIds, Owner, addresses, elsewhere, together};
use crate::ui::reports::plan::Run;
use crate::ui::terminal::style::Paint;
use crate::ui::text;

/// How a report is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReportOptions<'a> {
    /// The command it is of.
    pub run: Run,
    /// The ids of the accounts.
    pub ids: &'a AccountIds,
    /// Whether steps that ended alike in several accounts are each shown by themselves.
    pub each: bool,
    /// Colours.
    pub paint: Paint,
}

/// The report as text, without a line break at the end.
pub(crate) fn report_text(report: &Report, options: ReportOptions<'_>) -> String {
    let ReportOptions { run, ids, each, paint } = options;
    let failures = together(&report.failures, |failure| general(failure, &failure.address, ids, each));
    let mut parts: Vec<String> = failures.iter().map(|alike| failure_text(alike, options)).collect();
    let skipped = together(&report.skipped, |skipped| general(skipped, &skipped.address, ids, each));
    let skipped = skipped.iter().flat_map(|alike| skipped_lines(alike, ids)).collect();
    parts.extend(list("Skipped, because something they need failed", skipped, paint));
    let not_started = addresses(&report.not_started, ids, each);
    parts.extend(list("Not started, because the run was stopped", not_started, paint));
    let unknown = addresses(&report.unknown, ids, each);
    parts.extend(list("Still running when logpipe stopped waiting; the next run checks", unknown, paint));
    parts.push(conclusion(report, run, paint));
    if !report.complete() {
        let advice = "run `logpipe …` again; it continues where this run ended".to_owned();
        let advice =
            if report.failures.is_empty() { advice } else { format!("fix what failed and {advice}") };
        parts.push(format!("{} {advice}", paint.hint("hint:")));
    }
    parts.join("\n\n")
}

/// What became of a step, but for whose it is.
pub(crate) fn general(what: &impl Serialize, address: &Address, ids: &AccountIds, each: bool) -> String {
    match each {
        true => address.to_string(),
        false => Owner::of(address, ids).general(what),
    }
}

/// Where else it went like that, of everything at these addresses; nothing that failed goes unnamed.
pub(crate) fn same<'a>(
    addresses: impl IntoIterator<Item = &'a Address>,
    ids: &'a AccountIds,
) -> Option<String> {
    let mut owners = addresses.into_iter().map(|address| Owner::of(address, ids));
    elsewhere(owners.next()?, owners, true)
}

fn skipped_lines(alike: &[&Skipped], ids: &AccountIds) -> Vec<String> {
    let Some(first) = alike.first() else { return Vec::new() };
    let same = same(alike.iter().map(|skipped| &skipped.address), ids);
    let lines = [first.address.to_string(), format!("    needs {}", first.because_of)];
    lines.into_iter().chain(same.map(|same| format!("    {same}"))).collect()
}

fn failure_text(alike: &[&Failure], options: ReportOptions<'_>) -> String {
    let Some(failure) = alike.first() else { return String::new() };
    let paint = options.paint;
    let mut lines = vec![
        format!("{} {}", paint.failing("✗"), paint.bold(&failure.address.to_string())),
        format!("    {}", text::clean(&error_words(failure))),
        format!("    {}", paint.dim(&failure.aftermath.to_string())),
    ];
    if let Some(hint) = &failure.hint {
        lines.push(format!("    {} {}", paint.hint("hint:"), text::clean(hint)));
    }
    let same = same(alike.iter().map(|failure| &failure.address), options.ids);
    lines.extend(same.map(|same| format!("    {same}")));
    lines.join("\n")
}

/// What went wrong, with AWS's code. The chain usually ends with that already.
pub(crate) fn error_words(failure: &Failure) -> String {
    let code = failure.code.as_ref().filter(|code| !failure.error.contains(code.as_str()));
    let code = code.map_or_else(String::new, |code| format!(" ({code})"));
    format!("{}{code}", failure.error)
}

fn list(title: &str, lines: Vec<String>, paint: Paint) -> Option<String> {
    let lines: Vec<String> = lines.into_iter().map(|line| format!("    {line}")).collect();
    (!lines.is_empty()).then(|| format!("{}\n{}", paint.bold(title), lines.join("\n")))
}

fn conclusion(report: &Report, run: Run, paint: Paint) -> String {
    let words = format!("{}.", outcome(report, run));
    if report.complete() { paint.added(&words) } else { paint.failing(&words) }
}

/// How a run ended, and how much became of what.
pub(crate) fn outcome(report: &Report, run: Run) -> String {
    let title = run.title();
    let done = report.done.len();
    if report.complete() {
        return format!("{title} complete: {done} done");
    }
    let counts: Vec<String> = [
        (report.failures.len(), "failed"),
        (report.skipped.len(), "skipped"),
        (report.not_started.len(), "not started"),
        (report.unknown.len(), "unknown"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, fate)| format!(", {number} {fate}"))
    .collect();
    let outcome = if report.interrupted { "interrupted" } else { "incomplete" };
    format!("{title} {outcome}: {done} done{}", counts.concat())
}

/// The report as one JSON object, the last line of a run.
pub(crate) fn report_json(report: &Report) -> Value {
    json!({
        "format": 1,
        "type": "report",
        "done": report.done.len(),
        "failed": report.failures.len(),
        "skipped": report.skipped.len(),
        "not_started": report.not_started.len(),
        "unknown": report.unknown.len(),
        "interrupted": report.interrupted,
        "failures": report.failures,
        "done_steps": report.done,
        "skipped_steps": report.skipped,
        "not_started_steps": report.not_started,
        "unknown_steps": report.unknown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::report::Aftermath;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    fn failed() -> Report {
        let role = address("archive/global/iam_role.cwl");
        Report {
            done: vec![address("archive/ap-northeast-1/s3_bucket.logs")],
            failures: vec![Failure {
                address: role.clone(),
                error: "could not create the role: not authorized to perform iam:CreateRole (AccessDenied)"
                    .to_owned(),
                code: Some("AccessDenied".to_owned()),
                aftermath: Aftermath::Untouched,
                hint: Some("`logpipe access` prints the policy that LogpipeDeployer needs".to_owned()),
                denied: true,
                moved: Vec::new(),
                waited_for: None,
            }],
            skipped: vec![Skipped {
                address: address("app/ap-northeast-1/subscription_filter./app/x:central-logs"),
                because_of: role,
            }],
            ..Report::default()
        }
    }

    fn shown(report: &Report, run: Run) -> String {
        let ids = [("team-1", "111111111111"), ("team-2", "222222222222")];
        let ids = ids.map(|(name, id)| (name.parse().unwrap(), id.parse().unwrap())).into();
        report_text(report, ReportOptions { run, ids: &ids, each: false, paint: Paint::new(false) })
    }

    #[test]
    fn failures_say_what_is_left_behind_and_what_to_do() {
        insta::assert_snapshot!(shown(&failed(), Run::Apply), @r"
        ✗ archive/global/iam_role.cwl
            could not create the role: not authorized to perform iam:CreateRole (AccessDenied)
            nothing was changed
            hint: `logpipe access` prints the policy that LogpipeDeployer needs

        Skipped, because something they need failed
            app/ap-northeast-1/subscription_filter./app/x:central-logs
                needs archive/global/iam_role.cwl

        Apply incomplete: 1 done, 1 failed, 1 skipped.

        hint: fix what failed and run `logpipe …` again; it continues where this run ended
        ");
    }

    #[test]
    fn what_went_alike_in_several_accounts_is_told_once() {
        let role = |account: &str| address(&format!("{account}/global/iam_role.agent"));
        let failure = |(account, id): (&str, &str)| Failure {
            address: role(account),
            error: format!("User: arn:aws:sts::{id}:assumed-role/Deployer is not authorized"),
            code: None,
            aftermath: Aftermath::Untouched,
            hint: None,
            denied: true,
            moved: Vec::new(),
            waited_for: None,
        };
        let skipped = |account: &str| Skipped {
            address: address(&format!("{account}/global/iam_instance_profile.agent")),
            because_of: role(account),
        };
        let report = Report {
            failures: [("team-1", "111111111111"), ("team-2", "222222222222")].map(failure).into(),
            skipped: ["team-1", "team-2"].map(skipped).into(),
            ..Report::default()
        };
        insta::assert_snapshot!(shown(&report, Run::Apply), @r"
        ✗ team-1/global/iam_role.agent
            User: arn:aws:sts::111111111111:assumed-role/Deployer is not authorized
            nothing was changed
            the same in 1 more account: team-2

        Skipped, because something they need failed
            team-1/global/iam_instance_profile.agent
                needs team-1/global/iam_role.agent
                the same in 1 more account: team-2

        Apply incomplete: 0 done, 2 failed, 2 skipped.

        hint: fix what failed and run `logpipe …` again; it continues where this run ended
        ");
    }

    #[test]
    fn an_interrupted_run_lists_what_it_left() {
        let report = Report {
            done: vec![address("archive/ap-northeast-1/s3_bucket.logs")],
            not_started: vec![address("app/ap-northeast-1/log_group./app/x")],
            unknown: vec![address("archive/ap-northeast-1/firehose_stream.central")],
            interrupted: true,
            ..Report::default()
        };
        insta::assert_snapshot!(shown(&report, Run::Destroy), @r"
        Not started, because the run was stopped
            app/ap-northeast-1/log_group./app/x

        Still running when logpipe stopped waiting; the next run checks
            archive/ap-northeast-1/firehose_stream.central

        Destroy interrupted: 1 done, 1 not started, 1 unknown.

        hint: run `logpipe …` again; it continues where this run ended
        ");
    }

    #[test]
    fn a_complete_run_is_one_line() {
        let report = Report { done: vec![address("app/global/iam_role.x")], ..Report::default() };
        assert_eq!(shown(&report, Run::Apply), "Apply complete: 1 done.");
    }

    #[test]
    fn json_counts_and_lists() {
        insta::assert_snapshot!(format!("{:#}", report_json(&failed())), @r#"
        {
          "format": 1,
          "type": "report",
          "done": 1,
          "failed": 1,
          "skipped": 1,
          "not_started": 0,
          "unknown": 0,
          "interrupted": false,
          "failures": [
            {
              "address": "archive/global/iam_role.cwl",
              "error": "could not create the role: not authorized to perform iam:CreateRole (AccessDenied)",
              "code": "AccessDenied",
              "aftermath": "untouched",
              "hint": "`logpipe access` prints the policy that LogpipeDeployer needs",
              "denied": true
            }
          ],
          "done_steps": [
            "archive/ap-northeast-1/s3_bucket.logs"
          ],
          "skipped_steps": [
            {
              "address": "app/ap-northeast-1/subscription_filter./app/x:central-logs",
              "because_of": "archive/global/iam_role.cwl"
            }
          ],
          "not_started_steps": [],
          "unknown_steps": []
        }
        "#);
    }
}
