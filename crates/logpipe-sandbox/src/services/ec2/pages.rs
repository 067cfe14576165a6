//! Pages of EC2's lists: `MaxResults` and `NextToken` in, `nextToken` out.

use crate::faults::fault::Fault;
use crate::faults::rng::Cut;
use crate::protocol::wire::Parameters;
use crate::protocol::xml::Element;

use super::faults::invalid_value;

/// The most items of a page, which is also what a request gets that asks for no number.
const MOST: usize = 1_000;
/// The fewest that can be asked for.
const FEWEST: usize = 5;
/// Stands in a token for an empty page, so that no token follows itself.
const EMPTY: char = '+';

/// One page of `all`, as the list element `name` followed by the token of the next page.
pub(super) fn page(
    cut: Cut,
    form: &Parameters,
    name: &str,
    all: Vec<Element>,
) -> Result<Vec<Element>, Fault> {
    let limit = limit(form)?;
    let token = form.get("NextToken").unwrap_or_default();
    let start = match token.trim_end_matches(EMPTY) {
        "" => 0,
        position => position
            .parse()
            .ok()
            .filter(|start| *start <= all.len())
            .ok_or_else(|| invalid_value(token, "nextToken", "Invalid token"))?,
    };
    if cut.empty {
        return Ok(vec![Element::new(name), Element::text("nextToken", format!("{token}{EMPTY}"))]);
    }
    let end = all.len().min(start + cut.limit(limit));
    let next = (end < all.len()).then(|| Element::text("nextToken", end));
    let items = all.into_iter().skip(start).take(end - start);
    Ok(std::iter::once(Element::new(name).with_all(items)).chain(next).collect())
}

fn limit(form: &Parameters) -> Result<usize, Fault> {
    let Some(text) = form.get("MaxResults") else { return Ok(MOST) };
    match text.parse() {
        Ok(limit) if (FEWEST..=MOST).contains(&limit) => Ok(limit),
        Ok(limit) if limit < FEWEST => {
            Err(invalid_value(&format!(" {text} "), "maxResults", "Expecting a value greater than 5."))
        }
        _ => Err(invalid_value(&format!(" {text} "), "maxResults", "Expecting a value less than 1000.")),
    }
}
