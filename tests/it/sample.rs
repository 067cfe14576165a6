//! Where there are many routes, verify asks how many to probe, and says how many it did.

use logpipe::exit::Exit;

use crate::support::Bench;
use crate::walkthrough::TOPOLOGY;

/// The topology with twenty-one log groups.
fn topology() -> String {
    let groups: Vec<String> = (0..21).map(|number| format!("\"/delivery/{number}\"")).collect();
    TOPOLOGY.replace(r#"["/delivery/test"]"#, &format!("[{}]", groups.join(", ")))
}

const ASKS: &str = "there are 21 routes to probe, and more than 20 are not probed unasked: say how many with \
                    --sample N, or --sample 21 for all";

#[test]
fn more_than_twenty_routes_are_probed_only_when_asked_to() {
    let bench = Bench::new(&topology());
    let before = bench.now();
    let refused = bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Usage);
    assert!(refused.err.contains(ASKS), "{}", refused.err);
    assert_eq!(bench.written_since(before), [""; 0]);

    let applied = bench.sandbox("apply", &["--yes", "--verify", "--sample", "2"]).expect(Exit::Done);
    let words = "Verify: 2 of 2 routes delivered; 2 of 21 routes probed.";
    assert!(applied.out.contains(words), "{}", applied.out);

    let before = bench.now();
    let refused = bench.sandbox("verify", &[]).expect(Exit::Usage);
    assert!(refused.err.contains(ASKS), "{}", refused.err);
    assert_eq!(bench.written_since(before), [""; 0]);

    let verified = bench.sandbox("verify", &["--sample", "21", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!((&verified["routes_probed"], &verified["routes_total"]), (&21.into(), &21.into()));
    assert_eq!(verified["routes"].as_array().unwrap().len(), 21);
}
