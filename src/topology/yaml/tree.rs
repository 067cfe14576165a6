//! YAML text as a tree in which every key and value knows its place.
//!
//! Built from parser events rather than from saphyr's own trees: those are built by recursion, which a deeply
//! nested file turns into a stack overflow, and they forget the first of two equal keys.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use saphyr::Scalar;
use saphyr_parser::{Event, Parser, ScanError, StrInput, Tag};

use super::tabs::{self, Tab};
use crate::topology::finding::{Finding, Span};

/// A topology is five levels deep, a policy in it a few more.
const DEEPEST: usize = 32;

/// How many values aliases may stand for in total; bounds what a small file can expand to.
const ALIAS_BUDGET: usize = 10_000;

/// A value and its place.
#[derive(Debug)]
pub(in crate::topology) struct Node {
    pub(in crate::topology) span: Span,
    pub(in crate::topology) value: Value,
    /// Values in and below it, aliases followed.
    weight: usize,
}

/// What a value is.
#[derive(Debug)]
pub(in crate::topology) enum Value {
    Scalar { text: String, kind: Kind },
    List(Vec<Rc<Node>>),
    Map(Vec<Entry>),
}

/// What kind of scalar a text stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::topology) enum Kind {
    Null,
    Flag(bool),
    Integer(i64),
    Float,
    Text,
}

/// One `key: value` of a map; equal keys are all kept.
#[derive(Debug)]
pub(in crate::topology) struct Entry {
    pub(in crate::topology) key: String,
    pub(in crate::topology) key_span: Span,
    pub(in crate::topology) value: Rc<Node>,
}

/// Reads a text that should hold one document; `None` when it holds none.
pub(in crate::topology) fn parse(text: &str) -> Result<Option<Rc<Node>>, Finding> {
    parse_at(text, 0)
}

/// The same of a text whose first character has this place.
pub(in crate::topology) fn parse_at(text: &str, place: usize) -> Result<Option<Rc<Node>>, Finding> {
    let mut builder = Builder { budget: ALIAS_BUDGET, ..Builder::default() };
    let mut parser = Parser::new(StrInput::new(text));
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            let finding = syntax_error(text, &error);
            Finding { span: finding.span.moved(place), ..finding }
        })?;
        builder.accept(event, Span { start: span.start.index(), end: span.end.index() }.moved(place))?;
    }
    Ok(builder.root)
}

fn syntax_error(text: &str, error: &ScanError) -> Finding {
    let at = error.marker().index();
    match tabs::to_blame(text, at, error.info()) {
        Some(Tab::Indentation(span)) => {
            let why = "YAML allows only spaces for indentation";
            return fault(span, "a tab in the indentation", why, "replace the tab with spaces");
        }
        Some(Tab::Between(span)) => {
            let why = "only spaces are allowed between a key and its value";
            return fault(span, "a tab between key and value", why, "replace the tab with a space");
        }
        None => {}
    }
    let span = Span { start: at, end: at };
    let message = format!("not valid YAML: {}", error.info());
    if behind_a_bare_variable(text, at) {
        let why = "within `[…]` and `{…}`, a `{` begins a map, in a variable too";
        return fault(span, message, why, "put the value in quotes: `\"${var.name}\"`");
    }
    fault(span, message, "the rest of the file cannot be read", "correct the YAML here or just above")
}

/// Whether a variable that is not in quotes stands before a place, on its line.
fn behind_a_bare_variable(text: &str, at: usize) -> bool {
    // The parser stops at the `{` of one, or behind it.
    let before: String = text.chars().take(at + "{var.".len()).collect();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let bare = |mark: &str| {
        line.rfind(mark).is_some_and(|mark| line[..mark].matches(['"', '\'']).count().is_multiple_of(2))
    };
    bare("${var.") || bare("${env.")
}

fn fault(span: Span, message: impl Into<String>, why: &str, help: &str) -> Finding {
    Finding { span, other: None, message: message.into(), why: why.to_owned(), help: help.to_owned() }
}

/// A list or map whose end has not come yet.
struct Open {
    start: usize,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Rc<Node>>),
    Map { entries: Vec<Entry>, key: Option<(String, Span)> },
}

#[derive(Default)]
struct Builder {
    root: Option<Rc<Node>>,
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Node>>,
    documents: usize,
    budget: usize,
}

