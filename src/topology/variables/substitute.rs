//! Puts values into the places that stand for them.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::declared::{self, Variable};
use super::given::{Given, PREFIX, names_a_secret};
use super::reference::{Piece, pieces, refers};
use super::typed;
use crate::lint::Lint;
use crate::secrets::is_secret_key;
use crate::topology::finding::{Findings, GivenBy, Origin, Span};
use crate::topology::keys::nearest::nearest;
use crate::topology::keys::root::{INCLUDE, VARIABLES};
use crate::topology::read::field::Field;
use crate::topology::texts::Texts;
use crate::topology::yaml::{Entry, Kind, Node, Value};

/// A tree with values in the places of variables. One that has no variables is what it was.
pub(in crate::topology) fn resolved(
    root: &Rc<Node>,
    given: &Given,
    texts: &mut Texts,
    findings: &mut Findings,
) -> Rc<Node> {
    let declared = root.entry(VARIABLES.name);
    let declared =
        declared.map(|entry| Field { name: VARIABLES.name, key_span: entry.key_span, node: &entry.value });
    let nowhere = Span { end: root.span.start, ..root.span };
    let variables = declared::read(declared, nowhere, given, texts, findings);
    let mut substitution = Substitution { variables: &variables, given, used: BTreeMap::new(), findings };
    let tree = substitution.section(root);
    let Substitution { used, .. } = substitution;
    for (name, variable) in &variables {
        if !used.contains_key(name.as_str()) {
            findings.warn(variable.place, Lint::UnusedVariable { variable: name.clone() });
        }
    }
    tree
}

struct Substitution<'a, 'f> {
    variables: &'a BTreeMap<String, Variable>,
    given: &'a Given,
    /// Where each variable is used first.
    used: BTreeMap<String, Span>,
    findings: &'f mut Findings,
}

impl Substitution<'_, '_> {
    /// The whole topology but its `variables`, and the files that it has included.
    fn section(&mut self, root: &Rc<Node>) -> Rc<Node> {
        let Value::Map(entries) = &root.value else { return self.tree(root, false) };
        let as_it_is = [VARIABLES.name, INCLUDE.name];
        let entries = entries.iter().map(|entry| match as_it_is.contains(&entry.key.as_str()) {
            true => Rc::clone(&entry.value),
            false => self.entry(entry),
        });
        let values = entries.collect();
        with(root, values)
    }

    fn tree(&mut self, node: &Rc<Node>, secret: bool) -> Rc<Node> {
        match &node.value {
            Value::Scalar { text, kind: Kind::Text } if refers(text) => {
                Rc::new(self.value(text, node.span, secret).unwrap_or_else(|| typed::placed(node, node.span)))
            }
            Value::Scalar { .. } => Rc::clone(node),
            Value::List(items) => {
                let mut values = Vec::new();
                for item in items {
                    let value = self.tree(item, secret);
                    // A list in the place of an item stands for its items.
                    match (&value.value, &item.value) {
                        (Value::List(more), Value::Scalar { .. }) => {
                            values.extend(more.iter().map(Rc::clone));
                        }
                        _ => values.push(value),
                    }
                }
                let same = values.len() == items.len()
                    && values.iter().zip(items).all(|(value, item)| Rc::ptr_eq(value, item));
                if same { Rc::clone(node) } else { Rc::new(Node::new(node.span, Value::List(values))) }
            }
            Value::Map(entries) => {
                let values = entries.iter().map(|entry| self.entry(entry)).collect();
                with(node, values)
            }
        }
    }

    fn entry(&mut self, entry: &Entry) -> Rc<Node> {
        if refers(&entry.key) {
            let why = "only values can stand for variables";
            let message = format!("a variable in the key `{}`", entry.key);
            self.findings.add(entry.key_span, message, why, "write the key out");
            self.findings.mute(entry.key_span);
        }
        self.tree(&entry.value, is_secret_key(&entry.key))
    }

    /// What a text becomes; `None` when that is not known, which is noted.
    fn value(&mut self, text: &str, span: Span, secret: bool) -> Option<Node> {
        let pieces = pieces(text);
        let mut parts = Vec::new();
        let mut known = true;
        for piece in &pieces {
            let part = match *piece {
                Piece::Literal(text) => Some(scalar(text, span)),
                Piece::Variable(name) => self.variable(name, span, secret),
                Piece::Environment(name) => self.environment(name, span, secret),
                Piece::Broken(text) => {
                    let why = "a variable is written `${var.name}` or `${env.NAME}`";
                    let help = "correct it, or write `$${` for a `${` that is meant as it is";
                    self.findings.add(span, format!("`{text}` is no variable"), why, help);
                    None
                }
            };
            known &= part.is_some();
            parts.extend(part);
        }
        let value = if known { self.joined(&pieces, parts, span) } else { None };
        if value.is_none() {
            self.findings.mute(span);
        }
        value
    }

