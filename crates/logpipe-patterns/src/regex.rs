//! The regular expressions of filter patterns: a subset of what the `regex-lite` crate understands
//! (CloudWatch Logs User Guide, "Supported regular expressions (regex) syntax").

use super::doubt::DoubtKind;
use super::error::PatternError;

const SYMBOLS: &str = ":_#=@/;,-";
const OPERATORS: &str = "^$?[]{}|\\*+.";
const CLASSES: &str = "dDsSwW";
/// Escapes that other regular expressions have and the guide does not mention.
const OTHER_ESCAPES: &str = "bBnrtfv";

/// A checked regular expression.
#[derive(Debug, Clone)]
pub(super) struct Regex(regex_lite::Regex);

impl Regex {
    /// Parses what is between the percent signs; `start` is its offset in the pattern.
    pub(super) fn parse(text: &str, start: usize) -> Result<Self, PatternError> {
        if text.is_empty() {
            return Err(PatternError {
                offset: start,
                message: "the regular expression is empty".to_owned(),
                remedy: "write an expression between the percent signs".to_owned(),
            });
        }
        check_characters(text, start)?;
        regex_lite::Regex::new(&with_minimum(text)).map(Self).map_err(|error| PatternError {
            offset: start,
            message: format!("the regular expression does not parse: {error}"),
            remedy: "escape operators that are meant literally, with `\\`".to_owned(),
        })
    }

    /// What in a checked text the guide does not list, and uses in an example at most: where, how long, and what.
    pub(super) fn doubts(text: &str) -> Vec<(usize, usize, DoubtKind)> {
        let mut doubts = Vec::new();
        let mut characters = text.char_indices();
        while let Some((index, character)) = characters.next() {
            match character {
                ' ' => doubts.push((index, 1, DoubtKind::RegexSpace)),
                '\\' => {
                    let escaped = characters.next().map(|(_, escaped)| escaped).unwrap_or_default();
                    if !CLASSES.contains(escaped) && escaped != 'x' && !OPERATORS.contains(escaped) {
                        doubts.push((index, 1 + escaped.len_utf8(), DoubtKind::RegexEscape));
                    }
                }
                _ => {}
            }
        }
        doubts
    }

    /// How it is written.
    pub(super) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it occurs anywhere in `text`.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// `{,5}` as `{0,5}`: the guide lets the minimum be left out, and the crate does not.
fn with_minimum(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut escaped = false;
    for (index, character) in text.char_indices() {
        whole.push(character);
        if character == '{' && !escaped && text[index + 1..].starts_with(',') {
            whole.push('0');
        }
        escaped = character == '\\' && !escaped;
    }
    whole
}

fn check_characters(text: &str, start: usize) -> Result<(), PatternError> {
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        let refused = match character {
            '\\' => escape(&mut characters).err(),
            _ if character.is_ascii_alphanumeric() => None,
            _ if SYMBOLS.contains(character) || OPERATORS.contains(character) => None,
            // `%^starting|^initializing|^shutting down%` is an example of the guide.
            ' ' => None,
            _ => Some(remedy(character)),
        };
        if let Some(remedy) = refused {
            let message = format!("`{}` is not supported in a regular expression", piece(text, index));
            return Err(PatternError { offset: start + index, message, remedy });
        }
    }
    Ok(())
}

/// Checks what follows a backslash.
fn escape(characters: &mut std::str::CharIndices<'_>) -> Result<(), String> {
    let is_hex = |next: Option<(usize, char)>| next.is_some_and(|(_, c)| c.is_ascii_hexdigit());
    match characters.next() {
        Some((_, 'x')) if is_hex(characters.next()) && is_hex(characters.next()) => Ok(()),
        Some((_, 'x')) => Err("write two hexadecimal digits after `\\x`".to_owned()),
        Some((_, class)) if CLASSES.contains(class) => Ok(()),
        Some((_, symbol)) if symbol.is_ascii_punctuation() => Ok(()),
        Some((_, letter)) if OTHER_ESCAPES.contains(letter) => Ok(()),
        _ => Err(format!(
            "after a backslash, write one of {CLASSES}, `xhh` or the symbol that is meant literally"
        )),
    }
}

fn remedy(character: char) -> String {
    match character {
        '(' | ')' => {
            "write the alternatives out, because there are no groups; `\\` makes it literal".to_owned()
        }
        _ if character.is_ascii() => format!("write letters, digits and `{SYMBOLS}`, or escape it with `\\`"),
        _ => "leave it out, because only ASCII is supported; `.` matches any character".to_owned(),
    }
}

/// The refused piece: an escape with its letter, else the character.
fn piece(text: &str, index: usize) -> &str {
    let length = if text[index..].starts_with('\\') { 2 } else { 1 };
    let end = text[index..].char_indices().nth(length).map_or(text.len(), |(offset, _)| index + offset);
    &text[index..end]
}
