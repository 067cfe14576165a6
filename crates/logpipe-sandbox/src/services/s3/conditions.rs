//! Conditional writes: `If-None-Match` and `If-Match`, on which locks are built.

use crate::faults::fault::Fault;

use super::exchange::Exchange;
use super::state::Object;

/// Whether the conditions of a write hold for what is there.
pub(crate) fn hold(exchange: &Exchange<'_>, present: Option<&Object>) -> Result<(), Fault> {
    if exchange.header("if-none-match") == Some("*") && present.is_some() {
        return Err(failed("If-None-Match"));
    }
    match (exchange.header("if-match"), present) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(no_such_key(&exchange.target.key)),
        (Some(expected), Some(object)) if matches(expected, &object.etag) => Ok(()),
        (Some(_), Some(_)) => Err(failed("If-Match")),
    }
}

/// Whether an `If-Match` value, with or without quotes, names this entity tag.
pub(crate) fn matches(expected: &str, etag: &str) -> bool {
    expected == "*" || expected.trim_matches('"') == etag.trim_matches('"')
}

/// A condition did not hold.
pub(crate) fn failed(condition: &str) -> Fault {
    Fault::new(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        .detail("Condition", condition)
}

/// There is no such object.
pub(crate) fn no_such_key(key: &str) -> Fault {
    Fault::missing("NoSuchKey", "The specified key does not exist.").detail("Key", key)
}
