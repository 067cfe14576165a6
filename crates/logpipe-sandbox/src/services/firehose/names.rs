//! The rules for stream names, and the words of the refusals that several operations share.

use crate::faults::fault::Fault;
use crate::protocol::json::broken_rule;

use super::state::StreamAddress;

/// An `InvalidArgumentException`.
pub(super) fn invalid(text: impl Into<String>) -> Fault {
    Fault::invalid("InvalidArgumentException", text)
}

/// The stream is not there.
pub(super) fn no_stream(address: &StreamAddress) -> Fault {
    let StreamAddress { site, name } = address;
    let text = format!("Firehose {name} under account {} not found.", site.account);
    Fault::missing("ResourceNotFoundException", text)
}

/// The name of a stream.
pub(super) fn check_stream_name(name: &str) -> Result<(), Fault> {
    let fits = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    let rule = match name.len() {
        0 => "have length greater than or equal to 1",
        1..=64 if fits => return Ok(()),
        1..=64 => "satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
        _ => "have length less than or equal to 64",
    };
    Err(Fault::invalid("ValidationException", broken_rule(name, "deliveryStreamName", rule)))
}
