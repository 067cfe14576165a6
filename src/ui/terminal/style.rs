//! Colours by meaning. Colour never carries meaning alone: every coloured word reads the same without it.
//!
//! Owns the palette and the decision whether to use it. Knows no stream and no environment.

use anstyle::{AnsiColor, Style};

use crate::event::Verb;

/// What the user, the environment and the stream say about colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ColourChoice<'a> {
    /// `--no-color` was given.
    pub never: bool,
    /// Value of `NO_COLOR`.
    pub no_color: Option<&'a str>,
    /// Value of `CLICOLOR_FORCE`.
    pub clicolor_force: Option<&'a str>,
    /// Value of `TERM`.
    pub term: Option<&'a str>,
}

/// Whether to colour a stream that is a terminal, or is not.
///
/// The order is that of no-color.org and bixense.com/clicolors: a no beats a force, a force beats the guess.
pub fn colour(choice: ColourChoice<'_>, terminal: bool) -> bool {
    let set = |value: Option<&str>| value.is_some_and(|value| !value.is_empty());
    if choice.never || set(choice.no_color) {
        false
    } else if set(choice.clicolor_force) && choice.clicolor_force != Some("0") {
        true
    } else {
        terminal && choice.term != Some("dumb")
    }
}

/// Paints words, or leaves them alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint {
    on: bool,
}

impl Paint {
    /// Paints when `on`.
    pub fn new(on: bool) -> Self {
        Self { on }
    }

    /// Whether anything is painted.
    pub fn is_on(self) -> bool {
        self.on
    }

    /// Something new, or in order.
    pub fn added(self, text: &str) -> String {
        self.with(AnsiColor::Green.on_default(), text)
    }

    /// Something that changes.
    pub fn changed(self, text: &str) -> String {
        self.with(AnsiColor::Yellow.on_default(), text)
    }

    /// Something that goes away.
    pub fn removed(self, text: &str) -> String {
        self.with(AnsiColor::Red.on_default(), text)
    }

    /// Something that went wrong.
    pub fn failing(self, text: &str) -> String {
        self.with(AnsiColor::Red.on_default().bold(), text)
    }

    /// Advice.
    pub fn hint(self, text: &str) -> String {
        self.with(AnsiColor::Cyan.on_default().bold(), text)
    }

    /// Headings and verdicts.
    pub fn bold(self, text: &str) -> String {
        self.with(Style::new().bold(), text)
    }

    /// What may be skipped when reading.
    pub fn dim(self, text: &str) -> String {
        self.with(Style::new().dimmed(), text)
    }

    /// Text in the colour of what a verb does.
    pub fn verb(self, verb: Verb, text: &str) -> String {
        match verb {
            Verb::Create => self.added(text),
            Verb::Update | Verb::Replace | Verb::Adopt => self.changed(text),
            Verb::Delete => self.removed(text),
            Verb::Refuse => self.failing(text),
            Verb::Keep | Verb::Forget | Verb::Await => self.dim(text),
        }
    }

    fn with(self, style: Style, text: &str) -> String {
        if self.on { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_follows_flag_then_environment_then_terminal() {
        let check = |choice: ColourChoice<'_>, terminal: bool, expect: bool| {
            assert_eq!(colour(choice, terminal), expect, "{choice:?}, terminal: {terminal}");
        };
        let none = ColourChoice::default();
        check(none, true, true);
        check(none, false, false);
        check(ColourChoice { never: true, ..none }, true, false);
        check(ColourChoice { never: true, clicolor_force: Some("1"), ..none }, true, false);
        check(ColourChoice { no_color: Some("1"), ..none }, true, false);
        check(ColourChoice { no_color: Some(""), ..none }, true, true);
        check(ColourChoice { no_color: Some("1"), clicolor_force: Some("1"), ..none }, true, false);
        check(ColourChoice { clicolor_force: Some("1"), ..none }, false, true);
        check(ColourChoice { clicolor_force: Some("0"), ..none }, false, false);
        check(ColourChoice { clicolor_force: Some("1"), term: Some("dumb"), ..none }, true, true);
        check(ColourChoice { term: Some("dumb"), ..none }, true, false);
        check(ColourChoice { term: Some("xterm"), ..none }, true, true);
    }

    #[test]
    fn paint_that_is_off_leaves_text_alone() {
        assert_eq!(Paint::new(false).failing("no"), "no");
        assert_eq!(Paint::new(true).bold("yes"), "\u{1b}[1myes\u{1b}[0m");
    }
}
