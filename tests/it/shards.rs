//! More senders than one role and one CloudWatch Logs destination have room for: spread over several in front of the same
//! stream, where each account stays.

use std::collections::BTreeSet;

use logpipe::exit::Exit;
use serde_json::Value;

use crate::support::Bench;
use crate::support::aws;
use crate::support::senders::{applied, arrived_once, sends_to, spread, write};
use crate::support::topologies::{RAISED, sender_id as id, senders};

const REGION: &str = "ap-northeast-1";

/// How many senders one trust policy has room for, unless its quota is raised.
const ROOM: u32 = 57;

/// The addresses of the steps that a plan has to do, of these kinds.
fn steps(bench: &Bench, kind: &str) -> BTreeSet<String> {
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    let steps = plan["steps"].as_array().unwrap().iter();
    let of_kind = steps.filter(|step| step["action"] != "keep" && step["kind"] == kind);
    of_kind.map(|step: &Value| step["address"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn seventy_senders_deliver_under_default_quotas() {
    let bench = Bench::new(&senders(0..70, ""));
    let planned = bench.sandbox("plan", &[]).expect(Exit::Done).out;
    for said in [
        "destinations.main: 70 senders over 2 CloudWatch Logs destinations",
        "the same in 69 more accounts: ",
        " (each by way of its own shard)\n",
    ] {
        assert!(planned.contains(said), "{said} is missing:\n{planned}");
    }
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(spread(&bench, 0..70), [("t-main".to_owned(), 57), ("t-main-2".to_owned(), 13)].into());
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("status", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("verify", &["--sample", "70"]).expect(Exit::Done);
    let outputs = bench.sandbox("outputs", &[]).expect(Exit::Done).out;
    for output in ["main.cwl_role_arn.2", "main.destination_arn.ap-northeast-1.2"] {
        assert!(outputs.contains(output), "{outputs}");
    }
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.aws(aws::ARCHIVE, REGION, async |config| aws::roles(&config).await), [""; 0]);
}

#[test]
fn who_joins_moves_nobody_and_who_has_left_makes_room() {
    let bench = applied(&senders(0..=ROOM, ""));
    assert_eq!(sends_to(&bench, ROOM), "t-main-2");
    // One of the first shard leaves, and one joins that would come before all others.
    bench.write(&senders((1..=ROOM).chain([900]), ""));
    let filters = steps(&bench, "subscription_filter");
    let newcomer = format!("{}/{REGION}/subscription_filter./app/web:t", id(900));
    assert_eq!(filters, [newcomer.clone()].into());
    // Before it is pruned, what has left still sends, and keeps its place.
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(sends_to(&bench, 900), "t-main-2");
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    bench.write(&senders((1..=ROOM).chain([900, 901]), ""));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(sends_to(&bench, 901), "t-main");
    assert_eq!(sends_to(&bench, 900), "t-main-2");
    bench.sandbox("verify", &["--sample", "70"]).expect(Exit::Done);
}

#[test]
fn after_the_record_was_lost_every_account_is_where_its_filter_sends() {
    let bench = applied(&senders(0..ROOM + 2, ""));
    bench.write(&senders(1..ROOM + 2, ""));
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    std::fs::remove_dir_all(bench.path(".logpipe/sandbox/records")).unwrap();
    // By its name alone it would have room in the first, and its filter would move.
    let plan = bench.sandbox("plan", &["--adopt", "--output", "json"]).expect(Exit::Done).json();
    let changes = plan["steps"].as_array().unwrap().iter().flat_map(|step| step["changes"].as_array());
    let moved = changes.flatten().filter(|change| change["field"] == "destination_arn");
    assert_eq!(moved.count(), 0, "{plan:#}");
    bench.sandbox("apply", &["--yes", "--adopt"]).expect(Exit::Done);
    assert_eq!(sends_to(&bench, ROOM), "t-main-2");
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn turning_into_shards_and_back_loses_nothing() {
    let bench = applied(&senders(0..60, RAISED));
    assert_eq!(spread(&bench, 0..60), [("t-main".to_owned(), 60)].into());
    write(&bench, 0..60, "before");
    bench.write(&senders(0..60, ""));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(spread(&bench, 0..60), [("t-main".to_owned(), 57), ("t-main-2".to_owned(), 3)].into());
    write(&bench, 0..60, "between");
    // Those of the second shard leave one by one, and when nobody is left, it goes.
    bench.write(&senders(0..ROOM, ""));
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    write(&bench, 0..ROOM, "after");
    let roles = bench.aws(aws::ARCHIVE, REGION, async |config| aws::roles(&config).await);
    assert!(!roles.iter().any(|role| role.ends_with("-2")), "{roles:?}");
    arrived_once(&bench, 60, &["before", "between"]);
    arrived_once(&bench, ROOM, &["after"]);
}
