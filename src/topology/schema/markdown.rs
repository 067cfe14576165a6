//! The tables as the reference that people read.

use crate::enumeration::any_of;
use crate::topology::keys::{Default, Row, Shape, Table, root};

const HEAD: &str = "\
# The topology file

<!-- Made by `logpipe schema --markdown`; change src/topology/keys/ instead. -->

Every key of a topology, section by section. `logpipe validate` checks a file offline and reports all its problems at
once, each with its line. An editor with a YAML language server completes and checks keys as you type if the first line
of the file names the schema, which `logpipe schema` prints:

```yaml
# yaml-language-server: $schema=./topology.schema.json
```

Some rules are beyond a schema, such as whether a named account exists or whether a filter pattern is valid: only
`logpipe validate` checks those.

In any value, `${var.name}` and `${env.NAME}` can stand for [variables](variables.md).

In defaults, `<name>` is the name of the topology; `<destination>`, `<agent>` and `<reader>` are the keys of those
sections.
";

/// The reference, in Markdown.
pub fn markdown() -> String {
    let mut out = HEAD.to_owned();
    section(&root::TOPOLOGY, &mut out);
    out
}

/// A section, then those below it, in the order of the keys.
fn section(table: &Table, out: &mut String) {
    out.push_str(&format!("\n## {}\n\n", table.name));
    if !table.path.is_empty() && table.path != table.name {
        out.push_str(&format!("At `{}`. ", table.path));
    }
    out.push_str(table.meaning);
    out.push_str("\n\n| key | type | default | meaning | rules |\n|---|---|---|---|---|\n");
    let rows: Vec<Row> = table.keys.iter().map(|key| key.row()).collect();
    for key in &rows {
        out.push_str(&row(key));
    }
    for key in &rows {
        below(&key.shape, out);
    }
}

fn below(shape: &Shape, out: &mut String) {
    match shape {
        Shape::Section(table) => section(table, out),
        Shape::List { items, .. } => below(items, out),
        Shape::Map { values, .. } => below(values, out),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| below(shape, out)),
        _ => {}
    }
}

fn row(key: &Row) -> String {
    let default = match &key.default {
        _ if key.required => "required".to_owned(),
        Default::None => String::new(),
        Default::Value(value) if value.as_str() == Some("") => "empty".to_owned(),
        Default::Value(value) => {
            format!("`{}`", value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned))
        }
        Default::Words(words) => (*words).to_owned(),
    };
    let cells = [
        format!("`{}`", key.name),
        type_of(&key.shape),
        default,
        key.meaning.to_owned(),
        key.rules.to_owned(),
    ];
    // A bar would end the cell.
    let cells = cells.map(|cell| cell.replace('|', "\\|"));
    format!("| {} |\n", cells.join(" | ")).replace("  |", " |")
}

fn type_of(shape: &Shape) -> String {
    match shape {
        Shape::Text(form, _) => form.brief.to_owned(),
        Shape::Plain => "a string, a number, `true` or `false`, or a list of these".to_owned(),
        Shape::Flag => "`true` or `false`".to_owned(),
        Shape::Number { least, most: u32::MAX } => format!("a number, at least {least}"),
        Shape::Number { least, most } => format!("a number from {least} to {most}"),
        Shape::Numbers(numbers) => {
            any_of(&numbers.iter().map(|number| format!("`{number}`")).collect::<Vec<_>>())
        }
        Shape::Words(words) => any_of(&words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>()),
        Shape::List { items, .. } => format!("a list, each {}", type_of(items)),
        Shape::Map { keys, values, .. } => format!("a map, from {} to {}", keys.brief, type_of(values)),
        Shape::Section(table) => format!("[{0}](#{0})", table.name),
        Shape::Document => "an IAM policy document".to_owned(),
        Shape::ManagedPolicy => "the name of an AWS managed policy, or an ARN".to_owned(),
        Shape::Either(shapes) => any_of(&shapes.iter().map(type_of).collect::<Vec<_>>()),
    }
}
