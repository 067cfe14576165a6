//! Where the text of a topology may contain a secret, as far as that can be told without parsing it as YAML.
//!
//! It hides too much rather than too little: what is hidden here is only missing from the lines around a problem.

use crate::secrets::secret_keys;
use crate::topology::finding::Span;

/// Where keys count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::topology) enum Within {
    /// Anywhere: the file is not YAML.
    Everything,
    /// In comments alone.
    Comments,
}

/// What a line may continue with.
#[derive(Debug, Clone, Copy, Default)]
struct Further {
    /// The next line that is not blank, wherever it starts.
    next: bool,
    /// Every line until one that starts at this column or before it.
    deeper_than: Option<usize>,
    /// Every line until one that holds this quote.
    until: Option<char>,
}

/// Everything after the key of a secret on its line, and the lines below as far as its value may go on there.
pub(in crate::topology) fn behind_secret_keys(text: &str, within: Within) -> impl Iterator<Item = Span> {
    let mut hidden = Vec::new();
    let mut anchors = Vec::new();
    let mut further = Further::default();
    for (start, line) in lines(text) {
        let end = start + line.chars().count();
        let key = key(line, within);
        let commented = within == Within::Everything || comment(line).is_some();
        let from = match (commented && goes_on(line, &mut further), key) {
            (true, _) => Some(0),
            (false, Some(key)) => Some(line[..key].chars().count()),
            (false, None) => None,
        };
        hidden.extend(from.map(|from| Span { start: start + from, end }));
        if let Some(key) = key {
            further = behind(&line[key..], line);
            if within == Within::Comments {
                // Indentation means nothing there, and the lines below are not its own.
                further = Further { next: further.next, ..Further::default() };
            }
            anchors.extend(alias(&line[key..]));
        }
    }
    // What an alias stands for may be anywhere before it.
    let anchored = |line: &str| anchors.iter().any(|name| line.contains(&format!("&{name}")));
    let anchored = lines(text).filter(|(_, line)| anchored(line));
    hidden.extend(anchored.map(|(start, line)| Span { start, end: start + line.chars().count() }));
    hidden.into_iter()
}

/// Every line with the characters before it.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |start, line| {
        let here = *start;
        *start += line.chars().count();
        Some((here, line))
    })
}

/// The byte after the first key of a secret.
fn key(line: &str, within: Within) -> Option<usize> {
    let from = match within {
        Within::Everything => 0,
        Within::Comments => comment(line)?,
    };
    secret_keys(&line[from..]).first().map(|key| from + key.end)
}

/// Where a comment begins.
fn comment(line: &str) -> Option<usize> {
    let mut marks = line.match_indices('#').map(|(at, _)| at);
    marks.find(|at| line[..*at].chars().next_back().is_none_or(char::is_whitespace))
}

/// Whether a line belongs to the value of a key above it.
fn goes_on(line: &str, further: &mut Further) -> bool {
    if line.trim().is_empty() {
        return false;
    }
    if let Some(quote) = further.until {
        if line.contains(quote) {
            *further = Further::default();
        }
        return true;
    }
    if std::mem::take(&mut further.next) {
        return true;
    }
    let column = line.chars().take_while(|letter| *letter == ' ').count();
    let deeper = further.deeper_than.is_some_and(|key| column > key);
    if !deeper {
        further.deeper_than = None;
    }
    deeper
}

/// What may go on below, by what follows the key.
fn behind(rest: &str, line: &str) -> Further {
    let key = line.len() - rest.len();
    let before =
        line[..key].trim_end_matches(|letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter));
    let deeper_than = Some(before.trim_end_matches(['"', '\'']).chars().count());
    let value = rest.trim_start_matches(['"', '\'']).trim_start().trim_start_matches([':', '=']).trim();
    // A value that has not begun, or of which this is only the head.
    let next = value.is_empty() || value.starts_with(['#', '|', '>', '&', '!', '[', '{']);
    let quote = value.chars().next().filter(|letter| "\"'".contains(*letter));
    let until = quote.filter(|quote| !value[1..].contains(*quote));
    Further { next, deeper_than, until }
}

/// The name of the alias that a value is.
fn alias(rest: &str) -> Option<String> {
    let (_, value) = rest.split_once(':')?;
    let name = value.trim_start().strip_prefix('*')?;
    let name: String =
        name.chars().take_while(|letter| letter.is_alphanumeric() || "_-".contains(*letter)).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with everything hidden starred, line breaks aside.
    fn starred(text: &str, within: Within) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        for Span { start, end } in behind_secret_keys(text, within) {
            letters[start..end].iter_mut().filter(|letter| **letter != '\n').for_each(|letter| *letter = '*');
        }
        letters.into_iter().collect()
    }

    #[test]
    fn no_way_to_write_a_secret_shows_it() {
        for text in [
            "external_id: s3cret",
            "EXTERNAL_ID: s3cret",
            "externalId: s3cret",
            "external-id: s3cret",
            "external id: s3cret",
            "  - \"external_id\" : 's3cret'",
            "{ role_name: x, exernal_id: s3cret, via: [] }",
            "external_id s3cret",
            "external_id = s3cret",
            "# external_id: s3cret",
            "external_id:\n  s3cret",
            "external_id:\n\ns3cret",
            "{ external_id:\ns3cret }",
            "external_id: |\n  a\n  s3cret",
            "external_id: \"a\ns3cret\nb\"",
            "external_id: &id s3cret",
            "x: &id s3cret\nexternal_id: *id",
            "? external_id\n: s3cret",
            "external_id: [a,\n  s3cret]",
            "access: {externalid: s3cret, role_nmae: b}",
        ] {
            let starred = starred(text, Within::Everything);
            assert!(!starred.contains("s3cret"), "{starred}");
        }
    }

    #[test]
    fn what_stands_beside_it_is_shown() {
        let text = "access:\n  external_id: s3cret\n  role_name: x\naccounts: {}\n";
        assert_eq!(
            starred(text, Within::Everything),
            "access:\n  external_id********\n  role_name: x\naccounts: {}\n"
        );
        let text = "a: 1 # external_id: s3cret\nexternal_id: x\n";
        assert_eq!(starred(text, Within::Comments), "a: 1 # external_id********\nexternal_id: x\n");
    }
}
