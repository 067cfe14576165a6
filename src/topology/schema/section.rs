//! The vocabulary of the description: sections, their fields, and what kind of value a field takes.

use serde_json::Value;

/// A map with a fixed set of keys.
#[derive(Debug)]
pub(in super::super) struct Section {
    /// Its name in the schema, unlike any other's.
    pub(in super::super) name: &'static str,
    /// Where it stands in a topology; empty for all of it.
    pub(super) path: &'static str,
    /// What it is, in a sentence or two.
    pub(super) meaning: &'static str,
    /// Its keys, in the order of the reference.
    pub(in super::super) fields: Vec<Field>,
    /// Rules between keys, as schemas of their own.
    pub(super) conditions: Vec<Value>,
}

/// One key of a section.
#[derive(Debug)]
pub(in super::super) struct Field {
    pub(in super::super) name: &'static str,
    pub(in super::super) kind: Kind,
    pub(super) required: bool,
    pub(super) default: Default,
    pub(super) meaning: &'static str,
    /// What AWS or logpipe demands beyond the kind; may be empty.
    pub(super) rules: &'static str,
    pub(super) examples: Vec<Value>,
}

/// What holds when a key is left out.
#[derive(Debug)]
pub(super) enum Default {
    /// Nothing, or the key is required.
    None,
    /// This value.
    Value(Value),
    /// A value that follows from others.
    Words(&'static str),
}

/// What kind of value a field takes.
#[derive(Debug)]
pub(in super::super) enum Kind {
    /// A text, perhaps of a form.
    Text(Text),
    /// `true` or `false`.
    Flag,
    /// A whole number in a range; the end may be open.
    Number { least: u32, most: Option<u32> },
    /// One of these numbers.
    Numbers(&'static [u32]),
    /// One of these words.
    Words(Vec<&'static str>),
    /// A list.
    List { items: Box<Kind>, least: usize, distinct: bool },
    /// A map with keys of the user's choice.
    Map { keys: Text, values: Box<Kind>, least: usize, most: Option<usize> },
    /// A map with a fixed set of keys.
    Section(Section),
    /// An IAM policy document.
    Document,
    /// Any of these.
    Either(Vec<Kind>),
}

/// The form of a text.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Text {
    /// What it is, for the reference.
    pub(super) what: &'static str,
    /// A regular expression of the kind that JSON Schema takes.
    pub(super) pattern: Option<&'static str>,
    pub(super) least: usize,
    pub(super) most: Option<usize>,
}

impl Section {
    pub(super) fn new(
        name: &'static str,
        path: &'static str,
        meaning: &'static str,
        fields: Vec<Field>,
    ) -> Self {
        Self { name, path, meaning, fields, conditions: Vec::new() }
    }

    pub(super) fn with_condition(mut self, condition: Value) -> Self {
        self.conditions.push(condition);
        self
    }
}

impl Field {
    pub(super) fn new(name: &'static str, kind: Kind, meaning: &'static str) -> Self {
        Self { name, kind, required: false, default: Default::None, meaning, rules: "", examples: Vec::new() }
    }

    pub(super) fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(super) fn or(mut self, default: impl Into<Value>) -> Self {
        self.default = Default::Value(default.into());
        self
    }

    pub(super) fn or_else(mut self, words: &'static str) -> Self {
        self.default = Default::Words(words);
        self
    }

    pub(super) fn rules(mut self, rules: &'static str) -> Self {
        self.rules = rules;
        self
    }

    pub(super) fn example(mut self, example: impl Into<Value>) -> Self {
        self.examples.push(example.into());
        self
    }
}

impl Kind {
    /// A list that names at least one value, and none twice.
    pub(super) fn some(items: Self) -> Self {
        Self::List { items: Box::new(items), least: 1, distinct: true }
    }

    /// A list that may be empty, and may repeat itself.
    pub(super) fn any(items: Self) -> Self {
        Self::List { items: Box::new(items), least: 0, distinct: false }
    }

    /// A map of at least so many entries.
    pub(super) fn map(keys: Text, values: Self, least: usize) -> Self {
        Self::Map { keys, values: Box::new(values), least, most: None }
    }
}

impl Text {
    pub(super) const fn new(what: &'static str, pattern: &'static str) -> Self {
        Self { what, pattern: Some(pattern), least: 0, most: None }
    }

    pub(super) const fn plain(what: &'static str, least: usize, most: Option<usize>) -> Self {
        Self { what, pattern: None, least, most }
    }

    pub(super) const fn sized(self, least: usize, most: usize) -> Self {
        Self { least, most: Some(most), ..self }
    }
}

/// The keys of `destinations`, `sources`, `agents` and `readers`.
pub(super) const KEY: Text = Text::new("a key", "^[a-z][a-z0-9-]{0,19}$");
/// How an account is named, by a key of `accounts` or by its id.
pub(super) const ACCOUNT: Text = Text::new("an account's name or quoted id", "^[A-Za-z0-9_-]+$").sized(1, 64);
/// The id of an account.
pub(super) const ACCOUNT_ID: Text = Text::new("twelve digits in quotes", "^[0-9]{12}$");
/// A region code.
pub(super) const REGION: Text = Text::new("a region code", "^[a-z0-9]+(-[a-z0-9]+)+-[0-9]$");
/// The name of a role, without its path.
pub(super) const ROLE: Text = Text::new("a role name", "^[A-Za-z0-9_+=,.@-]+$").sized(1, 64);
/// The name of a role, after its path if it has one.
pub(super) const ROLE_WITH_PATH: Text =
    Text::new("a role name, with its path if it has one", "^[A-Za-z0-9_+=,.@-]+(/[A-Za-z0-9_+=,.@-]+)*$")
        .sized(1, 576);
/// The name of a managed policy.
pub(super) const POLICY: Text = Text::new("a policy name", "^[A-Za-z0-9_+=,.@-]+$").sized(1, 128);
/// A managed policy that is there already.
pub(super) const MANAGED_POLICY: Text =
    Text::new("the name of a managed policy of AWS, or an ARN", "^[A-Za-z0-9_+=,.@:/-]+$");
/// The key of a tag.
pub(super) const TAG_KEY: Text = Text::plain("a tag key", 1, Some(128));
/// The value of a tag.
pub(super) const TAG_VALUE: Text = Text::plain("a tag value", 0, Some(256));
