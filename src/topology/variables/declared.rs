//! Reads `variables`, and finds the value of each.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::given::{Given, PREFIX};
use super::typed;
use crate::secrets::is_secret_key;
use crate::topology::finding::{Findings, GivenBy, Span};
use crate::topology::keys::nearest::nearest;
use crate::topology::keys::variables::{self as keys, VARIABLE, VARIABLE_NAME, VariableType};
use crate::topology::read::field::Field;
use crate::topology::read::section::Section;
use crate::topology::texts::Texts;
use crate::topology::yaml::{self, Node, Value, Within, behind_secret_keys};

/// A variable with its value.
pub(super) struct Variable {
    /// Where it is declared.
    pub(super) place: Span,
    pub(super) of: VariableType,
    pub(super) description: Option<String>,
    /// Whether its value must not be shown.
    pub(super) sensitive: bool,
    /// Its value, if it has a right one.
    pub(super) value: Option<Rc<Node>>,
    /// What gives it that.
    pub(super) from: GivenBy,
    /// Whether what is wrong with its value has been said.
    pub(super) told: bool,
    allowed: Option<Vec<Rc<Node>>>,
}

/// Every variable that is declared, with its value.
pub(super) fn read(
    declared: Option<Field<'_>>,
    root: Span,
    given: &Given,
    texts: &mut Texts,
    findings: &mut Findings,
) -> BTreeMap<String, Variable> {
    let mut variables = BTreeMap::new();
    for (name, field) in declared.and_then(|field| field.entries(findings)).unwrap_or_default() {
        if let Err(why) = VARIABLE_NAME.check(name) {
            let message = format!("`{name}` cannot be {}", VARIABLE_NAME.what);
            findings.add(field.key_span, message, why, "choose a name such as `stage`");
        }
        variables.insert(name.to_owned(), variable(field, findings));
    }
    let nowhere = declared.map_or(root, |field| field.key_span);
    let files = files(given, texts, &variables, findings);
    for (name, _) in &given.flags {
        if !variables.contains_key(name) {
            undeclared(name, nowhere, &format!("`--var {name}` gives a value to"), &variables, findings);
        }
    }
    for (name, variable) in &mut variables {
        give(name, variable, given, files.get(name), findings);
        if variable.sensitive {
            let value = variable.value.as_ref();
            for text in value.map(|value| typed::texts(value)).unwrap_or_default() {
                given.secrets.variable(text);
                findings.keep(text);
            }
        }
    }
    // Once every value that must not be quoted is known.
    for (name, variable) in &mut variables {
        check_allowed(name, variable, findings);
    }
    variables
}

fn undeclared(
    name: &str,
    span: Span,
    says: &str,
    variables: &BTreeMap<String, Variable>,
    findings: &mut Findings,
) {
    let help = match nearest(name, variables.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("leave it out, or declare it: `variables: {{ {name}: … }}`"),
    };
    let names: Vec<&str> = variables.keys().map(String::as_str).collect();
    let why = match names.is_empty() {
        true => "the topology declares no variables".to_owned(),
        false => format!("the topology declares {}", names.join(", ")),
    };
    findings.add(span, format!("{says} an unknown variable `{name}`"), why, help);
}

