//! Whether what a topology delivers flows, by what CloudWatch has counted of log groups, subscriptions and streams.

mod judge;
mod model;
mod read;

pub use model::{Flow, Health, RouteCounts, RouteHealth, StreamCounts, StreamHealth};
pub use read::read;
