//! Randomness, drawn from one seed so that a run can be repeated; without a seed there is none.
//!
//! Owns the seed and how many numbers were drawn. Both are part of the saved state.

use serde::{Deserialize, Serialize};

/// The sandbox's dice. Without a seed every draw is the usual value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rng {
    seed: Option<u64>,
    drawn: u64,
}

impl Rng {
    /// Dice whose every throw follows from this seed.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { seed: Some(seed), drawn: 0 }
    }

    /// A number from `lowest` to `highest`, both included; `usual` where nothing is left to chance.
    pub(crate) fn between(&mut self, usual: u64, lowest: u64, highest: u64) -> u64 {
        match self.draw() {
            Some(number) => lowest + number % highest.saturating_sub(lowest).saturating_add(1).max(1),
            None => usual,
        }
    }

    /// Whether something happens that happens once in this many times; never where nothing is left to chance.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.draw().is_some_and(|number| number % times.max(1) == 0)
    }

    /// Whether anything is left to chance.
    pub(crate) fn is_seeded(&self) -> bool {
        self.seed.is_some()
    }

    /// How the next page of a listing is cut. Services may give fewer items than were asked for, and none together
    /// with a token (CloudWatch Logs API Reference, FilterLogEvents; IAM API Reference, ListRoles; Organizations API
    /// Reference, ListAccounts).
    pub(crate) fn cut(&mut self) -> Cut {
        Cut { most: self.between(u64::MAX, 1, 3), empty: self.once_in(4) }
    }

    /// The next number: a step and the finalizer of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom
    /// number generators").
    fn draw(&mut self) -> Option<u64> {
        let seed = self.seed?;
        self.drawn = self.drawn.wrapping_add(1);
        let mut state = seed.wrapping_add(self.drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Some(state ^ (state >> 31))
    }
}

/// How a page is cut.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut {
    most: u64,
    /// Nothing is on it, and yet there may be more.
    pub(crate) empty: bool,
}

impl Cut {
    /// How many items are on the page, where this many were asked for.
    pub(crate) fn limit(self, asked: usize) -> usize {
        asked.min(usize::try_from(self.most).unwrap_or(usize::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_run() {
        let run = |seed| {
            let mut rng = Rng::seeded(seed);
            (0..20).map(|_| rng.between(0, 3, 9)).collect::<Vec<_>>()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        assert!(run(7).iter().all(|number| (3..=9).contains(number)));
        assert!((3..=9).all(|number| (0..9).any(|seed| run(seed).contains(&number))));
    }

    #[test]
    fn without_a_seed_everything_is_as_usual() {
        let mut rng = Rng::default();
        assert_eq!(rng.between(8, 0, 100), 8);
        assert!(!rng.once_in(1));
        assert_eq!((rng.cut().limit(50), rng.cut().empty), (50, false));
    }

    #[test]
    fn what_happens_once_in_ten_times_happens_about_so_often() {
        let mut rng = Rng::seeded(1);
        let happened = (0..1_000).filter(|_| rng.once_in(10)).count();
        assert!((60..140).contains(&happened), "{happened}");
    }
}
