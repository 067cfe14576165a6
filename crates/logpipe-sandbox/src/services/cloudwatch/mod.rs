//! CloudWatch: the metrics that CloudWatch Logs and Firehose keep of what comes in and goes on, and alarms on them.

mod alarms;
mod data;
mod evaluation;
mod forwarding;
mod insights;
mod listing;
mod metrics;
mod operations;
mod pages;
mod rights;
mod service;
mod settings;
mod state;
mod statistics;
mod streams;
mod tags;
pub(crate) use service::CloudWatch;
pub(crate) use state::CloudWatchState;
