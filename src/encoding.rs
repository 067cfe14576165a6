//! Decodes text files: UTF-8, with or without a byte order mark, and UTF-16 with one. For any other encoding, the error
//! names it and says what to do.

use std::fmt;

/// How much of a text is looked at to recognise UTF-16 without a mark.
const LOOKED_AT: usize = 64;

/// Why bytes are not read as a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadEncoding {
    /// What they most likely are.
    pub found: Encoding,
    /// What could be read before it.
    pub before: String,
}

/// What a text that cannot be read most likely is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-16 that nothing marks, or that is broken off.
    Utf16,
    /// UTF-32.
    Utf32,
    /// One byte per character; this byte is not UTF-8.
    Latin1(u8),
    /// Nothing that can be told.
    Unknown,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utf16 => f.write_str("this file is UTF-16"),
            Self::Utf32 => f.write_str("this file is UTF-32"),
            Self::Latin1(byte) => write!(
                f,
                "this file is not UTF-8 from here on: the byte 0x{byte:02X} is `{}` in Latin-1 and Windows-1252",
                char::from(*byte)
            ),
            Self::Unknown => f.write_str("this file is not UTF-8 from here on"),
        }
    }
}

impl Encoding {
    /// What to do.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Utf16 => "save it as UTF-8, for example with `iconv -f UTF-16LE -t UTF-8 FILE > NEW`",
            Self::Utf32 => "save it as UTF-8, for example with `iconv -f UTF-32 -t UTF-8 FILE > NEW`",
            Self::Latin1(_) => {
                "save the file as UTF-8, for example with `iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW`"
            }
            Self::Unknown => "save the file as UTF-8",
        }
    }
}

impl fmt::Display for BadEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.found, self.found.remedy())
    }
}

impl std::error::Error for BadEncoding {}

impl From<BadEncoding> for std::io::Error {
    fn from(error: BadEncoding) -> Self {
        Self::new(std::io::ErrorKind::InvalidData, error)
    }
}

/// The text that bytes are, without a byte order mark.
///
/// # Errors
/// [`BadEncoding`], when they are not UTF-8, and no mark says what else they are.
pub fn decode(bytes: Vec<u8>) -> Result<String, BadEncoding> {
    let bad = |found, before: &str| BadEncoding { found, before: before.to_owned() };
    match bytes.as_slice() {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest.to_vec()),
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Err(bad(Encoding::Utf32, "")),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        unmarked if looks_like_utf16(unmarked) => Err(bad(Encoding::Utf16, "")),
        _ => utf8(bytes),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, BadEncoding> {
    let broken = || BadEncoding { found: Encoding::Utf16, before: String::new() };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    if rest.is_empty() { String::from_utf16(&units).map_err(|_| broken()) } else { Err(broken()) }
}

/// Text of Latin letters has a zero in every second byte then; as UTF-8 it would have none.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(LOOKED_AT)];
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let most = zeros(0).max(zeros(1));
    start.len() > 3 && most * 3 > start.len() && zeros(0).min(zeros(1)) == 0
}

fn utf8(bytes: Vec<u8>) -> Result<String, BadEncoding> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let (before, rest) = error.as_bytes().split_at(valid);
        let ends_word = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii);
        let found = match rest.first() {
            Some(byte) if *byte >= 0xa0 && ends_word(rest.get(1)) => Encoding::Latin1(*byte),
            _ => Encoding::Unknown,
        };
        BadEncoding { found, before: String::from_utf8_lossy(before).into_owned() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_bytes(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn marks_make_it_certain() {
        for text in ["", "version: 1\n", "é 日本 𝄞"] {
            let marked = format!("\u{feff}{text}");
            assert_eq!(decode(text.as_bytes().to_vec()).as_deref(), Ok(text));
            assert_eq!(decode(marked.as_bytes().to_vec()).as_deref(), Ok(text));
            assert_eq!(decode(utf16_bytes(&marked, u16::to_le_bytes)).as_deref(), Ok(text));
            assert_eq!(decode(utf16_bytes(&marked, u16::to_be_bytes)).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_not_certain_is_named() {
        let found = |bytes: Vec<u8>| decode(bytes).unwrap_err().found;
        assert_eq!(found(utf16_bytes("version: 1", u16::to_le_bytes)), Encoding::Utf16);
        assert_eq!(found(utf16_bytes("version: 1", u16::to_be_bytes)), Encoding::Utf16);
        assert_eq!(found(vec![0xff, 0xfe, b'a']), Encoding::Utf16);
        assert_eq!(found(vec![0xff, 0xfe, 0, 0, b'a', 0, 0, 0]), Encoding::Utf32);
        assert_eq!(found(b"caf\xe9 au lait".to_vec()), Encoding::Latin1(0xe9));
        assert_eq!(found(b"a\x80\x81".to_vec()), Encoding::Unknown);
        let error = decode(b"caf\xe9".to_vec()).unwrap_err();
        assert_eq!(error.before, "caf");
        assert!(error.to_string().contains("0xE9 is `é` in Latin-1"), "{error}");
        assert!(error.to_string().contains("iconv -f WINDOWS-1252"), "{error}");
    }
}
