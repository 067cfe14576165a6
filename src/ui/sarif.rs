//! What `validate` and `plan` find, as SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), which code scanning
//! of GitHub and others take.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

use super::diagnostic::ProblemView;
use super::warning::WarningView;
use crate::exit::Exit;
use crate::lint::{AllowedFinding, Rule, RuleFacts, Severity};

/// The schema that says what such a file may hold.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The rule that every problem goes against: the topology cannot be used.
const INVALID: &str = "invalid_topology";

/// What has to be encoded in the path of a URI (RFC 3986, `pchar` and `/`).
const IN_PATHS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Whether a finding is told, or allowed in the topology.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Allowance {
    /// It is told.
    None,
    /// A comment allows it, with a reason or without.
    Comment(Option<String>),
}

/// What a command has to say.
#[derive(Debug, Default)]
pub(super) struct Log {
    results: Vec<Value>,
    notifications: Vec<Value>,
    failed: Option<Exit>,
}

impl Log {
    /// With what is wrong with the topology.
    pub(super) fn with_problems<'p>(mut self, problems: impl IntoIterator<Item = &'p ProblemView>) -> Self {
        self.results.extend(problems.into_iter().map(problem));
        self
    }

    /// With what lint has found.
    pub(super) fn with_findings<'w>(mut self, warnings: impl IntoIterator<Item = &'w WarningView>) -> Self {
        self.results.extend(warnings.into_iter().map(|warning| finding(warning, &Allowance::None)));
        self
    }

    /// With what comments of the topology allow. What flags allow is not mentioned.
    pub(super) fn with_allowed(mut self, allowed: &[AllowedFinding]) -> Self {
        let in_source = allowed.iter().filter(|allowed| allowed.in_source);
        self.results.extend(in_source.map(|AllowedFinding { warning, reason, .. }| {
            finding(&WarningView::from(warning), &Allowance::Comment(reason.clone()))
        }));
        self
    }

    /// With something that is about no place in the file.
    pub(super) fn noting(mut self, level: Severity, text: &str) -> Self {
        self.notifications.push(json!({ "level": level, "message": { "text": text } }));
        self
    }

    /// Of a command that could not do what it was asked.
    pub(super) fn failed(self, exit: Exit) -> Self {
        Self { failed: Some(exit), ..self }
    }

    /// The whole file.
    pub(super) fn into_value(self) -> Value {
        let mut invocation = json!({
            "executionSuccessful": self.failed.is_none(),
            "toolExecutionNotifications": self.notifications,
        });
        if let Some(exit) = self.failed {
            invocation["exitCode"] = exit.code().into();
        }
        let version = env!("CARGO_PKG_VERSION");
        json!({
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "logpipe",
                    "version": version,
                    "semanticVersion": version,
                    "rules": rules(),
                }},
                "columnKind": "unicodeCodePoints",
                "invocations": [invocation],
                "results": self.results,
            }],
        })
    }
}

/// The rules of lint in their order, and behind them the one of problems.
fn rules() -> Vec<Value> {
    let of_lint = Rule::ALL.iter().map(|rule| {
        let RuleFacts { code, name, severity, meaning } = rule.facts();
        let page = rule.anchor();
        json!({
            "id": code,
            "name": name,
            "shortDescription": { "text": format!("The topology has {meaning}.") },
            "help": {
                "text": format!("{page} says why, with an example and the fix."),
                "markdown": format!("[{page}]({page}) says why, with an example and the fix."),
            },
            "defaultConfiguration": { "level": severity },
        })
    });
    let invalid = json!({
        "id": INVALID,
        "shortDescription": { "text": "The topology cannot be used." },
        "help": {
            "text": "docs/topology-reference.md describes every key.",
            "markdown": "[docs/topology-reference.md](docs/topology-reference.md) describes every key.",
        },
        "defaultConfiguration": { "level": "error" },
    });
    of_lint.chain([invalid]).collect()
}

fn problem(problem: &ProblemView) -> Value {
    let ProblemView { file, line, column, problem, why, help } = problem;
    let more = [why, help].into_iter().flatten().map(String::as_str);
    let words: Vec<&str> = std::iter::once(problem.as_str()).chain(more).collect();
    result((INVALID, Rule::ALL.len()), Severity::Error, &words, (file, *line, *column))
}

fn finding(warning: &WarningView, allowance: &Allowance) -> Value {
    let WarningView { rule, severity, file, line, column, warning, why, help, .. } = warning;
    let index = Rule::ALL.iter().position(|known| known.code() == *rule).unwrap_or_default();
    let mut result = result((rule, index), *severity, &[warning, why, help], (file, *line, *column));
    if let Allowance::Comment(reason) = allowance {
        let mut suppression = json!({ "kind": "inSource" });
        if let Some(reason) = reason {
            suppression["justification"] = reason.as_str().into();
        }
        result["suppressions"] = json!([suppression]);
    }
    result
}

fn result(
    (rule, index): (&str, usize),
    level: Severity,
    words: &[&str],
    (file, line, column): (&str, usize, usize),
) -> Value {
    json!({
        "ruleId": rule,
        "ruleIndex": index,
        "level": level,
        "message": { "text": words.join("\n") },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(file) },
            "region": { "startLine": line, "startColumn": column },
        }}],
        // Without any, a reader must not assume that nothing is suppressed.
        "suppressions": [],
    })
}

/// A path as a URI: a relative one stays relative, to the folder that logpipe was started in.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let encoded = utf8_percent_encode(&path, IN_PATHS).to_string();
    match encoded.starts_with('/') {
        true => format!("file://{encoded}"),
        // A colon in the first segment would be the end of a scheme (RFC 3986, `path-noscheme`).
        false if encoded.split('/').next().is_some_and(|first| first.contains(':')) => format!("./{encoded}"),
        false => encoded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        let check = |path: &str, expect: &str| assert_eq!(uri(path), expect);
        check("topology.yaml", "topology.yaml");
        check("ops/my central#1.yaml", "ops/my%20central%231.yaml");
        check("/srv/ö.yaml", "file:///srv/%C3%B6.yaml");
        check("a:b.yaml", "./a:b.yaml");
        check(r"ops\central.yaml", "ops/central.yaml");
    }
}
