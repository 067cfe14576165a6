//! A simulated AWS: several accounts, their services and the pipeline between them, in one process.
//!
//! Speaks the real wire protocols, so unmodified SDK clients work against it: in process through
//! [`SandboxHttp`], over loopback through [`serve()`]. Imports nothing of the engine: identifiers, the clock, policy
//! evaluation and filter patterns are all it shares with it.
//!
//! How a request travels: [`Cloud::handle`] advances time (everything due happens, `queue.rs`, `timed_event.rs`), then
//! `dispatch.rs` reads the credential (`wire.rs`), finds the caller (`caller.rs`), admits it (`access.rs`, by what
//! `authorization` says the operation takes), lets the service answer and records the call. Nothing runs in the background, and what is left to chance follows from a seed
//! (`rng.rs`), so the same requests at the same times give the same answers.
//!
//! Without a seed everything takes its usual time (`timing.rs`) and goes well. With one, services see changes late and
//! one before another, streams fail now and then, changes collide, calls are throttled, lists come in small and in empty
//! pages, and sessions are short: what a client of AWS has to get along with.
//!
//! What CloudWatch Logs, Firehose and S3 do among themselves, from a log event to an object, is in `delivery`.
//!
//! What is not simulated is answered with `NotImplemented`. Signatures are not verified: an access key id
//! `SANDBOX<account id>` (or the bare account id) is the operator of that account, `ASIA…` keys come from AssumeRole.

mod access;
mod authorization;
mod browser;
mod caller;
mod cbor;
mod cloud;
mod connector;
mod delivery;
mod dispatch;
mod document;
mod events;
mod existing;
mod fault;
mod fault_injection;
mod filled;
mod identifiers;
mod json;
mod kms;
mod local;
mod mangled;
mod prepare;
mod prepared_pipeline;
mod principals;
mod protocol;
mod queue;
mod rng;
mod serve;
mod services;
mod site;
mod state_file;
mod store;
mod summary;
mod throttle;
mod timed_event;
mod timing;
mod wire;
mod world;
mod xml;

#[cfg(test)]
mod tests;

pub use cloud::Cloud;
pub use connector::SandboxHttp;
pub use delivery::Way;
pub use fault_injection::{Answered, FaultInjection, InjectedFault, PendingCall, Phase, Treatment};
pub use local::Sandbox;
pub use mangled::Mangled;
pub use prepared_pipeline::NotPrepared;
pub use serve::{ServeError, serve};
pub use store::StoreError;
pub use timing::Timing;
pub use wire::{WireRequest, WireResponse};
pub use world::CallRecord;
