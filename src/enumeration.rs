//! Words one after the other, as a sentence has them. Pure.

/// `a`, `a or b`, `a, b or c`; empty where there are none.
pub(crate) fn any_of(words: &[impl AsRef<str>]) -> String {
    joined(words, "or")
}

/// `a`, `a and b`, `a, b and c`; empty where there are none.
pub(crate) fn all_of(words: &[impl AsRef<str>]) -> String {
    joined(words, "and")
}

fn joined(words: &[impl AsRef<str>], conjunction: &str) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_words_are_read_as_a_sentence() {
        let check = |items: &[&str], expect: &str| {
            let items: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
            assert_eq!(all_of(&items), expect);
        };
        check(&["role `a`"], "role `a`");
        check(&["role `a`", "user `b`"], "role `a` and user `b`");
        check(&["role `a`", "user `b`", "group `c`"], "role `a`, user `b` and group `c`");
    }
}
