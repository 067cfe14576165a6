//! A full quota is final: the SDK takes `LimitExceededException` for throttling and would ask eight times over.

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
