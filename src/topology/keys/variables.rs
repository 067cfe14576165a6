//! `variables`: what differs from run to run.

use super::forms::{Form, matches};
use super::{Choice, Flag, Key, KeyOr, List, Plain, Table, Text};

/// The name of a variable. It is a part of the name of an environment variable, so it has no `-`.
pub(in crate::topology) const VARIABLE_NAME: Form = Form::new("the name of a variable")
    .sized(1, 64)
    .of("A-Za-z0-9_", "letters, digits and `_`")
    .and(&[matches("^[A-Za-z]", "a name starts with a letter")]);

/// A text in which something stands for a variable, as a regular expression.
pub(in crate::topology) const WITH_VARIABLE: &str = r"\$\{(var|env)\.[A-Za-z_][A-Za-z0-9_]*\}";

/// What kind of value a variable has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::topology) enum VariableType {
    String,
    Number,
    Boolean,
    List,
}

/// The words for them.
pub(in crate::topology) const TYPES: &[(&str, VariableType)] = &[
    ("string", VariableType::String),
    ("number", VariableType::Number),
    ("boolean", VariableType::Boolean),
    ("list", VariableType::List),
];

pub(in crate::topology) static VARIABLE: Table = Table {
    name: "variable",
    path: "variables.<name>",
    meaning: "A variable. One without a default needs a value in every run.",
    keys: &[&TYPE, &DEFAULT, &DESCRIPTION, &SENSITIVE, &ALLOWED],
    conditions: Vec::new,
};

pub(in crate::topology) static TYPE: Key<Choice<VariableType>> =
    Key::new("type", Choice(TYPES), "What kind of value it has.")
        .or_else("the type of its default, or `string`");

pub(in crate::topology) static DEFAULT: Key<Plain> =
    Key::new("default", Plain, "The value that it has unless another one is given.").example("dev");

pub(in crate::topology) static DESCRIPTION: Key<Text> = Key::new(
    "description",
    Text::new(Form::new("a text")),
    "What it is, for whoever has to give it a value.",
);

pub(in crate::topology) static SENSITIVE: KeyOr<Flag> = Key::new(
    "sensitive",
    Flag,
    "Whether its value is kept out of everything that logpipe prints and writes.",
)
.rules("A sensitive variable can only stand for an `external_id`, because everything else is part of plans and of the record.")
.or(false);

pub(in crate::topology) static ALLOWED: Key<List<Plain>> =
    Key::new("allowed", List::any(Plain), "The values that it may have; of a list, its items.")
        .example_json(r#"["dev", "prod"]"#);
