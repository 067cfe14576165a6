//! Workflow commands of GitHub Actions: lines in a log that become annotations and folded groups.
//!
//! Escapes as the runner's toolkit does (GitHub Docs, "Workflow commands for GitHub Actions").

use super::diagnostic::ProblemView;
use super::text::clean;
use super::warning::WarningView;
use crate::lint::Severity;

/// The most characters of a message.
const LONGEST: usize = 4_000;

/// A line that the runner obeys. Data in it is escaped; no other line that holds data is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowCommand(String);

impl WorkflowCommand {
    /// As the runner reads it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An error at the top of the run's page.
pub(super) fn error_annotation(title: &str, message: &str) -> WorkflowCommand {
    WorkflowCommand(format!("::error title={}::{}", property(title), data(message)))
}

/// An error beside the line of the file it is about.
pub(super) fn problem_annotation(problem: &ProblemView) -> WorkflowCommand {
    let ProblemView { file, line, column, problem, why, help } = problem;
    let more = [why, help].into_iter().flatten().map(|text| format!("\n{text}"));
    WorkflowCommand(format!(
        "::error file={},line={line},col={column},title={}::{}",
        property(file),
        property("invalid topology"),
        data(&format!("{problem}{}", more.collect::<String>()))
    ))
}

/// What lint finds, beside the line of the file it is about, with its rule as title.
pub(super) fn warning_annotation(warning: &WarningView) -> WorkflowCommand {
    let WarningView { code, rule, severity, file, line, column, warning, why, help } = warning;
    let level = match severity {
        Severity::Note => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    WorkflowCommand(format!(
        "::{level} file={},line={line},col={column},title={}::{}",
        property(file),
        property(&format!("{rule} {code}")),
        data(&format!("{warning}\n{why}\n{help}"))
    ))
}

/// The lines around a part of the log that can be folded away.
pub fn group(title: &str) -> [WorkflowCommand; 2] {
    [WorkflowCommand(format!("::group::{}", data(title))), WorkflowCommand("::endgroup::".to_owned())]
}

/// The value of a property ends at a comma or colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The message ends with the line; other control characters have no business in it.
fn data(text: &str) -> String {
    // Its summary page shows some thousands of characters of it.
    let text: String = text.chars().take(LONGEST).collect();
    let lines: Vec<String> = text.replace('%', "%25").lines().map(clean).collect();
    lines.join("%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_property_or_a_line_is_escaped() {
        assert_eq!(
            error_annotation("app/ap-northeast-1/log_group./a:b, c", "100% lost\r\n::set-env name=x::y")
                .as_str(),
            "::error title=app/ap-northeast-1/log_group./a%3Ab%2C c::100%25 lost%0A::set-env name=x::y"
        );
        assert_eq!(group("Plan").map(|command| command.0), ["::group::Plan", "::endgroup::"]);
    }

    #[test]
    fn a_problem_points_into_its_file() {
        let problem = ProblemView {
            file: "a,b.yaml".to_owned(),
            line: 3,
            column: 5,
            problem: "unknown key `acount`".to_owned(),
            why: None,
            help: Some("write `account`".to_owned()),
        };
        assert_eq!(
            problem_annotation(&problem).as_str(),
            "::error file=a%2Cb.yaml,line=3,col=5,title=invalid topology::unknown key `acount`%0Awrite `account`"
        );
    }
}
