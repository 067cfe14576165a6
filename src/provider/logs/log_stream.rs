//! `log_stream`: the stream that Firehose logs delivery errors to; Firehose demands that it is there beforehand
//! (Firehose Developer Guide, "Monitor with CloudWatch Logs").

use super::patience;
use crate::address::KindName;
use crate::aws::{CallError, StepError, Target};
use crate::provider::change::FieldChange;
use crate::provider::facts::{Adoption, Facts, Flow, Home, Others, Proof, Removal, Speed, Tagging};
use crate::provider::fresh::Planned;
use crate::provider::kind::{Fingerprint, Kind, Tagged, found, gone};
use crate::provider::obstacle::Obstacle;

/// A log stream. Its name is `<group>:<stream>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogStream;

/// A log stream that is there.
#[derive(Debug, Clone, Default)]
pub struct LiveLogStream;

impl Kind for LogStream {
    type Live = LiveLogStream;

    const FACTS: Facts = Facts {
        removal: Removal::Deleted,
        home: Home::In("log group"),
        tagged: Tagging::Never,
        proof: Proof::Witness(&[KindName::LogGroup]),
        adoption: Adoption::Set,
        flow: Flow::Aside,
        others: Others::Nothing,
        holds_policies: false,
        speed: Speed {
            service: "CloudWatch Logs",
            written: "CreateLogStream",
            deleted: "DeleteLogStream",
            waits: None,
        },
    };

    const TAGS: Option<Tagged<Self>> = None;

    const FINGERPRINT: Option<Fingerprint<Self>> = None;

    fn stand_in() -> Self {
        Self
    }

    fn diff(&self, _live: &LiveLogStream) -> Vec<FieldChange> {
        Vec::new()
    }

    fn refusal(&self, _live: &LiveLogStream) -> Option<Obstacle> {
        None
    }

    fn foreign(&self, _live: &LiveLogStream) -> Vec<FieldChange> {
        Vec::new()
    }

    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveLogStream>, CallError> {
        let (group, stream) = on.address.name_parts();
        let call =
            on.clients().logs().describe_log_streams().log_group_name(group).log_stream_name_prefix(stream);
        let call = call.limit(1);
        let mut pages =
            on.pages("logs:DescribeLogStreams", |token| call.clone().set_next_token(token).send());
        // Names come in order, so an exact match of the prefix is the first; pages before it may be empty.
        while let Some(page) = found(pages.next().await)?.flatten() {
            if let Some(first) = page.log_streams().first() {
                return Ok((first.log_stream_name() == Some(stream)).then_some(LiveLogStream));
            }
        }
        Ok(None)
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        let (group, stream) = on.address.name_parts();
        let call = on.clients().logs().create_log_stream().log_group_name(group).log_stream_name(stream);
        on.write("logs:CreateLogStream", call.send()).await?;
        Ok(())
    }

    async fn update(&self, _planned: &Planned<LiveLogStream>, _on: &Target<'_>) -> Result<(), StepError> {
        Ok(())
    }

    async fn delete(_named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
        let (group, stream) = on.address.name_parts();
        patience::change(on, || async {
            let call = on.clients().logs().delete_log_stream().log_group_name(group).log_stream_name(stream);
            gone(on.write("logs:DeleteLogStream", call.send()).await)
        })
        .await
    }
}
