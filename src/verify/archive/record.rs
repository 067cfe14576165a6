//! Splits what an object holds into log messages: of JSON envelopes one behind the other, or of lines. Pure.

use serde::Deserialize;

use crate::topology::Format;

/// Most bytes of one record, which is held whole. CloudWatch Logs takes at most 1 MiB of events in one call (CloudWatch
/// Logs API Reference, PutLogEvents), and escapes make that longer.
pub(crate) const LONGEST: usize = 16 * 1024 * 1024;

/// Why no more messages are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unsplittable {
    #[error("it is not the JSON that CloudWatch Logs sends")]
    NotJson,
    #[error("a record in it is longer than CloudWatch Logs writes")]
    TooLong,
    #[error("it ends in the middle of a record")]
    BrokenOff,
}

/// One record as CloudWatch Logs sends it; unknown fields are ignored, since AWS adds some.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    message_type: String,
    #[serde(default)]
    log_events: Vec<LogEvent>,
}

#[derive(Debug, Clone, Deserialize)]
struct LogEvent {
    #[serde(default)]
    message: String,
}

/// What has come of a record that has not ended yet.
#[derive(Debug)]
pub(crate) struct Splitter {
    held: Vec<u8>,
    state: State,
}

#[derive(Debug)]
enum State {
    Json {
        /// Braces and brackets that are open.
        depth: usize,
        in_string: bool,
        escaped: bool,
    },
    Line {
        /// The line is longer than any event, and passes by unseen.
        skipped: bool,
    },
}

impl Splitter {
    pub(crate) fn new(format: Format) -> Self {
        let state = match format {
            // Firehose writes envelopes with or without anything in between.
            Format::Envelope | Format::Decompressed => {
                State::Json { depth: 0, in_string: false, escaped: false }
            }
            Format::Messages => State::Line { skipped: false },
        };
        Self { held: Vec::new(), state }
    }

    /// Reads the next bytes, and shows the messages that end in them.
    pub(crate) fn feed(&mut self, bytes: &[u8], see: &mut impl FnMut(&str)) -> Result<(), Unsplittable> {
        match self.state {
            State::Json { .. } => self.feed_json(bytes, see),
            State::Line { .. } => {
                self.feed_lines(bytes, see);
                Ok(())
            }
        }
    }

    /// Shows what a last line holds. Control messages are left out. Delivery is at least once, so some may come twice.
    pub(crate) fn finish(&mut self, see: &mut impl FnMut(&str)) -> Result<(), Unsplittable> {
        match self.state {
            State::Json { .. } if self.held.is_empty() => Ok(()),
            State::Json { .. } => Err(Unsplittable::BrokenOff),
            State::Line { .. } => {
                self.end_line(see);
                Ok(())
            }
        }
    }

    /// How many bytes are held.
    #[cfg(test)]
    pub(crate) fn held(&self) -> usize {
        self.held.capacity()
    }

    fn feed_lines(&mut self, mut bytes: &[u8], see: &mut impl FnMut(&str)) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.extend_line(&bytes[..end]);
            self.end_line(see);
            bytes = &bytes[end + 1..];
        }
        self.extend_line(bytes);
    }

    fn extend_line(&mut self, bytes: &[u8]) {
        let State::Line { skipped } = &mut self.state else { return };
        *skipped |= self.held.len() + bytes.len() > LONGEST;
        if *skipped {
            self.held = Vec::new();
        } else {
            self.held.extend_from_slice(bytes);
        }
    }

    fn end_line(&mut self, see: &mut impl FnMut(&str)) {
        if !self.held.is_empty() {
            see(&String::from_utf8_lossy(&self.held));
        }
        self.held.clear();
        self.state = State::Line { skipped: false };
    }

    fn feed_json(&mut self, bytes: &[u8], see: &mut impl FnMut(&str)) -> Result<(), Unsplittable> {
        let mut start = 0;
        for (index, byte) in bytes.iter().enumerate() {
            if self.ends_with(*byte)? {
                self.hold(&bytes[start..=index])?;
                start = index + 1;
                self.show(see)?;
            } else if self.held.is_empty() && self.outside() {
                start = index + 1;
            }
        }
        self.hold(&bytes[start..])
    }

    /// Whether a record ends with this byte.
    fn ends_with(&mut self, byte: u8) -> Result<bool, Unsplittable> {
        let State::Json { depth, in_string, escaped } = &mut self.state else { return Ok(false) };
        match byte {
            _ if *escaped => *escaped = false,
            b'\\' if *in_string => *escaped = true,
            b'"' if *depth > 0 => *in_string = !*in_string,
            _ if *in_string => {}
            b'{' => *depth += 1,
            b'[' if *depth > 0 => *depth += 1,
            b'}' | b']' if *depth > 0 => {
                *depth -= 1;
                return Ok(*depth == 0);
            }
            _ if *depth == 0 && !byte.is_ascii_whitespace() => return Err(Unsplittable::NotJson),
            _ => {}
        }
        Ok(false)
    }

    /// Whether the last byte stood between records.
    fn outside(&self) -> bool {
        matches!(self.state, State::Json { depth: 0, .. })
    }

    fn hold(&mut self, bytes: &[u8]) -> Result<(), Unsplittable> {
        if self.held.len() + bytes.len() > LONGEST {
            self.held = Vec::new();
            return Err(Unsplittable::TooLong);
        }
        self.held.extend_from_slice(bytes);
        Ok(())
    }

    fn show(&mut self, see: &mut impl FnMut(&str)) -> Result<(), Unsplittable> {
        let envelope: Envelope = serde_json::from_slice(&self.held).map_err(|_| Unsplittable::NotJson)?;
        self.held.clear();
        if envelope.message_type == "DATA_MESSAGE" {
            envelope.log_events.iter().for_each(|event| see(&event.message));
        }
        Ok(())
    }
}
