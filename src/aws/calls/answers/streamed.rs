//! The body of an object, passed on as it arrives; it may neither stall nor trickle.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_types::body::SdkBody;
use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

use super::flaw::Silence;
use super::patience::Patience;

/// A body that ends with an error when it comes too slowly.
pub(super) fn in_time(body: SdkBody, patience: Patience, whom: String) -> SdkBody {
    let begun = Instant::now();
    let over = Box::pin(tokio::time::sleep_until(begun + patience.of_an_object(0)));
    SdkBody::from_body_1_x(InTime { body, patience, whom, begun, over, received: 0 })
}

struct InTime {
    body: SdkBody,
    patience: Patience,
    whom: String,
    begun: Instant,
    /// When it will have taken too long.
    over: Pin<Box<Sleep>>,
    received: u64,
}

impl InTime {
    fn silence(&self) -> BoxError {
        let waited: Duration = self.begun.elapsed();
        let received = Some(self.received);
        Box::new(Silence { whom: self.whom.clone(), waited, altogether: waited, received })
    }
}

impl Body for InTime {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let came = frame.data_ref().map_or(0, Buf::remaining);
                this.received = this.received.saturating_add(came as u64);
                let over = this.begun + this.patience.of_an_object(this.received);
                this.over.as_mut().reset(over);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Pending if this.over.as_mut().poll(context).is_ready() => {
                Poll::Ready(Some(Err(this.silence())))
            }
            other => other,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
