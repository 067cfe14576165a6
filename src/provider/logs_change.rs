//! Changes in CloudWatch Logs, which it makes one at a time for a resource and refuses while another is under way.

use std::time::Duration;

use crate::aws::wait::Wait;
use crate::aws::{CallError, StepError, Target};

/// No figure is published; two minutes is what other transient refusals are given.
const BUSY: Wait = Wait {
    what: "another change in CloudWatch Logs to be done",
    limit: Duration::from_secs(120),
    first: Duration::from_secs(1),
    longest: Duration::from_secs(8),
};

/// What subscribes sends a test message all the way; five minutes is what Terraform's AWS provider allows
/// (`internal/service/logs/subscription_filter.go`).
pub(super) const REACHABLE: Wait = Wait {
    what: "the destination to accept the subscription",
    limit: Duration::from_secs(300),
    first: Duration::from_secs(2),
    longest: Duration::from_secs(10),
};

/// Whether a subscription was refused for what may pass: another change, or, while what it needs is fresh, a way that
/// is not open yet.
pub(super) fn unreachable(error: &CallError, fresh: bool) -> bool {
    let closed = error.is("InvalidParameterException", &["Could not deliver test message to specified"])
        || error.is(
            "ValidationException",
            &["Make sure you have given CloudWatch Logs permission to assume the provided role"],
        );
    busy(error) || (fresh && closed)
}

/// Whether a change was refused because of another one ("Multiple concurrent requests to update the same resource
/// were in conflict", CloudWatch Logs API reference).
pub(super) fn busy(error: &CallError) -> bool {
    error.is("OperationAbortedException", &[])
}

/// Makes a change, again while another one is under way.
pub(super) async fn change<T, F, Fut>(on: &Target<'_>, attempt: F) -> Result<T, StepError>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<T, CallError>>,
{
    on.retrying(BUSY, busy, attempt).await
}
