//! Reads delivered objects: several gzip members of several JSON records each. Pure.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use serde::Deserialize;

/// Most bytes that one object may unpack to; Firehose buffers at most 128 MiB of compressed records.
const UNPACKED_LIMIT: u64 = 2 * 1024 * 1024 * 1024;

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
    #[error("its gzip is damaged")]
    Gzip(#[from] std::io::Error),
    #[error("it is not the JSON that CloudWatch Logs sends")]
    Json(#[from] serde_json::Error),
}

/// The log messages in an object, control messages left out. Delivery is at least once, so some may come twice.
pub(crate) fn messages(object: &[u8]) -> Result<Vec<String>, Unreadable> {
    let mut text = Vec::new();
    // Records are gzip already and are concatenated as they came; a plain decoder would stop after the first.
    if object.starts_with(&[0x1f, 0x8b]) {
        MultiGzDecoder::new(object).take(UNPACKED_LIMIT).read_to_end(&mut text)?;
    } else {
        text.extend_from_slice(object);
    }
    let mut messages = Vec::new();
    for envelope in serde_json::Deserializer::from_slice(&text).into_iter::<Envelope>() {
        let envelope = envelope?;
        if envelope.message_type == "DATA_MESSAGE" {
            messages.extend(envelope.log_events.into_iter().map(|event| event.message));
        }
    }
    Ok(messages)
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

    #[test]
    fn every_member_is_read_and_control_messages_are_skipped() {
        let control =
            member(r#"{"messageType":"CONTROL_MESSAGE","logEvents":[{"message":"checking health"}]}"#);
        let object = [control, data("a"), data("b"), data("a")].concat();
        assert_eq!(messages(&object).unwrap(), ["a", "b", "a"]);
    }

    #[test]
    fn damage_is_an_error_and_not_a_panic() {
        let whole = data("a");
        assert!(matches!(messages(&whole[..whole.len() / 2]), Err(Unreadable::Gzip(_))));
        assert!(matches!(messages(b"plain text"), Err(Unreadable::Json(_))));
        assert_eq!(messages(b"").unwrap(), [""; 0]);
    }
}
