//! The readings of a text: as it is, and unescaped in every way in which a secret may be quoted.
//!
//! An answer may quote a header in XML, in JSON, percent-encoded, and in several of these at once. So every kind of
//! escape is undone repeatedly, and every byte remembers the part of the text that it came from.

use std::ops::Range;

/// How often escapes are undone: JSON in XML in a query string is three.
const DEPTH: usize = 4;

/// The fewest bytes in hexadecimal that are read: S3 quotes signed texts so (`StringToSignBytes`), and digests are none.
const FEWEST_HEX: usize = 6;

/// The punctuation that XML and HTML have names for, as far as secrets hold it.
const ENTITIES: [(&[u8], u8); 11] = [
    (b"&amp;", b'&'),
    (b"&lt;", b'<'),
    (b"&gt;", b'>'),
    (b"&quot;", b'"'),
    (b"&apos;", b'\''),
    (b"&sol;", b'/'),
    (b"&plus;", b'+'),
    (b"&equals;", b'='),
    (b"&commat;", b'@'),
    (b"&colon;", b':'),
    (b"&percnt;", b'%'),
];

/// One reading, in lower case: whoever quotes a header may change its case.
pub(super) struct Reading {
    pub(super) bytes: Vec<u8>,
    /// Where each byte starts in the text, and where the last one ends. Empty where every byte is itself.
    starts: Vec<u32>,
}

impl Reading {
    /// The text as it is.
    fn plain(text: &str) -> Self {
        Self { bytes: text.as_bytes().to_ascii_lowercase(), starts: Vec::new() }
    }

    /// The stretch of the text that a stretch of the reading was read from.
    pub(super) fn in_text(&self, stretch: Range<usize>) -> Range<usize> {
        self.start(stretch.start)..self.start(stretch.end)
    }

    /// No text that is shown comes near four gigabytes.
    fn push_start(&mut self, at: usize) {
        self.starts.push(u32::try_from(at).unwrap_or(u32::MAX));
    }

    fn start(&self, at: usize) -> usize {
        self.starts.get(at).map_or(at, |start| usize::try_from(*start).unwrap_or(usize::MAX))
    }

    /// The same with every escape undone, if there is one.
    fn unescaped(&self) -> Option<Self> {
        let marks = |byte: &u8| matches!(byte, b'%' | b'&' | b'\\');
        self.bytes.iter().any(marks).then_some(())?;
        let mut next = Self { bytes: Vec::with_capacity(self.bytes.len()), starts: Vec::new() };
        let (mut at, mut undone) = (0, false);
        while let Some(byte) = self.bytes.get(at) {
            let (byte, length) = escape(&self.bytes[at..]).unwrap_or((*byte, 1));
            undone |= length > 1;
            next.bytes.push(byte.to_ascii_lowercase());
            next.push_start(self.start(at));
            at += length;
        }
        next.push_start(self.start(at));
        undone.then_some(next)
    }

    /// Bytes that are written in hexadecimal, close together or apart, from either of the two digits that a pair may
    /// start with.
    fn unhexed(&self, skipped: usize) -> Option<Self> {
        let mut read = Self { bytes: Vec::new(), starts: Vec::new() };
        let mut at = 0;
        while at < self.bytes.len() {
            if hex(self.bytes[at]).is_none() {
                at += 1;
                continue;
            }
            at += skipped;
            let (before, from) = (read.bytes.len(), at);
            while let Some(byte) = pair(self.bytes.get(at..).unwrap_or_default()) {
                read.bytes.push(byte.to_ascii_lowercase());
                read.push_start(self.start(at));
                at += 2;
                let apart = matches!(self.bytes.get(at), Some(b' ' | b':' | b'-' | b','));
                at += usize::from(apart && pair(&self.bytes[at + 1..]).is_some());
            }
            if read.bytes.len() - before < FEWEST_HEX {
                read.bytes.truncate(before);
                read.starts.truncate(before);
            } else {
                // What is between two stretches belongs to neither.
                read.bytes.push(0);
                read.push_start(self.start(at));
            }
            at = at.max(from + 1);
        }
        read.push_start(self.start(at.min(self.bytes.len())));
        (!read.bytes.is_empty()).then_some(read)
    }
}

/// Looks at every reading of a text, one after the other: the text may have megabytes.
pub(super) fn each_reading(text: &str, mut look: impl FnMut(&Reading)) {
    let mut reading = Reading::plain(text);
    look(&reading);
    for skipped in [0, 1] {
        reading.unhexed(skipped).iter().for_each(&mut look);
    }
    for _ in 0..DEPTH {
        let Some(next) = reading.unescaped() else { return };
        look(&next);
        reading = next;
    }
}

/// The byte that a text escapes at its beginning, and how long that is.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    match *text.first()? {
        b'%' => Some((pair(&text[1..])?, 3)),
        b'\\' => match *text.get(1)? {
            b'x' => Some((pair(&text[2..])?, 4)),
            b'u' if text.get(2) == Some(&b'{') => {
                let end = text.iter().take(9).position(|byte| *byte == b'}')?;
                Some((number(&text[3..end], 16)?, end + 1))
            }
            b'u' => Some((number(text.get(2..6)?, 16)?, 6)),
            mark if mark.is_ascii_punctuation() => Some((mark, 2)),
            _ => None,
        },
        b'&' if text.get(1) == Some(&b'#') => {
            let end = text.iter().take(12).position(|byte| *byte == b';')?;
            let byte = match text[2..end].strip_prefix(b"x") {
                Some(digits) => number(digits, 16)?,
                None => number(&text[2..end], 10)?,
            };
            Some((byte, end + 1))
        }
        b'&' => {
            ENTITIES.iter().find(|(name, _)| text.starts_with(name)).map(|(name, byte)| (*byte, name.len()))
        }
        _ => None,
    }
}

fn number(digits: &[u8], radix: u32) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok()?;
    u32::from_str_radix(digits, radix).ok().and_then(|number| u8::try_from(number).ok()).filter(u8::is_ascii)
}

fn pair(text: &[u8]) -> Option<u8> {
    Some(hex(*text.first()?)? * 16 + hex(*text.get(1)?)?)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_every_kind_are_undone_and_remember_where_they_stood() {
        for text in [
            "x a/b+c y",
            "x a%2Fb%2bc y",
            "x a%252Fb%252Bc y",
            r"x a\/b\u002bc y",
            r"x a\x2fb\u{2b}c y",
            "x a&#47;b&plus;c y",
            "x a&#x2F;b&amp;#43;c y",
            "x A&SOL;B+C y",
        ] {
            let mut found = None;
            each_reading(text, |reading| {
                let at = reading.bytes.windows(5).position(|bytes| bytes == b"a/b+c");
                found = found.take().or(at.map(|at| reading.in_text(at..at + 5)));
            });
            assert_eq!(found, Some(2..text.len() - 2), "{text}");
        }
    }

    #[test]
    fn hexadecimal_is_read_apart_and_close_together() {
        for text in ["61 62 63 64 65 66", "616263646566", "61:62:63:64:65:66", "061 62 63 64 65 66"] {
            let mut found = false;
            each_reading(text, |reading| found |= reading.bytes.starts_with(b"abcdef"));
            assert!(found, "{text}");
        }
        let mut count = 0;
        each_reading("12 accounts, 34 roles", |_| count += 1);
        assert_eq!(count, 1, "too short for a secret");
    }
}
