//! Reasons that take more to be met on the sandbox than they are worth.

use std::collections::{BTreeMap, BTreeSet};

use super::allow_list::AllowList;
use super::judge;
use super::model::{Coverage, Reason, Unsubscribable, Why};
use super::observed::{Filters, Places, SeenGroup, SeenPlace};
use crate::provider::logs::subscriptions::{On, Subscription};
use crate::topology::{Topology, parse};

const MAIN: &str = "arn:aws:logs:eu-west-1:999999999999:destination:t-main";

fn topology(sources: &str) -> Topology {
    let text = format!(
        "version: 1\nname: t\nregion: eu-west-1\naccess: {{ role_name: Deployer }}\n\
         accounts: {{ archive: \"999999999999\", app: \"111111111111\" }}\n\
         destinations:\n  main: {{ account: archive }}\n  audit: {{ account: archive, destination_name: t-main-2 }}\n\
         sources:\n{sources}"
    );
    parse("topology.yaml", &text).unwrap()
}

fn subscription(name: &str, destination: &str) -> Subscription {
    Subscription {
        name: name.to_owned(),
        destination: destination.to_owned(),
        pattern: String::new(),
        narrowed_by: Vec::new(),
        on: On::LogGroup,
        role: None,
        distribution: None,
        adds: Vec::new(),
    }
}

fn policy(name: &str, destination: &str, excluded: Option<&[&str]>) -> Subscription {
    let excluded = excluded.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    Subscription { on: On::Account(excluded), ..subscription(name, destination) }
}

fn group(filters: Filters) -> SeenGroup {
    SeenGroup { class: "STANDARD".to_owned(), stored_bytes: Some(0), bytes: Some(0), filters }
}

/// What is made of these log groups and policies in one account.
fn judged(
    topology: &Topology,
    account: &str,
    groups: &[(&str, Filters)],
    policies: Result<Vec<Subscription>, Why>,
) -> Coverage {
    let groups = groups.iter().map(|(name, filters)| ((*name).to_owned(), group(filters.clone())));
    let place = SeenPlace { groups: Ok(groups.collect()), policies, unmeasured: None };
    let places = Places::from([((account.parse().unwrap(), "eu-west-1".parse().unwrap()), place)]);
    judge(topology, &places, &AllowList::default(), Some(7))
}

fn reasons(coverage: &Coverage) -> BTreeMap<&str, &Reason> {
    coverage.groups.iter().map(|group| (group.name.as_str(), &group.reason)).collect()
}

fn kinds(coverage: &Coverage) -> Vec<(&str, &'static str)> {
    reasons(coverage).into_iter().map(|(name, reason)| (name, reason.kind().code())).collect()
}

fn there(filters: &[Subscription]) -> Filters {
    Filters::There(filters.to_vec())
}

#[test]
fn every_source_that_selects_a_log_group_has_to_be_served() {
    let topology = topology(
        "  a: { accounts: [app], destination: main, log_groups: [/app] }\n  b: { accounts: [app], destination: audit, log_groups: [/app], filter: { name: b } }\n",
    );
    let check = |filters: &[Subscription], expect: &str| {
        let coverage = judged(&topology, "app", &[("/app", there(filters))], Ok(vec![]));
        assert_eq!(kinds(&coverage), [("/app", expect)], "{filters:?}");
    };
    let (main, audit) = (subscription("t", MAIN), subscription("b", &format!("{MAIN}-2")));
    check(&[main.clone(), audit.clone()], "delivered");
    check(std::slice::from_ref(&main), "missing");
    // A further one of `main`, whichever of them this account has.
    check(&[subscription("t", &format!("{MAIN}-3")), audit], "delivered");
    let other = subscription("x", "arn:aws:lambda:eu-west-1:111111111111:function:f");
    check(&[main, other.clone()], "slots_full");
    check(&[subscription("t", &MAIN.replace("eu-", "us-")), other], "slots_full");
}

