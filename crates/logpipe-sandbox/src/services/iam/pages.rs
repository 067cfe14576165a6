//! Pages of IAM lists: `Marker` and `MaxItems` in, `IsTruncated` and `Marker` out.

use crate::faults::fault::Fault;
use crate::faults::rng::Cut;
use crate::protocol::wire::Parameters;
use crate::protocol::xml::Element;

use super::operations::invalid;

/// Stands in a marker for an empty page, so that no marker follows itself.
const EMPTY: char = '+';

/// One page of `all`, as the list element `name` followed by the paging elements.
pub(crate) fn page(
    cut: Cut,
    form: &Parameters,
    name: &str,
    all: Vec<Element>,
) -> Result<Vec<Element>, Fault> {
    let limit = match form.get("MaxItems") {
        None => 100,
        Some(text) => text.parse().ok().filter(|limit| (1..=1_000).contains(limit)).ok_or_else(|| {
            invalid(&format!(
                "Value '{text}' at 'maxItems' failed to satisfy constraint: Member must have value between 1 and 1000"
            ))
        })?,
    };
    let marker = form.get("Marker").unwrap_or_default();
    let start = match marker.trim_end_matches(EMPTY) {
        "" => 0,
        position => position
            .parse()
            .ok()
            .filter(|start| *start <= all.len())
            .ok_or_else(|| Fault::invalid("ValidationError", format!("Invalid Marker: {marker}")))?,
    };
    if cut.empty {
        let marker = Element::text("Marker", format!("{marker}{EMPTY}"));
        return Ok(vec![Element::new(name), Element::text("IsTruncated", true), marker]);
    }
    let end = all.len().min(start + cut.limit(limit));
    let truncated = end < all.len();
    let members = all.into_iter().skip(start).take(end - start);
    let mut result = vec![Element::new(name).with_all(members), Element::text("IsTruncated", truncated)];
    if truncated {
        result.push(Element::text("Marker", end));
    }
    Ok(result)
}