impl Builder {
    fn accept(&mut self, event: Event<'_>, span: Span) -> Result<(), Finding> {
        match event {
            Event::DocumentStart(_) => self.start_document(span),
            Event::Scalar(text, style, anchor, tag) => {
                let kind = Scalar::parse_from_cow_and_metadata(text.clone(), style, tag.as_ref());
                let kind = kind.filter(|_| tag.as_deref().is_none_or(Tag::is_yaml_core_schema));
                let kind = kind.ok_or_else(|| tag_fault(span, tag.as_deref()))?;
                let value = Value::Scalar { text: text.into_owned(), kind: kind_of(&kind) };
                self.close(Node { span, value, weight: 1 }, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                self.open(span, anchor, tag.as_deref(), Content::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                self.open(span, anchor, tag.as_deref(), Content::Map { entries: Vec::new(), key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => self.alias(span, anchor),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn start_document(&mut self, span: Span) -> Result<(), Finding> {
        self.documents += 1;
        if self.documents == 1 {
            return Ok(());
        }
        let why = "a topology is one YAML document";
        Err(fault(
            span,
            "a second document starts here",
            why,
            "remove the `---`, or put the second document into its own file",
        ))
    }

    fn open(
        &mut self,
        span: Span,
        anchor: usize,
        tag: Option<&Tag>,
        content: Content,
    ) -> Result<(), Finding> {
        if tag.is_some_and(|tag| !tag.is_yaml_core_schema()) {
            return Err(tag_fault(span, tag));
        }
        if self.open.len() >= DEEPEST {
            let why = format!("a topology never needs more than {DEEPEST} levels");
            return Err(fault(span, "nested too deeply", &why, "remove the extra brackets or indentation"));
        }
        self.open.push(Open { start: span.start, anchor, content });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Finding> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let (value, below) = match open.content {
            Content::List(items) => {
                let below = items.iter().map(|item| item.weight).sum::<usize>();
                (Value::List(items), below)
            }
            Content::Map { entries, .. } => {
                let below = entries.iter().map(|entry| entry.value.weight).sum::<usize>();
                (Value::Map(entries), below)
            }
        };
        let span = Span { start: open.start, end: span.end.max(open.start) };
        self.close(Node { span, value, weight: below.saturating_add(1) }, open.anchor)
    }

    fn alias(&mut self, span: Span, anchor: usize) -> Result<(), Finding> {
        let Some(node) = self.anchors.get(&anchor).map(Rc::clone) else {
            let why = "an alias can only repeat a value that is complete";
            return Err(fault(span, "an alias inside the value that it repeats", why, "write the value out"));
        };
        self.budget = self.budget.checked_sub(node.weight).ok_or_else(|| {
            let why = format!("aliases may stand for {ALIAS_BUDGET} values in total");
            fault(span, "the aliases expand to too many values", &why, "write the values out, or use globs")
        })?;
        self.place(node, span)
    }

    fn close(&mut self, node: Node, anchor: usize) -> Result<(), Finding> {
        let span = node.span;
        let node = Rc::new(node);
        // The parser numbers anchors from one; zero means none.
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        self.place(node, span)
    }

    fn place(&mut self, node: Rc<Node>, span: Span) -> Result<(), Finding> {
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map { entries, key }) => match key.take() {
                Some((key, key_span)) => entries.push(Entry { key, key_span, value: node }),
                None => *key = Some((key_text(&node)?, span)),
            },
        }
        Ok(())
    }
}

fn key_text(node: &Node) -> Result<String, Finding> {
    node.text().map(ToOwned::to_owned).ok_or_else(|| {
        let why = "keys are single words";
        fault(node.span, "a list or a map cannot be a key", why, "write one word before the `:`")
    })
}

fn tag_fault(span: Span, tag: Option<&Tag>) -> Finding {
    let tag = tag.map(|tag| format!("{}{}", tag.handle, tag.suffix)).unwrap_or_default();
    let why = "a topology contains only plain strings, numbers, lists and maps";
    fault(span, format!("the tag `{tag}` is not supported"), why, "remove the tag")
}

fn kind_of(scalar: &Scalar<'_>) -> Kind {
    match scalar {
        Scalar::Null => Kind::Null,
        Scalar::Boolean(flag) => Kind::Flag(*flag),
        Scalar::Integer(number) => Kind::Integer(*number),
        Scalar::FloatingPoint(_) => Kind::Float,
        Scalar::String(_) => Kind::Text,
    }
}

impl Node {
    /// A value that was read by other means.
    pub(in crate::topology) fn new(span: Span, value: Value) -> Self {
        let below = match &value {
            Value::Scalar { .. } => 0,
            Value::List(items) => items.iter().map(|item| item.weight).sum(),
            Value::Map(entries) => entries.iter().map(|entry| entry.value.weight).sum(),
        };
        Self { span, value, weight: below + 1 }
    }

    /// The text of a scalar.
    pub(in crate::topology) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The place of a value by its path; when it is not written, the key of the nearest section that is.
    pub(in crate::topology) fn place(&self, path: &[&str]) -> Span {
        let mut at = self.span;
        let mut node = self;
        for step in path {
            let Some(entry) = node.entry(step) else { return at };
            at = entry.key_span;
            node = &entry.value;
        }
        node.span
    }

    /// The place of every item of the list at a path, by its text.
    pub(in crate::topology) fn item_places(&self, path: &[&str]) -> BTreeMap<&str, Span> {
        let list = path.iter().try_fold(self, |node, step| node.entry(step).map(|entry| &*entry.value));
        let Some(Value::List(items)) = list.map(|node| &node.value) else { return BTreeMap::new() };
        items.iter().filter_map(|item| item.text().map(|text| (text, item.span))).collect()
    }

    /// What every map in the list at a path has under a key, with its place.
    pub(in crate::topology) fn item_values(&self, path: &[&str], key: &str) -> Vec<(&str, Span)> {
        let list = path.iter().try_fold(self, |node, step| node.entry(step).map(|entry| &*entry.value));
        let Some(Value::List(items)) = list.map(|node| &node.value) else { return Vec::new() };
        let values = items.iter().filter_map(|item| item.entry(key));
        values.filter_map(|entry| Some((entry.value.text()?, entry.value.span))).collect()
    }

    /// What a map has under a key.
    pub(in crate::topology) fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|entry| entry.key == key),
            Value::Scalar { .. } | Value::List(_) => None,
        }
    }
}
