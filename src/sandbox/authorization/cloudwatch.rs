//! What calls to CloudWatch ask for.

use super::asked::Asked;
use super::demand::Demand;

/// What an operation asks for, or `None` if it is not simulated.
pub(super) fn demands(asked: &Asked<'_>) -> Option<Vec<Demand>> {
    match asked.operation() {
        "GetMetricData" | "GetMetricStatistics" => Some(vec![Demand::own(asked, "*")]),
        _ => None,
    }
}