fn variable(field: Field<'_>, findings: &mut Findings) -> Variable {
    let is_map = matches!(field.node.value, Value::Map(_));
    let section =
        if is_map { field.section(&VARIABLE, findings).unwrap_or_default() } else { Section::default() };
    let of = section.read(&keys::TYPE, findings);
    let default = if is_map { section.get(&keys::DEFAULT) } else { Some(field) };
    let default_type = default.and_then(|default| plain(default, findings));
    let allowed = section.get(&keys::ALLOWED).and_then(|allowed| {
        let items = allowed.items(findings)?;
        Some(items.into_iter().filter(|item| plain(*item, findings).is_some()).collect::<Vec<_>>())
    });
    let description = section.get(&keys::DESCRIPTION).and_then(|field| field.text(findings));
    let sensitive = section.value(&keys::SENSITIVE, findings) || is_secret_key(field.name);
    let mut variable = Variable {
        place: field.key_span,
        of: of.or(default_type).unwrap_or(VariableType::String),
        description: description.map(str::to_owned),
        sensitive,
        value: None,
        from: GivenBy::Nothing,
        told: false,
        allowed: allowed.map(|allowed| {
            allowed.iter().map(|item| Rc::new(typed::placed(item.node, item.span()))).collect()
        }),
    };
    if let (Some(default), Some(found)) = (default, default_type) {
        if sensitive {
            findings.hide(default.span(), default.node.text().unwrap_or_default());
        }
        variable.from = GivenBy::Default;
        match of.filter(|of| *of != found) {
            Some(of) => {
                let message = format!("the default of `{}` must be {}", field.name, typed::what(of));
                let why = format!("its `type` is `{}`", typed::word(of));
                let help = match (of, found) {
                    (VariableType::String, VariableType::Number | VariableType::Boolean) => {
                        "put it in quotes"
                    }
                    _ => "write another default, or another `type`",
                };
                findings.add(default.span(), message, why, help);
                variable.told = true;
            }
            None => variable.value = Some(Rc::new(typed::placed(default.node, default.span()))),
        }
    } else {
        variable.told = default.is_some();
    }
    variable
}

/// The type of what is written for a value.
fn plain(field: Field<'_>, findings: &mut Findings) -> Option<VariableType> {
    let found = typed::type_of(field.node);
    if found.is_none() {
        let empty = field.node.text().is_some();
        let why = match empty {
            true => "an empty value is none of these",
            false => "a variable stands in the place of single values and of lists of them",
        };
        let message =
            format!("`{}` must be a string, a number, `true` or `false`, or a list of these", field.name);
        let span = if empty { field.key_span } else { field.span() };
        findings.add(
            span,
            message,
            why,
            "write such a value; `{ type: string }` declares a variable without a default",
        );
        return None;
    }
    let refers = typed::texts(field.node).into_iter().any(super::reference::refers);
    if refers {
        let why = "a variable cannot be made of others";
        findings.add(
            field.span(),
            format!("`{}` refers to a variable", field.name),
            why,
            "write the value itself",
        );
    }
    found.filter(|_| !refers)
}

/// What the files give, by name: the value and its place.
fn files(
    given: &Given,
    texts: &mut Texts,
    variables: &BTreeMap<String, Variable>,
    findings: &mut Findings,
) -> BTreeMap<String, Rc<Node>> {
    let mut values = BTreeMap::new();
    for (name, text) in &given.files {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let start = texts.add(name, text);
        behind_secret_keys(text, Within::Comments).for_each(|secret| findings.hide(secret.moved(start), ""));
        let root = match yaml::parse_at(text, start) {
            Ok(root) => root,
            Err(finding) => {
                // Without a tree, nothing tells which of it is sensitive.
                let end = start + text.chars().count();
                findings.hide(Span { start, end }, "");
                findings.push(finding);
                continue;
            }
        };
        let Some(root) = root else { continue };
        let field = Field { name, key_span: Span { end: root.span.start, ..root.span }, node: &root };
        for (name, field) in field.entries(findings).unwrap_or_default() {
            let Some(variable) = variables.get(name) else {
                findings.hide(field.span(), "");
                undeclared(name, field.key_span, "this gives a value to", variables, findings);
                continue;
            };
            if variable.sensitive {
                findings.hide(field.span(), field.node.text().unwrap_or_default());
            }
            if plain_value(field, findings) {
                values.insert(name.to_owned(), Rc::new(typed::placed(field.node, field.span())));
            }
        }
    }
    values
}

