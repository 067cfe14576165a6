//! Hop 3: a stream collects records, partition by partition, until a buffer is full or its interval is over.

use crate::services::firehose::{Stream, StreamAddress};
use crate::state::world::World;
use crate::time::timed_event::TimedEvent;

use super::flush;
use super::partition::{self, Unparted};
use super::record::{Batch, Partition, Record};

const BYTES_PER_MB: usize = 1_048_576;
/// Partitions that are collected at a time (Firehose Developer Guide, "Amazon Data Firehose quotas").
const MOST_PARTITIONS: usize = 500;

/// Appends a record to the buffer of its partition. The first record of a buffer starts its interval; a full buffer is
/// delivered at once.
pub(crate) fn append(world: &mut World, address: &StreamAddress, record: Record) {
    let number = world.next_number();
    let now_ms = world.now_ms;
    let Some(stream) = world.stream_mut(address) else { return };
    stream.count(now_ms, record.0.len());
    let (partition, record) = parted(stream, record, now_ms);
    let hints = stream.in_effect().buffering_hints;
    let open = stream.buffers.iter().position(|batch| batch.partition == partition);
    let index = open.unwrap_or(stream.buffers.len());
    if open.is_none() {
        stream.buffers.push(Batch { number, partition, opened_ms: now_ms, records: Vec::new() });
    }
    let Some(batch) = stream.buffers.get_mut(index) else { return };
    batch.records.push(record);
    let (batch, full) = (batch.number, batch.bytes() >= hints.size_in_mbs * BYTES_PER_MB);
    if full {
        close(world, address, batch);
    } else if open.is_none() {
        world.plan(
            hints.interval_in_seconds * 1_000,
            TimedEvent::BufferCloses { stream: address.clone(), batch },
        );
    }
}

/// The partition of a record, with the record as it is to be kept there.
fn parted(stream: &Stream, record: Record, now_ms: u64) -> (Partition, Record) {
    let partition = partition::of(stream.in_effect(), &record).and_then(|partition| {
        let known = stream.buffers.iter().any(|batch| batch.partition == partition);
        let active =
            stream.buffers.iter().filter(|batch| matches!(batch.partition, Partition::Of(_))).count();
        if known || active < MOST_PARTITIONS { Ok(partition) } else { Err(Unparted::TooMany) }
    });
    match partition {
        Ok(partition) => (partition, record),
        Err(reason) => (Partition::Failed, partition::failed(&record, reason, now_ms)),
    }
}

/// The interval of a batch is over, or it is full: it is delivered, unless it was before.
pub(crate) fn close(world: &mut World, address: &StreamAddress, batch: u64) {
    let Some(stream) = world.stream_mut(address) else { return };
    let Some(index) = stream.buffers.iter().position(|open| open.number == batch) else { return };
    let batch = stream.buffers.remove(index);
    flush::deliver(world, address, batch);
}
