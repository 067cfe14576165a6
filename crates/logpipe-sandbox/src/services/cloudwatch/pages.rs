//! Pages of what CloudWatch lists. A page may hold few items, or none, together with a token.

use crate::faults::fault::Fault;
use crate::faults::rng::Cut;
use crate::protocol::cbor::Item;
use crate::state::world::World;

/// Stands in a token for an empty page, so that no token follows itself.
const EMPTY: char = '+';

/// Where a page begins, and how much is on it.
pub(super) struct Page<'t> {
    token: &'t str,
    start: usize,
    most: usize,
    cut: Cut,
}

impl<'t> Page<'t> {
    /// The page of a token, with this many items at most.
    pub(super) fn of(world: &mut World, token: Option<&'t str>, most: usize) -> Result<Self, Fault> {
        let token = token.unwrap_or_default();
        let start = match token.trim_end_matches(EMPTY) {
            "" => 0,
            position => position
                .parse()
                .map_err(|_| Fault::invalid("InvalidNextToken", "The service token was invalid"))?,
        };
        Ok(Self { token, start, most, cut: world.rng.cut() })
    }

    /// Whether nothing is on it, and yet there may be more.
    pub(super) fn is_empty(&self) -> bool {
        self.cut.empty
    }

    /// What of all items is on it, and the token of the next one.
    pub(super) fn cut(self, all: Vec<Item>) -> (Vec<Item>, Option<String>) {
        if self.cut.empty {
            return (Vec::new(), Some(format!("{}{EMPTY}", self.token)));
        }
        let end = all.len().min(self.start + self.cut.limit(self.most));
        let next = (end < all.len()).then(|| end.to_string());
        (all.into_iter().take(end).skip(self.start).collect(), next)
    }
}
