//! The words of the script: documents and arguments in here-documents, and the calls that take them.

use serde_json::Value;

use crate::export::words::said;

/// A document up to this many bytes is written to be read. Limits of AWS count the bytes that are sent, so longer ones are
/// sent without spaces.
const READABLE: usize = 4_000;

/// A line of a comment, in which nothing ends it.
pub(super) fn comment(text: &str) -> String {
    let text: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    format!("# {text}\n")
}

/// The calls that make a resource.
#[derive(Debug, Default)]
pub(super) struct Calls {
    text: String,
    indent: &'static str,
}

/// Which answers are no failures, by the names of the patterns in `head.sh`, or patterns.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Answers {
    /// What says that it is there already.
    pub(super) there: &'static str,
    /// The variable of what passes by itself.
    pub(super) passing: &'static str,
}

impl Calls {
    /// A call with its arguments, as the CLI takes them in JSON.
    pub(super) fn call(self, operation: &str, answers: Answers, arguments: Value) -> Self {
        self.with(operation, answers, arguments, None)
    }

    /// A call with a document, which one of its flags takes.
    pub(super) fn with(
        mut self,
        operation: &str,
        Answers { there, passing }: Answers,
        arguments: Value,
        document: Option<(&str, &Value)>,
    ) -> Self {
        let mut flags = String::new();
        if let Some((flag, document)) = document {
            self.here("document", document);
            flags = format!(" \\\n{}  {flag} \"file://$folder/document.json\"", self.indent);
        }
        self.here("input", &said(arguments));
        let passing = if passing.is_empty() { "''".to_owned() } else { format!("\"${passing}\"") };
        self.line(&format!(
            "call '{there}' {passing} {operation} --cli-input-json \"file://$folder/input.json\"{flags}"
        ));
        self
    }

    /// Only where the call before has made something.
    pub(super) fn if_made(self, calls: impl FnOnce(Self) -> Self) -> Self {
        self.only("if $made; then", calls)
    }

    /// Only where something is so.
    pub(super) fn only(mut self, condition: &str, calls: impl FnOnce(Self) -> Self) -> Self {
        self.line(condition);
        self.indent = "  ";
        let mut inner = calls(self);
        inner.indent = "";
        inner.line("fi");
        inner
    }

    /// A line of the script.
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(self.indent);
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// The same, one after the other.
    pub(super) fn then(mut self, line: &str) -> Self {
        self.line(line);
        self
    }

    /// JSON has no line that could be the end of it, since none of its texts contains the end of a line.
    fn here(&mut self, what: &str, value: &Value) {
        self.line(&format!("{what} <<'JSON'"));
        let readable = format!("{value:#}");
        let text = if readable.len() > READABLE { value.to_string() } else { readable };
        self.text.push_str(&text);
        self.text.push_str("\nJSON\n");
    }

    pub(super) fn text(self) -> String {
        self.text
    }
}
