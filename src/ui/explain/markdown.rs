//! Explained policies in Markdown: a table a policy, a row a statement.

use super::cells::{element, questions};
use super::human::title;
use crate::explain::{Answer, ExplainedPolicy, ExplainedStatement, Explanation};
use crate::ui::markdown::{code, escaped, row};

const HEAD: [&str; 5] =
    ["who (Principal)", "where (Resource)", "when (Condition)", "what (Action)", "want (Effect)"];

/// Every policy, and what there is to say about them.
pub fn explain_markdown(explanation: &Explanation) -> String {
    let mut parts: Vec<String> = explanation.policies.iter().map(of_policy).collect();
    parts.extend(explanation.notes.iter().map(|note| format!("> {}", escaped(note))));
    parts.join("\n\n")
}

fn of_policy(policy: &ExplainedPolicy) -> String {
    let mut lines = vec![format!("### {}", escaped(&title(policy))), String::new()];
    lines.push(row("Sid".to_owned(), HEAD.into_iter().map(str::to_owned)));
    lines.push(row("---".to_owned(), HEAD.into_iter().map(|_| "---".to_owned())));
    lines.extend(policy.statements.iter().map(of_statement));
    lines.join("\n")
}

fn of_statement(statement: &ExplainedStatement) -> String {
    let sid = statement.sid.as_deref().map(escaped).unwrap_or_default();
    row(sid, questions(statement).into_iter().map(|(_, answer)| cell(answer)))
}

fn cell(answer: &Answer) -> String {
    let elements = element(answer);
    let lines = elements.iter().map(|line| code(line.trim()));
    std::iter::once(escaped(&answer.words)).chain(lines).collect::<Vec<_>>().join("<br>")
}
