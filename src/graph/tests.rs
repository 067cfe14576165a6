//! What sources together mean for one log group.

use super::{Discovered, Graph, Inventory, Lifecycle, LogGroups, build, declared};
use crate::address::KindName;
use crate::provider::Resource;
use crate::topology::{Topology, parse};

const TOPOLOGY: &str = r#"version: 1
name: logs
region: ap-northeast-1
access: { role_name: Deployer }
accounts: { archive: "999999999999", app: "111111111111" }
destinations:
  central: { account: archive, bucket: { name: central-bucket } }
sources:
"#;

/// The graph of sources of these names, with these keys beside a log group and a filter of their own.
fn graph(sources: &[(&str, &str)]) -> Graph {
    let mut text = TOPOLOGY.to_owned();
    for (key, more) in sources {
        text.push_str(&format!(
            "  {key}: {{ accounts: [app], destination: central, log_groups: [/app/web], filter: {{ name: {key} }}{more} }}\n"
        ));
    }
    declared(&parse("t.yaml", &text).unwrap())
}

/// Days that the one log group of the sources keeps its events.
fn retention(sources: &[(&str, &str)]) -> Option<u32> {
    let graph = graph(sources);
    assert!(graph.problems.is_empty(), "{:?}", graph.problems);
    let groups = graph.nodes.values().filter_map(|node| match &node.resource {
        Resource::LogGroup(group) if node.address.name == "/app/web" => Some(group.retention_days),
        _ => None,
    });
    let groups: Vec<Option<u32>> = groups.collect();
    assert_eq!(groups.len(), 1);
    groups[0]
}

#[test]
fn filters_are_part_of_a_group_that_any_source_creates() {
    for sources in [[("a", ", create: true"), ("b", "")], [("a", ""), ("b", ", create: true")]] {
        let graph = graph(&sources);
        let filters = graph.nodes.values().filter(|node| node.address.kind == KindName::SubscriptionFilter);
        for filter in filters {
            let container = filter.container.as_ref().unwrap();
            assert_eq!(container.to_string(), "app/ap-northeast-1/log_group./app/web");
            assert!(filter.needs.iter().any(|need| need.address == *container), "{:?}", filter.needs);
        }
    }
    let graph = graph(&[("a", ""), ("b", "")]);
    assert!(
        graph
            .nodes
            .values()
            .all(|node| node.container.is_none() || node.address.kind != KindName::SubscriptionFilter)
    );
}

#[test]
fn a_group_that_two_sources_create_is_one_and_keeps_events_as_either_says() {
    let days = ", create: true, retention_days: 30";
    assert_eq!(retention(&[("a", days), ("b", days)]), Some(30));
    assert_eq!(retention(&[("a", days), ("b", ", create: true")]), Some(30));
    assert_eq!(retention(&[("a", ", create: true"), ("b", days)]), Some(30));
    assert_eq!(retention(&[("a", ", create: true"), ("b", ", create: true")]), None);
}

#[test]
fn two_sources_that_create_a_group_must_agree_how_long_it_keeps_events() {
    let graph =
        graph(&[("a", ", create: true, retention_days: 30"), ("b", ", create: true, retention_days: 90")]);
    assert_eq!(
        graph.problems,
        [
            "sources.a and sources.b both create app/ap-northeast-1/log_group./app/web, one with retention_days 30, the other with 90; they must agree"
        ]
    );
}

#[test]
fn a_glob_finds_what_another_source_is_about_to_make() {
    let text = format!(
        "{TOPOLOGY}  maker: {{ accounts: [app], destination: central, log_groups: [/app/web], create: true, filter: {{ name: a }} }}\n  \
         finder: {{ accounts: [app], destination: central, log_groups: [\"/app/*\"], filter: {{ name: b }} }}\n"
    );
    let graph = with_found(&parse("t.yaml", &text).unwrap(), Inventory::default());
    let filters: Vec<&str> = graph.routes.iter().map(|route| route.filter.name.as_str()).collect();
    assert_eq!(filters, ["/app/web:b", "/app/web:a"]);
}

/// The graph of a topology in whose accounts this was found.
pub(super) fn with_found(topology: &Topology, inventory: Inventory) -> Graph {
    build(topology, &Discovered::Found(inventory), &Lifecycle::default())
}

/// The graph of sources that each select log groups of the app account by a glob, over these log groups.
fn expanded(limits: &str, patterns: &[&str], found: &[&str]) -> Graph {
    let mut text = TOPOLOGY.replace("sources:\n", &format!("{limits}sources:\n"));
    for (number, pattern) in patterns.iter().enumerate() {
        text.push_str(&format!(
            "  s{number}: {{ accounts: [app, archive], destination: central, log_groups: [\"/a*\"], filter: {{ name: f{number}, pattern: \"{pattern}\" }} }}\n"
        ));
    }
    let groups: LogGroups = found.iter().map(|name| ((*name).to_owned(), "STANDARD".to_owned())).collect();
    let place = |account: &str| (account.parse().unwrap(), "ap-northeast-1".parse().unwrap());
    let log_groups = [(place("app"), groups.clone()), (place("archive"), groups)].into();
    let inventory = Inventory { log_groups, ..Inventory::default() };
    with_found(&parse("t.yaml", &text).unwrap(), inventory)
}

#[test]
fn globs_of_several_sources_share_the_filters_a_log_group_takes() {
    assert_eq!(expanded("", &["", ""], &["/app/web"]).problems, [""; 0]);
    let one = expanded("", &["", "", ""], &["/app/web"]);
    assert_eq!(
        one.problems[0],
        "sources.s0, sources.s1, sources.s2 put 3 filters on /app/web in app/ap-northeast-1; AWS allows 2 filter(s) on a log group; remove the log groups from one of the sources"
    );
    let several = expanded("", &["", "", ""], &["/app/api", "/app/web"]);
    assert_eq!(several.problems.len(), 2, "one an account: {:?}", several.problems);
    assert!(several.problems[1].contains("on 2 log groups such as /app/api in archive/ap-northeast-1"));
    let raised = "limits: { filters_per_log_group: 3 }\n";
    assert_eq!(expanded(raised, &["", "", ""], &["/app/web"]).problems, [""; 0]);
}

#[test]
fn globs_of_several_sources_share_the_regular_expressions_a_log_group_takes() {
    let limits = "limits: { filters_per_log_group: 10 }\n";
    assert_eq!(expanded(limits, &["%a%", "%b%", "%c%", "%d%", "%e%", "f"], &["/app/web"]).problems, [""; 0]);
    let many = expanded(limits, &["%a%", "%b%", "%c%", "%d%", "%e%", "%f%"], &["/app/web"]);
    assert!(
        many.problems[0].contains("put 6 filters with regular expressions on /app/web"),
        "{:?}",
        many.problems
    );
}

#[test]
fn the_error_log_is_left_out_where_it_is_and_nowhere_else() {
    let graph = expanded("", &[""], &["/app/web", "/aws/kinesisfirehose/logs-central"]);
    let routes: Vec<String> =
        graph.routes.iter().map(|route| format!("{} {}", route.account, route.log_group)).collect();
    assert_eq!(routes, ["app /app/web", "app /aws/kinesisfirehose/logs-central", "archive /app/web"]);
}
