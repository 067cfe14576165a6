//! Firehose: streams that collect records and write them to a bucket.
//!
//! Knows what a caller asks for. How records travel on from here is `delivery`'s business.

mod creation;
mod description;
mod encryption;
mod names;
mod operations;
mod processing_rules;
mod query;
mod quota;
mod records;
mod rights;
mod service;
mod settings;
mod settings_rules;
mod state;
mod streams;
mod summary;
mod tags;
mod time_zone;
mod updates;

pub(crate) use quota::bytes_per_second;
pub(crate) use service::Firehose;
pub(crate) use settings::Settings;
pub(crate) use state::{FirehoseState, Stream, StreamAddress, StreamStatus};
pub(crate) use streams::{created, gone};
pub(crate) use updates::took_effect;
