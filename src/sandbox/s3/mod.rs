//! S3: buckets with their sub-resources and objects.

mod internal;
mod state;

use super::dispatch::Call;
use super::fault::Fault;
use super::wire::{WireRequest, WireResponse};
use super::world::World;

pub(crate) use internal::PutRefused;
pub(crate) use state::Bucket;

/// Answers an S3 call.
pub(crate) fn handle(_world: &mut World, call: &Call, _request: &WireRequest) -> Result<WireResponse, Fault> {
    Err(call.not_simulated())
}

/// The API name of the operation a request asks for.
pub(crate) fn operation(_request: &WireRequest) -> &'static str {
    "Unknown"
}
