//! The result of verify, for people.

use super::permissions::{agent_text, counts, reader_text};
use super::routes::{Fate, Placed, alike_routes, is_wrong, owner, route_name, span};
use crate::address::Address;
use crate::ui::alike::{AccountIds, elsewhere};
use crate::ui::terminal::style::Paint;
use crate::ui::{text, wording};
use crate::verify::note::NoRoute;
use crate::verify::verdict::{Fix, Hop, HopVerdict, Route, Verdict, Verification};

/// The verification as text, without a line break at the end. Routes that are alike in several accounts are told once, or
/// each for itself where `each` says so.
pub(crate) fn verification_text(
    verification: &Verification,
    ids: &AccountIds,
    each: bool,
    paint: Paint,
) -> String {
    let alike = alike_routes(&verification.routes, ids, each);
    let mut parts: Vec<String> = alike.iter().map(|alike| alike_text(alike, ids, paint)).collect();
    parts.extend(verification.agents.iter().map(|agent| agent_text(agent, paint)));
    parts.extend(verification.readers.iter().map(|reader| reader_text(reader, paint)));
    parts.push(conclusion(verification, paint));
    if verification.routes.iter().any(|route| route.delivered) {
        parts.push(paint.dim("Delivered test events stay in the bucket."));
    }
    parts.join("\n\n")
}

/// One of several routes that are alike, and where the others are; those that are not delivered are all named.
fn alike_text(alike: &[Placed<'_>], ids: &AccountIds, paint: Paint) -> String {
    let Some(((first, place), others)) = alike.split_first() else { return String::new() };
    let mut lines = vec![route_text(first, paint)];
    let others_own = others.iter().map(|(route, place)| owner(route, place, ids));
    let same = elsewhere(owner(first, place, ids), others_own, !first.delivered);
    lines.extend(same.map(|same| format!("    {same}")));
    if let Some((least, most)) = span(others) {
        lines.push(format!("    delivered there in {least:.1} to {most:.1} s; --verbose shows each"));
    }
    lines.join("\n")
}

fn route_text(route: &Route, paint: Paint) -> String {
    let name = route_name(route);
    let fate = Fate::of(route);
    let (mark, words) = match fate {
        Fate::Delivered => (paint.added("✓"), paint.added(&delivered_words(route))),
        Fate::Broken => (paint.failing("✗"), paint.failing("broken")),
        Fate::Unproven => (paint.failing("✗"), paint.failing("not delivered")),
    };
    let mut lines = vec![format!("{mark} {}  {words}", paint.bold(&name))];
    lines.extend(route_details(route, paint));
    lines.join("\n")
}

/// What was found out of a route, and what proves it.
pub(crate) fn route_details(route: &Route, paint: Paint) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(route.finding.iter().map(|finding| format!("    {}", text::clean(finding))));
    let fix = route.fix.as_ref().map(|fix| text::clean(&fix_words(fix)));
    lines.extend(fix.map(|fix| format!("    {} {fix}", paint.hint("fix:"))));
    lines.extend(evidence(route, paint));
    // What could not be judged, the delivered event has proved.
    let settled = |hop: &Hop| matches!(hop.verdict, HopVerdict::Correct | HopVerdict::Unknown);
    if !route.delivered || !route.hops.iter().all(settled) {
        lines.extend(hop_lines(&route.hops, paint));
    }
    lines
}

pub(crate) fn fix_words(fix: &Fix) -> String {
    let listed =
        |resources: &[Address]| resources.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    match fix {
        Fix::Apply { resources } => format!("`logpipe apply` repairs it ({})", listed(resources)),
        Fix::Refused { resource, reason } => {
            format!("`logpipe apply` refuses {resource}: {}", wording::reason(reason))
        }
        Fix::LeaveOut { key } => format!(
            "remove `{key}` from the topology, unless something else explains it: AWS does not document what the key relies on, and no test event arrived with it; then run `logpipe apply`"
        ),
        Fix::Foreign { resources } => format!(
            "logpipe did not make what is named there, and leaves it alone: remove it from {}",
            listed(resources)
        ),
    }
}

fn delivered_words(route: &Route) -> String {
    route.seconds.map_or_else(|| "delivered".to_owned(), |seconds| format!("delivered in {seconds:.1} s"))
}

