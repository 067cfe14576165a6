//! A topology from what is there: `look.rs` reads destinations, streams and subscriptions, and of one pipeline its roles,
//! its bucket and its log groups; `pipelines.rs` joins what belongs together, `draft.rs` says it as a topology,
//! `inexpressible.rs` is what no topology says, and `overwide.rs` what its policies allow beyond what delivery needs.
//! All but `look.rs` is pure.

mod admission;
mod draft;
mod imported;
mod inexpressible;
mod look;
mod model;
mod naming;
mod overwide;
mod pipelines;
mod retention;
mod sources;
#[cfg(test)]
mod tests;
mod ways;

pub use imported::{Found, Imported};
pub use inexpressible::{Fate, Inexpressible};
pub use model::{FoundDestination, FoundSubscription, Hindrance, Pipeline, StreamName, Unread, UnreadWhat};
pub use overwide::{Beyond, Overwide, Removal};
pub use ways::{Way, Ways};

pub(crate) use draft::draft;
pub(crate) use look::{Sight, inspect, look};
pub(crate) use overwide::overwide;
pub(crate) use pipelines::pipelines;
