//! What a test event says. Pure.

use serde_json::Value;

use crate::graph::Route;
use crate::pattern::{Mark, Pattern};

/// What every test event holds, with its mark.
pub(crate) const MARK: &str = "logpipe_mark";

/// Length of a mark, which is a UUID.
const MARK_LENGTH: usize = 36;

/// Most characters between the name of a mark and the mark: quotes, escapes and a colon.
const MOST_BETWEEN: usize = 12;

/// The message of a route's test event, made to match `pattern` where that can be done; `custom` is what the user
/// wants it to say.
pub(crate) fn message(
    route: &Route,
    topology: &str,
    custom: Option<&str>,
    pattern: Option<&Pattern>,
    mark: &str,
) -> String {
    let fits = |message: &String| pattern.is_none_or(|pattern| pattern.matches(message));
    let (wanted, made_up) = match custom {
        Some(text) => (with_mark(text, mark), beside_mark(text, mark).into_iter().find(fits)),
        None => {
            let lead = Mark { lead: "logpipe test event:", key: MARK, value: mark };
            (usual(route, topology, mark), pattern.and_then(|pattern| pattern.example(&lead)))
        }
    };
    if fits(&wanted) { wanted } else { made_up.unwrap_or(wanted) }
}

/// What is said when there is no reason to say something else.
fn usual(route: &Route, topology: &str, mark: &str) -> String {
    serde_json::json!({
        "message": "logpipe test event",
        "topology": topology,
        "source": route.source,
        "log_group": route.log_group,
        MARK: mark,
    })
    .to_string()
}

/// The user's text with the mark, which goes into a JSON object as a field of its own.
fn with_mark(text: &str, mark: &str) -> String {
    match serde_json::from_str(text) {
        Ok(Value::Object(mut object)) => {
            object.insert(MARK.to_owned(), mark.into());
            Value::Object(object).to_string()
        }
        _ => format!("{text} {MARK}={mark}"),
    }
}

/// The user's text with the mark in other places, for patterns that count fields or look at the end.
fn beside_mark(text: &str, mark: &str) -> [String; 3] {
    let mark = format!("{MARK}={mark}");
    [format!("{text},{mark}"), format!("{mark} {text}"), format!("{mark},{text}")]
}

/// The marks in a line, be the line text, JSON, or JSON in a string of JSON.
pub(crate) fn marks(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices(MARK).filter_map(|(at, _)| {
        let rest = &line[at + MARK.len()..];
        let start = rest.find(|c: char| !"\\\":= ".contains(c)).filter(|start| *start <= MOST_BETWEEN)?;
        rest.get(start..start + MARK_LENGTH)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "52174edc-b8ee-46fc-8840-98558cd85b77";

    fn route() -> Route {
        Route {
            source: "app".parse().unwrap(),
            destination: "central".parse().unwrap(),
            account: "app".parse().unwrap(),
            region: "us-east-1".parse().unwrap(),
            log_group: "/app/web".to_owned(),
            filter: "app/us-east-1/subscription_filter./app/web:f".parse().unwrap(),
        }
    }

    /// Expects this message for a pattern; `M` stands for the mark in it.
    #[track_caller]
    fn check(custom: Option<&str>, pattern: &str, expect: &str) {
        let pattern = crate::pattern::parse(pattern).unwrap();
        let message = message(&route(), "t", custom, Some(&pattern), ID);
        assert_eq!(message.replace(ID, "M"), expect);
        assert_eq!(marks(&message).collect::<Vec<_>>(), [ID], "{message}");
    }

    const USUAL: &str = r#"{"message":"logpipe test event","topology":"t","source":"app","log_group":"/app/web","logpipe_mark":"M"}"#;

    #[test]
    fn a_message_of_the_users_own_keeps_its_form_and_carries_the_mark() {
        check(Some(r#"{"level":"error"}"#), "", r#"{"level":"error","logpipe_mark":"M"}"#);
        check(Some("ERROR disk full"), "", "ERROR disk full logpipe_mark=M");
        check(Some("web 404"), "[host, code]", "web 404,logpipe_mark=M");
        check(Some("web 404"), "[host, code = 404]", "logpipe_mark=M,web 404");
        check(Some("disk full"), "%full$%", "logpipe_mark=M disk full");
        check(Some("fine"), "ERROR", "fine logpipe_mark=M");
    }

    #[test]
    fn a_message_is_made_to_match_a_pattern() {
        check(None, "", USUAL);
        check(None, "{ $.source = app }", USUAL);
        check(None, "ERROR", "logpipe test event: ERROR logpipe_mark=M");
        check(None, "ERROR -test", "ERROR logpipe_mark=M");
        check(None, "{ $.level = error }", r#"{"level":"error","logpipe_mark":"M"}"#);
        check(None, "[host, code = 404]", "logpipe_mark=M 404");
        // What cannot be met is left to whoever is asked whether it matches.
        check(None, "ERROR -logpipe_mark", USUAL);
    }

    #[test]
    fn marks_are_found_in_any_quoting() {
        let quoted = serde_json::to_string(&USUAL.replace('M', ID)).unwrap();
        let twice = serde_json::to_string(&quoted).unwrap();
        for line in [USUAL.replace('M', ID), quoted, twice, format!("x {MARK}={ID}")] {
            assert_eq!(marks(&line).collect::<Vec<_>>(), [ID], "{line}");
        }
        for line in [
            MARK.to_owned(),
            format!("{MARK}="),
            format!("{MARK}=short"),
            format!("{MARK}={}", "あ".repeat(99)),
        ] {
            assert!(marks(&line).all(|mark| mark.len() == MARK_LENGTH), "{line}");
        }
    }
}
