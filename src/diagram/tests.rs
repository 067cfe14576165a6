use super::*;
use crate::explain::Explanation;
use crate::graph::{Lifecycle, declared};
use crate::topology::{Topology, load};

fn shipped(name: &str) -> Topology {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("topologies").join(name);
    load(&path).unwrap()
}

fn drawn(topology: &Topology) -> Diagram {
    diagram(topology, &declared(topology), &Lifecycle::default(), Explanation::default())
}

/// Every hop with where it starts and ends, in the order of the list.
fn hops(diagram: &Diagram) -> Vec<String> {
    let end = |at: usize| format!("{}:{}", diagram.stations[at].account, diagram.stations[at].kind.code());
    diagram.hops.iter().map(|hop| format!("{} {} {}", end(hop.from), hop.kind.code(), end(hop.to))).collect()
}

#[test]
fn a_log_line_goes_from_its_log_group_to_the_bucket() {
    let diagram = drawn(&shipped("quickstart.yaml"));
    let expect = [
        "archive:stream delivery archive:bucket",
        "archive:destination put archive:stream",
        "app:log_groups subscription archive:destination",
    ];
    assert_eq!(hops(&diagram), expect);
    let accounts: Vec<&str> = diagram.accounts.iter().map(|account| account.name.as_str()).collect();
    assert_eq!(accounts, ["app", "archive"], "who sends stands before who receives");
}

#[test]
fn each_region_and_stream_has_its_own_way() {
    let diagram = drawn(&shipped("many-accounts.yaml"));
    let count = |kind: HopKind| diagram.hops.iter().filter(|hop| hop.kind == kind).count();
    // Four accounts in two regions, and one source more in one of them; two streams, each with a shard in both regions.
    assert_eq!((count(HopKind::Subscription), count(HopKind::Put), count(HopKind::Delivery)), (9, 4, 2));
    for hop in diagram.hops.iter().filter(|hop| hop.kind == HopKind::Subscription) {
        assert_eq!(diagram.stations[hop.from].region, diagram.stations[hop.to].region);
    }
}

#[test]
fn agents_write_and_readers_read() {
    let hops = hops(&drawn(&shipped("everything.yaml")));
    for expect in [
        "app:agent write app:log_groups",
        "app:log_groups read app:reader_role",
        "app:reader_role assume monitor:reader",
    ] {
        assert!(hops.iter().any(|hop| hop == expect), "{expect} is not in {hops:#?}");
    }
}

#[test]
fn whoever_the_organization_has_is_drawn_before_it_is_read() {
    let diagram = drawn(&shipped("organization.yaml"));
    let members = diagram.accounts.iter().find(|account| account.name.as_str() == "organization").unwrap();
    assert_eq!(members.id, None);
    assert!(hops(&diagram).contains(&"organization:log_groups subscription archive:destination".to_owned()));
}