#[test]
fn what_narrows_a_subscription_is_a_difference() {
    let topology = topology(
        "  a: { accounts: [app], destination: main, log_groups: [/app], filter: { pattern: ERROR } }\n",
    );
    let check = |pattern: &str, narrowed_by: &[&'static str], expect: &[&str]| {
        let pattern = pattern.to_owned();
        let there_is =
            Subscription { pattern, narrowed_by: narrowed_by.to_vec(), ..subscription("any", MAIN) };
        let coverage = judged(&topology, "app", &[("/app", there(&[there_is]))], Ok(vec![]));
        match reasons(&coverage)["/app"] {
            Reason::Delivered { patterns, .. } => {
                assert_eq!((patterns.as_slice(), expect), (&["ERROR".to_owned()][..], &[][..]));
            }
            Reason::Drifted { fields, .. } => assert_eq!(fields, expect),
            other => panic!("{other:?}"),
        }
        assert_eq!(coverage.totals().by_pattern, usize::from(expect.is_empty()));
    };
    check("ERROR", &[], &[]);
    check("FATAL", &[], &["pattern"]);
    check("ERROR", &["field_selection_criteria"], &["field_selection_criteria"]);
}

#[test]
fn an_account_policy_delivers_what_it_does_not_leave_out() {
    let topology = topology(
        "  all: { accounts: [app, archive], destination: main, scope: account, exclude: [\"/tmp*\"] }\n",
    );
    let none = || there(&[]);
    let groups = [("/app", none()), ("/late", none()), ("/tmp/x", none()), ("aws-controltower/x", none())];
    let coverage = judged(&topology, "app", &groups, Ok(vec![policy("t", MAIN, Some(&["/late", "/tmp/x"]))]));
    assert_eq!(
        kinds(&coverage),
        [
            ("/app", "delivered"),
            ("/late", "drifted"),
            ("/tmp/x", "excluded"),
            ("aws-controltower/x", "class_cannot_subscribe")
        ]
    );
    let controltower = reasons(&coverage)["aws-controltower/x"];
    assert_eq!(*controltower, Reason::CannotSubscribe(Unsubscribable::ControlTower));
    // Criteria that nobody understands say nothing.
    let coverage = judged(&topology, "app", &groups[..1], Ok(vec![policy("t", MAIN, None)]));
    assert_eq!(kinds(&coverage), [("/app", "unread")]);
    assert!(coverage.is_partial());
    let own = [("/aws/kinesisfirehose/t-main", none())];
    let coverage = judged(&topology, "archive", &own, Ok(vec![policy("t", MAIN, Some(&[]))]));
    assert_eq!(kinds(&coverage), [("/aws/kinesisfirehose/t-main", "own_error_log")]);
    assert_eq!((coverage.totals().all.groups, coverage.totals().meant.groups), (1, 0));
}

#[test]
fn a_filter_that_is_known_delivers_whatever_else_is_unknown() {
    let topology = topology("  a: { accounts: [app], destination: main, log_groups: [/app, /b] }\n");
    let denied = Why {
        error: "no".to_owned(),
        operation: "logs:DescribeAccountPolicies",
        code: Some("AccessDeniedException".to_owned()),
        denied: true,
    };
    let groups = [
        ("/app", there(&[subscription("t", MAIN)])),
        ("/b", there(&[])),
        ("/c", Filters::Unread(denied.clone())),
    ];
    let coverage = judged(&topology, "app", &groups, Err(denied));
    assert_eq!(kinds(&coverage), [("/app", "delivered"), ("/b", "denied"), ("/c", "denied")]);
    assert_eq!(coverage.totals().unknown, 2);
    assert_eq!(coverage.unread.len(), 1);
}

#[test]
fn a_destination_whose_arn_says_nothing_is_outside() {
    let topology = topology("  a: { accounts: [app], destination: main, log_groups: [/app] }\n");
    let own = "arn:aws:kinesis:eu-west-1:111111111111:stream/s";
    let elsewhere = "arn:aws:logs:eu-west-1:333333333333:destination:x";
    let filters = [subscription("1", own), subscription("2", elsewhere), subscription("3", "?")];
    let coverage =
        judged(&topology, "app", &[("/x", there(&filters))], Ok(vec![policy("4", elsewhere, Some(&[]))]));
    let names: BTreeSet<&str> = coverage.outflows.iter().map(|outflow| outflow.name.as_str()).collect();
    assert_eq!(names, BTreeSet::from(["2", "3", "4"]));
    assert_eq!(coverage.forbidden().count(), 3);
}