/// Whether a file gives what a variable can be. What stands for variables in it is taken as it is.
fn plain_value(field: Field<'_>, findings: &mut Findings) -> bool {
    let is_plain = typed::type_of(field.node).is_some();
    if !is_plain {
        let message =
            format!("`{}` must be a string, a number, `true` or `false`, or a list of these", field.name);
        findings.add(field.key_span, message, "no variable can be anything else", "write such a value");
    }
    is_plain
}

/// Gives a variable the value that wins.
fn give(
    name: &str,
    variable: &mut Variable,
    given: &Given,
    of_files: Option<&Rc<Node>>,
    findings: &mut Findings,
) {
    let flag = given.flags.iter().rev().find(|(of, _)| of == name).map(|(_, value)| value);
    let environment = format!("{PREFIX}{name}");
    let (from, value) = if let Some(text) = flag {
        (GivenBy::Flag(format!("--var {name}")), typed::read(text, variable.of, variable.place))
    } else if let Some(value) = of_files {
        let fits = typed::type_of(value) == Some(variable.of);
        (GivenBy::Place(value.span), fits.then(|| typed::placed(value, value.span)))
    } else if let Some(text) = given.environment.get(&environment) {
        (GivenBy::Environment(environment.clone()), typed::read(text, variable.of, variable.place))
    } else {
        return;
    };
    variable.told = value.is_none();
    variable.from = from;
    variable.value = value.map(Rc::new);
    if variable.told {
        let what = typed::what(variable.of);
        let by = match &variable.from {
            GivenBy::Flag(flag) => format!("`{flag}` must give `{name}` {what}"),
            GivenBy::Environment(of) => format!("the environment variable `{of}` must give `{name}` {what}"),
            _ => format!("`{name}` must be {what}"),
        };
        let place = match variable.from {
            GivenBy::Place(place) => place,
            _ => variable.place,
        };
        findings.label(variable.place, "declared here");
        let why = format!("its type is `{}`", typed::word(variable.of));
        let help = match (&variable.from, variable.of) {
            (GivenBy::Place(_), VariableType::String) => "put it in quotes".to_owned(),
            (GivenBy::Place(_), _) => format!("write {what}"),
            _ => format!("write it as in `{}`", typed::example(name, variable.of)),
        };
        match place == variable.place {
            true => findings.add(place, by, why, help),
            false => findings.add_conflict((place, variable.place), by, why, help),
        }
    }
}

/// Refuses a value that is not among those that are allowed.
fn check_allowed(name: &str, variable: &mut Variable, findings: &mut Findings) {
    let (Some(value), Some(allowed)) = (&variable.value, &variable.allowed) else { return };
    let is_allowed = |value: &Node| allowed.iter().any(|allowed| typed::same(allowed, value));
    let whole = match &value.value {
        Value::List(items) => items.iter().all(|item| is_allowed(item)),
        _ => is_allowed(value),
    };
    if whole {
        return;
    }
    let shown = typed::texts(value).join(", ");
    let by = match &variable.from {
        GivenBy::Flag(flag) => format!(", which `{flag}` gives,"),
        GivenBy::Environment(of) => format!(", which the environment variable `{of}` gives,"),
        _ => String::new(),
    };
    let among: Vec<&str> = allowed.iter().filter_map(|item| item.text()).collect();
    let near = nearest(&shown, among.iter().copied());
    let help = near.map_or_else(|| "give one of those".to_owned(), |near| format!("did you mean `{near}`?"));
    let why = format!("it must be one of: {}", among.join(", "));
    let message = format!("the value `{shown}` of `{name}`{by} is not allowed");
    match variable.from {
        GivenBy::Place(_) | GivenBy::Default if value.span != variable.place => {
            findings.label(variable.place, "declared here");
            findings.add_conflict((value.span, variable.place), message, why, help);
        }
        _ => findings.add(variable.place, message, why, help),
    }
    (variable.value, variable.told) = (None, true);
}
