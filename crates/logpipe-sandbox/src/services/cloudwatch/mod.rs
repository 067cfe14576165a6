//! CloudWatch: the metrics that CloudWatch Logs and Firehose keep of what comes in.

mod data;
mod metrics;
mod operations;
mod rights;
mod service;
mod statistics;
mod streams;
pub(crate) use service::CloudWatch;
