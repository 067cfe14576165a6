//! The errors of EC2 in its own words (Amazon EC2 API Reference, "Error codes for the Amazon EC2 API").

use crate::faults::fault::Fault;
use crate::protocol::wire::Parameters;

/// A parameter that must be there.
pub(super) fn required<'a>(form: &'a Parameters, name: &str) -> Result<&'a str, Fault> {
    form.get(name).filter(|value| !value.is_empty()).ok_or_else(|| {
        let text = format!("The request must contain the parameter {name}");
        Fault::invalid("MissingParameter", text)
    })
}

/// A value that a parameter cannot have.
pub(super) fn invalid_value(value: &str, parameter: &str, why: &str) -> Fault {
    let text = format!("Value ({value}) for parameter {parameter} is invalid. {why}");
    Fault::invalid("InvalidParameterValue", text)
}

/// Refuses what is not an id of an instance: `i-` and 8 or 17 hexadecimal digits.
pub(super) fn check_id(id: &str) -> Result<(), Fault> {
    let digits = id.strip_prefix("i-").unwrap_or_default();
    let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    match hexadecimal && [8, 17].contains(&digits.len()) {
        true => Ok(()),
        false => Err(Fault::invalid("InvalidInstanceID.Malformed", format!("Invalid id: \"{id}\""))),
    }
}

/// Instances that are not there.
pub(super) fn no_instances(ids: &[&str]) -> Fault {
    let text = match ids {
        [id] => format!("The instance ID '{id}' does not exist"),
        several => format!("The instance IDs '{}' do not exist", several.join(", ")),
    };
    Fault::invalid("InvalidInstanceID.NotFound", text)
}

/// An association that is not there.
pub(super) fn no_association(id: &str) -> Fault {
    let text = format!("An invalid association-id of '{id}' was given");
    Fault::invalid("InvalidAssociationID.NotFound", text)
}

/// An instance that is in the wrong state.
pub(super) fn wrong_state(id: &str, wanted: &str) -> Fault {
    Fault::invalid("IncorrectInstanceState", format!("The instance '{id}' is not in the '{wanted}' state."))
}
