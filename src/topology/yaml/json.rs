//! JSON text as the tree that YAML becomes, in which every key and value knows its place.
//!
//! JSON is almost YAML, but not quite: tabs between its values, and characters beyond the first plane as two escapes.

use std::rc::Rc;

use super::tree::{Entry, Kind, Node, Value};
use crate::topology::finding::{Finding, Span};

/// What is read has a handful of levels; this bounds the stack.
const DEEPEST: usize = 64;

/// Reads one value; the error is where the text stops being JSON.
pub(in crate::topology) fn parse(text: &str) -> Result<Rc<Node>, Finding> {
    let mut reader = Reader { letters: text.chars().collect(), at: 0, depth: 0 };
    let root = reader.value()?;
    reader.blanks();
    match reader.peek() {
        None => Ok(root),
        Some(letter) => {
            Err(reader.fault(format!("`{letter}` after the end of the value"), "remove what follows it"))
        }
    }
}

struct Reader {
    letters: Vec<char>,
    at: usize,
    depth: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek();
        self.at += usize::from(letter.is_some());
        letter
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.at += 1;
        }
    }

    fn fault(&self, message: impl Into<String>, help: &str) -> Finding {
        Finding {
            span: Span { start: self.at, end: self.at },
            other: None,
            message: format!("not valid JSON: {}", message.into()),
            why: "the rest of the file cannot be read".to_owned(),
            help: help.to_owned(),
        }
    }

    /// What is here, for a message.
    fn here(&self) -> String {
        self.peek().map_or_else(|| "the end of the file".to_owned(), |letter| format!("`{letter}`"))
    }

    fn value(&mut self) -> Result<Rc<Node>, Finding> {
        self.blanks();
        let start = self.at;
        let value = match self.peek() {
            Some('{') => self.nested(Self::map)?,
            Some('[') => self.nested(Self::list)?,
            Some('"') => Value::Scalar { text: self.text()?, kind: Kind::Text },
            Some('-' | '0'..='9') => self.number()?,
            Some('a'..='z' | 'A'..='Z') => self.word()?,
            _ => {
                return Err(
                    self.fault(format!("{} where a value should be", self.here()), "write a value here")
                );
            }
        };
        Ok(Rc::new(Node::new(Span { start, end: self.at }, value)))
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Finding>) -> Result<Value, Finding> {
        if self.depth >= DEEPEST {
            return Err(self.fault(format!("more than {DEEPEST} levels"), "remove the extra brackets"));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn map(&mut self) -> Result<Value, Finding> {
        let mut entries = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                Some('}') if entries.is_empty() => break,
                Some('"') => {}
                _ => {
                    let message = format!("{} where a key in quotes should be", self.here());
                    return Err(
                        self.fault(message, "write `\"key\": value`, with no comma after the last one")
                    );
                }
            }
            let start = self.at;
            let key = self.text()?;
            let key_span = Span { start, end: self.at };
            self.blanks();
            if self.peek() != Some(':') {
                let message = format!("{} where the `:` after `{key}` should be", self.here());
                return Err(self.fault(message, "put a `:` between key and value"));
            }
            self.at += 1;
            entries.push(Entry { key, key_span, value: self.value()? });
            if self.ends('}')? {
                break;
            }
        }
        self.at += 1;
        Ok(Value::Map(entries))
    }

    fn list(&mut self) -> Result<Value, Finding> {
        let mut items = Vec::new();
        self.blanks();
        while self.peek() != Some(']') || !items.is_empty() {
            items.push(self.value()?);
            if self.ends(']')? {
                break;
            }
        }
        self.at += 1;
        Ok(Value::List(items))
    }

    /// Whether the end is here; otherwise a comma, which is passed.
    fn ends(&mut self, end: char) -> Result<bool, Finding> {
        self.blanks();
        match self.peek() {
            Some(',') => {
                self.at += 1;
                Ok(false)
            }
            Some(letter) if letter == end => Ok(true),
            _ => {
                let message = format!("{} where `,` or `{end}` should be", self.here());
                Err(self.fault(message, "put a comma between values, and close what is open"))
            }
        }
    }

    fn text(&mut self) -> Result<String, Finding> {
        self.at += 1;
        let mut text = String::new();
        loop {
            match self.next() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escape()?),
                Some(letter) if letter >= ' ' => text.push(letter),
                letter => {
                    self.at -= usize::from(letter.is_some());
                    return Err(self.fault("a string that does not end on its line", "close it with `\"`"));
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Finding> {
        Ok(match self.next() {
            Some(letter @ ('"' | '\\' | '/')) => letter,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => self.unicode()?,
            letter => {
                self.at -= usize::from(letter.is_some());
                let help = "write `\\\\` for a backslash";
                return Err(self.fault(format!("{} after a `\\`", self.here()), help));
            }
        })
    }

    /// A character by its number, or by two numbers; half of such a pair is not a character, and is replaced as Go
    /// does.
    fn unicode(&mut self) -> Result<char, Finding> {
        let first = self.hexadecimal()?;
        if !(0xD800..0xDC00).contains(&first) {
            return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = self.at;
        if self.next() == Some('\\') && self.next() == Some('u') {
            let second = self.hexadecimal()?;
            if (0xDC00..0xE000).contains(&second) {
                let number = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        self.at = before;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hexadecimal(&mut self) -> Result<u32, Finding> {
        let mut number = 0;
        for _ in 0..4 {
            match self.peek().and_then(|letter| letter.to_digit(16)) {
                Some(digit) => number = number * 16 + digit,
                None => {
                    return Err(self.fault("`\\u` without four hexadecimal digits", "write all four digits"));
                }
            }
            self.at += 1;
        }
        Ok(number)
    }

    fn number(&mut self) -> Result<Value, Finding> {
        let start = self.at;
        while matches!(self.peek(), Some('-' | '+' | '.' | '0'..='9' | 'e' | 'E')) {
            self.at += 1;
        }
        let text: String = self.letters[start..self.at].iter().collect();
        let number = serde_json::from_str::<serde_json::Number>(&text);
        let kind = match number {
            Ok(number) => number.as_i64().map_or_else(|| whole(&number), Kind::Integer),
            Err(_) => {
                self.at = start;
                return Err(
                    self.fault(format!("`{text}` is not a number"), "write a number, or put it in quotes")
                );
            }
        };
        Ok(Value::Scalar { text, kind })
    }

    fn word(&mut self) -> Result<Value, Finding> {
        let start = self.at;
        while matches!(self.peek(), Some('a'..='z' | 'A'..='Z' | '0'..='9' | '_')) {
            self.at += 1;
        }
        let text: String = self.letters[start..self.at].iter().collect();
        let kind = match text.as_str() {
            "true" => Kind::Flag(true),
            "false" => Kind::Flag(false),
            "null" => Kind::Null,
            _ => {
                self.at = start;
                return Err(self.fault(format!("`{text}` without quotes"), "put it in quotes"));
            }
        };
        Ok(Value::Scalar { text, kind })
    }
}

/// `7.0` is as whole a number as `7`, to whoever reads JSON as Go does.
fn whole(number: &serde_json::Number) -> Kind {
    match number.as_f64() {
        Some(number) if number.fract() == 0.0 && number.abs() < 9e15 => Kind::Integer(number as i64),
        _ => Kind::Float,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(node: &Node) -> serde_json::Value {
        match &node.value {
            Value::List(items) => items.iter().map(|item| shown(item)).collect(),
            Value::Map(entries) => {
                let entries = entries.iter().map(|entry| (entry.key.clone(), shown(&entry.value)));
                entries.collect::<serde_json::Map<_, _>>().into()
            }
            Value::Scalar { kind: Kind::Null, .. } => serde_json::Value::Null,
            Value::Scalar { kind: Kind::Flag(flag), .. } => (*flag).into(),
            Value::Scalar { kind: Kind::Integer(number), .. } => (*number).into(),
            Value::Scalar { kind: Kind::Float, text } => text.parse::<f64>().unwrap().into(),
            Value::Scalar { kind: Kind::Text, text } => text.as_str().into(),
        }
    }

    #[test]
    fn what_is_json_is_read_as_serde_reads_it() {
        for text in [
            "{}",
            "[]",
            " { \"a\" :\t[ 1 , -2.5e3, true, false, null ] } ",
            r#""\"\\\/\b\f\n\r\tA\ud83d\ude00""#,
            "[[],{\"é\":{}}]",
            "0",
            "\"\"",
        ] {
            let expected: serde_json::Value = serde_json::from_str(text).unwrap();
            let read = shown(&parse(text).unwrap());
            // A float that is whole counts as an integer.
            assert_eq!(read.to_string(), expected.to_string().replace("-2500.0", "-2500"), "{text}");
        }
    }

    #[test]
    fn what_is_not_json_is_pointed_at() {
        let check = |text: &str, at: usize, part: &str| {
            let finding = parse(text).unwrap_err();
            assert_eq!(finding.span.start, at, "{text}: {}", finding.message);
            assert!(finding.message.contains(part), "{text}: {}", finding.message);
        };
        check("", 0, "the end of the file");
        check("{\"a\":1,}", 7, "a key in quotes");
        check("{a:1}", 1, "a key in quotes");
        check("{\"a\" 1}", 5, "after `a`");
        check("[1 2]", 3, "`,` or `]`");
        check("[1,]", 3, "`]` where a value");
        check("{\"a\":1", 6, "the end of the file where `,` or `}`");
        check("\"a\n\"", 2, "does not end on its line");
        check(r#""\x""#, 2, "`x` after a `\\`");
        check(r#""\u12g4""#, 5, "four hexadecimal digits");
        check("01", 0, "not a number");
        check("nul", 0, "without quotes");
        check("1 2", 2, "after the end");
        check(&"[".repeat(100), 64, "64 levels");
    }

    #[test]
    fn no_text_is_too_strange() {
        proptest::proptest!(|(text in r#"[\[\]{}",:\\ud83\-0-9.eatrufalsn \n\t]{0,24}"#)| {
            let ours = parse(&text);
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            // Half of a pair of escapes is the only thing that is read here and not there.
            proptest::prop_assert!(ours.is_ok() == theirs.is_ok() || text.contains("\\u"), "{text}");
        });
    }
}
