//! What is in the objects a stream writes: its records one after the other, as its processors leave them.

use std::io::Read as _;

use flate2::read::MultiGzDecoder;
use serde_json::Value;

use crate::services::firehose::Settings;

use super::envelope::gzip;
use super::record::Record;

/// The body of an object.
pub(super) fn of(settings: &Settings, records: &[Record]) -> Vec<u8> {
    let mut body = Vec::new();
    for record in records {
        body.extend(processed(settings, &record.0));
    }
    if settings.compression_format == "GZIP" { gzip(&body) } else { body }
}

/// A record after the processors.
fn processed(settings: &Settings, record: &[u8]) -> Vec<u8> {
    let texts = texts(settings, record);
    texts.into_iter().flat_map(|text| with_delimiter(settings, text)).collect()
}

/// A record as the processor sees it that extracts partition keys.
pub(super) fn parsed_text(settings: &Settings, record: &[u8]) -> Vec<u8> {
    texts(settings, record).concat()
}

/// What a record holds: itself, decompressed or not, or its messages. What cannot be read is passed on as it is.
fn texts(settings: &Settings, record: &[u8]) -> Vec<Vec<u8>> {
    if !settings.has_processor("Decompression") {
        return vec![record.to_vec()];
    }
    let mut text = Vec::new();
    if MultiGzDecoder::new(record).read_to_end(&mut text).is_err() {
        return vec![record.to_vec()];
    }
    if !settings.extracts_messages() {
        return vec![text];
    }
    messages(&text).into_iter().map(String::into_bytes).collect()
}

fn with_delimiter(settings: &Settings, mut text: Vec<u8>) -> Vec<u8> {
    if settings.has_processor("AppendDelimiterToRecord") {
        text.push(b'\n');
    }
    text
}

/// The messages of an envelope. Control messages have none: message extraction drops them.
fn messages(text: &[u8]) -> Vec<String> {
    let envelope: Value = serde_json::from_slice(text).unwrap_or_default();
    let is_data = envelope["messageType"] == "DATA_MESSAGE";
    let events = envelope["logEvents"].as_array().filter(|_| is_data);
    let messages = events.into_iter().flatten().filter_map(|event| event["message"].as_str());
    messages.map(str::to_owned).collect()
}
