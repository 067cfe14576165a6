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
