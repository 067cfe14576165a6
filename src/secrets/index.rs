//! Finds any of many secrets in a text in one pass, however many there are: a thousand accounts have three each.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Every pattern starts with this many bytes that the index knows.
const HEAD: usize = 6;

/// The fewest letters of Base64 that are looked for: shorter ones may be anything.
const FEWEST_BASE64: usize = 10;

/// The fewest characters of the beginning of a secret that count as it: whoever quotes it may have cut it.
const FEWEST_OF_BEGINNING: usize = 12;

/// What counts as a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    /// All of it, or its beginning where that was cut.
    Beginning,
    /// All of it, inside of other words too.
    Anywhere,
    /// All of it, where it is not a part of a word.
    Apart,
}

/// What is looked for, in lower case.
#[derive(Debug, Default)]
pub(super) struct Index {
    patterns: HashMap<[u8; HEAD], Vec<Pattern>>,
    known: HashSet<Vec<u8>>,
}

#[derive(Debug)]
struct Pattern {
    bytes: Vec<u8>,
    counts: Counts,
}

impl Index {
    /// Looks for a secret too, in Base64 as well.
    pub(super) fn add(&mut self, secret: &str, counts: Counts) {
        if !self.insert(secret.as_bytes(), counts) {
            return;
        }
        let counts = if counts == Counts::Apart { Counts::Anywhere } else { counts };
        for bytes in in_base64(secret.as_bytes()) {
            self.insert(&bytes, counts);
        }
    }

    fn insert(&mut self, bytes: &[u8], counts: Counts) -> bool {
        let bytes = bytes.to_ascii_lowercase();
        let Some(head) = bytes.first_chunk().copied() else { return false };
        if !self.known.insert(bytes.clone()) {
            return false;
        }
        self.patterns.entry(head).or_default().push(Pattern { bytes, counts });
        true
    }

    /// Where they are in a reading.
    pub(super) fn find(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        if self.patterns.is_empty() {
            return found;
        }
        for (at, head) in bytes.array_windows::<HEAD>().enumerate() {
            let Some(patterns) = self.patterns.get(head) else { continue };
            let longest = patterns.iter().filter_map(|pattern| pattern.length_at(bytes, at)).max();
            found.extend(longest.map(|length| at..at + length));
        }
        found
    }
}

impl Pattern {
    /// How much of it is there.
    fn length_at(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let of_a_word =
            |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let same = self.bytes.iter().zip(&bytes[at..]).take_while(|(ours, theirs)| ours == theirs).count();
        let all = same == self.bytes.len();
        let counts = match self.counts {
            Counts::Beginning => all || same >= FEWEST_OF_BEGINNING,
            Counts::Anywhere => all,
            Counts::Apart => {
                let before = at.checked_sub(1).and_then(|before| bytes.get(before));
                all && !of_a_word(before) && !of_a_word(bytes.get(at + same))
            }
        };
        counts.then_some(same)
    }
}

/// The letters that stand for a secret wherever Base64 meets it, behind any number of other bytes.
fn in_base64(secret: &[u8]) -> HashSet<Vec<u8>> {
    let mut all = HashSet::new();
    for (before, skipped) in [(0, 0), (1, 2), (2, 3)] {
        let bytes = [&vec![0; before][..], secret].concat();
        // The last letter may hold bits of what follows.
        let whole = bytes.len() * 8 / 6;
        for text in [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)] {
            let letters = text.as_bytes().get(skipped..whole).unwrap_or_default();
            if letters.len() >= FEWEST_BASE64 {
                all.insert(letters.to_vec());
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_in_any_case_and_in_base64_behind_anything() {
        let mut index = Index::default();
        index.add("wJalrXUtnFEMI/K7MDENG", Counts::Beginning);
        let finds = |text: &str| !index.find(&text.as_bytes().to_ascii_lowercase()).is_empty();
        assert!(finds("x=wJalrXUtnFEMI/K7MDENG.") && finds("WJALRXUTNFEMI/K7MDENG"));
        for before in ["", "a", "ab", "user:"] {
            let text = STANDARD_NO_PAD.encode(format!("{before}wJalrXUtnFEMI/K7MDENG and more"));
            assert!(finds(&text), "{text}");
        }
        assert_eq!(
            index.find(b"x wjalrxutnfemi/k7 and no more"),
            [Range { start: 2, end: 18 }],
            "it was cut"
        );
        assert!(!finds("wJalrXUtnFE"));
    }

    #[test]
    fn what_may_be_a_part_of_a_word_counts_apart_from_others() {
        let mut index = Index::default();
        index.add("123456", Counts::Apart);
        let count = |text: &str| index.find(text.as_bytes()).len();
        assert_eq!(count("code 123456, 123456"), 2);
        assert_eq!(count("111123456 1234567 a123456 123456_"), 0);
    }
}
