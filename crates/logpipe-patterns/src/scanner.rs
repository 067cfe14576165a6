//! Reading a pattern from left to right. Knows characters and positions, no grammar.

use super::doubt::{Doubt, DoubtKind};
use super::error::PatternError;
use super::regex::Regex;

/// A place in a pattern.
pub(super) struct Scanner<'a> {
    text: &'a str,
    offset: usize,
    regexes: usize,
    wildcards: usize,
    doubts: Vec<Doubt>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, offset: 0, regexes: 0, wildcards: 0, doubts: Vec::new() }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.offset..]
    }

    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    /// How many regular expressions were read so far.
    pub(super) fn regexes(&self) -> usize {
        self.regexes
    }

    /// How many wildcard selectors were read so far.
    pub(super) fn wildcards(&self) -> usize {
        self.wildcards
    }

    /// Counts one more wildcard selector.
    pub(super) fn count_wildcard(&mut self) {
        self.wildcards += 1;
    }

    /// Notes that nobody but CloudWatch Logs knows about what was read since `start`.
    pub(super) fn doubt(&mut self, start: usize, kind: DoubtKind) {
        let text = self.text[start..self.offset].trim().to_owned();
        self.doubts.push(Doubt { offset: start, text, kind });
    }

    /// Everything that was noted, in the order of the pattern.
    pub(super) fn into_doubts(mut self) -> Vec<Doubt> {
        self.doubts.sort();
        self.doubts
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn skip_space(&mut self) {
        self.offset = self.text.len() - self.rest().trim_start().len();
    }

    /// Reads `expected` if it is next.
    pub(super) fn take(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            self.offset += expected.len();
        }
        found
    }

    /// Reads `word` in any case if it is next and no longer word; the guide writes them in upper case alone.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let (rest, start) = (self.rest(), self.offset);
        let next = rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        let ends = next && !rest[word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if ends {
            self.offset += word.len();
            if !rest.starts_with(word) {
                self.doubt(start, DoubtKind::KeywordCase);
            }
        }
        ends
    }

    /// Reads as far as `belongs` says.
    pub(super) fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.offset += length;
        &rest[..length]
    }

    /// Reads a string in double quotes; `\"` and `\\` stand for the character itself.
    pub(super) fn quoted(&mut self) -> Result<String, PatternError> {
        let unclosed = self.error("this quote is not closed", "close it with `\"`");
        if !self.take("\"") {
            return Err(self.error("a quoted string is missing", "write it in double quotes"));
        }
        let mut string = String::new();
        let mut characters = self.rest().char_indices();
        while let Some((index, character)) = characters.next() {
            match character {
                '"' => {
                    self.offset += index + 1;
                    return Ok(string);
                }
                '\\' => match characters.next() {
                    Some((_, escaped @ ('"' | '\\'))) => string.push(escaped),
                    Some((_, other)) => string.extend(['\\', other]),
                    None => return Err(unclosed),
                },
                other => string.push(other),
            }
        }
        Err(unclosed)
    }

    /// Reads a string in single quotes, in which nothing is escaped.
    pub(super) fn single_quoted(&mut self) -> Result<&'a str, PatternError> {
        let unclosed = self.error("this quote is not closed", "close it with `'`");
        if !self.take("'") {
            return Err(self.error("a quoted name is missing", "write it in single quotes"));
        }
        let string = self.take_while(|c| c != '\'');
        if self.take("'") { Ok(string) } else { Err(unclosed) }
    }

    /// Reads a regular expression between percent signs.
    pub(super) fn regex(&mut self) -> Result<Regex, PatternError> {
        let unclosed = self.error("this regular expression is not closed", "close it with `%`");
        if !self.take("%") {
            return Err(self.error("a regular expression is missing", "write it between `%` and `%`"));
        }
        let start = self.offset;
        let length = self.rest().find('%').ok_or(unclosed)?;
        let text = &self.rest()[..length];
        let regex = Regex::parse(text, start)?;
        for (offset, length, kind) in Regex::doubts(text) {
            let part = text[offset..offset + length].to_owned();
            self.doubts.push(Doubt { offset: start + offset, text: part, kind });
        }
        self.offset += length + 1;
        self.regexes += 1;
        Ok(regex)
    }

    /// An error at this place.
    pub(super) fn error(&self, message: impl Into<String>, remedy: impl Into<String>) -> PatternError {
        PatternError { offset: self.offset, message: message.into(), remedy: remedy.into() }
    }

    /// What is here, for error messages.
    pub(super) fn found(&self) -> String {
        match self.peek() {
            Some(character) => format!("`{character}`"),
            None => "the end of the pattern".to_owned(),
        }
    }
}
