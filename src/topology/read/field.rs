//! Reads the marked tree field by field: types, unknown keys, duplicates, allowed words.
//!
//! Reading does not stop at the first problem: every getter records the problem and returns `None`. Knows no rule of
//! AWS.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::rc::Rc;
use std::str::FromStr;

use super::section::Section;
use crate::address::BadIdentifier;
use crate::topology::finding::{Findings, Span};
use crate::topology::keys::forms::Form;
use crate::topology::keys::nearest::nearest;
use crate::topology::keys::{Kind, List, Table};
use crate::topology::yaml::{self, Entry, Node, Value};

/// A value under a name: an entry of a map, or an item of the list of that name.
#[derive(Debug, Clone, Copy)]
pub(in crate::topology) struct Field<'n> {
    pub(in crate::topology) name: &'n str,
    pub(in crate::topology) key_span: Span,
    pub(in crate::topology) node: &'n Node,
}

impl<'n> Field<'n> {
    /// The place of the value.
    pub(in crate::topology) fn span(&self) -> Span {
        self.node.span
    }

    /// A map with the keys of a table.
    pub(in crate::topology) fn section(self, table: &Table, findings: &mut Findings) -> Option<Section<'n>> {
        self.section_of(&table.names(), findings)
    }

    /// A map with a fixed set of keys.
    pub(in crate::topology) fn section_of(
        self,
        known: &[&'static str],
        findings: &mut Findings,
    ) -> Option<Section<'n>> {
        let fields = self.entries(findings)?;
        for field in fields.values().filter(|field| !known.contains(&field.name)) {
            unknown_key(self.name, field, known, findings);
        }
        Some(Section::new(self, fields))
    }

    /// A map with keys of the user's choice.
    pub(in crate::topology) fn entries(
        self,
        findings: &mut Findings,
    ) -> Option<BTreeMap<&'n str, Field<'n>>> {
        let Value::Map(entries) = &self.node.value else {
            self.wrong_type("a map", "write its keys below it, indented", findings);
            return None;
        };
        let mut fields = BTreeMap::new();
        for entry in entries {
            add_entry(&mut fields, entry, findings);
        }
        Some(fields)
    }

    /// The items of a list, each under the name of the list.
    pub(in crate::topology) fn items(self, findings: &mut Findings) -> Option<Vec<Field<'n>>> {
        let Value::List(items) = &self.node.value else {
            self.wrong_type("a list", &self.as_list(), findings);
            return None;
        };
        let item = |node: &'n Rc<Node>| Field { name: self.name, key_span: node.span, node };
        Some(items.iter().map(item).collect())
    }

    /// The values of a list, as many and as different as it has to be.
    pub(in crate::topology) fn list<K: Kind, T: Ord + Clone>(
        self,
        kind: &List<K>,
        findings: &mut Findings,
        mut read: impl FnMut(Self, &mut Findings) -> Option<T>,
    ) -> Vec<T> {
        if kind.least > 0 && matches!(&self.node.value, Value::List(items) if items.is_empty()) {
            let why = "an empty list selects nothing";
            findings.add(self.span(), format!("`{}` is empty", self.name), why, "name at least one");
        }
        let items = self.items(findings).unwrap_or_default();
        if kind.distinct {
            return distinct(items, findings, read);
        }
        items.into_iter().filter_map(|item| read(item, findings)).collect()
    }

    /// How to write the value as a list.
    fn as_list(&self) -> String {
        match &self.node.value {
            Value::Scalar { text, kind: yaml::Kind::Text } if is_plain(text) => {
                format!("write a list: `{}: [{text}]`", self.name)
            }
            Value::Scalar { text, kind } if *kind != yaml::Kind::Null => {
                format!("write a list: `{}: [{text:?}]`", self.name)
            }
            _ => format!("write a list: `{}: [one, two]`", self.name),
        }
    }

    /// A text.
    pub(in crate::topology) fn text(self, findings: &mut Findings) -> Option<&'n str> {
        match &self.node.value {
            Value::Scalar { text, kind: yaml::Kind::Text } => Some(text),
            Value::Scalar { text, kind } if *kind != yaml::Kind::Null => {
                self.wrong_type("a string", &format!("quote it: `\"{text}\"`"), findings);
                None
            }
            _ => {
                self.wrong_type("a string", "write a string", findings);
                None
            }
        }
    }

    /// A text of a form; one of another form is noted and taken.
    pub(in crate::topology) fn formed(
        self,
        form: &Form,
        help: &str,
        findings: &mut Findings,
    ) -> Option<&'n str> {
        let text = self.text(findings)?;
        if let Err(why) = form.check(text) {
            findings.add(self.span(), format!("`{text}` cannot be {}", form.what), why, help);
        }
        Some(text)
    }

    /// A text that must never be shown.
    pub(in crate::topology) fn secret(self, findings: &mut Findings) -> Option<&'n str> {
        match &self.node.value {
            Value::Scalar { text, kind: yaml::Kind::Text } => Some(text),
            _ => {
                let message = format!("`{}` must be a string", self.name);
                findings.add(
                    self.span(),
                    message,
                    "anything else would not be sent as written",
                    "write it in quotes",
                );
                None
            }
        }
    }

    /// A text that is an identifier.
    pub(in crate::topology) fn identifier<T: FromStr<Err = BadIdentifier>>(
        self,
        findings: &mut Findings,
    ) -> Option<T> {
        let text = self.text(findings)?;
        parsed(self.name, text, self.span(), findings)
    }

    /// `true` or `false`.
    pub(in crate::topology) fn flag(self, findings: &mut Findings) -> Option<bool> {
        if let Value::Scalar { kind: yaml::Kind::Flag(flag), .. } = &self.node.value {
            return Some(*flag);
        }
        self.wrong_type("true or false", "write `true` or `false`, without quotes", findings);
        None
    }

    /// Any whole number.
    pub(in crate::topology) fn integer(self, findings: &mut Findings) -> Option<i64> {
        self.whole("write a whole number", findings)
    }

    /// A whole number; `fitting` says what would be right.
    fn whole(self, fitting: &str, findings: &mut Findings) -> Option<i64> {
        if let Value::Scalar { kind: yaml::Kind::Integer(number), .. } = &self.node.value {
            return Some(*number);
        }
        let quoted = match &self.node.value {
            Value::Scalar { text, kind: yaml::Kind::Text } => text.parse::<i64>().is_ok(),
            _ => false,
        };
        let help = if quoted { "write the number without quotes" } else { fitting };
        self.wrong_type("a whole number", help, findings);
        None
    }

    /// Whether it is a whole number that no range can hold.
    fn is_beyond(&self) -> bool {
        let text = self.node.text().unwrap_or_default();
        let digits = text.strip_prefix('-').unwrap_or(text);
        digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.len() > 18
    }

    /// A whole number in a range.
    pub(in crate::topology) fn number(
        self,
        range: RangeInclusive<u32>,
        why: &str,
        findings: &mut Findings,
    ) -> Option<u32> {
        let help = format!("write a whole number from {} to {}", range.start(), range.end());
        let number = if self.is_beyond() { i64::MAX } else { self.whole(&help, findings)? };
        let number = u32::try_from(number).ok().filter(|number| range.contains(number));
        if number.is_none() {
            findings.add(self.span(), format!("`{}` is {}", self.name, self.shown()), why, help);
        }
        number
    }

    /// A word of a fixed set, as what it stands for.
    pub(in crate::topology) fn word<T: Copy>(
        self,
        words: &[(&'static str, T)],
        findings: &mut Findings,
    ) -> Option<T> {
        let text = self.text(findings)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            self.no_word(text, words.iter().map(|(word, _)| *word), findings);
        }
        found
    }

    fn no_word<'w>(&self, text: &str, words: impl Iterator<Item = &'w str> + Clone, findings: &mut Findings) {
        let help = nearest(text, words.clone())
            .map_or_else(|| "write one of those".to_owned(), |near| format!("did you mean `{near}`?"));
        let why = format!("it must be one of: {}", words.collect::<Vec<_>>().join(", "));
        findings.add(self.span(), format!("`{}` cannot be `{text}`", self.name), why, help);
    }

    /// How the value looks in a message.
    pub(in crate::topology) fn shown(&self) -> String {
        match &self.node.value {
            Value::Scalar { text, .. } => text.clone(),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map".to_owned(),
        }
    }

    fn wrong_type(&self, expected: &str, help: &str, findings: &mut Findings) {
        let found = match &self.node.value {
            Value::Scalar { kind: yaml::Kind::Null, .. } => "empty".to_owned(),
            Value::Scalar { kind: yaml::Kind::Flag(_), text } => format!("the boolean `{text}`"),
            Value::Scalar { kind: yaml::Kind::Integer(_) | yaml::Kind::Float, text } => {
                format!("the number `{text}`")
            }
            Value::Scalar { kind: yaml::Kind::Text, text } => format!("the string `{text}`"),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map".to_owned(),
        };
        // An empty value has no place of its own.
        let empty = matches!(self.node.value, Value::Scalar { kind: yaml::Kind::Null, .. });
        let span = if empty { self.key_span } else { self.span() };
        findings.add(span, format!("`{}` must be {expected}", self.name), format!("this is {found}"), help);
    }
}

