//! What Firehose keeps, region by region.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::delivery::Batch;
use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::state::site::Site;
use crate::state::world::World;
use logpipe_identifiers::Region;

use super::encryption::Encryption;
use super::names;
use super::settings::Settings;

/// Firehose in one account: streams by name, region by region.
pub(crate) type FirehoseState = BTreeMap<Region, BTreeMap<String, Stream>>;

/// A stream.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stream {
    /// Tells it from another one that had the same name before or will have it after.
    pub(crate) number: u64,
    /// Where in its life it is.
    pub(crate) status: StreamStatus,
    /// When it was made.
    pub(crate) created_ms: u64,
    /// When its destination was last changed.
    pub(crate) updated_ms: Option<u64>,
    /// The version of its configuration, from 1.
    pub(crate) version: u64,
    /// Where and how it writes.
    pub(crate) settings: Settings,
    /// Where and how it still writes until the last change takes effect.
    #[serde(default)]
    pub(crate) outgoing: Option<Box<Settings>>,
    /// Why its creation failed.
    #[serde(default)]
    pub(crate) failure: Option<String>,
    /// Tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// Bytes that it took in, by the minute since 1970, as long as CloudWatch knows minutes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) taken: BTreeMap<u64, u64>,
    /// Records that it took in, by the same minutes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) records: BTreeMap<u64, u64>,
    /// What it wrote to its bucket, or tried to, by the same minutes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) written: BTreeMap<u64, Written>,
    /// Records that wait for delivery, partition by partition.
    #[serde(default)]
    pub(crate) buffers: Vec<Batch>,
    /// How it encrypts what it holds, where somebody asked for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) encryption: Option<Encryption>,
}

/// What became of the objects of a minute.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Written {
    /// How many were tried.
    pub(crate) puts: u64,
    /// How many of them the bucket refused.
    pub(crate) failed: u64,
    /// Records in those that were written.
    pub(crate) records: u64,
    /// Seconds for which the oldest record had waited.
    pub(crate) oldest_seconds: u64,
}

/// Minutes for which CloudWatch has points of a minute: 15 days (CloudWatch API Reference, GetMetricData).
const MINUTES_KNOWN: u64 = 15 * 24 * 60;

impl Stream {
    /// Counts a record that it takes in.
    pub(crate) fn count(&mut self, now_ms: u64, bytes: usize) {
        let minute = now_ms / 60_000;
        *self.taken.entry(minute).or_default() += bytes as u64;
        *self.records.entry(minute).or_default() += 1;
        forget(&mut self.taken, minute);
        forget(&mut self.records, minute);
    }

    /// Counts an object that it wrote or tried to write, with this many records, the first of which came in then.
    pub(crate) fn count_written(&mut self, now_ms: u64, opened_ms: u64, records: Option<usize>) {
        let minute = now_ms / 60_000;
        let written = self.written.entry(minute).or_default();
        written.puts += 1;
        match records {
            Some(records) => written.records += records as u64,
            None => written.failed += 1,
        }
        written.oldest_seconds = written.oldest_seconds.max(now_ms.saturating_sub(opened_ms) / 1_000);
        forget(&mut self.written, minute);
    }

    /// Where and how it writes at the moment.
    pub(crate) fn in_effect(&self) -> &Settings {
        self.outgoing.as_deref().unwrap_or(&self.settings)
    }
}

/// Forgets the minutes that CloudWatch has forgotten.
fn forget<T>(minutes: &mut BTreeMap<u64, T>, minute: u64) {
    let oldest = minute.saturating_sub(MINUTES_KNOWN);
    if minutes.first_key_value().is_some_and(|(first, _)| *first < oldest) {
        *minutes = minutes.split_off(&oldest);
    }
}

/// The life of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum StreamStatus {
    /// Being made: accepts no records yet and cannot be deleted.
    Creating,
    /// Could not be made, and never will be: it can only be deleted.
    CreatingFailed,
    /// Takes records.
    Active,
    /// Being deleted: delivers nothing more, but its name is still taken.
    Deleting,
}

/// Which stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StreamAddress {
    /// Where it is.
    pub(crate) site: Site,
    /// Its name.
    pub(crate) name: String,
}

impl StreamAddress {
    /// The stream of this name in the caller's account and region.
    pub(crate) fn of(call: &Call, name: &str) -> Self {
        Self { site: Site::of(call), name: name.to_owned() }
    }

    /// The stream an ARN names.
    pub(crate) fn of_arn(arn: &str) -> Option<Self> {
        let (site, resource) = Site::of_arn(arn, "firehose")?;
        resource.strip_prefix("deliverystream/").map(|name| Self { site, name: name.to_owned() })
    }

    /// Its ARN.
    pub(crate) fn arn(&self) -> String {
        self.site.arn("firehose", &format!("deliverystream/{}", self.name))
    }
}

impl World {
    /// The streams somewhere, by name.
    pub(crate) fn streams_mut(&mut self, site: &Site) -> &mut BTreeMap<String, Stream> {
        self.account(&site.account).firehose.entry(site.region.clone()).or_default()
    }

    /// A stream.
    pub(crate) fn stream(&self, address: &StreamAddress) -> Option<&Stream> {
        let StreamAddress { site, name } = address;
        self.accounts.get(&site.account)?.firehose.get(&site.region)?.get(name)
    }

    /// A stream, to change it.
    pub(crate) fn stream_mut(&mut self, address: &StreamAddress) -> Option<&mut Stream> {
        self.streams_mut(&address.site).get_mut(&address.name)
    }

    /// A stream that must be there.
    pub(crate) fn expect_stream(&mut self, address: &StreamAddress) -> Result<&mut Stream, Fault> {
        self.stream_mut(address).ok_or_else(|| names::no_stream(address))
    }
}
