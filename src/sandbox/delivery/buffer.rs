//! Hop 3: a stream collects records until its buffer is full or its interval is over.

use crate::sandbox::due::Due;
use crate::sandbox::firehose::StreamAddress;
use crate::sandbox::world::World;

use super::flush;
use super::record::{Batch, Record};

const BYTES_PER_MB: usize = 1_048_576;

/// Appends a record to a stream's buffer. The first record of a buffer starts its interval; a full buffer is
/// delivered at once.
pub(crate) fn append(world: &mut World, address: &StreamAddress, record: Record) {
    let number = world.next_number();
    let now_ms = world.now_ms;
    let Some(stream) = world.stream_mut(address) else { return };
    let hints = stream.settings.buffering_hints;
    let opens = stream.buffer.is_none();
    let batch = stream.buffer.get_or_insert_with(|| Batch { number, opened_ms: now_ms, records: Vec::new() });
    batch.records.push(record);
    let full = batch.bytes() >= hints.size_in_mbs * BYTES_PER_MB;
    if full {
        close(world, address);
    } else if opens {
        let due = Due::BufferCloses { stream: address.clone(), batch: number };
        world.plan(hints.interval_in_seconds * 1_000, due);
    }
}

/// The interval of a batch is over: it is delivered, unless it was full before.
pub(crate) fn close_on_time(world: &mut World, address: &StreamAddress, batch: u64) {
    let open = world.stream(address).and_then(|stream| stream.buffer.as_ref());
    if open.is_some_and(|open| open.number == batch) {
        close(world, address);
    }
}

fn close(world: &mut World, address: &StreamAddress) {
    if let Some(batch) = world.stream_mut(address).and_then(|stream| stream.buffer.take()) {
        flush::deliver(world, address, batch);
    }
}
