//! Where there are many routes, verify probes a part of them unless it is told how many, and says how many it did.

use logpipe::exit::Exit;

use crate::support::Bench;
use crate::walkthrough::TOPOLOGY;

/// The topology with twenty-one log groups.
fn topology() -> String {
    let groups: Vec<String> = (0..21).map(|number| format!("\"/delivery/{number}\"")).collect();
    TOPOLOGY.replace(r#"["/delivery/test"]"#, &format!("[{}]", groups.join(", ")))
}

const SAID: &str = "20 of the 21 routes are probed, spread over sources, accounts and regions; \
                    `logpipe verify --sandbox --sample 21` probes all of them";

#[test]
fn of_more_than_twenty_routes_twenty_are_probed_and_that_is_said() {
    let bench = Bench::new(&topology());
    let applied = bench.sandbox("apply", &["--yes", "--verify", "--sample", "2"]).expect(Exit::Done);
    let words = "Verify: 2 of 2 routes delivered; 2 of 21 routes probed.";
    assert!(applied.out.contains(words), "{}", applied.out);
    assert!(!applied.err.contains("of the 21 routes"), "{}", applied.err);

    let verified = bench.sandbox("verify", &[]).expect(Exit::Done);
    let said = verified.err.replace(" --sample 21 --sandbox", " --sandbox --sample 21");
    assert!(said.contains(SAID), "{said}");
    assert!(
        verified.out.contains("Verify: 20 of 20 routes delivered; 20 of 21 routes probed."),
        "{}",
        verified.out
    );

    let verified = bench.sandbox("verify", &["--sample", "21", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!((&verified["routes_probed"], &verified["routes_total"]), (&21.into(), &21.into()));
    assert_eq!(verified["routes"].as_array().unwrap().len(), 21);
}

#[test]
fn of_what_is_not_probed_nothing_is_read() {
    let bench = Bench::new(&topology());
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let before = bench.cloud().calls().len();
    bench.sandbox("verify", &["--sample", "2"]).expect(Exit::Done);
    let calls = bench.cloud().calls();
    let filters = calls[before..].iter().filter(|call| call.operation == "DescribeSubscriptionFilters");
    assert_eq!(filters.count(), 2);
}
