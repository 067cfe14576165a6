//! S3: buckets with their sub-resources and objects.

mod buckets;
mod chunked;
mod conditions;
mod configuration;
mod deletion;
mod encryption;
mod exchange;
mod internal;
mod listing;
mod lock;
mod lookup;
mod names;
mod objects;
mod pages;
mod policy;
mod policy_rules;
mod public;
mod rights;
mod routing;
mod service;
mod settling;
mod state;
mod versions;

pub(crate) use buckets::new as new_bucket;
pub(crate) use exchange::Exchange;
pub(crate) use internal::{PutRefused, Upload};
pub(crate) use routing::{Target, operation};
pub(crate) use service::S3;
pub(crate) use state::Bucket;
