//! Corrects which errors the SDK retries. A full quota is final, but the SDK treats `LimitExceededException` as
//! throttling and would retry eight times. Two simultaneous writes to one role are temporary: IAM refuses one of them
//! with `ConcurrentModification`, and accepts it a moment later.

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};

/// The code of CloudWatch Logs and Firehose for a full quota, as their answers name it.
const CODE: &[u8] = b"LimitExceededException";

/// Forbids retries of calls that a quota refused.
#[derive(Debug)]
pub(crate) struct QuotaIsFinal;

impl ClassifyRetry for QuotaIsFinal {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let refused = context.response().is_some_and(|response| {
            let body = response.body().bytes().unwrap_or_default();
            response.status().is_client_error() && body.windows(CODE.len()).any(|window| window == CODE)
        });
        if refused { RetryAction::RetryForbidden } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "QuotaIsFinal"
    }

    /// After the SDK's own, whose word would stand otherwise.
    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

/// The code with which IAM refuses one of several changes of a role at a time (IAM API Reference,
/// `ConcurrentModificationException` of AttachRolePolicy, PutRolePolicy, UpdateAssumeRolePolicy and others).
const AT_ONCE: &[u8] = b"<Code>ConcurrentModification</Code>";

/// Retries calls that IAM refused because another change of the same resource was in progress.
#[derive(Debug)]
pub(crate) struct AnotherIsUnderWay;

impl ClassifyRetry for AnotherIsUnderWay {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let refused = context.response().is_some_and(|response| {
            let body = response.body().bytes().unwrap_or_default();
            response.status().as_u16() == 409 && body.windows(AT_ONCE.len()).any(|window| window == AT_ONCE)
        });
        if refused { RetryAction::transient_error() } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "AnotherIsUnderWay"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}
