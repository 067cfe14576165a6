//! The main job: a topology is applied, a log line arrives, nothing changes the second time, and it goes again.

use logpipe::exit::Exit;

use crate::support::Bench;

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
    let before = bench.cloud().now();
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let since = before.duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let written: Vec<String> = bench
        .cloud()
        .calls()
        .into_iter()
        .filter(|call| u128::from(call.at_ms) > since && call.writes())
        .map(|call| call.operation)
        .collect();
    assert_eq!(written, [""; 0]);
}
