//! A simulated AWS: several accounts, their services and the way of a log line between them, in one process.
//!
//! [`Sandbox`] is all of it for a test: its time is tokio's, and it hands out configurations for SDK clients. Unmodified
//! clients work against it, because it speaks the real wire protocols: in process through [`SandboxHttp`], on loopback
//! through [`serve()`]. The README has a test that delivers a log line.
//!
//! # How a request travels
//!
//! [`Cloud::handle`] advances time: whatever is due happens (`time/`). Then `dispatch.rs` reads the credential
//! (`protocol/wire.rs`), finds the caller (`caller.rs`), admits the call by what the service's `rights.rs` says it needs
//! (`access.rs`), lets the service answer (`services/`) and records the call. Nothing runs in the background, and
//! everything random follows from a seed (`faults/rng.rs`), so the same requests at the same times give the same
//! answers.
//!
//! Without a seed everything takes its usual time ([`Timing`]) and goes well. With one, services see changes late and in
//! any order, streams fail now and then, changes collide, calls are throttled, lists come in small and in empty pages, and
//! sessions are short: what a client of AWS has to cope with. [`FaultInjection`] adds what happens between a caller and
//! AWS: connections that break, hang or lie.
//!
//! What CloudWatch Logs, Firehose and S3 do among themselves, from a log event to an object, is in `delivery`.
//!
//! # Limits
//!
//! What is not simulated is answered with `NotImplemented`. Signatures are not verified: the access key id
//! `SANDBOX<account id>` (or the bare account id) is the operator of that account, and `ASIA…` keys come from AssumeRole.

mod access;
mod authorization;
mod browser;
mod caller;
mod cloud;
mod connector;
mod delivery;
mod dispatch;
mod events;
mod faults;
mod identifiers;
mod kms;
mod local;
mod prepared;
mod principals;
mod protocol;
mod serve;
mod services;
mod state;
mod time;

#[cfg(test)]
mod tests;

pub use cloud::Cloud;
pub use connector::SandboxHttp;
pub use delivery::Way;
pub use faults::fault_injection::{Answered, FaultInjection, InjectedFault, PendingCall, Phase, Treatment};
pub use faults::mangled::Mangled;
pub use local::Sandbox;
pub use prepared::prepared_pipeline::NotPrepared;
pub use protocol::wire::{WireRequest, WireResponse};
pub use serve::{ServeError, serve};
pub use state::store::StoreError;
pub use state::world::CallRecord;
pub use time::timing::Timing;
