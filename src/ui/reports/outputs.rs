//! Names and ARNs of what a topology makes, as a person reads them and as JSON.

use serde_json::{Map, Value, json};

use crate::outputs::Output;
use crate::ui::forms::{Look, Part, Report};
use crate::ui::markdown::{Line, Mark, Page, Table};
use crate::ui::terminal::style::Paint;
use crate::ui::text;

/// Every output of a topology.
#[derive(Debug, Clone, Copy)]
pub struct OutputsReport<'a> {
    /// Name of the topology.
    pub topology: &'a str,
    /// The outputs.
    pub outputs: &'a [Output],
}

impl OutputsReport<'_> {
    /// How many are of something that is not there yet, if any are.
    fn note(&self) -> Option<String> {
        let absent = self.outputs.iter().filter(|output| !output.applied).count();
        let all = self.outputs.len();
        (absent > 0).then(|| format!("{absent} of {all} not applied yet; `logpipe apply` creates them"))
    }
}

impl Report for OutputsReport<'_> {
    fn human(&self, look: Look) -> Vec<Part> {
        let note = self.note().map(|note| Part::Say(format!("note: {note}")));
        std::iter::once(Part::Table(outputs_text(self.outputs, look.paint))).chain(note).collect()
    }

    fn json(&self) -> Value {
        outputs_json(self.topology, self.outputs)
    }

    fn markdown(&self, _look: Look) -> Page {
        let table = self.outputs.iter().fold(Table::new(&["output", "value"], &[]), table_row);
        let page = Page::new(Mark::Neutral, Line::from("Outputs of ").and_name(self.topology));
        self.note().into_iter().fold(page.table(table), |page, note| page.line(note))
    }
}

fn table_row(table: Table, output: &Output) -> Table {
    let value = Line::name(output.bare());
    let value = if output.applied { value } else { value.and(" (not applied yet)") };
    table.row([Line::name(&*output.name), value])
}

/// One output.
#[derive(Debug, Clone, Copy)]
pub struct OutputReport<'a>(pub &'a Output);

impl Report for OutputReport<'_> {
    fn human(&self, _look: Look) -> Vec<Part> {
        vec![Part::Data(self.0.bare())]
    }

    fn json(&self) -> Value {
        output_json(self.0)
    }

    fn markdown(&self, _look: Look) -> Page {
        let table = table_row(Table::new(&["output", "value"], &[]), self.0);
        Page::new(Mark::Neutral, Line::from("Output ").and_name(&*self.0.name)).table(table)
    }
}

/// Every output, one a line.
fn outputs_text(outputs: &[Output], paint: Paint) -> String {
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
fn outputs_json(topology: &str, outputs: &[Output]) -> Value {
    let by_name: Map<String, Value> =
        outputs.iter().map(|output| (output.name.clone(), fields(output))).collect();
    json!({ "format": 1, "topology": topology, "outputs": by_name })
}

/// One output as a JSON object.
fn output_json(output: &Output) -> Value {
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
