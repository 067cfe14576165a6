//! Every command gets through whatever a seed lets AWS do: changes seen late and by one service before another,
//! refusals that pass, streams that fail, lists in small and in empty pages, short sessions.

use logpipe::exit::Exit;
use logpipe::sandbox::Timing;

use crate::support::Bench;
use crate::support::aws::{self, SOURCE, TOKYO};
use crate::walkthrough::TOPOLOGY as WALKTHROUGH;

/// Many log groups, a whole account, a second region, an organisation and a partitioned stream.
const WIDE: &str = r#"
version: 1
name: wide
region: ap-northeast-1
access: { role_name: LogpipeDeployer }
accounts: { app: "111111111111", other: "222222222222", archive: "999999999999" }
destinations:
  central:
    account: archive
    stream: { buffer_seconds: 60 }
  errors:
    account: archive
    region: us-east-1
    stream: { buffer_seconds: 60 }
sources:
  all:
    accounts: [app]
    destination: central
    log_groups: ["/app/*"]
  some:
    accounts: [app, other]
    destination: central
    log_groups: ["/made/one", "/made/two"]
    create: true
  far:
    accounts: [app]
    destination: errors
    regions: [us-east-1]
    log_groups: ["/far/one"]
    create: true
  whole:
    accounts: [other]
    destination: central
    scope: account
"#;

const WIDE_BUCKETS: [&str; 2] =
    ["wide-central-999999999999-ap-northeast-1", "wide-errors-999999999999-us-east-1"];

/// A topology with the buckets that it makes.
const NARROW: (&str, &[&str]) = (WALKTHROUGH, &["delivery-test"]);

fn seeded(topology: &str, seed: u64) -> Bench {
    let bench = Bench::new(topology);
    bench.aws(SOURCE, TOKYO, async |config| {
        for number in 0..4 {
            let name = format!("/app/{number}");
            aws::logs(&config).create_log_group().log_group_name(name).send().await.unwrap();
        }
    });
    let cloud = bench.cloud();
    cloud.set_seed(seed);
    cloud.store().unwrap();
    bench
}

/// Applies, looks, applies again, verifies, destroys, and begins again, one command right after the other.
fn goes_through((topology, buckets): (&str, &[&str]), seed: u64) {
    let bench = seeded(topology, seed);
    let run = |command: &str, flags: &[&str]| {
        let ran = bench.sandbox(command, flags);
        assert_eq!(
            ran.exit,
            Exit::Done,
            "seed {seed}, {command}\n--- out\n{}\n--- err\n{}",
            ran.out,
            ran.err
        );
    };
    run("apply", &["--yes"]);
    run("plan", &["--detailed-exitcode"]);
    run("apply", &["--yes"]);
    run("status", &["--detailed-exitcode"]);
    run("verify", &[]);
    let confirmed = buckets.iter().flat_map(|bucket| ["--confirm", bucket]);
    let destroy: Vec<&str> = ["--yes", "--delete-data"].into_iter().chain(confirmed).collect();
    run("destroy", &destroy);
    run("apply", &["--yes", "--verify"]);
}

#[test]
fn the_walk_through_goes_through_with_any_seed() {
    (0..2).for_each(|seed| goes_through(NARROW, seed));
}

#[test]
fn many_log_groups_in_several_places_go_through_with_any_seed() {
    goes_through((WIDE, &WIDE_BUCKETS), 1);
}

#[test]
fn a_seed_repeats_itself() {
    let calls = |seed| {
        let bench = seeded(WALKTHROUGH, seed);
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        let calls = bench.cloud().calls();
        let began = calls[0].at_ms;
        let told = calls.into_iter().map(|call| (call.operation, call.error, call.at_ms - began));
        told.collect::<Vec<_>>()
    };
    assert_eq!(calls(5), calls(5));
    assert_ne!(calls(5), calls(6));
}

#[test]
fn a_long_apply_refreshes_short_sessions() {
    let bench = Bench::new(WALKTHROUGH);
    let cloud = bench.cloud();
    // A quarter of an hour is the shortest session of STS; the stream alone takes longer.
    let slow = Timing { longest_session_ms: 900_000, stream_creating_ms: 1_080_000, ..cloud.timing() };
    cloud.set_timing(slow);
    cloud.store().unwrap();
    let before = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let calls = bench.calls_since(before);
    let expired =
        calls.iter().find(|call| call.error.as_deref().is_some_and(|code| code.contains("Expired")));
    assert_eq!(expired, None);
    let assumed = calls.iter().filter(|call| call.operation == "AssumeRole").count();
    assert!(assumed > 2, "two accounts, and one of them at least a second time: {assumed}");
}
