//! The errors of Systems Manager in its own words.

use crate::faults::fault::Fault;

/// An input that breaks a rule.
pub(super) fn invalid(text: &str) -> Fault {
    Fault::invalid("ValidationException", text)
}

/// A parameter that is not there, of which AWS says no more than the code.
pub(super) fn missing() -> Fault {
    Fault::invalid("ParameterNotFound", "")
}
