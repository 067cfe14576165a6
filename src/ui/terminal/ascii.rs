//! Our own arrows, ticks and boxes in ASCII, for locales without UTF-8. Other text stays as it is.

/// Text that flows: what stands for a character may be longer.
pub(crate) fn flowing(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '→' => plain.push_str("->"),
            '←' => plain.push_str("<-"),
            '…' => plain.push_str("..."),
            other => plain.push(cell(other)),
        }
    }
    plain
}

/// Text that was cut to a width: every character stays one column wide.
pub(crate) fn of_width(text: &str) -> String {
    text.chars().map(cell).collect()
}

fn cell(character: char) -> char {
    match character {
        '✓' => 'v',
        '✗' | '×' => 'x',
        '→' => '>',
        '←' => '<',
        '…' => '~',
        '–' | '—' | '─' | '·' => '-',
        '│' | '┆' => '|',
        '┬' | '├' | '┤' | '┼' | '╭' | '╮' | '▲' | '△' => '+',
        '╰' | '╯' => '`',
        '⚠' => '!',
        '☞' => '>',
        '’' | '‘' => '\'',
        '“' | '”' => '"',
        // The spinner, which turns.
        '⠋' | '⠼' | '⠇' => '|',
        '⠙' | '⠴' | '⠏' => '/',
        '⠹' | '⠦' => '-',
        '⠸' | '⠧' => '\\',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_signs_have_stand_ins() {
        assert_eq!(flowing("✓ app → central … 1–2 min"), "v app -> central ... 1-2 min");
        assert_eq!(
            flowing("  ╭─[t.yaml:1:1]\n  │ a\n  · ─┬\n  ╰──"),
            "  +-[t.yaml:1:1]\n  | a\n  - -+\n  `--"
        );
        assert_eq!(flowing("日本語 é"), "日本語 é", "names stay");
    }

    #[test]
    fn what_was_cut_keeps_its_width() {
        for text in ["⠋ Connecting…", "archi… → ✗", "1–2 min · ×"] {
            let plain = of_width(text);
            assert!(plain.is_ascii(), "{plain}");
            assert_eq!(plain.chars().count(), text.chars().count());
        }
    }
}