/// The values of items, none of them twice.
pub(in crate::topology) fn distinct<'n, T: Ord + Clone>(
    items: Vec<Field<'n>>,
    findings: &mut Findings,
    mut read: impl FnMut(Field<'n>, &mut Findings) -> Option<T>,
) -> Vec<T> {
    let mut first = BTreeMap::new();
    let mut values = Vec::new();
    for item in items {
        let Some(value) = read(item, findings) else { continue };
        if let Some(place) = first.insert(value.clone(), item.span()) {
            let message = format!("`{}` is given twice in `{}`", item.shown(), item.name);
            let why = "both mean the same";
            findings.add_conflict((item.span(), place), message, why, "remove one of the two");
        } else {
            values.push(value);
        }
    }
    values
}

/// Whether a text needs no quotes in a list.
fn is_plain(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.');
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') && text.chars().all(word)
}

/// Parses an identifier that is not a value of its own, such as a key.
pub(in crate::topology) fn parsed<T: FromStr<Err = BadIdentifier>>(
    name: &str,
    text: &str,
    span: Span,
    findings: &mut Findings,
) -> Option<T> {
    text.parse()
        .map_err(|error: BadIdentifier| {
            let message = format!("`{text}` is not valid for `{name}`");
            let help = error.instead.unwrap_or_else(|| format!("write {}", error.expected));
            let why = match error.problem {
                Some(problem) => format!("{problem}; expected {}", error.expected),
                None => format!("this is not {}", error.expected),
            };
            findings.add(span, message, why, help);
        })
        .ok()
}

