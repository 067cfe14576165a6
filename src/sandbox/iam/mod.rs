//! IAM: roles, their policies, and when other services come to see a change.

mod managed;
mod state;

use super::dispatch::Call;
use super::fault::Fault;
use super::wire::Parameters;
use super::world::World;
use super::xml::Element;

pub(crate) use managed::document as managed_document;
pub(crate) use state::{IamState, Role, RoleView};

/// Answers an IAM call.
pub(crate) fn handle(_world: &mut World, call: &Call, _form: &Parameters) -> Result<Vec<Element>, Fault> {
    Err(call.not_simulated())
}
