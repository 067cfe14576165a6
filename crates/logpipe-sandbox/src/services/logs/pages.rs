//! Pages of named things, in the order the service gives them.

use serde::Deserialize;

use crate::faults::fault::Fault;
use crate::faults::rng::Cut;

use super::rules;

/// What one page of groups, streams, filters or destinations holds, where nothing else is asked for; of most operations it
/// is the most.
const PAGE: usize = 50;

/// Stands in a token for an empty page, so that no token follows itself. No name holds it.
const EMPTY: char = '*';

/// Which page is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PageRequest {
    limit: Option<usize>,
    next_token: Option<String>,
}

/// A page, and the token of the next one if there is one.
pub(super) struct Page<T> {
    /// What is on it.
    pub(super) items: Vec<T>,
    /// Leads to the next page.
    pub(super) next_token: Option<String>,
}

impl PageRequest {
    /// The page of these items. The token is the name of the last item on the page before, so that items that come
    /// and go in between shift nothing.
    pub(super) fn of<'a, T>(
        &self,
        cut: Cut,
        items: impl Iterator<Item = (&'a String, T)>,
    ) -> Result<Page<(&'a String, T)>, Fault> {
        self.of_most(PAGE, cut, items)
    }

    /// The same of an operation that has up to `most` on a page, where so many are asked for.
    pub(super) fn of_most<'a, T>(
        &self,
        most: usize,
        cut: Cut,
        items: impl Iterator<Item = (&'a String, T)>,
    ) -> Result<Page<(&'a String, T)>, Fault> {
        let limit = self.limit.unwrap_or(PAGE);
        if !(1..=most).contains(&limit) {
            let rule = format!("have value between 1 and {most}");
            return Err(rules::broken(limit, "limit", &rule));
        }
        let mut items = items.peekable();
        let token = self.next_token.as_deref().unwrap_or_default();
        let after = token.trim_end_matches(EMPTY);
        if !after.is_empty() && !items.by_ref().any(|(name, _)| name == after) {
            return Err(rules::invalid("The specified nextToken is invalid."));
        }
        if cut.empty {
            return Ok(Page { items: Vec::new(), next_token: Some(format!("{token}{EMPTY}")) });
        }
        let page: Vec<_> = items.by_ref().take(cut.limit(limit)).collect();
        let more = items.peek().is_some();
        let next_token = page.last().filter(|_| more).map(|(name, _)| (*name).clone());
        Ok(Page { items: page, next_token })
    }
}
