//! What a topology costs in a month: volumes in, quantities and prices out.
//!
//! Knows how CloudWatch Logs, Firehose and S3 bill what the pipeline does. Every price is in `prices.json`, with its
//! date and source; the estimate leaves out unknown prices and says so. Pure.

mod assumptions;
mod delivery;
mod estimate;
mod firehose;
mod item;
mod prices;
mod storage;
#[cfg(test)]
mod tests;
mod throughput;
mod transport;
mod volume;

pub use assumptions::Assumptions;
pub use estimate::{Estimate, Group, Line, Subject, estimate};
pub use item::Item;
pub use prices::{BadPrices, Price, Prices};
pub use throughput::NearLimit;
pub(crate) use throughput::bytes_per_second;
pub use volume::{Flow, Volumes, senders, uncovered};

/// Bytes in a gigabyte, as AWS bills it.
pub const GIGABYTE: f64 = 1_073_741_824.0;

/// Days in a month, as the estimate has it.
pub const DAYS: f64 = 30.0;
