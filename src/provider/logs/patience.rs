//! Changes in CloudWatch Logs, which accepts one at a time for a resource and refuses others meanwhile.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::aws::wait::Wait;
use crate::aws::{CallError, StepError, Target};
use crate::wait_for::WaitFor;

/// No figure is published; two minutes is what other transient refusals are given.
const BUSY: Wait = Wait {
    what: WaitFor::LogsChange,
    limit: Duration::from_secs(120),
    first: Duration::from_secs(1),
    longest: Duration::from_secs(8),
};

/// What CloudWatch Logs may still be sending as things were before a change: it delivers within three minutes
/// (CloudWatch Logs User Guide, "Real-time processing of log data with subscriptions").
pub(crate) const ON_ITS_WAY: Duration = Duration::from_secs(180);

/// Waits until events sent before a change have arrived.
pub(crate) async fn let_through(on: &Target<'_>, time: Duration) {
    let sent = Wait {
        what: WaitFor::EventsOnTheirWay,
        limit: time,
        first: Duration::from_secs(15),
        longest: Duration::from_secs(30),
    };
    on.pass(sent).await;
}

/// What subscribes sends a test message all the way; five minutes is what Terraform's AWS provider allows
/// (`internal/service/logs/subscription_filter.go`).
pub(super) const REACHABLE: Wait = Wait {
    what: WaitFor::Subscription,
    limit: Duration::from_secs(300),
    first: Duration::from_secs(2),
    longest: Duration::from_secs(10),
};

/// How often a test message that did not arrive is sent again where nothing on its way is new.
const LOST: u32 = 3;

/// What to make of the refusals of a subscription, or of a destination: whether they may pass.
#[derive(Debug)]
pub(super) struct Patience {
    fresh: bool,
    lost: AtomicU32,
}

impl Patience {
    /// With what a step needs being `fresh` or not.
    pub(super) fn new(fresh: bool) -> Self {
        Self { fresh, lost: AtomicU32::new(0) }
    }

    /// Whether a subscription was refused for what may pass: another change, or, while what it needs is fresh, a way
    /// that is not open yet.
    pub(super) fn with_subscription(&self, error: &CallError) -> bool {
        busy(error) || (self.fresh && not_open_yet(error)) || self.lost_on_the_way(error)
    }

    /// Whether a destination was refused for what may pass: while what it needs is new, every word about the test
    /// message may.
    pub(super) fn with_destination(&self, error: &CallError) -> bool {
        let trouble = self.fresh && error.is("InvalidParameterException", &[]);
        busy(error) || trouble || self.lost_on_the_way(error)
    }

    /// A stream that is busy loses a test message in the same words as one that cannot be reached at all (Firehose API
    /// reference, PutRecord: `ServiceUnavailableException` while its throughput limit is exceeded), so a few more are
    /// sent before the words are believed.
    fn lost_on_the_way(&self, error: &CallError) -> bool {
        error.is("InvalidParameterException", &[TEST_MESSAGE])
            && self.lost.fetch_add(1, Ordering::Relaxed) < LOST
    }
}

const TEST_MESSAGE: &str = "Could not deliver test message to specified";

fn not_open_yet(error: &CallError) -> bool {
    // The second is what a destination says that has just migrated from an organisation to accounts.
    let texts = [TEST_MESSAGE, "Role ARN is required when creating subscription filter"];
    error.is("InvalidParameterException", &texts)
        || error.is(
            "ValidationException",
            &["Make sure you have given CloudWatch Logs permission to assume the provided role"],
        )
        // In these words a destination refuses whom its policy does not name yet; an identity policy names the user.
        || error.is("AccessDeniedException", &["User with accountId"])
}

/// Whether a change was refused because of another one ("Multiple concurrent requests to update the same resource
/// were in conflict", CloudWatch Logs API reference).
pub(super) fn busy(error: &CallError) -> bool {
    error.is("OperationAbortedException", &[])
}

/// Makes a change, and retries while another one is in progress.
pub(super) async fn change<T, E, F, Fut>(on: &Target<'_>, attempt: F) -> Result<T, StepError>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<T, E>>,
    E: Into<StepError>,
{
    on.retrying(BUSY, busy, attempt).await
}
