//! `bucket` of a destination: its name, the prefixes Firehose writes under, and its lifecycle.

use super::check_destinations::{Naming, written_name};
use super::finding::{Findings, Span};
use super::model::{Bucket, Transition};
use super::names;
use super::prefix::{self, Role};
use super::read::{Field, Keys, nearest, not_supported};

const KEYS: Keys = Keys {
    known: &["name", "create", "prefix", "error_prefix", "versioning", "expire_days", "transitions"],
    later: &["kms_key_arn"],
};

const TRANSITION_KEYS: Keys = Keys { known: &["days", "storage_class"], later: &[] };

const DEFAULT_PREFIX: &str = "logs/";
const DEFAULT_ERROR_PREFIX: &str = "errors/!{firehose:error-output-type}/";

/// From warm to cold: an object only ever moves down (S3 User Guide, "Transitioning objects using Amazon S3
/// Lifecycle").
const STORAGE_CLASSES: [&str; 6] =
    ["STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"];

/// The classes S3 only moves objects to after thirty days.
const AFTER_THIRTY_DAYS: [&str; 2] = ["STANDARD_IA", "ONEZONE_IA"];

/// Reads the section, which may be left out. `suffix` is what the default name ends in, if it is known.
pub(super) fn bucket(
    field: Option<Field<'_>>,
    naming: &Naming<'_>,
    suffix: Option<&str>,
    findings: &mut Findings,
) -> Bucket {
    let section = field.and_then(|field| field.section(KEYS, findings));
    let get = |key: &str| section.as_ref().and_then(|section| section.get(key));
    if let Some(create) = get("create")
        && create.flag(findings) == Some(false)
    {
        not_supported(
            create.span(),
            "`create: false`",
            "remove it, and let logpipe make the bucket",
            findings,
        );
    }
    let name = match get("name") {
        Some(field) => written_name(field, names::BUCKET, findings),
        None => derived_name(naming, suffix, findings),
    };
    let (prefix, error_prefix) = prefixes(get("prefix"), get("error_prefix"), findings);
    let versioning = get("versioning").and_then(|field| field.flag(findings));
    let transitions = get("transitions").map(|field| transitions(field, findings)).unwrap_or_default();
    let expire_days = get("expire_days").and_then(|field| {
        let days =
            field.number(1..=u32::MAX, "S3 deletes objects after one day at the earliest", findings)?;
        expires_last(days, field.span(), &transitions, findings);
        Some(days)
    });
    let transitions = transitions.into_iter().map(|(transition, _)| transition).collect();
    Bucket {
        name,
        create: true,
        kms_key_arn: None,
        prefix,
        error_prefix,
        versioning,
        expire_days,
        transitions,
    }
}

fn derived_name(naming: &Naming<'_>, suffix: Option<&str>, findings: &mut Findings) -> String {
    let (Some(stem), Some(suffix)) = (&naming.stem, suffix) else { return String::new() };
    let name = format!("{stem}{suffix}");
    if let Err(why) = names::BUCKET.check(&name) {
        let shorter = [format!("{}{suffix}", naming.key), format!("logs{suffix}")];
        let suggestion =
            shorter.into_iter().find(|name| names::BUCKET.check(name).is_ok()).unwrap_or_default();
        let help = format!("give a name, for instance `bucket: {{ name: {suggestion} }}`");
        findings.add(naming.key_span, format!("the derived bucket name `{name}` does not fit"), why, help);
    }
    name
}

fn prefixes(
    objects: Option<Field<'_>>,
    errors: Option<Field<'_>>,
    findings: &mut Findings,
) -> (String, String) {
    let mut read = |field: Option<Field<'_>>, role: Role, default: &str| {
        let Some(field) = field else { return default.to_owned() };
        let Some(text) = field.text(findings) else { return default.to_owned() };
        if let Err(refusal) = prefix::check(text, role) {
            let message = format!("`{}` cannot be `{text}`", field.name);
            findings.add(field.span(), message, refusal.why, refusal.help);
        }
        text.to_owned()
    };
    let prefix = read(objects, Role::Objects, DEFAULT_PREFIX);
    let error_prefix = read(errors, Role::Errors, DEFAULT_ERROR_PREFIX);
    if let Some(errors) = errors.filter(|_| error_prefix.is_empty() && prefix::has_expressions(&prefix)) {
        let why = "Firehose needs an error prefix when `prefix` holds expressions";
        let help = format!("write `{DEFAULT_ERROR_PREFIX}`, or leave it out");
        findings.add(errors.span(), "an empty `error_prefix`", why, help);
    }
    (prefix, error_prefix)
}

/// Every transition with the place of its days.
fn transitions(field: Field<'_>, findings: &mut Findings) -> Vec<(Transition, Span)> {
    let items = field.items(findings).unwrap_or_default();
    let mut read: Vec<(Transition, Span)> =
        items.into_iter().filter_map(|item| transition(item, findings)).collect();
    // Stable, so that of two with the same days the later one in the file is to blame.
    read.sort_by_key(|(transition, _)| transition.days);
    for pair in read.windows(2) {
        let [(first, first_span), (second, second_span)] = pair else { continue };
        if first.days == second.days || rank(&second.storage_class) <= rank(&first.storage_class) {
            let message = format!(
                "{} after {} days and {} after {} days",
                first.storage_class, first.days, second.storage_class, second.days
            );
            let why = "each transition must be later than the one before, and to a colder storage class";
            let help = format!("order them as {}", STORAGE_CLASSES.join(", "));
            findings.add_conflict((*second_span, *first_span), message, why, help);
        }
    }
    read
}

fn transition(item: Field<'_>, findings: &mut Findings) -> Option<(Transition, Span)> {
    let section = Field { name: "transitions", ..item }.section(TRANSITION_KEYS, findings)?;
    let why = "a transition says when objects move, and to which class";
    let days = section.need("days", why, "add `days: 90`", findings);
    let class = section.need("storage_class", why, "add `storage_class: GLACIER`", findings);
    let class = class.and_then(|field| storage_class(field, findings));
    let earliest = if class.is_some_and(|class| AFTER_THIRTY_DAYS.contains(&class)) { 30 } else { 0 };
    let why = "S3 moves objects to STANDARD_IA and ONEZONE_IA after thirty days, to others at once";
    let number = days?.number(earliest..=u32::MAX, why, findings)?;
    Some((Transition { days: number, storage_class: class?.to_owned() }, days?.span()))
}

fn storage_class<'n>(field: Field<'n>, findings: &mut Findings) -> Option<&'n str> {
    let text = field.text(findings)?;
    if STORAGE_CLASSES.contains(&text) {
        return Some(text);
    }
    let help = nearest(&text.to_uppercase(), STORAGE_CLASSES.into_iter())
        .map_or_else(|| "write one of those".to_owned(), |near| format!("did you mean `{near}`?"));
    let why = format!("objects move to {}", STORAGE_CLASSES.join(", "));
    findings.add(field.span(), format!("unknown storage class `{text}`"), why, help);
    None
}

fn rank(class: &str) -> Option<usize> {
    STORAGE_CLASSES.iter().position(|known| *known == class)
}

fn expires_last(days: u32, span: Span, transitions: &[(Transition, Span)], findings: &mut Findings) {
    // They are sorted by their days.
    let Some((last, last_span)) = transitions.last().filter(|(last, _)| last.days >= days) else { return };
    let message = format!("objects are deleted after {days} days and moved after {}", last.days);
    let why = "S3 refuses to move what is already deleted";
    let help = format!("write more than {}, or remove the transition", last.days);
    findings.add_conflict((span, *last_span), message, why, help);
}
