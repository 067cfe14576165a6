//! Names of what there may be several of under one declared name: the first has that name, the others a number behind it.
//! Pure.

/// What the one of this number is called, counted from 1.
pub(crate) fn name(declared: &str, number: u32) -> String {
    if number == 1 { declared.to_owned() } else { format!("{declared}-{number}") }
}

/// The number of the one that is called so, if it is one of them.
pub(crate) fn number(declared: &str, candidate: &str) -> Option<u32> {
    if candidate == declared {
        return Some(1);
    }
    let number: u32 = candidate.strip_prefix(declared)?.strip_prefix('-')?.parse().ok()?;
    (number > 1 && name(declared, number) == candidate).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_belong_together() {
        for (candidate, expect) in [
            ("logs", Some(1)),
            ("logs-2", Some(2)),
            ("logs-13", Some(13)),
            ("logs-1", None),
            ("logs-02", None),
            ("logs-a", None),
            ("logs-2-3", None),
            ("other-2", None),
        ] {
            assert_eq!(number("logs", candidate), expect, "{candidate}");
        }
        assert_eq!((name("logs", 1), name("logs", 4)), ("logs".to_owned(), "logs-4".to_owned()));
    }
}
