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
    let before = bench.now();
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), [""; 0]);
}
