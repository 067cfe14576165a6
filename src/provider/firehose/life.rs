//! A stream's life cycle: made, ACTIVE, deleted, gone. What Firehose does asynchronously, and how long logpipe waits
//! for it.

use std::time::Duration;

use aws_sdk_firehose::types::{DeliveryStreamDescription, DeliveryStreamStatus};

use crate::aws::wait::{Answer, Wait};
use crate::aws::{CallError, Class, StepError, Target};
use crate::provider::kind::found;
use crate::provider::logs::patience::ON_ITS_WAY;
use crate::wait_for::{LastSeen, WaitFor};

/// Terraform's AWS provider gives a stream twenty minutes; AWS says a minute or two.
const ACTIVE: Wait = Wait {
    what: WaitFor::StreamActive,
    limit: Duration::from_secs(20 * 60),
    first: Duration::from_secs(5),
    longest: Duration::from_secs(15),
};

/// Deleting is a low-priority task of Firehose; the name is taken until it is done.
const GONE: Wait = Wait {
    what: WaitFor::StreamGone,
    limit: Duration::from_secs(20 * 60),
    first: Duration::from_secs(5),
    longest: Duration::from_secs(15),
};

/// The stream as it is, if it is.
pub(super) async fn describe(on: &Target<'_>) -> Result<Option<DeliveryStreamDescription>, CallError> {
    let call = on.clients().firehose().describe_delivery_stream().delivery_stream_name(on.name());
    let answer = found(on.read("firehose:DescribeDeliveryStream", call.send()).await)?;
    Ok(answer.and_then(|answer| answer.delivery_stream_description))
}

/// Waits until the stream takes records.
pub(super) async fn until_active(on: &Target<'_>) -> Result<(), StepError> {
    on.poll(ACTIVE, || async {
        let Some(stream) = describe(on).await? else {
            return Ok(Answer::NotYet(LastSeen::words("not visible")));
        };
        match stream.delivery_stream_status() {
            DeliveryStreamStatus::Active => Ok(Answer::Ready(())),
            DeliveryStreamStatus::Creating => Ok(Answer::NotYet(LastSeen::status("CREATING"))),
            other => Err(StepError::Failed {
                status: other.as_str().to_owned(),
                why: stream
                    .failure_description()
                    .map_or("no reason given", |failure| failure.details())
                    .to_owned(),
            }),
        }
    })
    .await
}

/// Deletes the stream and waits until it is gone: its role must outlive it.
pub(super) async fn delete(on: &Target<'_>) -> Result<(), StepError> {
    if ask_to_delete(on).await? == DeletionAnswer::Gone {
        return Ok(());
    }
    on.poll(GONE, || async {
        let Some(stream) = describe(on).await? else { return Ok(Answer::Ready(())) };
        let status = stream.delivery_stream_status();
        // A stream that was still being made could not be deleted then, so it is asked for again.
        if *status != DeliveryStreamStatus::Deleting && ask_to_delete(on).await? == DeletionAnswer::Gone {
            return Ok(Answer::Ready(()));
        }
        Ok(Answer::NotYet(LastSeen::status(status.as_str())))
    })
    .await
}

/// Deletes a stream that nothing points at any more, once it has written what it holds.
pub(super) async fn retire(on: &Target<'_>) -> Result<(), StepError> {
    let Some(stream) = describe(on).await? else { return Ok(()) };
    let drained = Wait {
        what: WaitFor::StreamDrained,
        limit: ON_ITS_WAY + buffer_time(&stream),
        first: Duration::from_secs(15),
        longest: Duration::from_secs(30),
    };
    on.pass(drained).await;
    delete(on).await
}

/// How long the stream may hold records back.
fn buffer_time(stream: &DeliveryStreamDescription) -> Duration {
    let s3 = stream.destinations().first().and_then(|first| first.extended_s3_destination_description());
    let seconds = s3.and_then(|s3| s3.buffering_hints()).and_then(|hints| hints.interval_in_seconds());
    // 300 s is what a stream has that says nothing (Firehose API reference, BufferingHints).
    Duration::from_secs(seconds.and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(300))
}

/// What came of asking for the deletion.
#[derive(PartialEq, Eq)]
enum DeletionAnswer {
    /// There is no such stream.
    Gone,
    /// It is being deleted, or will have to be asked for again: polling tells which.
    Pending,
}

async fn ask_to_delete(on: &Target<'_>) -> Result<DeletionAnswer, CallError> {
    let call = on.clients().firehose().delete_delivery_stream().delivery_stream_name(on.name());
    match on.write("firehose:DeleteDeliveryStream", call.send()).await {
        Ok(_) => Ok(DeletionAnswer::Pending),
        Err(error) if error.class == Class::NotFound => Ok(DeletionAnswer::Gone),
        Err(error) if error.is("ResourceInUseException", &[]) => Ok(DeletionAnswer::Pending),
        Err(error) => Err(error),
    }
}
