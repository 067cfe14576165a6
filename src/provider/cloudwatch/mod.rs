//! CloudWatch.

pub mod alarm;
mod live;
pub mod watched;
