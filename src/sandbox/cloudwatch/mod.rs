//! CloudWatch: the metrics that CloudWatch Logs keeps of what comes in.

mod data;
mod metrics;
mod operations;
mod statistics;

pub(crate) use operations::handle;
