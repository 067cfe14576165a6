//! Values as YAML that every reader takes for the same.
//!
//! `serde_yaml` writes for readers of YAML 1.2, and CloudFormation and most others read YAML 1.1, in which more words are
//! something else than text: `on`, `2012-10-17`, `12:30:45`, `=`. Those are put into quotes.

use serde_json::{Map, Value};

/// Words that YAML 1.1 has a meaning for (YAML 1.1, "Language-Independent Types": bool, null, merge, value).
const MEANT: [&str; 13] =
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<", ".nan"];

/// Characters of numbers, times and dates in YAML 1.1; hexadecimal digits and exponents are letters.
const OF_NUMBERS: &str = "_:.,+- xXoObBtTzZ";

/// A document of YAML.
pub(super) fn yaml(value: &Value) -> String {
    // An exclamation mark has quotes around it; what stands for that occurs nowhere else.
    let text = value.to_string();
    let marks = (0_u32..).map(|number| format!("!{number} "));
    let mark = marks.into_iter().find(|mark| !text.contains(mark.as_str())).unwrap_or_default();
    let marked = serde_yaml::to_string(&marked(value, &mark)).unwrap_or_default();
    marked.replace(&format!("'{mark}"), "'")
}

fn marked(value: &Value, mark: &str) -> Value {
    let word = |word: &str| if reads_otherwise(word) { format!("{mark}{word}") } else { word.to_owned() };
    match value {
        Value::String(text) => Value::String(word(text)),
        Value::Array(items) => items.iter().map(|item| marked(item, mark)).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (word(name), marked(value, mark)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

/// Whether a reader of YAML 1.1 may take it for something else than text.
fn reads_otherwise(text: &str) -> bool {
    let is_word = MEANT.iter().any(|word| word.eq_ignore_ascii_case(text));
    let begins = text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first));
    is_word
        || (begins && text.chars().all(|letter| letter.is_ascii_hexdigit() || OF_NUMBERS.contains(letter)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_text_is_read_as_text() {
        let check = |text: &str, expect: &str| assert_eq!(yaml(&json!(text)).trim_end(), expect);
        check("arn:aws:s3:::b/*", "arn:aws:s3:::b/*");
        check("errors/!{firehose:error-output-type}/", "errors/!{firehose:error-output-type}/");
        check("/app/web", "/app/web");
        for text in [
            "on",
            "No",
            "y",
            "=",
            "<<",
            "2012-10-17",
            "12:30:45",
            "1_000",
            "0777",
            "1e3",
            "0x1F",
            "+1",
            ".inf",
        ] {
            check(text, &format!("'{text}'"));
        }
        check("", "''");
        check("!0 on", "'!0 on'");
    }

    #[test]
    fn what_is_written_reads_back() {
        let value = json!({
            "no": ["on", "'!0 on'", "!0 on", "it's", "a\nb\n", "it's\n'!1 on'\n", 1, true, null],
            "2012-10-17": { "=": "2012-10-17", "日本": "ログ", "quote": "'!0 2012-10-17" },
        });
        let read: Value = serde_yaml::from_str(&yaml(&value)).unwrap();
        assert_eq!(read, value);
    }
}
