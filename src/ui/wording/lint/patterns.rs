//! The words of what lint finds in filter patterns.

use super::words::Words;
use crate::pattern::{Doubt, DoubtKind, Surprise};

/// The words of a pattern that does something else than most people mean by it.
pub(super) fn of_surprise(pattern: &str, surprise: &Surprise) -> Words {
    match surprise {
        Surprise::OneField { field } => Words {
            message: format!("the filter pattern `{pattern}` does not search for a word"),
            why: format!(
                "in brackets it is a space-delimited pattern with one field, named `{field}`: it matches events by their number of fields, for example one-word events"
            ),
            help: format!(
                "write `\"{pattern}\"` in double quotes to match this text, `{field}` to match the word, or `[{field}, ...]` if you mean fields"
            ),
        },
        Surprise::OptionalTermsIgnored { ignored, required, excluded } => Words {
            message: format!("{} in the filter pattern `{pattern}` has no effect", listed(ignored)),
            why: format!(
                "CloudWatch Logs ignores `?` terms next to other terms: this matches every event {}",
                taken(required, excluded)
            ),
            help: "remove the `?` terms, or all the others".to_owned(),
        },
        Surprise::MatchesNothing { term } => Words {
            message: format!("the filter pattern `{pattern}` matches no event"),
            why: format!("an event must have `{term}` and must not have it"),
            help: format!("remove one of the two, `{term}` or `-{term}`"),
        },
        Surprise::OperatorAsTerm { word } => Words {
            message: format!("`{word}` in the filter pattern `{pattern}` is a search term like the others"),
            why: "terms are separated by spaces alone: this matches events that contain every one of them"
                .to_owned(),
            help: match word.as_str() {
                "OR" => {
                    "put `?` before each term to match events that contain any of them, as in `?ERROR ?WARN`"
                }
                _ => "remove it: events must contain all terms anyway",
            }
            .to_owned(),
        },
    }
}

fn listed(ignored: &[String]) -> String {
    ignored.iter().map(|term| format!("`?{term}`")).collect::<Vec<_>>().join(", ")
}

/// Which events terms take, behind "every event".
fn taken(required: &[String], excluded: &[String]) -> String {
    let all = |terms: &[String], and: &str| {
        terms.iter().map(|term| format!("`{term}`")).collect::<Vec<_>>().join(and)
    };
    match (required, excluded) {
        ([], excluded) => format!("without {}", all(excluded, " or ")),
        (required, []) => format!("with {}", all(required, " and ")),
        (required, excluded) => {
            format!("with {} and without {}", all(required, " and "), all(excluded, " or "))
        }
    }
}

/// The words of a pattern that only CloudWatch Logs can judge.
pub(super) fn of_doubt(pattern: &str, doubt: &Doubt, unanswered: Option<&str>) -> Words {
    let part = &doubt.text;
    let (what, instead) = match doubt.kind {
        DoubtKind::BracketsWithoutDot => ("there, brackets follow a dot", "write `$.['name']`"),
        DoubtKind::DoubleQuotedName => ("there, names are in single quotes", "write `$.['name']`"),
        DoubtKind::PropertyName => {
            ("there, names consist of letters, digits, `_` and `-`", "write any other name as `$.['name']`")
        }
        DoubtKind::BareValue => ("there, such values are in double quotes", "write it in double quotes"),
        DoubtKind::KeywordCase => ("there, it is in upper case", "write it in upper case"),
        DoubtKind::BareTerm => {
            ("there, terms without quotes consist of letters, digits and `_`", "write it in double quotes")
        }
        DoubtKind::AdjacentTerms => ("there, terms are separated by spaces", "put a space between the terms"),
        DoubtKind::EmptyPhrase => {
            ("there, the pattern for every event is `\" \"` or none at all", "leave the pattern out")
        }
        DoubtKind::RegexBesideTerms => (
            "there, a regular expression stands alone or is part of a JSON or space-delimited pattern",
            "use one or the other",
        ),
        DoubtKind::RegexSpace => ("only one of its examples contains a space", "write `\\s` for a space"),
        DoubtKind::RegexEscape => ("this escape is not in its list", "write `\\xhh` for a character"),
    };
    let message = match part == pattern {
        true => format!("the filter pattern `{pattern}` may be refused"),
        false => format!("`{part}` in the filter pattern `{pattern}` may be refused"),
    };
    let why = format!("the CloudWatch Logs guide does not show this form: {what}");
    match unanswered {
        None => Words { message, why, help: format!("{instead}; `logpipe plan` asks CloudWatch Logs") },
        Some(unanswered) => Words {
            message,
            why: format!("{why}; and CloudWatch Logs did not answer: {unanswered}"),
            help: format!("{instead}, or allow logs:TestMetricFilter; otherwise, only applying it will tell"),
        },
    }
}
