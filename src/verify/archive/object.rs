//! Reads delivered objects of every form, chunk by chunk and in bounded memory. Pure.

use std::io::Write;

use flate2::write::MultiGzDecoder;

use super::record::{Splitter, Unsplittable};
use crate::topology::Format;

/// Most bytes that are read of what an object unpacks to. Firehose buffers at most 128 MiB of compressed records, and
/// CloudWatch Logs rarely compresses them to less than a thirtieth.
pub(crate) const MOST_UNPACKED: u64 = 4 * 1024 * 1024 * 1024;

/// The first two bytes of gzip.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Why an object is not read any further.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("it cannot be unpacked: {0}")]
    Unpacked(String),
    #[error("{0}")]
    Records(#[from] Unsplittable),
    #[error("it unpacks to more than {} MiB, and only that much was searched", .0 / (1024 * 1024))]
    TooLarge(u64),
}

/// An object that is being read.
pub(crate) struct Reader<S: FnMut(&str)> {
    unpacking: Unpacking<S>,
}

enum Unpacking<S: FnMut(&str)> {
    /// Too little has come to tell.
    Unknown(Vec<u8>, Contents<S>),
    Plain(Contents<S>),
    // Records are gzip already and are concatenated as they came; a plain decoder would stop after the first.
    Gzip(Box<MultiGzDecoder<Contents<S>>>),
    Failed,
}

/// What an object unpacks to.
struct Contents<S: FnMut(&str)> {
    splitter: Splitter,
    see: S,
    left: u64,
    most: u64,
    trouble: Option<Unreadable>,
    /// What comes after trouble is passed over: a decoder writes once more what was refused.
    over: bool,
}

impl<S: FnMut(&str)> Contents<S> {
    fn take(&mut self, bytes: &[u8]) -> Result<(), Unreadable> {
        let within = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
        self.left -= within as u64;
        self.splitter.feed(&bytes[..within], &mut self.see)?;
        if within < bytes.len() { Err(Unreadable::TooLarge(self.most)) } else { Ok(()) }
    }
}

