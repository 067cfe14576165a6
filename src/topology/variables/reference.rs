//! Finds what stands for variables in a text.
//!
//! Only `${var.` and `${env.` begin such a place. All else stays as it is: policy variables (`${aws:username}`), what the
//! CloudWatch agent expands, and what looks like a variable of a shell.

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// This, as it is.
    Literal(&'t str),
    /// The value of a variable.
    Variable(&'t str),
    /// What a variable of the environment holds.
    Environment(&'t str),
    /// The beginning of such a place, which is none.
    Broken(&'t str),
}

/// Whether anything stands for a variable, or is meant not to.
pub(in crate::topology) fn refers(text: &str) -> bool {
    text.contains("${var.") || text.contains("${env.")
}

/// All parts of a text. `$${var.` and `$${env.` are written for a `${` that is meant as it is.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = [rest.find("${var."), rest.find("${env.")].into_iter().flatten().min() {
        if rest[..at].ends_with('$') {
            pieces.push(Piece::Literal(&rest[..at - 1]));
            // With the two characters that would be found again.
            pieces.push(Piece::Literal(&rest[at..at + 2]));
            rest = &rest[at + 2..];
            continue;
        }
        pieces.push(Piece::Literal(&rest[..at]));
        let inside = &rest[at + "${var.".len()..];
        let end = inside.find('}');
        let name = end.map(|end| &inside[..end]).filter(|name| is_name(name));
        let whole = end.map_or(&rest[at..], |end| &rest[at..at + "${var.".len() + end + 1]);
        pieces.push(match name {
            Some(name) if rest[at..].starts_with("${var.") => Piece::Variable(name),
            Some(name) => Piece::Environment(name),
            None => Piece::Broken(whole),
        });
        rest = &rest[at + whole.len()..];
    }
    pieces.push(Piece::Literal(rest));
    pieces.retain(|piece| *piece != Piece::Literal(""));
    pieces
}

fn is_name(name: &str) -> bool {
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_') && name.chars().all(word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Piece::{Broken, Environment, Literal, Variable};
    use super::*;

    #[test]
    fn places_are_told_from_what_looks_like_them() {
        let check = |text: &str, expect: &[Piece<'_>]| assert_eq!(pieces(text), expect, "{text}");
        check("${var.a}", &[Variable("a")]);
        check(
            "x-${var.a}-${env.B_1}y",
            &[Literal("x-"), Variable("a"), Literal("-"), Environment("B_1"), Literal("y")],
        );
        check("${var.a}${var.b}", &[Variable("a"), Variable("b")]);
        check("$${var.a}", &[Literal("${"), Literal("var.a}")]);
        check("$$${var.a}", &[Literal("$"), Literal("${"), Literal("var.a}")]);
        check("${var.}", &[Broken("${var.}")]);
        check("${var.a", &[Broken("${var.a")]);
        check("a${env.1}b", &[Literal("a"), Broken("${env.1}"), Literal("b")]);
        check("${var.a.b}", &[Broken("${var.a.b}")]);
        for text in
            ["${aws:username}", "${HOME}", "$var.a", "!{timestamp:yyyy}", "${VAR.a}", "$${HOME}", "${*}"]
        {
            check(text, &[Literal(text)]);
        }
        check("", &[]);
    }

    proptest! {
        #[test]
        fn what_holds_no_place_is_the_same(text in "[a$ {}.]{0,6}[\\PC]{0,12}[${}var.]{0,8}") {
            if !refers(&text) {
                let same: Vec<Piece<'_>> = [Literal(&text)].into_iter().filter(|_| !text.is_empty()).collect();
                prop_assert_eq!(pieces(&text), same);
            }
        }
    }
}
