//! What Firehose reports about records that it could not process. Pure.
//!
//! Below the error prefix it writes a line of JSON for each, with a code, a message and the record itself in Base64
//! (Firehose Developer Guide, "Handle failures in data transformation" and "Troubleshoot dynamic partitioning errors").
//! Records that could not be decompressed are stored as they came, without a message.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::archive::message::marks;
use super::archive::object::Reader;
use super::verdict::Undelivered;
use crate::topology::Format;

/// A failed record as Firehose writes it; other members depend on what failed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FailedRecord {
    error_code: String,
    #[serde(default)]
    error_message: String,
    #[serde(default)]
    raw_data: String,
}

/// What an object below the error prefix holds.
#[derive(Debug, Default)]
pub(super) struct Failures {
    /// Firehose's code and words, with how many records bear them and the marks of test events among these.
    said: BTreeMap<(String, String), (usize, BTreeSet<String>)>,
    /// Lines that say nothing of a failure.
    other: usize,
}

impl Failures {
    /// Reads a line of the object.
    pub(super) fn take(&mut self, line: &str) {
        let Ok(record) = serde_json::from_str::<FailedRecord>(line) else {
            self.other += 1;
            return;
        };
        let raw = STANDARD.decode(&record.raw_data).unwrap_or_default();
        let Some(marks) = marks_in(&raw) else { return };
        let (count, found) = self.said.entry((record.error_code, record.error_message)).or_default();
        *count += 1;
        found.extend(marks);
    }

    /// What is to be said of the object to whoever waits for the test event with this mark. Of control messages, which
    /// have no log group and so no partition, nothing is.
    pub(super) fn undelivered(&self, object: &str, mark: &str) -> Vec<Undelivered> {
        if self.said.is_empty() && self.other > 0 {
            return vec![unread(object)];
        }
        self.said
            .iter()
            .map(|((code, message), (records, marks))| Undelivered {
                object: object.to_owned(),
                error_code: Some(code.clone()),
                error_message: Some(message.clone()).filter(|message| !message.is_empty()),
                records: *records,
                test_event: marks.contains(mark),
            })
            .collect()
    }
}

/// An event of Firehose's error log: its code and its words, where it has them (Firehose Developer Guide, "Monitor with
/// CloudWatch Logs").
pub(super) fn logged(event: &str) -> String {
    match code_and_message(event) {
        (Some(code), words) => format!("Firehose logged: {code}: {words}"),
        (None, words) => format!("Firehose logged: {words}"),
    }
}

/// The code and the words of such an event; of one in another form, all of it.
pub(super) fn code_and_message(event: &str) -> (Option<String>, String) {
    let parsed: serde_json::Value = serde_json::from_str(event).unwrap_or_default();
    match (parsed["errorCode"].as_str(), parsed["message"].as_str()) {
        (Some(code), Some(words)) => (Some(code.to_owned()), words.to_owned()),
        _ => (None, event.to_owned()),
    }
}

/// What is to be said of an object whose content tells nothing.
pub(super) fn unread(object: &str) -> Undelivered {
    Undelivered {
        object: object.to_owned(),
        error_code: None,
        error_message: None,
        records: 0,
        test_event: false,
    }
}

/// The marks of test events in a record, be it compressed or not; `None` for a control message.
fn marks_in(raw: &[u8]) -> Option<BTreeSet<String>> {
    let (mut messages, mut found) = (0_usize, BTreeSet::new());
    let mut reader = Reader::new(Format::Decompressed, |message: &str| {
        messages += 1;
        found.extend(marks(message).map(str::to_owned));
    });
    let read = reader.feed(raw).and_then(|()| reader.finish());
    if read.is_err() {
        found.extend(marks(&String::from_utf8_lossy(raw)).map(str::to_owned));
        return Some(found);
    }
    (messages > 0 || raw.is_empty()).then_some(found)
}

/// In words, test events first.
pub(super) fn words(undelivered: &[Undelivered]) -> Vec<String> {
    /// Objects that are named; the rest are counted.
    const NAMED: usize = 3;
    let (own, others): (Vec<_>, Vec<_>) = undelivered.iter().partition(|one| one.test_event);
    let said = |one: &Undelivered| {
        let parts = [&one.error_code, &one.error_message];
        parts.into_iter().flatten().map(|part| format!("{part}: ")).collect::<String>()
    };
    let mut words: Vec<String> = own
        .iter()
        .map(|one| format!("Firehose could not process the test event: {}it is in {}", said(one), one.object))
        .collect();
    words.extend(others.iter().take(NAMED).map(|one| format!("undelivered: {}{}", said(one), one.object)));
    let more = others.len().saturating_sub(NAMED);
    if more > 0 {
        words.push(format!("and {more} more that Firehose could not process"));
    }
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MARK: &str = "52174edc-b8ee-46fc-8840-98558cd85b77";

    fn envelope(kind: &str, message: &str) -> String {
        json!({ "messageType": kind, "logEvents": [{ "id": "1", "timestamp": 1, "message": message }] })
            .to_string()
    }

    fn line(raw: &[u8], code: &str) -> String {
        json!({
            "attemptsMade": 1, "arrivalTimestamp": 1, "errorCode": code, "errorMessage": "why",
            "attemptEndingTimestamp": 2, "rawData": STANDARD.encode(raw),
        })
        .to_string()
    }

    fn failures(lines: &[String]) -> Vec<Undelivered> {
        let mut failures = Failures::default();
        lines.iter().for_each(|line| failures.take(line));
        failures.undelivered("s3://b/errors/x", MARK)
    }

    #[test]
    fn a_code_is_told_once_with_its_records_and_whether_the_test_event_is_one() {
        let event = envelope("DATA_MESSAGE", &format!("logpipe_mark={MARK}"));
        let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut zipped, event.as_bytes()).unwrap();
        let zipped = zipped.finish().unwrap();
        let found = failures(&[line(event.as_bytes(), "A"), line(b"other", "A"), line(&zipped, "B")]);
        let seen: Vec<_> = found
            .iter()
            .map(|one| (one.error_code.as_deref().unwrap(), one.records, one.test_event))
            .collect();
        assert_eq!(seen, [("A", 2, true), ("B", 1, true)]);
        assert_eq!(
            words(&found)[0],
            "Firehose could not process the test event: A: why: it is in s3://b/errors/x"
        );
    }

    #[test]
    fn the_error_log_is_told_by_code_and_words() {
        let event =
            json!({ "errorCode": "S3.AccessDenied", "message": "Access was denied.", "destination": "x" });
        assert_eq!(logged(&event.to_string()), "Firehose logged: S3.AccessDenied: Access was denied.");
        assert_eq!(logged("anything"), "Firehose logged: anything");
    }

    #[test]
    fn control_messages_are_no_loss_and_what_says_nothing_is_named() {
        let control =
            envelope("CONTROL_MESSAGE", "CWL CONTROL MESSAGE: Checking health of destination Firehose.");
        assert_eq!(failures(&[line(control.as_bytes(), "A")]), []);
        assert_eq!(failures(&["as it came".to_owned()]), [unread("s3://b/errors/x")]);
        assert_eq!(words(&[unread("s3://b/errors/x")]), ["undelivered: s3://b/errors/x"]);
        let many = vec![unread("s3://b/e"); 5];
        assert_eq!(words(&many).last().unwrap(), "and 2 more that Firehose could not process");
    }
}
