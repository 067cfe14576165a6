//! Workflow commands of GitHub Actions: lines in a log that become annotations and folded groups.
//!
//! Escapes as the runner's toolkit does (GitHub Docs, "Workflow commands for GitHub Actions").

use super::diagnostic::ProblemView;
use super::text::clean;
use super::warning::WarningView;

/// An error at the top of the run's page.
pub fn error_annotation(title: &str, message: &str) -> String {
    format!("::error title={}::{}", property(title), data(message))
}

/// An error beside the line of the file it is about.
pub fn problem_annotation(problem: &ProblemView) -> String {
    let ProblemView { file, line, column, problem, why, help } = problem;
    let more = [why, help].into_iter().flatten().map(|text| format!("\n{text}"));
    format!(
        "::error file={},line={line},col={column},title={}::{}",
        property(file),
        property("invalid topology"),
        data(&format!("{problem}{}", more.collect::<String>()))
    )
}

/// A warning beside the line of the file it is about.
pub fn warning_annotation(warning: &WarningView) -> String {
    let WarningView { code, file, line, column, warning, why, help } = warning;
    format!(
        "::warning file={},line={line},col={column},title={}::{}",
        property(file),
        property(code),
        data(&format!("{warning}\n{why}\n{help}"))
    )
}

/// A part of the log that can be folded away.
pub fn group(title: &str, text: &str) -> String {
    format!("::group::{}\n{text}\n::endgroup::", data(title))
}

/// The value of a property ends at a comma or colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The message ends with the line; other control characters have no business in it.
fn data(text: &str) -> String {
    let lines: Vec<String> = text.replace('%', "%25").lines().map(clean).collect();
    lines.join("%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_property_or_a_line_is_escaped() {
        assert_eq!(
            error_annotation("app/ap-northeast-1/log_group./a:b, c", "100% lost\r\n::set-env name=x::y"),
            "::error title=app/ap-northeast-1/log_group./a%3Ab%2C c::100%25 lost%0A::set-env name=x::y"
        );
        assert_eq!(group("Plan", "a\nb"), "::group::Plan\na\nb\n::endgroup::");
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
            problem_annotation(&problem),
            "::error file=a%2Cb.yaml,line=3,col=5,title=invalid topology::unknown key `acount`%0Awrite `account`"
        );
    }
}
