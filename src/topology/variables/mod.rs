//! `variables`, and the places that stand for them: `${var.name}` and `${env.NAME}` in the values of a topology.
//!
//! What they stand for is put into the tree after it is read, so that no value can be taken for YAML, and before the
//! model is made of it.

mod declared;
mod given;
mod reference;
mod substitute;
mod typed;

pub use given::Given;
pub(super) use reference::refers;
pub(super) use substitute::resolved;
