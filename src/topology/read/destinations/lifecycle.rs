//! `expire_days` and `transitions` of a bucket: when objects are deleted, and when they move to colder storage.

use crate::topology::finding::{Findings, Span};
use crate::topology::keys::Number;
use crate::topology::keys::bucket as keys;
use crate::topology::keys::nearest::nearest;
use crate::topology::model::Transition;
use crate::topology::read::field::Field;
use crate::topology::read::section::{Scalar, Section};

/// What becomes of objects as they age.
#[derive(Debug, Default)]
pub(in crate::topology) struct Lifecycle {
    pub(in crate::topology) expire_days: Option<u32>,
    pub(in crate::topology) transitions: Vec<Transition>,
}

/// Reads both keys of a bucket.
pub(in crate::topology) fn lifecycle(bucket: &Section<'_>, findings: &mut Findings) -> Lifecycle {
    let transitions =
        bucket.get(&keys::TRANSITIONS).map(|field| transitions(field, findings)).unwrap_or_default();
    let expire_days = bucket.get(&keys::EXPIRE_DAYS).and_then(|field| {
        let days = keys::EXPIRE_DAYS.kind.read(field, findings)?;
        expires_last(days, field.span(), &transitions, findings);
        Some(days)
    });
    Lifecycle {
        expire_days,
        transitions: transitions.into_iter().map(|(transition, _)| transition).collect(),
    }
}

/// Every transition with the place of its days.
fn transitions(field: Field<'_>, findings: &mut Findings) -> Vec<(Transition, Span)> {
    let items = field.items(findings).unwrap_or_default();
    let mut read: Vec<(Transition, Span)> =
        items.into_iter().filter_map(|item| transition(item, findings)).collect();
    for pair in read.windows(2) {
        let [(first, first_span), (second, second_span)] = pair else { continue };
        if first.days >= second.days || rank(&second.storage_class) <= rank(&first.storage_class) {
            let message = format!(
                "{} after {} days and {} after {} days",
                first.storage_class, first.days, second.storage_class, second.days
            );
            let why =
                "each transition must be later than the one before it and move to a colder storage class";
            let help = format!(
                "write them in the order of their days, with the classes in the order {}",
                classes().join(", ")
            );
            findings.add_conflict((*second_span, *first_span), message, why, help);
        }
    }
    one_size(&read, findings);
    // What is out of order has been told; the last day is still that of the last one.
    read.sort_by_key(|(transition, _)| transition.days);
    read
}

/// Those that say from which size on share a rule, and a rule has one size.
fn one_size(transitions: &[(Transition, Span)], findings: &mut Findings) {
    let sized: Vec<(u32, Span)> = transitions
        .iter()
        .filter_map(|(transition, span)| Some((transition.min_object_size?, *span)))
        .collect();
    let Some((first, first_span)) = sized.first() else { return };
    if let Some((other, span)) = sized.iter().find(|(size, _)| size != first) {
        let message = format!("`min_object_size` is {first} in one transition and {other} in another");
        let why = "all transitions of a bucket that set `min_object_size` must set the same value";
        findings.add_conflict((*span, *first_span), message, why, "write the same size in all of them");
    }
}

fn transition(item: Field<'_>, findings: &mut Findings) -> Option<(Transition, Span)> {
    let section = Field { name: "transitions", ..item }.section(&keys::TRANSITION, findings)?;
    let days = section.need(&keys::DAYS, findings);
    let class = section.need(&keys::STORAGE_CLASS, findings);
    let class = class.and_then(|field| storage_class(field, findings));
    let (later, days_later) = keys::LATER;
    let earliest = if class.is_some_and(|class| later.contains(&class)) { days_later } else { 0 };
    let size = section.read(&keys::MIN_OBJECT_SIZE, findings);
    let number = Number { least: earliest, ..keys::DAYS.kind }.read(days?, findings)?;
    let transition = Transition { days: number, storage_class: class?.to_owned(), min_object_size: size };
    Some((transition, days?.span()))
}

fn storage_class<'n>(field: Field<'n>, findings: &mut Findings) -> Option<&'n str> {
    let text = field.text(findings)?;
    if rank(text).is_some() {
        return Some(text);
    }
    let help = nearest(&text.to_uppercase(), classes().into_iter())
        .map_or_else(|| "write one of those".to_owned(), |near| format!("did you mean `{near}`?"));
    let why = format!("objects can move to {}", classes().join(", "));
    findings.add(field.span(), format!("unknown storage class `{text}`"), why, help);
    None
}

/// How cold a class is.
fn rank(class: &str) -> Option<u8> {
    keys::STORAGE_CLASS.kind.0.iter().find(|(word, _)| *word == class).map(|(_, rank)| *rank)
}

/// All classes, from warm to cold.
fn classes() -> Vec<&'static str> {
    keys::STORAGE_CLASS.kind.0.iter().map(|(word, _)| *word).collect()
}

fn expires_last(days: u32, span: Span, transitions: &[(Transition, Span)], findings: &mut Findings) {
    // They are sorted by their days.
    let Some((last, last_span)) = transitions.last().filter(|(last, _)| last.days >= days) else { return };
    let message = format!("objects are deleted after {days} days and moved after {}", last.days);
    let why = "S3 cannot move objects that are already deleted";
    let help = format!("write more than {}, or remove the transition", last.days);
    findings.add_conflict((span, *last_span), message, why, help);
}
