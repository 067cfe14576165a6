//! The description as the reference that people read.

use super::root::root;
use super::section::{Default, Field, Kind, Section};

const HEAD: &str = "\
# The topology file

<!-- Made by `logpipe schema --markdown`; change src/topology/schema/ instead. -->

Every key of a topology, section by section. `logpipe validate` checks a file offline and reports everything that is
wrong with it at once, each with its line. Editors with a YAML language server complete and check while you write when
the first line of the file names the schema, which `logpipe schema` prints:

```yaml
# yaml-language-server: $schema=./topology.schema.json
```

In defaults, `<name>` is the name of the topology; `<destination>`, `<agent>` and `<reader>` are the keys of theirs.
";

/// The reference, in Markdown.
pub fn markdown() -> String {
    let root = root();
    let mut out = HEAD.to_owned();
    sections(&root, &mut out);
    out
}

/// A section, then those below it, in the order of the keys.
fn sections(section: &Section, out: &mut String) {
    out.push_str(&format!("\n## {}\n\n", section.name));
    if !section.path.is_empty() && section.path != section.name {
        out.push_str(&format!("At `{}`. ", section.path));
    }
    out.push_str(section.meaning);
    out.push_str("\n\n| key | type | default | meaning | rules |\n|---|---|---|---|---|\n");
    for field in &section.fields {
        out.push_str(&row(field));
    }
    for field in &section.fields {
        below(&field.kind, out);
    }
}

fn below(kind: &Kind, out: &mut String) {
    match kind {
        Kind::Section(section) => sections(section, out),
        Kind::List { items, .. } => below(items, out),
        Kind::Map { values, .. } => below(values, out),
        Kind::Either(kinds) => kinds.iter().for_each(|kind| below(kind, out)),
        _ => {}
    }
}

fn row(field: &Field) -> String {
    let default = match &field.default {
        _ if field.required => "required".to_owned(),
        Default::None => String::new(),
        Default::Value(value) if value.as_str() == Some("") => "empty".to_owned(),
        Default::Value(value) => {
            format!("`{}`", value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned))
        }
        Default::Words(words) => (*words).to_owned(),
    };
    let cells = [
        format!("`{}`", field.name),
        type_of(&field.kind),
        default,
        field.meaning.to_owned(),
        field.rules.to_owned(),
    ];
    // A bar would end the cell.
    let cells = cells.map(|cell| cell.replace('|', "\\|"));
    format!("| {} |\n", cells.join(" | ")).replace("  |", " |")
}

fn type_of(kind: &Kind) -> String {
    match kind {
        Kind::Text(text) => text.what.to_owned(),
        Kind::Flag => "`true` or `false`".to_owned(),
        Kind::Number { least, most: Some(most) } => format!("a number from {least} to {most}"),
        Kind::Number { least, most: None } => format!("a number from {least} on"),
        Kind::Numbers(numbers) => {
            alternatives(&numbers.iter().map(|number| format!("`{number}`")).collect::<Vec<_>>())
        }
        Kind::Words(words) => alternatives(&words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>()),
        Kind::List { items, .. } => format!("a list, each {}", type_of(items)),
        Kind::Map { keys, values, .. } => format!("a map, from {} to {}", keys.what, type_of(values)),
        Kind::Section(section) => format!("[{}](#{})", section.name, section.name),
        Kind::Document => "an IAM policy document".to_owned(),
        Kind::Either(kinds) => alternatives(&kinds.iter().map(type_of).collect::<Vec<_>>()),
    }
}

fn alternatives(all: &[String]) -> String {
    match all {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
