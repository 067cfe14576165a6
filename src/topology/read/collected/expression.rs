//! Regular expressions of the agent, which is written in Go: what its compiler is certain to refuse.
//!
//! The syntax is RE2's (pkg.go.dev/regexp/syntax). What is not known for sure is let through.

/// The most times that Go repeats something.
const MOST_REPEATED: u32 = 1000;

/// Why Go refuses the expression, if it certainly does.
pub(in crate::topology) fn check(expression: &str) -> Result<(), String> {
    let letters: Vec<char> = expression.chars().collect();
    Scanner { letters: &letters, at: 0, open: 0, last: Last::Nothing }.run()
}

/// What comes before a repetition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Nothing that could be repeated.
    Nothing,
    Something,
    /// A repetition, which Go does not repeat again.
    Repetition,
}

struct Scanner<'l> {
    letters: &'l [char],
    at: usize,
    open: usize,
    last: Last,
}

impl Scanner<'_> {
    fn run(mut self) -> Result<(), String> {
        while let Some(letter) = self.next() {
            match letter {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.group()?,
                ')' => {
                    self.open = self.open.checked_sub(1).ok_or("a `)` has no `(`")?;
                    self.last = Last::Something;
                }
                '|' => self.last = Last::Nothing,
                '*' | '+' | '?' => self.repetition(&letter.to_string())?,
                '{' => self.count()?,
                // An empty width may be repeated, and is.
                _ => self.last = Last::Something,
            }
        }
        if self.open > 0 { Err("a `(` has no `)`".to_owned()) } else { Ok(()) }
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.letters.get(self.at).copied();
        self.at += usize::from(letter.is_some());
        letter
    }

    fn rest(&self) -> &[char] {
        &self.letters[self.at..]
    }

    fn starts(&self, text: &str) -> bool {
        let mut rest = self.rest().iter();
        text.chars().all(|letter| rest.next() == Some(&letter))
    }

    fn repetition(&mut self, written: &str) -> Result<(), String> {
        match self.last {
            Last::Nothing => return Err(format!("there is nothing before `{written}` to repeat")),
            Last::Repetition => {
                return Err(format!("`{written}` repeats another repetition; put that one into `(?:…)`"));
            }
            Last::Something => {}
        }
        // `*?` is as few as possible.
        self.at += usize::from(self.starts("?"));
        self.last = Last::Repetition;
        Ok(())
    }

    /// `{2}`, `{2,}` or `{2,5}`; anything else is a brace.
    fn count(&mut self) -> Result<(), String> {
        let Some(end) = self.rest().iter().position(|letter| *letter == '}') else {
            self.last = Last::Something;
            return Ok(());
        };
        let inside: String = self.rest()[..end].iter().collect();
        let (least, most) =
            inside.split_once(',').map_or((inside.as_str(), None), |(least, most)| (least, Some(most)));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(least) || !most.is_none_or(|most| most.is_empty() || is_number(most)) {
            self.last = Last::Something;
            return Ok(());
        }
        let number = |text: &str| text.parse::<u32>().unwrap_or(u32::MAX);
        let most = most.filter(|most| !most.is_empty()).map(number);
        if number(least) > MOST_REPEATED || most.is_some_and(|most| most > MOST_REPEATED) {
            return Err(format!("`{{{inside}}}` repeats more than {MOST_REPEATED} times"));
        }
        if most.is_some_and(|most| most < number(least)) {
            return Err(format!("`{{{inside}}}` has a maximum below its minimum"));
        }
        self.at += end + 1;
        self.repetition(&format!("{{{inside}}}"))
    }

    fn group(&mut self) -> Result<(), String> {
        self.open += 1;
        self.last = Last::Nothing;
        if !self.starts("?") {
            return Ok(());
        }
        for (form, what) in [
            ("?=", "a look-ahead"),
            ("?!", "a look-ahead"),
            ("?<=", "a look-behind"),
            ("?<!", "a look-behind"),
            ("?>", "an atomic group"),
            ("?#", "a comment"),
        ] {
            if self.starts(form) {
                return Err(format!(
                    "`({form}` starts {what}, which Go's regular expressions do not support"
                ));
            }
        }
        let named = self.starts("?P<") || self.starts("?<");
        let end = self.rest().iter().position(|letter| matches!(letter, ':' | ')' | '>' | '('));
        let is_flags = |flags: &[char]| flags.iter().all(|flag| matches!(flag, 'i' | 'm' | 's' | 'U' | '-'));
        let known = end.is_some_and(|end| match self.rest()[end] {
            '>' => named,
            ':' | ')' => !named && is_flags(&self.rest()[1..end]),
            _ => false,
        });
        let Some(end) = end.filter(|_| known) else {
            return Err("Go does not know this kind of group, which starts with `(?`".to_owned());
        };
        // The `)` of `(?i)` closes it, and is read next.
        self.at += if self.rest()[end] == ')' { end } else { end + 1 };
        Ok(())
    }

    fn escape(&mut self) -> Result<(), String> {
        self.last = Last::Something;
        match self.next() {
            None => Err("it ends with a `\\`".to_owned()),
            Some('Q') => {
                while !self.rest().is_empty() && !self.starts("\\E") {
                    self.at += 1;
                }
                self.at = (self.at + 2).min(self.letters.len());
                Ok(())
            }
            // Two digits and more are a character by its number.
            Some(digit @ '1'..='9') if !matches!(self.rest().first(), Some('0'..='7')) || digit > '7' => Err(
                format!("`\\{digit}` refers back to a group, which Go's regular expressions do not support"),
            ),
            Some(_) => Ok(()),
        }
    }

    /// A `]` right after the `[` stands for itself.
    fn class(&mut self) -> Result<(), String> {
        self.at += usize::from(self.starts("^"));
        let mut first = true;
        while let Some(letter) = self.next() {
            match letter {
                ']' if !first => {
                    self.last = Last::Something;
                    return Ok(());
                }
                '\\' => {
                    self.next();
                }
                '[' if self.starts(":") => {
                    let named: String = self.rest().iter().collect();
                    if let Some(end) = named.find(":]") {
                        self.at += named[..end].chars().count() + 2;
                    }
                }
                _ => {}
            }
            first = false;
        }
        Err("a `[` has no `]`".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    /// Verdicts of Go 1.24's `regexp.Compile`.
    #[test]
    fn what_go_refuses_is_refused_and_what_it_takes_is_let_through() {
        let refused = [
            ("(", "no `)`"),
            (")", "no `(`"),
            ("[a", "no `]`"),
            ("[]", "no `]`"),
            ("*a", "nothing before `*`"),
            ("a|+", "nothing before `+`"),
            ("(?:*)", "nothing before `*`"),
            ("a**", "repeats another repetition"),
            ("a{2}{3}", "repeats another repetition"),
            ("a{2,1}", "below its minimum"),
            ("a{1001}", "more than 1000"),
            ("(?=a)", "a look-ahead"),
            ("(?<!a)b", "a look-behind"),
            ("(?>a)", "an atomic group"),
            (r"(a)\1", "refers back"),
            (r"\9", "refers back"),
            (r"a\", "ends with a `\\`"),
            ("(?Pa)", "does not know this kind"),
        ];
        for (expression, part) in refused {
            let why = check(expression).expect_err(expression);
            assert!(why.contains(part), "{expression}: {why}");
        }
        let taken = [
            "",
            "a",
            "^[\\S]",
            "(TRACE|DEBUG)",
            r"Foo: ([1-5]\d\d)",
            "[]a]",
            "[^]a]",
            "[a[b]",
            "([[]a)",
            "[[:alpha:]]+",
            "(?i)error",
            "(?P<at>x)",
            "(?<at>x)",
            "(?s:a.b)",
            r"\Q(*\E",
            r"\Q(",
            r"\123",
            "a{,2}",
            "a{",
            "a{x}",
            "{2",
            "a*?",
            "a+?b",
            "(|a)*",
            r"[\]]",
            "a{2,}",
            "()*",
            "^*",
            r"\pL+",
            r"\x{10FFFF}",
        ];
        for expression in taken {
            assert_eq!(check(expression), Ok(()), "{expression}");
        }
    }

    #[test]
    fn no_text_is_too_strange() {
        proptest::proptest!(|(expression in r"[\\()\[\]{}*+?|^:<>=!PQEa1,\n]{0,12}")| {
            let _answer = check(&expression);
        });
    }
}
