//! Filter patterns: the refusal of bad ones, and TestMetricFilter.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::faults::fault::Fault;
use crate::protocol::json::read;
use logpipe_patterns::{DoubtKind, Pattern};

use super::rules;

/// The longest filter pattern, in characters (CloudWatch Logs API Reference).
const LONGEST: usize = 1_024;

/// A pattern, or the refusal of a text that is none.
pub(crate) fn compile(text: &str) -> Result<Pattern, Fault> {
    if text.chars().count() > LONGEST {
        let rule = format!("have length less than or equal to {LONGEST}");
        return Err(rules::broken(text, "filterPattern", &rule));
    }
    let pattern = logpipe_patterns::parse(text);
    let pattern = pattern.map_err(|error| rules::invalid(format!("Invalid filter pattern: {error}")))?;
    // "Property selectors are alphanumeric strings that also support '-' and '_' characters" (CloudWatch Logs User
    // Guide, "Filter pattern syntax"); what else the guide leaves open is taken.
    match pattern.doubts().iter().find(|doubt| doubt.kind == DoubtKind::PropertyName) {
        Some(doubt) => Err(rules::invalid(format!("Invalid character(s) in term '{}'", doubt.text))),
        None => Ok(pattern),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TestMetricFilter {
    filter_pattern: String,
    log_event_messages: Vec<String>,
}

/// TestMetricFilter: which of the messages match, and what they have where the pattern looks. Unnamed fields are not
/// shown.
pub(super) fn test(input: &Value) -> Result<Value, Fault> {
    let input: TestMetricFilter = read(input)?;
    if !(1..=50).contains(&input.log_event_messages.len()) {
        return Err(rules::broken("[...]", "logEventMessages", "have length between 1 and 50"));
    }
    let pattern = compile(&input.filter_pattern)?;
    let matching = input.log_event_messages.iter().zip(1..).filter(|(message, _)| pattern.matches(message));
    let shown: Vec<Value> = matching
        .map(|(message, number)| {
            let values = pattern.values(message);
            json!({ "eventNumber": number, "eventMessage": message, "extractedValues": values })
        })
        .collect();
    Ok(json!({ "matches": shown }))
}