fn add_entry<'n>(fields: &mut BTreeMap<&'n str, Field<'n>>, entry: &'n Entry, findings: &mut Findings) {
    let field = Field { name: &entry.key, key_span: entry.key_span, node: &entry.value };
    if entry.key == "<<" {
        let why = "merge keys are not part of YAML 1.2";
        findings.add(
            entry.key_span,
            "merge keys (`<<`) are not supported",
            why,
            "write the keys out, or repeat a single value with `*alias`",
        );
    } else if let Some(first) = fields.get(field.name) {
        findings.add_conflict(
            (entry.key_span, first.key_span),
            format!("duplicate key `{}`", entry.key),
            "each key can appear only once",
            "remove one of the two",
        );
    } else {
        fields.insert(field.name, field);
    }
}

fn unknown_key(section: &str, field: &Field<'_>, known: &[&str], findings: &mut Findings) {
    // What says more than the key says it in the words of an API: `log_group_name` for `log_group`.
    let longer = || {
        known
            .iter()
            .copied()
            .filter(|key| key.len() > 3 && field.name.contains(key))
            .max_by_key(|key| key.len())
    };
    let advice = nearest(field.name, known.iter().copied())
        .or_else(longer)
        .map_or_else(|| "remove it".to_owned(), |near| format!("did you mean `{near}`?"));
    let help = format!("{advice} (`{section}` has the keys {})", known.join(", "));
    let why = format!("`{section}` has no such key");
    findings.add(field.key_span, format!("unknown key `{}`", field.name), why, help);
}
