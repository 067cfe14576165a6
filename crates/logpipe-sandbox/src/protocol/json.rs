//! Reading and writing the bodies of services that speak JSON, and the words they share for a value that breaks a rule.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::faults::fault::Fault;

/// The input of an operation. Members it does not know are ignored, as AWS ignores them.
pub(crate) fn read<T: DeserializeOwned>(input: &Value) -> Result<T, Fault> {
    let empty = Value::Object(serde_json::Map::new());
    let input = if input.is_null() { &empty } else { input };
    T::deserialize(input).map_err(|error| Fault::invalid("SerializationException", error.to_string()))
}

/// An object without the members that have no value: AWS leaves them out instead of writing `null`.
pub(crate) fn present(mut object: Value) -> Value {
    if let Value::Object(members) = &mut object {
        members.retain(|_, value| !value.is_null());
    }
    object
}

/// How every AWS service words a member that breaks a rule of its model.
pub(crate) fn broken_rule(value: &str, member: &str, rule: &str) -> String {
    format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must {rule}"
    )
}
