//! Stops every attempt of a writing call that has no permission.
//!
//! An attempt may have waited a long time since its call began: for its turn, for the next retry, for credentials, or
//! because the process was stopped. So permission is checked for every attempt of every call, in three places: by the
//! identity cache of `pace.rs`, which can wait until the record's writer knows whether the run still holds it; then by
//! [`Fence`], when the request is handed to the HTTP client; and by the body, which the client requests when it has a
//! connection and writes. What is then in transit cannot be recalled.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextMut, InterceptorContext,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::aws::call::cause;
use crate::permit::{Lapsed, Permit};

/// How the names of operations begin that change nothing. Whatever is called otherwise is taken to write.
const READING: [&str; 8] = ["Get", "List", "Describe", "Head", "Filter", "Test", "Simulate", "AssumeRole"];

tokio::task_local! {
    static PERMIT: Permit;
}

/// Runs `future` with leave to make writing calls. Without it none is sent.
pub(crate) async fn permitted<F: Future>(permit: Permit, future: F) -> F::Output {
    PERMIT.scope(permit, future).await
}

/// The leave of the running task.
fn current() -> Result<Permit, Lapsed> {
    PERMIT
        .try_with(Clone::clone)
        .map_err(|_| Lapsed::because("this command has no permission to change anything"))
}

/// Whether an operation changes nothing.
fn reads(operation: &str) -> bool {
    READING.iter().any(|begin| operation.starts_with(begin))
}

fn writes(bag: &ConfigBag) -> bool {
    bag.load::<Metadata>().is_none_or(|metadata| !reads(metadata.name()))
}

/// Waits until an attempt may be sent.
pub(in crate::aws) async fn granted(bag: &ConfigBag) -> Result<(), Lapsed> {
    if writes(bag) { current()?.granted().await } else { Ok(()) }
}

/// The last look before an attempt is sent.
#[derive(Debug)]
pub(in crate::aws) struct Fence;

/// Leave ended between the wait for it and the last look.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct TooLate(Lapsed);

impl Intercept for Fence {
    fn name(&self) -> &'static str {
        "Fence"
    }

    /// The next hook would let others see the attempt as sent.
    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if writes(bag) {
            let permit = current().map_err(TooLate)?;
            permit.check().map_err(TooLate)?;
            let body = context.request_mut().body_mut();
            // The few requests without a body, S3's deletions for one, are asked for here alone.
            if permit.ends() && body.content_length() != Some(0) {
                let inner = Box::pin(std::mem::replace(body, SdkBody::taken()));
                *body = SdkBody::from_body_1_x(Fenced { inner, permit });
            }
        }
        Ok(())
    }
}

/// A body that is given away with leave only. Without it no whole request goes out, and AWS acts on no other.
#[derive(Debug)]
struct Fenced {
    inner: Pin<Box<SdkBody>>,
    permit: Permit,
}

impl Body for Fenced {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Err(lapsed) = self.permit.check() {
            return Poll::Ready(Some(Err(TooLate(lapsed).into())));
        }
        self.inner.as_mut().poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.content_length().map(SizeHint::with_exact).unwrap_or_default()
    }
}

/// Retries an attempt that came too late; the retry waits for permission.
#[derive(Debug)]
pub(in crate::aws) struct WaitsForLeave;

impl ClassifyRetry for WaitsForLeave {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let error = context.output_or_error().and_then(Result::err);
        let too_late = error.is_some_and(|error| cause::<TooLate>(error).is_some());
        if too_late { RetryAction::transient_error() } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "WaitsForLeave"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

/// Why a call was not sent, where that is why it failed.
pub(in crate::aws) fn lapsed<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e Lapsed> {
    cause::<Lapsed>(error).or_else(|| cause::<TooLate>(error).map(|TooLate(lapsed)| lapsed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_to_read_writes() {
        for reading in
            ["GetRole", "ListBuckets", "DescribeLogGroups", "HeadBucket", "AssumeRole", "TestMetricFilter"]
        {
            assert!(reads(reading), "{reading}");
        }
        for writing in ["PutRolePolicy", "CreateBucket", "TagResource", "StartQuery", "AnythingNew", ""] {
            assert!(!reads(writing), "{writing}");
        }
    }
}
