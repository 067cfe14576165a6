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
