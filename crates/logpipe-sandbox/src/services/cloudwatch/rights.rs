//! What calls to CloudWatch ask for.

use crate::authorization::{Asked, Demand};

/// What an operation asks for, or `None` if it is not simulated.
pub(super) fn demands(asked: &Asked<'_>) -> Option<Vec<Demand>> {
    match asked.operation() {
        "GetMetricData" | "GetMetricStatistics" => Some(vec![Demand::own(asked, "*")]),
        _ => None,
    }
}
