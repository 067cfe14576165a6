//! The path of an event from a log group to an object in a bucket, hop by hop.
//!
//! 1. `forward`: events of a log group go to each subscription filter they match, as one message.
//! 2. `chain`: the message finds its destination, is admitted, and is put into the stream under a role.
//! 3. `buffer`: the stream collects records, each partition its own, until a buffer is full or its interval is over.
//! 4. `flush`: the stream writes what it collected to its bucket under its role, or tries again later.

mod buffer;
mod chain;
mod content;
mod envelope;
mod error_log;
mod flush;
mod forward;
mod object_key;
mod partition;
mod prefix;
mod record;
mod ways;

pub(crate) use buffer::{append, close};
pub(crate) use chain::{DeliveryTarget, Origin, Refusal, Route, probe, resolve};
pub(crate) use flush::deliver;
pub(crate) use forward::{Parcel, arrive, forward};
pub(crate) use prefix::{PrefixMember, check_expressions, partition_keys};
pub(crate) use record::{Batch, Record};
pub use ways::Way;
pub(crate) use ways::ways;
