//! Hop 4: a stream writes a batch to its bucket, under its role.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::access;
use crate::caller::RoleSession;
use crate::services::firehose::{Settings, StreamAddress, StreamStatus};
use crate::services::s3::{PutRefused, Upload};
use crate::state::world::World;
use crate::time::timed_event::TimedEvent;

use super::object_key::FileName;
use super::record::{Batch, Partition};
use super::{content, error_log, object_key};

/// How long a batch is kept while its bucket refuses it (Firehose Developer Guide, "Amazon Data Firehose quotas").
const KEPT_MS: u64 = 24 * 3_600_000;

/// Writes a batch as one object. If that is refused, it is logged and tried again for a day.
///
/// A stream that is being deleted delivers nothing more: AWS makes no promise for it, so nobody should rely on it.
pub(crate) fn deliver(world: &mut World, address: &StreamAddress, batch: Batch) {
    let active = world.stream(address).filter(|stream| stream.status == StreamStatus::Active);
    let Some((settings, version)) = active.map(|stream| (stream.in_effect().clone(), stream.version)) else {
        return;
    };
    let written = write(world, address, &settings, version, &batch);
    let (now_ms, records) = (world.now_ms, written.is_ok().then_some(batch.records.len()));
    if let Some(stream) = world.stream_mut(address) {
        stream.count_written(now_ms, batch.opened_ms, records);
    }
    let Err(refusal) = written else { return };
    error_log::write(world, address, &settings, version, refusal);
    if world.now_ms + world.timing.delivery_retry_ms < batch.opened_ms + KEPT_MS {
        let due = TimedEvent::BatchRetried { stream: address.clone(), batch };
        world.plan(world.timing.delivery_retry_ms, due);
    }
}

fn write(
    world: &mut World,
    address: &StreamAddress,
    settings: &Settings,
    version: u64,
    batch: &Batch,
) -> Result<(), PutRefused> {
    let session = assume(world, address, settings)?;
    let (key, body) = object(world, address, settings, version, batch);
    let upload = Upload { bucket: settings.bucket(), key: &key, body, kms_key: settings.kms_key() };
    world.put_object_as(&session, upload)
}

/// The session under which a stream writes.
fn assume(world: &World, address: &StreamAddress, settings: &Settings) -> Result<RoleSession, PutRefused> {
    let keys = [("sts:ExternalId", address.site.account.as_str())];
    let service = "firehose.amazonaws.com";
    let session = access::assume_as_service(world, &settings.role_arn, service, &address.name, &keys);
    session.ok_or(PutRefused::AccessDenied)
}

/// The bucket that a stream would write to now, if it may.
pub(super) fn writes_to(world: &World, address: &StreamAddress) -> Result<String, PutRefused> {
    let settings = world.stream(address).ok_or(PutRefused::NoSuchBucket)?.in_effect();
    let session = assume(world, address, settings)?;
    let body = Bytes::new();
    let upload = Upload { bucket: settings.bucket(), key: "any", body, kms_key: settings.kms_key() };
    world.may_put_object_as(&session, &upload)?;
    Ok(settings.bucket().to_owned())
}

fn object(
    world: &mut World,
    address: &StreamAddress,
    settings: &Settings,
    version: u64,
    batch: &Batch,
) -> (String, Bytes) {
    let (opened_ms, zone) = (batch.opened_ms, settings.zone());
    let file = FileName { stream: &address.name, version, opened_ms, zone };
    let none = BTreeMap::new();
    let keys = match &batch.partition {
        Partition::Failed => {
            let lines: Vec<&[u8]> = batch.records.iter().map(|record| record.0.as_ref()).collect();
            return (object_key::of_failed(world, settings, &file), lines.concat().into());
        }
        Partition::Of(keys) => keys,
        Partition::Whole => &none,
    };
    (object_key::of(world, settings, &file, keys), content::of(settings, &batch.records).into())
}
