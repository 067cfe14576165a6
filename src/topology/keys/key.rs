//! One key of a section: what the reader goes by, and what editors and the reference are told.

use serde_json::Value;

use super::kind::{Kind, Shape};

/// A key that takes a kind of value. `D` is what holds when it is left out.
#[derive(Clone, Copy)]
pub(in crate::topology) struct Key<K, D = Open> {
    /// How it is written.
    pub(in crate::topology) name: &'static str,
    /// What it takes.
    pub(in crate::topology) kind: K,
    /// What to say where it is missing: why it is needed, and what to add.
    pub(in crate::topology) missing: Option<(&'static str, &'static str)>,
    /// What holds when it is left out.
    pub(in crate::topology) default: D,
    required: bool,
    meaning: &'static str,
    rules: &'static str,
    examples: [Option<Example>; 2],
}

/// A key with a value that holds when it is left out.
pub(in crate::topology) type KeyOr<K> = Key<K, Given<<K as Kind>::Default>>;

/// Nothing that the reader could fill in holds when a key is left out, or it follows from other keys, in these words.
#[derive(Clone, Copy)]
pub(in crate::topology) struct Open(Option<&'static str>);

/// This value holds when a key is left out.
#[derive(Clone, Copy)]
pub(in crate::topology) struct Given<T>(pub(in crate::topology) T);

#[derive(Clone, Copy)]
enum Example {
    Text(&'static str),
    Json(&'static str),
}

impl Example {
    /// A text that is not JSON is taken as it is, which a test would notice.
    fn value(self) -> Value {
        match self {
            Self::Text(text) => text.into(),
            Self::Json(text) => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        }
    }
}

impl<K: Kind> Key<K> {
    /// A key that may be left out, with nothing in its place.
    pub(in crate::topology) const fn new(name: &'static str, kind: K, meaning: &'static str) -> Self {
        let default = Open(None);
        Self {
            name,
            kind,
            missing: None,
            default,
            required: false,
            meaning,
            rules: "",
            examples: [None, None],
        }
    }

    /// The value that holds when it is left out.
    pub(in crate::topology) const fn or(self, default: K::Default) -> Key<K, Given<K::Default>> {
        let Self { name, kind, missing, required, meaning, rules, examples, .. } = self;
        Key { name, kind, missing, default: Given(default), required, meaning, rules, examples }
    }

    /// What holds when it is left out, where that follows from others.
    pub(in crate::topology) const fn or_else(self, words: &'static str) -> Self {
        Self { default: Open(Some(words)), ..self }
    }

    /// It has to be there: why, and what to add.
    pub(in crate::topology) const fn required(self, why: &'static str, help: &'static str) -> Self {
        Self { required: true, ..self.needed(why, help) }
    }

    /// It has to be there in some sections, which the conditions of the table tell: why, and what to add.
    pub(in crate::topology) const fn needed(self, why: &'static str, help: &'static str) -> Self {
        Self { missing: Some((why, help)), ..self }
    }
}

impl<K: Copy, D: Copy> Key<K, D> {
    /// What AWS or logpipe demands beyond the kind.
    pub(in crate::topology) const fn rules(self, rules: &'static str) -> Self {
        Self { rules, ..self }
    }

    /// The same key of another section.
    pub(in crate::topology) const fn meaning(self, meaning: &'static str) -> Self {
        Self { meaning, ..self }
    }

    /// A text that could be written.
    pub(in crate::topology) const fn example(self, text: &'static str) -> Self {
        self.also(Example::Text(text))
    }

    /// A value that could be written, as JSON.
    pub(in crate::topology) const fn example_json(self, json: &'static str) -> Self {
        self.also(Example::Json(json))
    }

    const fn also(self, example: Example) -> Self {
        let examples = match self.examples {
            [None, _] => [Some(example), None],
            [first, _] => [first, Some(example)],
        };
        Self { examples, ..self }
    }
}

/// What is said of a key, as data.
#[derive(Debug)]
pub(in crate::topology) struct Row {
    pub(in crate::topology) name: &'static str,
    pub(in crate::topology) shape: Shape,
    pub(in crate::topology) required: bool,
    pub(in crate::topology) default: Default,
    pub(in crate::topology) meaning: &'static str,
    pub(in crate::topology) rules: &'static str,
    pub(in crate::topology) examples: Vec<Value>,
}

/// What holds when a key is left out.
#[derive(Debug)]
pub(in crate::topology) enum Default {
    /// Nothing, or the key is required.
    None,
    /// This value.
    Value(Value),
    /// A value that follows from others.
    Words(&'static str),
}

/// A key of whatever kind.
pub(in crate::topology) trait Described: Sync {
    /// How it is written.
    fn name(&self) -> &'static str;

    /// All that is said of it.
    fn row(&self) -> Row;
}

/// What holds when a key of a kind is left out.
pub(in crate::topology) trait Fallback<K>: Copy + Sync {
    fn described(self, kind: &K) -> Default;
}

impl<K> Fallback<K> for Open {
    fn described(self, _: &K) -> Default {
        self.0.map_or(Default::None, Default::Words)
    }
}

impl<K: Kind> Fallback<K> for Given<K::Default> {
    fn described(self, kind: &K) -> Default {
        Default::Value(kind.json(self.0))
    }
}

impl<K: Kind, D: Fallback<K>> Described for Key<K, D> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn row(&self) -> Row {
        Row {
            name: self.name,
            shape: self.kind.shape(),
            required: self.required,
            default: self.default.described(&self.kind),
            meaning: self.meaning,
            rules: self.rules,
            examples: self.examples.iter().flatten().map(|example| example.value()).collect(),
        }
    }
}
