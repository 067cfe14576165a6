//! CloudWatch: the metrics that CloudWatch Logs keeps of what comes in.

mod data;
mod metrics;
mod operations;
mod rights;
mod service;
mod statistics;
pub(crate) use service::CloudWatch;
