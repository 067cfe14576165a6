//! Filter patterns: the one place that knows how they are compiled.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::sandbox::fault::Fault;
use crate::sandbox::json::read;

use super::rules;

/// The longest filter pattern, in characters (CloudWatch Logs API Reference).
const LONGEST: usize = 1_024;

/// A function that says whether a message matches a pattern, or what is wrong with the pattern.
pub(crate) fn compile(text: &str) -> Result<impl Fn(&str) -> bool, Fault> {
    if text.chars().count() > LONGEST {
        let rule = format!("have length less than or equal to {LONGEST}");
        return Err(rules::broken(text, "filterPattern", &rule));
    }
    let terms: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    Ok(move |message: &str| terms.iter().all(|term| message.contains(term.as_str())))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TestMetricFilter {
    filter_pattern: String,
    log_event_messages: Vec<String>,
}

/// TestMetricFilter: which of the messages match. Extracted values are not simulated.
pub(super) fn test(input: &Value) -> Result<Value, Fault> {
    let input: TestMetricFilter = read(input)?;
    if !(1..=50).contains(&input.log_event_messages.len()) {
        return Err(rules::broken("[...]", "logEventMessages", "have length between 1 and 50"));
    }
    let matches = compile(&input.filter_pattern)?;
    let matching = input.log_event_messages.iter().zip(1..).filter(|(message, _)| matches(message));
    let shown: Vec<Value> = matching
        .map(|(message, number)| {
            json!({ "eventNumber": number, "eventMessage": message, "extractedValues": {} })
        })
        .collect();
    Ok(json!({ "matches": shown }))
}
