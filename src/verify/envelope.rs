//! Reads delivered objects: several gzip members of several JSON records each. Pure.

use std::cell::Cell;
use std::io::{BufReader, Read};

use flate2::read::MultiGzDecoder;
use serde::Deserialize;

/// Most bytes that one object may unpack to; Firehose buffers at most 128 MiB of compressed records.
const OBJECT_LIMIT: u64 = 4 * 1024 * 1024 * 1024;

/// Most bytes of one record, which is held whole. CloudWatch Logs takes at most 1 MiB of events in one call (CloudWatch
/// Logs API, PutLogEvents), and escapes make that longer.
const RECORD_LIMIT: u64 = 16 * 1024 * 1024;

/// One record as CloudWatch Logs sends it; unknown fields are ignored, since AWS adds some.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Envelope {
    message_type: String,
    #[serde(default)]
    log_events: Vec<LogEvent>,
}

#[derive(Debug, Clone, Deserialize)]
struct LogEvent {
    #[serde(default)]
    message: String,
}

/// Trouble with one object.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("it cannot be unpacked: {0}")]
    Unpacked(serde_json::Error),
    #[error("it is not the JSON that CloudWatch Logs sends")]
    Json(serde_json::Error),
}

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        if error.is_io() { Self::Unpacked(error) } else { Self::Json(error) }
    }
}

/// A reader that fails when more is read than is left.
struct Limited<'a, R> {
    reader: R,
    object: u64,
    record: &'a Cell<u64>,
}

impl<R: Read> Read for Limited<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        let length = read as u64;
        match (self.object.checked_sub(length), self.record.get().checked_sub(length)) {
            (Some(object), Some(record)) => {
                self.object = object;
                self.record.set(record);
                Ok(read)
            }
            _ => Err(std::io::Error::other("more than Firehose and CloudWatch Logs write")),
        }
    }
}

/// Passes on the log messages in an object as they are read, control messages left out. Delivery is at least once, so
/// some may come twice. Messages that stand before damage, or before what is not ours, have been passed on.
pub(crate) fn each_message(object: &[u8], see: impl FnMut(&str)) -> Result<(), Unreadable> {
    // Records are gzip already and are concatenated as they came; a plain decoder would stop after the first.
    if object.starts_with(&[0x1f, 0x8b]) {
        each_of(MultiGzDecoder::new(object), see)
    } else {
        each_of(object, see)
    }
}

fn each_of(reader: impl Read, mut see: impl FnMut(&str)) -> Result<(), Unreadable> {
    let left = Cell::new(RECORD_LIMIT);
    let limited = Limited { reader, object: OBJECT_LIMIT, record: &left };
    for envelope in serde_json::Deserializer::from_reader(BufReader::new(limited)).into_iter::<Envelope>() {
        let envelope = envelope.map_err(Unreadable::from)?;
        left.set(RECORD_LIMIT);
        if envelope.message_type == "DATA_MESSAGE" {
            envelope.log_events.iter().for_each(|event| see(&event.message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn member(json: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(json.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn data(message: &str) -> Vec<u8> {
        member(&format!(
            r#"{{"messageType":"DATA_MESSAGE","owner":"1","logEvents":[{{"id":"1","timestamp":1,"message":"{message}"}}]}}"#
        ))
    }

    /// Expects these messages, and that the object was or was not read to its end.
    #[track_caller]
    fn check(object: &[u8], expect: &[&str], whole: bool) {
        let mut found = Vec::new();
        let result = each_message(object, |message| found.push(message.to_owned()));
        assert_eq!(found, expect);
        assert_eq!(result.is_ok(), whole, "{result:?}");
    }

    #[test]
    fn every_member_is_read_and_control_messages_are_skipped() {
        let control =
            member(r#"{"messageType":"CONTROL_MESSAGE","logEvents":[{"message":"checking health"}]}"#);
        check(&[control, data("a"), data("b"), data("a")].concat(), &["a", "b", "a"], true);
        check(b"", &[], true);
    }

    #[test]
    fn what_stands_before_damage_is_read() {
        let (a, b) = (data("a"), data("b"));
        check(&[&a, &b[..b.len() / 2]].concat(), &["a"], false);
        check(&[a, member("plain text"), b].concat(), &["a"], false);
        check(b"\x1f\x8bno gzip", &[], false);
        check(b"plain text", &[], false);
    }

    #[test]
    fn what_unpacks_to_too_much_is_given_up() {
        let bomb = "x".repeat(usize::try_from(RECORD_LIMIT).unwrap());
        check(&[data("a"), data(&bomb), data("b")].concat(), &["a"], false);
        let many = data(&"x".repeat(1024 * 1024)).repeat(20);
        assert!(each_message(&many, |_| {}).is_ok(), "the limit is one of records");
    }
}