impl<S: FnMut(&str)> Write for Contents<S> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.over {
            return Ok(bytes.len());
        }
        match self.take(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(trouble) => {
                (self.trouble, self.over) = (Some(trouble), true);
                Err(std::io::Error::other("given up"))
            }
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<S: FnMut(&str)> Reader<S> {
    /// A reader of objects of this form, compressed or not, that shows every log message to `see`.
    pub(crate) fn new(format: Format, see: S) -> Self {
        Self::within(MOST_UNPACKED, format, see)
    }

    fn within(most: u64, format: Format, see: S) -> Self {
        let contents =
            Contents { splitter: Splitter::new(format), see, left: most, most, trouble: None, over: false };
        Self { unpacking: Unpacking::Unknown(Vec::new(), contents) }
    }

    /// Reads the next bytes. What stood before trouble has been shown.
    pub(crate) fn feed(&mut self, chunk: &[u8]) -> Result<(), Unreadable> {
        match std::mem::replace(&mut self.unpacking, Unpacking::Failed) {
            Unpacking::Unknown(mut start, contents) => {
                start.extend_from_slice(chunk);
                if start.len() < GZIP.len() {
                    self.unpacking = Unpacking::Unknown(start, contents);
                    return Ok(());
                }
                self.unpacking = if start.starts_with(&GZIP) {
                    Unpacking::Gzip(Box::new(MultiGzDecoder::new(contents)))
                } else {
                    Unpacking::Plain(contents)
                };
                self.feed(&start)
            }
            Unpacking::Plain(mut contents) => {
                contents.take(chunk)?;
                self.unpacking = Unpacking::Plain(contents);
                Ok(())
            }
            Unpacking::Gzip(mut decoder) => {
                decoder.write_all(chunk).map_err(|error| unpacked(&mut decoder, &error))?;
                self.unpacking = Unpacking::Gzip(decoder);
                Ok(())
            }
            Unpacking::Failed => Ok(()),
        }
    }

    /// Reads what is left after the last byte.
    pub(crate) fn finish(self) -> Result<(), Unreadable> {
        let mut contents = match self.unpacking {
            Unpacking::Unknown(start, mut contents) => {
                contents.take(&start)?;
                contents
            }
            Unpacking::Plain(contents) => contents,
            Unpacking::Gzip(mut decoder) => {
                decoder.try_finish().map_err(|error| unpacked(&mut decoder, &error))?;
                decoder.finish().map_err(|error| Unreadable::Unpacked(error.to_string()))?
            }
            Unpacking::Failed => return Ok(()),
        };
        Ok(contents.splitter.finish(&mut contents.see)?)
    }

    /// How many bytes of the object are held at this moment, beside the decoder's own fixed buffers.
    #[cfg(test)]
    fn held(&self) -> usize {
        match &self.unpacking {
            Unpacking::Unknown(start, _) => start.capacity(),
            Unpacking::Plain(contents) => contents.splitter.held(),
            Unpacking::Gzip(decoder) => decoder.get_ref().splitter.held(),
            Unpacking::Failed => 0,
        }
    }
}

fn unpacked<S: FnMut(&str)>(decoder: &mut MultiGzDecoder<Contents<S>>, error: &std::io::Error) -> Unreadable {
    decoder.get_mut().trouble.take().unwrap_or_else(|| Unreadable::Unpacked(error.to_string()))
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;
    use crate::verify::archive::record::LONGEST;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn envelope(message: &str) -> String {
        let events = serde_json::json!([{ "id": "1", "timestamp": 1, "message": message }]);
        serde_json::json!({ "messageType": "DATA_MESSAGE", "owner": "1", "logEvents": events }).to_string()
    }

    fn member(message: &str) -> Vec<u8> {
        gzip(envelope(message).as_bytes())
    }

    /// Reads an object in chunks of every size up to its own, and expects these messages, and why it ended.
    #[track_caller]
    fn check(format: Format, object: &[u8], expect: &[&str], trouble: Option<&str>) {
        for size in (1..20).chain([1000, object.len().max(1)]) {
            let mut found = Vec::new();
            let mut reader = Reader::new(format, |message: &str| found.push(message.to_owned()));
            let read = object.chunks(size).try_for_each(|chunk| reader.feed(chunk));
            let read = read.and_then(|()| reader.finish());
            assert_eq!(found, expect, "in chunks of {size}");
            let said = read.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(said.contains(trouble.unwrap_or_default()), "{said}");
            assert_eq!(said.is_empty(), trouble.is_none(), "{said}");
        }
    }

    #[test]
    fn envelopes_of_many_members_without_the_control_messages() {
        let control =
            gzip(br#"{"messageType":"CONTROL_MESSAGE","logEvents":[{"message":"checking health"}]}"#);
        let object = [control, member("a"), member("b {[\"\\"), member("a")].concat();
        check(Format::Envelope, &object, &["a", "b {[\"\\", "a"], None);
        let two_in_one = gzip([envelope("a"), envelope("b")].concat().as_bytes());
        check(Format::Envelope, &[two_in_one, member("c")].concat(), &["a", "b", "c"], None);
        check(Format::Envelope, b"", &[], None);
    }

    #[test]
    fn decompressed_envelopes_with_and_without_delimiters_and_gzip() {
        for delimiter in ["", "\n", " \r\n"] {
            let object = ["a", "b", "c"].map(|message| envelope(message) + delimiter).concat();
            check(Format::Decompressed, object.as_bytes(), &["a", "b", "c"], None);
            check(Format::Decompressed, &gzip(object.as_bytes()), &["a", "b", "c"], None);
        }
    }

    #[test]
    fn messages_are_lines() {
        check(Format::Messages, "a\n{\"b\":1}\n\nあ".as_bytes(), &["a", "{\"b\":1}", "あ"], None);
        check(Format::Messages, &gzip(b"a\nb\n"), &["a", "b"], None);
        check(Format::Messages, b"a\n\xff\nb", &["a", "\u{fffd}", "b"], None);
    }

    #[test]
    fn what_stands_before_damage_is_read() {
        let (a, b) = (member("a"), member("b"));
        check(Format::Envelope, &[&a, &b[..b.len() / 2]].concat(), &["a"], Some("it cannot be unpacked"));
        check(Format::Envelope, &[&a, &gzip(b"plain text")[..], &b].concat(), &["a"], Some("not the JSON"));
        check(Format::Envelope, b"\x1f\x8bno gzip", &[], Some("it cannot be unpacked"));
        check(Format::Envelope, b"plain text", &[], Some("not the JSON"));
        check(Format::Decompressed, (envelope("a") + "[1]").as_bytes(), &["a"], Some("not the JSON"));
        check(
            Format::Decompressed,
            (envelope("a") + "{\"x\":").as_bytes(),
            &["a"],
            Some("ends in the middle"),
        );
    }

    /// Gzip of `head` and then 200 MiB of one character.
    fn bomb(head: &str, fill: u8) -> Vec<u8> {
        [gzip(head.as_bytes()), gzip(&vec![fill; 1024 * 1024]).repeat(200)].concat()
    }

    /// Reads a bomb, and gives back why it ended, what was seen, and the most bytes that were held.
    fn defuse(format: Format, head: &str, fill: u8) -> (Result<(), Unreadable>, Vec<String>, usize) {
        let (mut seen, mut most) = (Vec::new(), 0);
        let mut reader = Reader::new(format, |message: &str| seen.push(message.to_owned()));
        let read = bomb(head, fill).chunks(4096).try_for_each(|chunk| {
            let fed = reader.feed(chunk);
            most = most.max(reader.held());
            fed
        });
        let read = read.and_then(|()| reader.finish());
        (read, seen, most)
    }

    #[test]
    fn a_bomb_is_read_in_bounded_memory() {
        let start = envelope("a");
        let (read, seen, most) = defuse(Format::Envelope, &start, 0);
        assert_eq!(
            (read, &seen[..]),
            (Err(Unreadable::Records(Unsplittable::NotJson)), &["a".to_owned()][..])
        );
        assert!(most <= LONGEST, "{most}");
        let (read, seen, most) = defuse(Format::Decompressed, &(start + "{\"x\":\""), b'x');
        assert_eq!(
            (read, &seen[..]),
            (Err(Unreadable::Records(Unsplittable::TooLong)), &["a".to_owned()][..])
        );
        assert!(most <= 2 * LONGEST, "{most}");
        let (read, seen, most) = defuse(Format::Messages, "a\n", 0);
        assert_eq!((read, &seen[..]), (Ok(()), &["a".to_owned()][..]));
        assert!(most <= 2 * LONGEST, "{most}");
    }

    #[test]
    fn an_object_is_read_up_to_a_limit() {
        let object = gzip([envelope("a"), envelope(&"x".repeat(500)), envelope("b")].concat().as_bytes());
        let mut seen = 0;
        let mut reader = Reader::within(500, Format::Decompressed, |_: &str| seen += 1);
        let read = reader.feed(&object).and_then(|()| reader.finish());
        assert_eq!((read, seen), (Err(Unreadable::TooLarge(500)), 1));
    }

    #[test]
    fn many_records_are_more_than_one_may_be() {
        let one = envelope(&"x".repeat(1024 * 1024));
        let mut seen = 0;
        let mut reader = Reader::new(Format::Decompressed, |_: &str| seen += 1);
        (0..20).for_each(|_| reader.feed(one.as_bytes()).unwrap());
        reader.finish().unwrap();
        assert_eq!(seen, 20);
    }

    /// Everything that a reader shows of an object in chunks of one size, and why it ended.
    fn read(format: Format, object: &[u8], size: usize) -> (Vec<String>, Option<String>) {
        let mut seen = Vec::new();
        let mut reader = Reader::new(format, |message: &str| seen.push(message.to_owned()));
        let read = object.chunks(size).try_for_each(|chunk| reader.feed(chunk));
        let read = read.and_then(|()| reader.finish());
        (seen, read.err().map(|error| error.to_string()))
    }

    proptest! {
        #[test]
        fn a_damaged_object_is_read_up_to_the_damage_however_it_comes(
            at in any::<prop::sample::Index>(), junk in prop::collection::vec(any::<u8>(), 0..6), gone in 0_usize..9,
            size in 1_usize..64, format in prop::sample::select(vec![Format::Envelope, Format::Decompressed, Format::Messages])
        ) {
            let mut object = [member("a"), member("b\u{1f4a5}"), gzip(b"plain\n")].concat();
            let from = at.index(object.len());
            object.splice(from..object.len().min(from + gone), junk);
            // Twice damaged, it may stop at the one or at the other.
            let (seen, trouble) = read(format, &object, size);
            let (whole, whole_trouble) = read(format, &object, object.len().max(1));
            prop_assert_eq!(trouble.is_some(), whole_trouble.is_some());
            prop_assert!(seen.starts_with(&whole) || whole.starts_with(&seen), "{seen:?} and {whole:?}");
            prop_assert!(trouble.is_some() || seen == whole, "{seen:?} and {whole:?}");
        }
    }

    /// 5 GiB as they come, of which nothing is kept: `cargo test --release -- --ignored five_gigabytes`.
    #[test]
    #[ignore = "takes a minute"]
    fn five_gigabytes_are_read_in_bounded_memory() {
        let line = [vec![b'x'; 1023], vec![b'\n']].concat().repeat(1024);
        let (mut seen, mut most) = (0_u64, 0);
        let mut reader = Reader::new(Format::Messages, |_: &str| seen += 1);
        let read = (0..5 * 1024).try_for_each(|_| {
            let fed = reader.feed(&line);
            most = most.max(reader.held());
            fed
        });
        drop(reader);
        assert_eq!((read, seen), (Err(Unreadable::TooLarge(MOST_UNPACKED)), MOST_UNPACKED / 1024));
        assert!(most <= 2 * LONGEST, "{most}");
    }
}
