//! Sets of characters, written as a regular expression has them between brackets.
//!
//! Ranges, escapes, `\p{Alphabetic}`, `\p{N}` and a `^` in front; nothing else is used. The reader has no engine for
//! regular expressions that knows the classes of Unicode, and needs none.

/// Whether a character is in the set.
pub(super) fn contain(set: &str, character: char) -> bool {
    let (set, negated) = match set.strip_prefix('^') {
        Some(rest) => (rest, true),
        None => (set, false),
    };
    listed(set, character) != negated
}

fn listed(mut rest: &str, character: char) -> bool {
    while let Some((item, behind)) = item(rest) {
        let (last, behind) = match (item, behind.strip_prefix('-').and_then(self::item)) {
            (Item::One(_), Some((Item::One(last), behind))) => (Some(last), behind),
            _ => (None, behind),
        };
        let there = match item {
            Item::One(first) => (first..=last.unwrap_or(first)).contains(&character),
            Item::Alphabetic => character.is_alphabetic(),
            Item::Numeric => character.is_numeric(),
        };
        if there {
            return true;
        }
        rest = behind;
    }
    false
}

#[derive(Clone, Copy)]
enum Item {
    One(char),
    Alphabetic,
    Numeric,
}

/// The first member of a set, and what follows it.
fn item(set: &str) -> Option<(Item, &str)> {
    let classes = [(r"\p{Alphabetic}", Item::Alphabetic), (r"\p{N}", Item::Numeric)];
    if let Some(found) = classes.into_iter().find_map(|(class, item)| Some((item, set.strip_prefix(class)?)))
    {
        return Some(found);
    }
    let by_number = |digits: usize| {
        let number = set.get(2..2 + digits)?;
        let character = u32::from_str_radix(number, 16).ok().and_then(char::from_u32)?;
        Some((Item::One(character), &set[2 + digits..]))
    };
    let mut characters = set.chars();
    let first = characters.next()?;
    if first != '\\' {
        return Some((Item::One(first), characters.as_str()));
    }
    match characters.next()? {
        'x' => by_number(2),
        'u' => by_number(4),
        escaped => Some((Item::One(escaped), characters.as_str())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(set: &str, inside: &str, outside: &str) {
        for (characters, expected) in [(inside, true), (outside, false)] {
            for character in characters.chars() {
                assert_eq!(contain(set, character), expected, "{character:?} in [{set}]");
            }
        }
    }

    #[test]
    fn sets() {
        check("a-z0-9.-", "amz059.-", "A_/é\u{0}");
        check(r"^:*\x00-\x1f", "a é-", ":*\u{0}\n\u{1f}");
        check(r"a\[\]^-", "a[]^-", "b\\");
        check(r"\p{Alphabetic}\p{N} _@-", "aé日1½Ⅷ _@-", "!€\t");
        check(r"^\u2000-\u200a", "a\u{200b}", "\u{2000}\u{2005}\u{200a}");
    }
}
