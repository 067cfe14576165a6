//! Names and ARNs of what a topology makes, as a person reads them and as JSON.

use serde_json::{Map, Value, json};

use super::style::Paint;
use super::text;
use crate::address::Address;

/// One output.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputView {
    /// Its name: the destination's key, a dot, and what it is.
    pub name: String,
    /// Text or a number.
    pub value: Value,
    /// The resource it is of, unless of several.
    pub address: Option<Address>,
    /// Whether that is there, as far as the record knows.
    pub applied: bool,
}

impl OutputView {
    /// The value as scripts want it: text without quotes.
    pub fn bare(&self) -> String {
        self.value.as_str().map_or_else(|| self.value.to_string(), str::to_owned)
    }
}

/// Every output, one a line.
pub fn outputs_text(outputs: &[OutputView], paint: Paint) -> String {
    let widest = outputs.iter().map(|output| text::width(&output.name)).max().unwrap_or(0);
    let line = |output: &OutputView| {
        let (name, value) = (text::pad(&output.name, widest), text::clean(&output.bare()));
        match output.applied {
            true => format!("{name}  {value}"),
            false => format!("{name}  {}", paint.dim(&format!("{value}  (not applied yet)"))),
        }
    };
    outputs.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Every output as one JSON object, by name.
pub fn outputs_json(topology: &str, outputs: &[OutputView]) -> Value {
    let by_name: Map<String, Value> =
        outputs.iter().map(|output| (output.name.clone(), fields(output))).collect();
    json!({ "format": 1, "topology": topology, "outputs": by_name })
}

/// One output as a JSON object.
pub fn output_json(output: &OutputView) -> Value {
    let mut object = json!({ "format": 1, "name": output.name });
    if let (Some(object), Value::Object(fields)) = (object.as_object_mut(), fields(output)) {
        object.extend(fields);
    }
    object
}

fn fields(output: &OutputView) -> Value {
    json!({ "value": output.value, "applied": output.applied, "address": output.address })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_line_up_and_what_is_not_there_says_so() {
        let output = |name: &str, value: Value, applied| OutputView {
            name: name.to_owned(),
            value,
            address: None,
            applied,
        };
        let outputs = [
            output("central.bucket_name", json!("logs"), true),
            output("central.subscription_filters", json!(0), false),
        ];
        insta::assert_snapshot!(outputs_text(&outputs, Paint::new(false)), @r"
        central.bucket_name           logs
        central.subscription_filters  0  (not applied yet)
        ");
    }
}
