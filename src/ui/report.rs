//! What became of a run, as a person reads it and as the last line of JSON.

use serde_json::{Value, json};

use super::plan::Run;
use super::style::Paint;
use super::text;
use crate::address::Address;
use crate::apply::report::{Failure, Report};

/// The report as text, without a line break at the end.
pub fn report_text(report: &Report, run: Run, paint: Paint) -> String {
    let mut parts: Vec<String> = report.failures.iter().map(|failure| failure_text(failure, paint)).collect();
    let skipped = report
        .skipped
        .iter()
        .map(|skipped| format!("{}\n        needs {}", skipped.address, skipped.because_of));
    parts.extend(list("Skipped, because what they need failed", skipped, paint));
    parts.extend(list("Not started, because the run was stopped", addresses(&report.not_started), paint));
    let unknown = addresses(&report.unknown);
    parts.extend(list("Still running when logpipe stopped waiting; the next run looks", unknown, paint));
    parts.push(conclusion(report, run, paint));
    if !report.complete() {
        let advice = format!("run `{}` again; it goes on where this run ended", run.command());
        let advice =
            if report.failures.is_empty() { advice } else { format!("fix what failed and {advice}") };
        parts.push(format!("{} {advice}", paint.hint("hint:")));
    }
    parts.join("\n\n")
}

fn failure_text(failure: &Failure, paint: Paint) -> String {
    let error = text::clean(&failure.error);
    // The chain usually ends with the code already.
    let code = failure.code.as_ref().filter(|code| !error.contains(code.as_str()));
    let code = code.map_or_else(String::new, |code| format!(" ({code})"));
    let mut lines = vec![
        format!("{} {}", paint.failing("✗"), paint.bold(&failure.address.to_string())),
        format!("    {error}{code}"),
        format!("    {}", paint.dim(&failure.aftermath.to_string())),
    ];
    if let Some(hint) = &failure.hint {
        lines.push(format!("    {} {}", paint.hint("hint:"), text::clean(hint)));
    }
    lines.join("\n")
}

fn list(title: &str, lines: impl Iterator<Item = String>, paint: Paint) -> Option<String> {
    let lines: Vec<String> = lines.map(|line| format!("    {line}")).collect();
    (!lines.is_empty()).then(|| format!("{}\n{}", paint.bold(title), lines.join("\n")))
}

fn addresses(addresses: &[Address]) -> impl Iterator<Item = String> {
    addresses.iter().map(Address::to_string)
}

fn conclusion(report: &Report, run: Run, paint: Paint) -> String {
    let title = run.title();
    let done = report.done.len();
    if report.complete() {
        return paint.added(&format!("{title} complete: {done} done."));
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
    paint.failing(&format!("{title} {outcome}: {done} done{}.", counts.concat()))
}

/// The report as one JSON object, the last line of a run.
pub fn report_json(report: &Report) -> Value {
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
    use crate::apply::report::{Aftermath, Skipped};

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
            }],
            skipped: vec![Skipped {
                address: address("app/ap-northeast-1/subscription_filter./app/x:central-logs"),
                because_of: role,
            }],
            ..Report::default()
        }
    }

    fn shown(report: &Report, run: Run) -> String {
        report_text(report, run, Paint::new(false))
    }

    #[test]
    fn failures_say_what_is_left_behind_and_what_to_do() {
        insta::assert_snapshot!(shown(&failed(), Run::Apply), @r"
        ✗ archive/global/iam_role.cwl
            could not create the role: not authorized to perform iam:CreateRole (AccessDenied)
            nothing was changed
            hint: `logpipe access` prints the policy that LogpipeDeployer needs

        Skipped, because what they need failed
            app/ap-northeast-1/subscription_filter./app/x:central-logs
                needs archive/global/iam_role.cwl

        Apply incomplete: 1 done, 1 failed, 1 skipped.

        hint: fix what failed and run `logpipe apply` again; it goes on where this run ended
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

        Still running when logpipe stopped waiting; the next run looks
            archive/ap-northeast-1/firehose_stream.central

        Destroy interrupted: 1 done, 1 not started, 1 unknown.

        hint: run `logpipe destroy` again; it goes on where this run ended
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
