//! Verdicts as people read them, and the fields of their JSON.

use super::human::{no_route, verification_text};
use super::json::verification_json;
use crate::plan::meaning;
use crate::ui::alike::AccountIds;
use crate::ui::terminal::style::Paint;
use crate::verify::note::NoRoute;
use crate::verify::verdict::{Fix, Hop, HopVerdict, Leg, Route, Verdict, Verification};

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
        "Verify: no route to verify:\n    sources.a in app/eu-west-1: `/x/*` matches no log group today\n    sources.b: `organization` matches no account today",
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
    let expect = "Verify: no route to verify: sources.a in app/eu-west-1: `/x/*` matches no log group today.";
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
