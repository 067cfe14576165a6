//! Where the statements of a policy stand in its text.

/// A line and a column, from 1.
type Position = (usize, usize);

/// Where each statement begins and ends. A text that is not a policy has none.
pub(super) fn spans(text: &str) -> Vec<(Position, Position)> {
    let mut found = Vec::new();
    let mut walk = Walk::default();
    let mut start = None;
    for letter in text.chars() {
        let before = walk.depth;
        walk.step(letter);
        // Statements are two levels down in a list, or one where there is a single one without.
        let level = if walk.listed { 3 } else { 2 };
        if walk.within && walk.depth == level && before < level && letter == '{' {
            start = Some(walk.position());
        }
        if walk.depth < level && before == level && letter == '}' {
            found.extend(start.take().map(|start| (start, walk.position())));
        }
    }
    found
}

/// A walk through JSON, letter by letter.
#[derive(Default)]
struct Walk {
    line: usize,
    column: usize,
    depth: usize,
    in_string: bool,
    escaped: bool,
    string: String,
    /// Whether this is the value of `Statement`.
    within: bool,
    /// Whether that value is a list.
    listed: bool,
}

impl Walk {
    fn position(&self) -> Position {
        (self.line + 1, self.column)
    }

    fn step(&mut self, letter: char) {
        self.column += 1;
        if letter == '\n' {
            (self.line, self.column) = (self.line + 1, 0);
        }
        if self.in_string {
            self.in_string = letter != '"' || self.escaped;
            self.escaped = letter == '\\' && !self.escaped;
            if self.in_string {
                self.string.push(letter);
            }
            return;
        }
        match letter {
            '"' => {
                self.in_string = true;
                self.string.clear();
            }
            ':' if self.depth == 1 => (self.within, self.listed) = (self.string == "Statement", false),
            '{' | '[' => {
                self.listed |= letter == '[' && self.depth == 1;
                self.depth += 1;
            }
            '}' | ']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(Position, Position)]) {
        assert_eq!(spans(text), expect, "{text}");
    }

    #[test]
    fn statements_are_found_where_they_stand() {
        check(r#"{"Statement":{"Effect":"Allow"}}"#, &[((1, 14), (1, 31))]);
        check(
            r#"{"Statement":[{"a":{}},{"b":["{"]}],"Version":"x"}"#,
            &[((1, 15), (1, 22)), ((1, 24), (1, 34))],
        );
        check("{\n \"Statement\": [\n  {\n  }\n ]\n}", &[((3, 3), (4, 3))]);
        check("[]", &[]);
    }
}
