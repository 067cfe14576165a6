//! Chance from one seed, so that every case can be made again.

use serde_json::Value;

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut state = self.0;
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^ (state >> 31)
    }

    /// A number below `limit`.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// True this many times in a hundred.
    pub(super) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub(super) fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    pub(super) fn text(&mut self, choices: &[&str]) -> String {
        (*self.of(choices)).to_owned()
    }

    /// One value as it is, or in a list, as the policy language takes both.
    pub(super) fn one_or_many(&mut self, mut values: Vec<Value>) -> Value {
        if values.len() == 1 && self.percent(50) { values.remove(0) } else { Value::Array(values) }
    }

    /// `text` with characters replaced by wildcards: a suffix, a middle part, or single ones.
    pub(super) fn blurred(&mut self, text: &str) -> String {
        let characters: Vec<char> = text.chars().collect();
        if characters.is_empty() {
            return "*".to_owned();
        }
        let from = self.below(characters.len());
        let upto = from + self.below(characters.len() - from) + 1;
        let part = |range: &[char]| range.iter().collect::<String>();
        match self.below(4) {
            0 => format!("{}*", part(&characters[..from])),
            1 => format!("{}*{}", part(&characters[..from]), part(&characters[upto..])),
            2 => format!("*{}", part(&characters[from..])),
            _ => format!("{}?{}", part(&characters[..from]), part(&characters[from + 1..])),
        }
    }

    /// `text` with the case of its letters changed here and there.
    pub(super) fn recased(&mut self, text: &str) -> String {
        let flip = |dice: &mut Self, letter: char| match (dice.percent(30), letter.is_ascii_lowercase()) {
            (false, _) => letter,
            (true, true) => letter.to_ascii_uppercase(),
            (true, false) => letter.to_ascii_lowercase(),
        };
        text.chars().map(|letter| flip(self, letter)).collect()
    }
}