    /// A single value as it is, and several as one text.
    fn joined(&mut self, pieces: &[Piece<'_>], mut parts: Vec<Node>, span: Span) -> Option<Node> {
        if parts.len() == 1 {
            return parts.pop();
        }
        let mut text = String::new();
        for (part, piece) in parts.iter().zip(pieces) {
            match (part.text(), piece) {
                (Some(part), _) => text.push_str(part),
                (None, Piece::Variable(name)) => {
                    let why = "a list cannot be a part of a text";
                    let message = format!("`${{var.{name}}}` is a list");
                    self.findings.add(span, message, why, "let it stand alone, or be an item of a list");
                    return None;
                }
                (None, _) => return None,
            }
        }
        Some(scalar(&text, span))
    }

    fn variable(&mut self, name: &str, span: Span, secret: bool) -> Option<Node> {
        let reference = format!("${{var.{name}}}");
        let Some(variable) = self.variables.get(name) else {
            let help = match nearest(name, self.variables.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `${{var.{near}}}`?"),
                None => format!("declare it: `variables: {{ {name}: … }}`"),
            };
            let why = "`variables` does not declare it";
            self.findings.add(span, format!("unknown variable `{name}`"), why, help);
            return None;
        };
        self.used.entry(name.to_owned()).or_insert(span);
        self.findings.label(variable.place, "declared here");
        let (declared, from) = (Some(variable.place), variable.from.clone());
        self.findings.comes_from(span, Origin { reference, declared, from });
        match &variable.value {
            None if variable.told => None,
            None => {
                let why = match &variable.description {
                    Some(description) => {
                        format!("it has no default; it is for: {}", description.trim_end_matches('.'))
                    }
                    None => "it has no default".to_owned(),
                };
                let example = typed::example(name, variable.of);
                let help = format!("add `{example}`, set {PREFIX}{name}, or give it a `default`");
                self.findings.add(span, format!("the variable `{name}` needs a value"), why, help);
                None
            }
            Some(_) if variable.sensitive && !secret => {
                self.no_place(&format!("the variable `{name}` is sensitive"), span);
                None
            }
            Some(value) => {
                if secret {
                    // An external id by default is one all the same.
                    typed::texts(value).into_iter().for_each(|text| self.findings.hide(value.span, text));
                }
                Some(typed::placed(value, span))
            }
        }
    }

    fn environment(&mut self, name: &str, span: Span, secret: bool) -> Option<Node> {
        let reference = format!("${{env.{name}}}");
        let from = GivenBy::Environment(name.to_owned());
        let Some(value) = self.given.environment.get(name) else {
            let message = format!("the environment variable `{name}` is not set");
            let why = "it has no default here";
            let help = format!("set {name}, or use a variable with a `default`");
            self.findings.add(span, message, why, help);
            return None;
        };
        if names_a_secret(name) {
            self.given.secrets.variable(value);
            self.findings.keep(value);
            if !secret {
                self.no_place(
                    &format!("by its name, the environment variable `{name}` holds a secret"),
                    span,
                );
                return None;
            }
        }
        self.findings.comes_from(span, Origin { reference, declared: None, from });
        Some(scalar(value, span))
    }

    /// What is sensitive can only stand where plans and the record have nothing.
    fn no_place(&mut self, what: &str, span: Span) {
        let why = "what stands here becomes part of plans, of the record, and of what is shown";
        let help = "use it for an `external_id` only, or another variable here";
        self.findings.add(span, format!("{what}, and cannot be used here"), why, help);
    }
}

fn scalar(text: &str, span: Span) -> Node {
    Node::new(span, Value::Scalar { text: text.to_owned(), kind: Kind::Text })
}

/// A map with other values, or itself if they are the same.
fn with(map: &Rc<Node>, values: Vec<Rc<Node>>) -> Rc<Node> {
    let Value::Map(entries) = &map.value else { return Rc::clone(map) };
    if values.iter().zip(entries).all(|(value, entry)| Rc::ptr_eq(value, &entry.value)) {
        return Rc::clone(map);
    }
    let entries = entries.iter().zip(values).map(|(entry, value)| Entry {
        key: entry.key.clone(),
        key_span: entry.key_span,
        value,
    });
    Rc::new(Node::new(map.span, Value::Map(entries.collect())))
}
