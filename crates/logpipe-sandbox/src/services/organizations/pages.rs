//! Pages of listings. Tokens are positions: nothing of an organisation changes while it is listed.

use serde::Deserialize;
use serde_json::Value;

use crate::faults::fault::Fault;
use crate::faults::rng::Cut;
use crate::protocol::json::broken_rule;

/// The most that one page holds.
const PAGE: usize = 20;

/// Which page is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct PageRequest {
    max_results: Option<usize>,
    next_token: Option<String>,
}

impl PageRequest {
    /// The page of these items, and the token of the next one. Before each page with anything on it comes an empty one
    /// where the cut, or `empty`, says so.
    pub(super) fn of(
        &self,
        items: Vec<Value>,
        empty: bool,
        cut: Cut,
    ) -> Result<(Vec<Value>, Option<String>), Fault> {
        let limit = self.max_results.unwrap_or(PAGE);
        if !(1..=PAGE).contains(&limit) {
            let rule = format!("have value less than or equal to {PAGE}");
            return Err(invalid(&broken_rule(&limit.to_string(), "maxResults", &rule)));
        }
        let (from, seen) = match self.next_token.as_deref() {
            None => (0, false),
            Some(token) => position(token)?,
        };
        if (empty || cut.empty) && !seen {
            return Ok((Vec::new(), Some(format!("{from}+"))));
        }
        let limit = cut.limit(limit);
        let more = items.len() > from + limit;
        let page = items.into_iter().skip(from).take(limit).collect();
        Ok((page, more.then(|| (from + limit).to_string())))
    }
}

/// Where a page starts, and whether the empty page before it has been given.
fn position(token: &str) -> Result<(usize, bool), Fault> {
    let number = token.strip_suffix('+');
    let from = number.unwrap_or(token).parse();
    from.map(|from| (from, number.is_some()))
        .map_err(|_| invalid("You specified an invalid value for nextToken."))
}

fn invalid(message: &str) -> Fault {
    Fault::invalid("InvalidInputException", message)
}
