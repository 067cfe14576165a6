//! Text from outside: from AWS, from a file or from a log line. Decides which characters are invisible or would control
//! a display, how they are escaped, and where long texts are cut.

use std::borrow::Cow;

/// Whether a character steers a terminal, changes the order in which others are read, or is there without being seen.
///
/// Controls, and the format characters of Unicode that reorder, join or hide (Unicode Standard Annex 9, "Bidirectional
/// Algorithm"; Unicode Technical Report 36, "Unicode Security Considerations"). Line and paragraph separators end lines
/// for some readers only. Combining marks and variation selectors belong to what is read and stay.
pub(crate) fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// As Rust writes it: `\n`, `\u{202e}`.
pub(crate) fn written_out(character: char) -> String {
    character.escape_default().to_string()
}

/// As JSON writes it, where it is the same character.
pub(crate) fn written_in_json(character: char) -> String {
    character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

/// The text with everything of that kind written out, line breaks included.
pub(crate) fn cleaned(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        match is_unseen(character) {
            true => cleaned.push_str(&written_out(character)),
            false => cleaned.push(character),
        }
    }
    cleaned
}

/// The text, or as much of it as anybody reads, with how much there was.
pub(crate) fn cut(text: &str, longest: usize) -> Cow<'_, str> {
    match text.char_indices().nth(longest) {
        Some((end, _)) => {
            let more = text[end..].chars().count();
            Cow::Owned(format!("{}… ({more} more characters)", &text[..end]))
        }
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_with_how_much_there_was() {
        assert!(cut(&"é".repeat(1_000_000), 2_000).ends_with("é… (998000 more characters)"));
        assert_eq!(cut(&"é".repeat(2_000), 2_000).chars().count(), 2_000);
    }

    #[test]
    fn what_steers_or_hides_is_written_out_and_what_is_read_stays() {
        assert_eq!(cleaned("a\u{1b}[2Jb\r\nc\td"), "a\\u{1b}[2Jb\\r\\nc\\td");
        assert_eq!(
            cleaned("gnp.\u{202e}x\u{2066}\u{200b}\u{2028}\u{85}\u{feff}"),
            "gnp.\\u{202e}x\\u{2066}\\u{200b}\\u{2028}\\u{85}\\u{feff}"
        );
        assert_eq!(cleaned("日本語 – e\u{301} ⚠\u{fe0f} ok"), "日本語 – e\u{301} ⚠\u{fe0f} ok");
    }

    #[test]
    fn json_reads_the_same() {
        for character in ['\u{9b}', '\u{202e}', '\u{e0041}'] {
            let text = format!("\"{}\"", written_in_json(character));
            assert_eq!(serde_json::from_str::<String>(&text).unwrap(), character.to_string());
        }
    }
}