/// The object, the line in it, and how long each stretch of the way took.
fn evidence(route: &Route, paint: Paint) -> Vec<String> {
    let labelled = |label: &str, content: &str| format!("    {}  {}", paint.dim(label), text::clean(content));
    let mut lines = Vec::new();
    lines.extend(route.object.iter().map(|object| labelled("object", object)));
    lines.extend(route.line.iter().map(|line| labelled("line  ", line)));
    let widest = route.legs.iter().map(|leg| text::width(leg.leg)).max().unwrap_or(0);
    lines.extend(
        route.legs.iter().map(|leg| format!("    {}  {:>7.1} s", text::pad(leg.leg, widest), leg.seconds)),
    );
    lines
}

/// The way of the log line. The pair that matters is named in words: the first hop that is wrong, and the last
/// one before it that is right.
pub(crate) fn hop_lines(hops: &[Hop], paint: Paint) -> Vec<String> {
    let first_wrong = hops.iter().position(is_wrong);
    let before = first_wrong.map_or(&[][..], |wrong| &hops[..wrong]);
    let last_right = before.iter().rposition(|hop| hop.verdict == HopVerdict::Correct);
    let widest = hops.iter().map(|hop| text::width(hop.hop)).max().unwrap_or(0);
    let line = |(index, hop): (usize, &Hop)| {
        let note = match Some(index) {
            index if index == first_wrong => "  ← first wrong hop",
            index if index == last_right => "  ← last right hop",
            _ => "",
        };
        let (mark, word) = hop_words(hop.verdict, paint);
        let (name, detail) = (text::pad(hop.hop, widest), text::clean(&hop.detail));
        format!("    {mark} {name}  {word}  {detail}{}", paint.bold(note))
    };
    hops.iter().enumerate().map(line).collect()
}

/// Words of one width, so that what follows lines up.
fn hop_words(verdict: HopVerdict, paint: Paint) -> (String, &'static str) {
    match verdict {
        HopVerdict::Correct => (paint.added("✓"), "correct    "),
        HopVerdict::Incorrect => (paint.failing("✗"), "incorrect  "),
        HopVerdict::Missing => (paint.failing("✗"), "missing    "),
        HopVerdict::Unexpected => (paint.changed("!"), "unexpected "),
        HopVerdict::Unreachable => (paint.changed("?"), "unreachable"),
        HopVerdict::Unknown => (paint.changed("?"), "unknown    "),
    }
}

/// Why there was nothing to verify: of several notes each on a line of its own.
pub(crate) fn no_route(nothing: &NoRoute, paint: Paint) -> String {
    match nothing.notes.as_slice() {
        [] | [_] => paint.failing(&format!("Verify: {}.", text::clean(&wording::no_route(nothing)))),
        notes => {
            let notes = notes.iter().map(|note| format!("\n    {}", text::clean(&wording::meaning(note))));
            format!("{}{}", paint.failing("Verify: no route to verify:"), notes.collect::<String>())
        }
    }
}

fn conclusion(verification: &Verification, paint: Paint) -> String {
    if let Some(finding) = &verification.finding {
        return no_route(finding, paint);
    }
    let counts = counted(verification);
    match verification.verdict {
        Verdict::Delivered => paint.added(&format!("Verify: {counts}.")),
        Verdict::Broken => paint.failing(&format!("Verify: broken; {counts}.")),
        Verdict::Timeout | Verdict::Unknown => {
            paint.failing(&format!("Verify: not proven, though no hop is known to be wrong; {counts}."))
        }
    }
}

/// How many routes, agents and readers are as they should be.
pub(crate) fn counted(verification: &Verification) -> String {
    let routes = &verification.routes;
    let delivered = routes.iter().filter(|route| route.delivered).count();
    let of_roles = counts(&verification.agents, &verification.readers);
    let mut counts = Vec::new();
    if !routes.is_empty() || of_roles.is_empty() {
        counts.push(format!("{delivered} of {} delivered", text::count(routes.len(), "route")));
    }
    if routes.len() < verification.routes_total {
        counts.push(format!("{} of {} routes probed", routes.len(), verification.routes_total));
    }
    counts.extend(of_roles);
    counts.join("; ")
}
