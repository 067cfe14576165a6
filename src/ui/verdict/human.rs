//! The result of verify, for people and as JSON.

use serde_json::{Value, json};

use super::permissions::{agent_json, agent_text, counts, reader_json, reader_text};
use crate::address::{Address, Place};
use crate::ui::alike::{AccountIds, Owner, elsewhere, together};
use crate::ui::style::Paint;
use crate::ui::{text, wording};
use crate::verify::note::NoRoute;
use crate::verify::verdict::{Fix, Hop, HopVerdict, Route, Verdict, Verification};

/// The verification as text, without a line break at the end. Routes that are alike in several accounts are told once, or
/// each for itself where `each` says so.
pub(super) fn verification_text(
    verification: &Verification,
    ids: &AccountIds,
    each: bool,
    paint: Paint,
) -> String {
    let alike = alike_routes(verification, ids, each);
    let mut parts: Vec<String> = alike.iter().map(|alike| alike_text(alike, ids, paint)).collect();
    parts.extend(verification.agents.iter().map(|agent| agent_text(agent, paint)));
    parts.extend(verification.readers.iter().map(|reader| reader_text(reader, paint)));
    parts.push(conclusion(verification, paint));
    if verification.routes.iter().any(|route| route.delivered) {
        parts.push(paint.dim("Delivered test events stay in the bucket."));
    }
    parts.join("\n\n")
}

/// A route with its region as a place.
pub(super) type Placed<'a> = (&'a Route, Place);

/// The routes, those together that are alike in several accounts; each for itself where `each` says so.
pub(super) fn alike_routes<'a>(
    verification: &'a Verification,
    ids: &AccountIds,
    each: bool,
) -> Vec<Vec<Placed<'a>>> {
    let routes = verification.routes.iter().map(|route| (route, Place::Region(route.region.clone())));
    together(routes, |(route, place)| match each {
        true => format!("{:?}", (&route.source, &route.account, place, &route.log_group)),
        false => owner(route, place, ids).general(&general(route)),
    })
}

/// The verification as one JSON object.
pub(super) fn verification_json(verification: &Verification) -> Value {
    let Verification { verdict, routes, agents, readers, routes_total, finding } = verification;
    let finding = finding.as_ref().map(wording::no_route);
    json!({
        "format": 1,
        "verdict": verdict,
        "routes": routes.iter().map(route_json).collect::<Vec<_>>(),
        "agents": agents.iter().map(agent_json).collect::<Vec<_>>(),
        "readers": readers.iter().map(reader_json).collect::<Vec<_>>(),
        "routes_probed": routes.len(),
        "routes_total": routes_total,
        "finding": finding,
    })
}

fn route_json(route: &Route) -> Value {
    let mut value = json!(route);
    value["fix"] = json!(route.fix.as_ref().map(fix_json));
    value
}

/// What puts a route right, for programs.
fn fix_json(fix: &Fix) -> Value {
    match fix {
        Fix::Apply { resources } => json!({ "code": "apply", "resources": resources }),
        Fix::Refused { resource, reason } => json!({
            "code": "refused",
            "resource": resource,
            "reason": wording::reason(reason),
            "reason_code": reason.code(),
        }),
        Fix::Foreign { resources } => json!({ "code": "foreign", "resources": resources }),
    }
}

/// What became of one route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Delivered,
    Broken,
    /// No hop is known to be wrong, and yet the event was not found.
    Unproven,
}

impl Fate {
    pub(super) fn of(route: &Route) -> Self {
        if route.delivered {
            Self::Delivered
        } else if route.hops.iter().any(is_wrong) {
            Self::Broken
        } else {
            Self::Unproven
        }
    }
}

/// What became of a route, but for whose it is and how long it took.
fn general(route: &Route) -> Value {
    let way = (&route.source, &route.log_group, &route.destination);
    let fix = route.fix.as_ref().map(fix_json);
    json!([way, route.delivered, route.hops, route.finding, fix, route.pattern_proved_by])
}

pub(super) fn owner<'a>(route: &'a Route, place: &'a Place, ids: &'a AccountIds) -> Owner<'a> {
    Owner { account: &route.account, id: ids.get(&route.account), place: Some(place) }
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

