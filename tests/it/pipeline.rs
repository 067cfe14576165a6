//! The main job: a topology is applied, a log line arrives, nothing changes the second time, and it goes again.

use logpipe::exit::Exit;

use serde_json::json;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");

#[test]
fn the_quickstart_delivers_a_line() {
    let bench = Bench::new(QUICKSTART);
    let ran = bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    assert!(ran.out.contains("logpipe test event"), "{}", ran.out);
}

#[test]
fn a_second_apply_makes_no_writing_call() {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let before = bench.now();
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), [""; 0]);
}

#[test]
fn a_route_repaired_a_moment_ago_is_proved_although_the_first_event_is_dropped() {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let nobody = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "logs.amazonaws.com" },
            "Action": "sts:AssumeRole",
            "Condition": { "ArnLike": { "aws:SourceArn": "arn:aws:logs:*:222222222222:*" } },
        }]});
        aws::put_trust(&config, "quickstart-central-cwl", &nobody).await;
    });
    bench.pass(60);
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

/// A folder with this topology and the policy files that come with logpipe.
fn with_policies(topology: &str) -> Bench {
    let bench = Bench::new(topology);
    std::fs::create_dir(bench.path("policies")).unwrap();
    let policies = concat!(env!("CARGO_MANIFEST_DIR"), "/topologies/policies");
    for policy in std::fs::read_dir(policies).unwrap() {
        let policy = policy.unwrap();
        std::fs::copy(policy.path(), bench.path("policies").join(policy.file_name())).unwrap();
    }
    bench
}

/// The topologies that come with logpipe, by file name.
fn shipped() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/topologies");
    let mut topologies: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    topologies.sort();
    topologies
}

#[test]
fn every_shipped_topology_is_valid_and_can_be_planned_without_credentials() {
    let names: Vec<String> = shipped().into_iter().map(|(name, _)| name).collect();
    for name in [
        "agent",
        "attach-existing",
        "everything",
        "existing-bucket",
        "kms",
        "many-accounts",
        "messages",
        "organization",
        "partitioned",
        "quickstart",
        "reader",
    ] {
        assert!(names.iter().any(|shipped| shipped == name), "{name} is not shipped");
    }
    for (name, topology) in shipped() {
        let bench = with_policies(&topology);
        bench.run(&["logpipe", "validate"]).expect(Exit::Done);
        let plan = bench.run(&["logpipe", "plan", "--offline", "--output", "json"]).expect(Exit::Done).json();
        assert_eq!(plan["topology"], if name == "everything" { "central-logs" } else { &name });
        assert_ne!(
            plan["summary"]["create"].as_u64().unwrap() + plan["notes"].as_array().unwrap().len() as u64,
            0
        );
    }
}

#[test]
fn every_shipped_topology_delivers_and_then_has_nothing_to_do() {
    for (name, topology) in shipped() {
        let bench = with_policies(&topology);
        // Of a group that is only named, AWS has to know already.
        if topology.contains("\"/aws/lambda/web\"") {
            bench.aws(SOURCE, TOKYO, async |config| {
                let call = aws::logs(&config).create_log_group().log_group_name("/aws/lambda/web");
                call.send().await.unwrap();
            });
        }
        let ran = bench.sandbox("apply", &["--yes", "--verify", "--output", "json"]).expect(Exit::Done);
        let verified = ran.json();
        let of = |what: &str| verified[what].as_array().unwrap();
        assert!(of("routes").iter().all(|route| route["delivered"] == true), "{name}: {verified:#}");
        assert_eq!(verified["verdict"], "delivered", "{name}: {verified:#}");
        assert!(["routes", "agents", "readers"].iter().any(|what| !of(what).is_empty()), "{name}");
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    }
}

#[test]
fn filters_of_a_source_that_is_gone_are_said_to_deliver_no_more() {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&QUICKSTART.replace("\"/app/web\"", "\"/app/other\""));
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    assert_eq!(plan["orphans"][1], "app/ap-northeast-1/subscription_filter./app/web:quickstart");
    assert!(plan["notes"][0].as_str().unwrap().contains("put the source back"), "{}", plan["notes"]);
}
