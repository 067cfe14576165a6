//! STS: who am I, and may I be somebody else.

use super::dispatch::Call;
use super::fault::Fault;
use super::wire::Parameters;
use super::world::World;
use super::xml::Element;

/// Answers an STS call.
pub(crate) fn handle(_world: &mut World, call: &Call, _form: &Parameters) -> Result<Vec<Element>, Fault> {
    match call.operation.as_str() {
        "GetCallerIdentity" => Ok(identity(call)),
        _ => Err(call.not_simulated()),
    }
}

fn identity(call: &Call) -> Vec<Element> {
    vec![
        Element::text("Arn", call.caller.arn(call.partition())),
        Element::text("UserId", call.caller.user_id()),
        Element::text("Account", call.account()),
    ]
}