/// The least and the most seconds that routes took.
pub(super) fn span(routes: &[Placed<'_>]) -> Option<(f64, f64)> {
    let mut seconds: Vec<f64> = routes.iter().filter_map(|(route, _)| route.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    Some((*seconds.first()?, *seconds.last()?))
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

/// From where to where.
pub(super) fn route_name(route: &Route) -> String {
    let (source, account, region) = (&route.source, &route.account, &route.region);
    format!("{source} {account}/{region} {} → {}", text::clean(&route.log_group), route.destination)
}

/// What was found out of a route, and what proves it.
pub(super) fn route_details(route: &Route, paint: Paint) -> Vec<String> {
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

pub(super) fn fix_words(fix: &Fix) -> String {
    let listed =
        |resources: &[Address]| resources.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    match fix {
        Fix::Apply { resources } => format!("`logpipe apply` repairs it ({})", listed(resources)),
        Fix::Refused { resource, reason } => {
            format!("`logpipe apply` refuses {resource}: {}", wording::reason(reason))
        }
        Fix::Foreign { resources } => format!(
            "what is named there is not logpipe's, which leaves it: take it away from {}",
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
pub(super) fn hop_lines(hops: &[Hop], paint: Paint) -> Vec<String> {
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

/// A hop that cannot be read proves nothing.
fn is_wrong(hop: &Hop) -> bool {
    matches!(hop.verdict, HopVerdict::Incorrect | HopVerdict::Missing)
}

/// Words of one width, so that what follows lines up.
fn hop_words(verdict: HopVerdict, paint: Paint) -> (String, &'static str) {
    match verdict {
        HopVerdict::Correct => (paint.added("✓"), "correct    "),
        HopVerdict::Incorrect => (paint.failing("✗"), "incorrect  "),
        HopVerdict::Missing => (paint.failing("✗"), "missing    "),
        HopVerdict::Unreachable => (paint.changed("?"), "unreachable"),
        HopVerdict::Unknown => (paint.changed("?"), "unknown    "),
    }
}

/// Why there was nothing to verify: of several notes each on a line of its own.
pub(super) fn no_route(nothing: &NoRoute, paint: Paint) -> String {
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
pub(super) fn counted(verification: &Verification) -> String {
    let routes = &verification.routes;
    let delivered = routes.iter().filter(|route| route.delivered).count();
    let of_roles = counts(verification);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::meaning;
    use crate::verify::verdict::Leg;

    fn hop(hop: &'static str, verdict: HopVerdict, detail: &str) -> Hop {
        Hop { hop, verdict, detail: detail.to_owned(), depends_on: Vec::new() }
    }

    fn route(delivered: bool, hops: Vec<Hop>) -> Route {
        Route {
            source: "app-logs".parse().unwrap(),
            account: "app".parse().unwrap(),
            region: "ap-northeast-1".parse().unwrap(),
            log_group: "/app/x".to_owned(),
            destination: "central".parse().unwrap(),
            delivered,
            seconds: delivered.then_some(64.25),
            object: delivered.then(|| "s3://central-logs/logs/2026/11/22/x.json.gz".to_owned()),
            line: delivered.then(|| "{\"message\":\"logpipe-verify\u{1b}\"}".to_owned()),
            legs: Vec::new(),
            hops,
            pattern_proved_by: None,
            undelivered: Vec::new(),
            finding: None,
            fix: None,
        }
    }

    fn delivered() -> Route {
        let legs = vec![
            Leg { leg: "event written → in the Firehose buffer", seconds: 2.5 },
            Leg { leg: "in the Firehose buffer → in the bucket", seconds: 61.75 },
        ];
        Route { legs, ..route(true, vec![hop("log_group", HopVerdict::Correct, "it exists")]) }
    }

    fn broken() -> Route {
        let hops = vec![
            hop("log_group", HopVerdict::Correct, "it exists"),
            hop("subscription_filter", HopVerdict::Correct, "it points at the destination"),
            hop("logs_destination", HopVerdict::Unreachable, "access was denied"),
            hop("cwl_role_trust", HopVerdict::Incorrect, "it does not name account 111111111111"),
            hop("bucket", HopVerdict::Missing, "it does not exist"),
        ];
        let finding = "the event gets as far as the subscription filter, and the role is not assumed";
        let resources = vec!["archive/global/iam_role.x-cwl".parse().unwrap()];
        let fix = Some(Fix::Apply { resources });
        Route { finding: Some(finding.to_owned()), fix, ..route(false, hops) }
    }

    fn verification(verdict: Verdict, routes: Vec<Route>) -> Verification {
        let routes_total = routes.len();
        let (agents, readers) = (Vec::new(), Vec::new());
        Verification { verdict, routes, agents, readers, routes_total, finding: None }
    }

    fn shown(verdict: Verdict, routes: Vec<Route>) -> String {
        verification_text(&verification(verdict, routes), &AccountIds::new(), false, Paint::new(false))
    }

    #[test]
    fn a_delivered_route_shows_its_evidence() {
        insta::assert_snapshot!(shown(Verdict::Delivered, vec![delivered()]), @r#"
        ✓ app-logs app/ap-northeast-1 /app/x → central  delivered in 64.2 s
            object  s3://central-logs/logs/2026/11/22/x.json.gz
            line    {"message":"logpipe-verify\u{1b}"}
            event written → in the Firehose buffer      2.5 s
            in the Firehose buffer → in the bucket     61.8 s

        Verify: 1 of 1 route delivered.

        Delivered test events stay in the bucket.
        "#);
    }

    fn matches_nothing(source: &str) -> meaning::Note {
        meaning::Note::Selection {
            source: source.parse().unwrap(),
            account: "app".parse().unwrap(),
            region: "eu-west-1".parse().unwrap(),
            what: meaning::Selection::NothingMatches { glob: "/x/*".to_owned() },
        }
    }

    #[test]
    fn without_a_route_every_source_says_why_on_a_line_of_its_own() {
        let check = |notes: Vec<meaning::Note>, expect: &str| {
            assert_eq!(no_route(&NoRoute { notes }, Paint::new(false)), expect);
        };
        check(
            vec![matches_nothing("a"), meaning::Note::OrganizationEmpty { source: "b".parse().unwrap() }],
            "Verify: no route to verify:\n    sources.a in app/eu-west-1: `/x/*` matches no log group today\n    sources.b: `organization` has no such account today",
        );
        check(vec![], "Verify: no route to verify: no source selects a log group.");
    }

    #[test]
    fn a_broken_route_names_the_hop() {
        insta::assert_snapshot!(shown(Verdict::Broken, vec![delivered(), broken()]), @r#"
        ✓ app-logs app/ap-northeast-1 /app/x → central  delivered in 64.2 s
            object  s3://central-logs/logs/2026/11/22/x.json.gz
            line    {"message":"logpipe-verify\u{1b}"}
            event written → in the Firehose buffer      2.5 s
            in the Firehose buffer → in the bucket     61.8 s

        ✗ app-logs app/ap-northeast-1 /app/x → central  broken
            the event gets as far as the subscription filter, and the role is not assumed
            fix: `logpipe apply` repairs it (archive/global/iam_role.x-cwl)
            ✓ log_group            correct      it exists
            ✓ subscription_filter  correct      it points at the destination  ← last right hop
            ? logs_destination     unreachable  access was denied
            ✗ cwl_role_trust       incorrect    it does not name account 111111111111  ← first wrong hop
            ✗ bucket               missing      it does not exist

        Verify: broken; 1 of 2 routes delivered.

        Delivered test events stay in the bucket.
        "#);
    }

    #[test]
    fn a_hop_that_cannot_be_read_does_not_make_a_route_broken() {
        let hops = vec![hop("bucket", HopVerdict::Unreachable, "access was denied")];
        insta::assert_snapshot!(shown(Verdict::Timeout, vec![route(false, hops)]), @r"
        ✗ app-logs app/ap-northeast-1 /app/x → central  not delivered
            ? bucket  unreachable  access was denied

        Verify: not proven, though no hop is known to be wrong; 0 of 1 route delivered.
        ");
    }

    #[test]
    fn a_hop_that_cannot_be_judged_is_settled_by_the_event() {
        let doubt = "cannot be judged: it depends on aws:PrincipalOrgID";
        let hops = vec![hop("bucket", HopVerdict::Unknown, doubt)];
        insta::assert_snapshot!(shown(Verdict::Timeout, vec![route(false, hops.clone())]), @r"
        ✗ app-logs app/ap-northeast-1 /app/x → central  not delivered
            ? bucket  unknown      cannot be judged: it depends on aws:PrincipalOrgID

        Verify: not proven, though no hop is known to be wrong; 0 of 1 route delivered.
        ");
        let delivered = shown(Verdict::Delivered, vec![Route { hops, ..route(true, vec![]) }]);
        assert!(!delivered.contains(doubt), "{delivered}");
    }

    #[test]
    fn a_sample_says_of_how_many_it_is() {
        let routes = vec![route(true, vec![])];
        let verification = Verification { routes_total: 1000, ..verification(Verdict::Delivered, routes) };
        let shown = verification_text(&verification, &AccountIds::new(), false, Paint::new(false));
        assert!(shown.contains("Verify: 1 of 1 route delivered; 1 of 1000 routes probed."), "{shown}");
    }

    #[test]
    fn no_route_is_told_with_its_reason() {
        let finding = Some(NoRoute { notes: vec![matches_nothing("a")] });
        let verification = Verification { finding, ..verification(Verdict::Broken, vec![]) };
        let expect =
            "Verify: no route to verify: sources.a in app/eu-west-1: `/x/*` matches no log group today.";
        assert_eq!(verification_text(&verification, &AccountIds::new(), false, Paint::new(false)), expect);
    }

    #[test]
    fn json_has_the_promised_fields() {
        let verification =
            Verification { routes_total: 7, ..verification(Verdict::Delivered, vec![delivered()]) };
        insta::assert_snapshot!(format!("{:#}", verification_json(&verification)), @r#"
        {
          "format": 1,
          "verdict": "delivered",
          "routes": [
            {
              "source": "app-logs",
              "account": "app",
              "region": "ap-northeast-1",
              "log_group": "/app/x",
              "destination": "central",
              "delivered": true,
              "seconds": 64.25,
              "object": "s3://central-logs/logs/2026/11/22/x.json.gz",
              "line": "{\"message\":\"logpipe-verify\u001b\"}",
              "legs": [
                {
                  "leg": "event written → in the Firehose buffer",
                  "seconds": 2.5
                },
                {
                  "leg": "in the Firehose buffer → in the bucket",
                  "seconds": 61.75
                }
              ],
              "hops": [
                {
                  "hop": "log_group",
                  "verdict": "correct",
                  "detail": "it exists",
                  "depends_on": []
                }
              ],
              "pattern_proved_by": null,
              "undelivered": [],
              "finding": null,
              "fix": null
            }
          ],
          "agents": [],
          "readers": [],
          "routes_probed": 1,
          "routes_total": 7,
          "finding": null
        }
        "#);
    }
}
