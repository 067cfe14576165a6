//! What kinds of values keys take, each a type, so that a key is read as what it is described as.

use serde_json::{Value, json};

use super::forms::{Condition, Form};
use super::table::Table;

/// A kind of value.
pub(in crate::topology) trait Kind: Copy + Sync + 'static {
    /// A value that may be said to hold when the key is left out.
    type Default: Copy + Sync + 'static;

    /// What the schema and the reference say of it.
    fn shape(&self) -> Shape;

    /// A default as a topology would have it.
    fn json(&self, default: Self::Default) -> Value;
}

/// What kind of value a key takes, as data.
#[derive(Debug)]
pub(in crate::topology) enum Shape {
    /// A text of a form, and what else the reader demands of it in words of its own.
    Text(Form, &'static [Condition]),
    /// A text, a number, `true` or `false`, or a list of these.
    Plain,
    /// `true` or `false`.
    Flag,
    /// A whole number in a range.
    Number { least: u32, most: u32 },
    /// One of these numbers.
    Numbers(&'static [u32]),
    /// One of these words.
    Words(Vec<&'static str>),
    /// A list.
    List { items: Box<Shape>, least: usize, most: Option<usize>, distinct: bool },
    /// A map with keys of the user's choice.
    Map { keys: Form, values: Box<Shape>, least: usize, most: Option<usize> },
    /// A map with a fixed set of keys.
    Section(&'static Table),
    /// An IAM policy document.
    Document,
    /// An existing managed policy.
    ManagedPolicy,
    /// Either of the two.
    Either(Box<[Shape; 2]>),
}

/// A text.
#[derive(Clone, Copy)]
pub(in crate::topology) struct Text {
    pub(in crate::topology) form: Form,
    told: &'static [Condition],
}

impl Text {
    /// A text of a form.
    pub(in crate::topology) const fn new(form: Form) -> Self {
        Self { form, told: &[] }
    }

    /// What the schema is told in addition to the form: the reader refuses the same, and says more about it.
    pub(in crate::topology) const fn told(self, told: &'static [Condition]) -> Self {
        Self { told, ..self }
    }
}

impl Kind for Text {
    type Default = &'static str;

    fn shape(&self) -> Shape {
        Shape::Text(self.form, self.told)
    }

    fn json(&self, default: Self::Default) -> Value {
        default.into()
    }
}

/// What a variable can stand for: a text, a number, `true` or `false`, or a list of these.
#[derive(Clone, Copy)]
pub(in crate::topology) struct Plain;

impl Kind for Plain {
    type Default = Empty;

    fn shape(&self) -> Shape {
        Shape::Plain
    }

    fn json(&self, Empty: Self::Default) -> Value {
        json!({})
    }
}

/// `true` or `false`.
#[derive(Clone, Copy)]
pub(in crate::topology) struct Flag;

impl Kind for Flag {
    type Default = bool;

    fn shape(&self) -> Shape {
        Shape::Flag
    }

    fn json(&self, default: Self::Default) -> Value {
        default.into()
    }
}

/// A whole number in a range.
#[derive(Clone, Copy)]
pub(in crate::topology) struct Number {
    pub(in crate::topology) least: u32,
    pub(in crate::topology) most: u32,
    /// Why no number outside the range is allowed.
    pub(in crate::topology) why: &'static str,
}

impl Number {
    /// A number of a range, and why it has to be.
    pub(in crate::topology) const fn new(least: u32, most: u32, why: &'static str) -> Self {
        Self { least, most, why }
    }
}

impl Kind for Number {
    type Default = u32;

    fn shape(&self) -> Shape {
        Shape::Number { least: self.least, most: self.most }
    }

    fn json(&self, default: Self::Default) -> Value {
        default.into()
    }
}

/// One of certain numbers.
#[derive(Clone, Copy)]
pub(in crate::topology) struct Numbers(pub(in crate::topology) &'static [u32]);

impl Kind for Numbers {
    type Default = u32;

    fn shape(&self) -> Shape {
        Shape::Numbers(self.0)
    }

    fn json(&self, default: Self::Default) -> Value {
        default.into()
    }
}

/// One of certain words, each with what it stands for.
pub(in crate::topology) struct Choice<V: 'static>(pub(in crate::topology) &'static [(&'static str, V)]);

impl<V> Clone for Choice<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Choice<V> {}

impl<V: Copy + PartialEq + Sync + 'static> Kind for Choice<V> {
    type Default = V;

    fn shape(&self) -> Shape {
        Shape::Words(self.0.iter().map(|(word, _)| *word).collect())
    }

    fn json(&self, default: Self::Default) -> Value {
        self.0.iter().find(|(_, value)| *value == default).map(|(word, _)| *word).into()
    }
}

/// A list.
#[derive(Clone, Copy)]
pub(in crate::topology) struct List<K> {
    pub(in crate::topology) items: K,
    /// The fewest items.
    pub(in crate::topology) least: usize,
    most: Option<usize>,
    /// Whether no item may be there twice.
    pub(in crate::topology) distinct: bool,
}

impl<K: Copy> List<K> {
    /// A list that may be empty, and may repeat itself.
    pub(in crate::topology) const fn any(items: K) -> Self {
        Self { items, least: 0, most: None, distinct: false }
    }

    /// A list that may be empty, and names nothing twice.
    pub(in crate::topology) const fn distinct(items: K) -> Self {
        Self { distinct: true, ..Self::any(items) }
    }

    /// A list that names at least one, and none twice.
    pub(in crate::topology) const fn some(items: K) -> Self {
        Self { least: 1, ..Self::distinct(items) }
    }

    /// The most items; the reader counts them together with others.
    pub(in crate::topology) const fn at_most(self, most: usize) -> Self {
        Self { most: Some(most), ..self }
    }
}

impl<K: Kind> Kind for List<K> {
    type Default = &'static [&'static str];

    fn shape(&self) -> Shape {
        let Self { least, most, distinct, .. } = *self;
        Shape::List { items: Box::new(self.items.shape()), least, most, distinct }
    }

    fn json(&self, default: Self::Default) -> Value {
        json!(default)
    }
}

/// A map with keys of the user's choice.
#[derive(Clone, Copy)]
pub(in crate::topology) struct Map<K> {
    keys: Form,
    values: K,
    least: usize,
    most: Option<usize>,
}

impl<K: Copy> Map<K> {
    /// A map that may be empty.
    pub(in crate::topology) const fn any(keys: Form, values: K) -> Self {
        Self { keys, values, least: 0, most: None }
    }

    /// A map of one entry at least.
    pub(in crate::topology) const fn some(keys: Form, values: K) -> Self {
        Self { least: 1, ..Self::any(keys, values) }
    }

    /// The most entries.
    pub(in crate::topology) const fn at_most(self, most: usize) -> Self {
        Self { most: Some(most), ..self }
    }
}

/// No entries.
#[derive(Clone, Copy)]
pub(in crate::topology) struct Empty;

impl<K: Kind> Kind for Map<K> {
    type Default = Empty;

    fn shape(&self) -> Shape {
        let Self { keys, least, most, .. } = *self;
        Shape::Map { keys, values: Box::new(self.values.shape()), least, most }
    }

    fn json(&self, Empty: Self::Default) -> Value {
        json!({})
    }
}

/// A map with the keys of a table.
#[derive(Clone, Copy)]
pub(in crate::topology) struct Sub(pub(in crate::topology) &'static Table);

impl Kind for Sub {
    type Default = Empty;

    fn shape(&self) -> Shape {
        Shape::Section(self.0)
    }

    fn json(&self, Empty: Self::Default) -> Value {
        json!({})
    }
}

/// An IAM policy document.
#[derive(Clone, Copy)]
pub(in crate::topology) struct Document;

impl Kind for Document {
    type Default = Empty;

    fn shape(&self) -> Shape {
        Shape::Document
    }

    fn json(&self, Empty: Self::Default) -> Value {
        json!({})
    }
}

/// An existing managed policy, by name or by ARN.
#[derive(Clone, Copy)]
pub(in crate::topology) struct ManagedPolicy;

impl Kind for ManagedPolicy {
    type Default = &'static str;

    fn shape(&self) -> Shape {
        Shape::ManagedPolicy
    }

    fn json(&self, default: Self::Default) -> Value {
        default.into()
    }
}

/// Either of two kinds.
#[derive(Clone, Copy)]
pub(in crate::topology) struct Either<A, B>(pub(in crate::topology) A, pub(in crate::topology) B);

impl<A: Kind, B: Kind> Kind for Either<A, B> {
    type Default = Empty;

    fn shape(&self) -> Shape {
        Shape::Either(Box::new([self.0.shape(), self.1.shape()]))
    }

    fn json(&self, Empty: Self::Default) -> Value {
        json!({})
    }
}
