//! Names and ARNs of what a topology makes, as a person reads them and as JSON.

use serde_json::{Map, Value, json};

use super::style::Paint;
use super::text;
use crate::outputs::Output;

/// Every output, one a line.
pub fn outputs_text(outputs: &[Output], paint: Paint) -> String {
    let widest = outputs.iter().map(|output| text::width(&output.name)).max().unwrap_or(0);
    let line = |output: &Output| {
        let (name, value) = (text::pad(&output.name, widest), text::clean(&output.bare()));
        match output.applied {
            true => format!("{name}  {value}"),
            false => format!("{name}  {}", paint.dim(&format!("{value}  (not applied yet)"))),
        }
    };
    outputs.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Every output as one JSON object, by name.
pub fn outputs_json(topology: &str, outputs: &[Output]) -> Value {
    let by_name: Map<String, Value> =
        outputs.iter().map(|output| (output.name.clone(), fields(output))).collect();
    json!({ "format": 1, "topology": topology, "outputs": by_name })
}

/// One output as a JSON object.
pub fn output_json(output: &Output) -> Value {
    let mut object = json!({ "format": 1, "name": output.name });
    if let (Some(object), Value::Object(fields)) = (object.as_object_mut(), fields(output)) {
        object.extend(fields);
    }
    object
}

fn fields(output: &Output) -> Value {
    json!({ "value": output.value, "applied": output.applied, "address": output.address })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_line_up_and_what_is_not_there_says_so() {
        let output = |name: &str, value: Value, applied| Output {
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
