//! Readers: the role where the logs are, and the right to assume it where the reader is.

use logpipe::exit::Exit;
use serde_json::json;

use crate::support::Bench;
use crate::support::aws::{self, SOURCE, TOKYO};

const TOPOLOGY: &str = include_str!("../../topologies/reader.yaml");
const MONITOR: &str = "222222222222";

#[test]
fn both_halves_are_made_and_the_role_of_the_reader_is_left_as_it_was() {
    let bench = Bench::new(TOPOLOGY);
    bench.sandbox("plan", &[]).expect(Exit::Done);
    let reading = async |config| aws::attached(&config, "monitor-iam-ec2").await;
    let before = bench.aws(MONITOR, TOKYO, reading);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let outputs = bench.sandbox("outputs", &["--output", "json"]).expect(Exit::Done).json();
    let role = outputs["outputs"]["ops.RoleName"]["value"].as_str().unwrap().to_owned();
    let (trust, attached) = bench.aws(SOURCE, TOKYO, async move |config| {
        (aws::trust(&config, &role).await, aws::attached(&config, &role).await)
    });
    assert_eq!(
        trust["Statement"][0]["Principal"],
        json!({ "AWS": "arn:aws:iam::222222222222:role/monitor-iam-ec2" })
    );
    assert_eq!(
        attached,
        [
            "arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess",
            "arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"
        ]
    );
    let policy = outputs["outputs"]["ops.PolicyArn"]["value"].as_str().unwrap().to_owned();
    assert!(bench.aws(MONITOR, TOKYO, reading).contains(&policy));
    let since = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(since), [""; 0]);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.aws(MONITOR, TOKYO, reading), before);
}

#[test]
fn that_a_whole_account_may_read_is_said_in_the_plan() {
    let bench = Bench::new(&TOPOLOGY.replace("      role: monitor-iam-ec2\n", ""));
    let plan = bench.sandbox("plan", &[]).expect(Exit::Done);
    assert!(plan.out.contains("any user or role of monitor (222222222222)"), "{}", plan.out);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
}
