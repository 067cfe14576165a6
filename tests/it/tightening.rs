//! What others have put on the roles that events pass goes when it is asked for, and no sooner than its rights are not needed.

use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, TOKYO};
use crate::support::breaks::{CWL_ROLE, FIREHOSE_ROLE};
use crate::walkthrough::applied;

/// The role of AWS's walk-through: it has no policy of logpipe's, and one that allows far too much.
async fn as_in_the_walkthrough(config: aws_types::SdkConfig) {
    aws::add_policies(&config, CWL_ROLE).await;
    let call = aws::iam(&config).delete_role_policy().role_name(CWL_ROLE).policy_name("logpipe");
    call.send().await.unwrap();
}

/// What is on a role: names of inline policies, and ARNs of attached ones.
fn on(bench: &Bench, role: &'static str) -> (Vec<String>, Vec<String>) {
    bench.aws(ARCHIVE, TOKYO, async move |config| {
        let inline = aws::inline_policies(&config, role).await;
        (inline.into_iter().map(|(name, _)| name).collect(), aws::attached(&config, role).await)
    })
}

fn step(bench: &Bench, role: &str, flags: &[&str]) -> Value {
    let flags: Vec<&str> = flags.iter().copied().chain(["--output", "json"]).collect();
    let plan = bench.sandbox("plan", &flags).expect(Exit::Done).json();
    let steps = plan["steps"].as_array().unwrap().iter();
    steps.rev().find(|step| step["name"] == role).unwrap().clone()
}

#[test]
fn a_role_with_too_many_rights_keeps_them_until_its_own_are_in_force() {
    let bench = applied();
    std::fs::remove_file(bench.path(".logpipe/sandbox/records/delivery-test.json")).unwrap();
    bench.aws(ARCHIVE, TOKYO, as_in_the_walkthrough);
    bench.pass(60);
    // Without being asked, logpipe leaves it.
    let fields = |step: &Value| {
        let changes = step["changes"].as_array().unwrap().iter();
        changes.map(|change| change["field"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(fields(&step(&bench, CWL_ROLE, &["--adopt"])), ["policy"]);
    let tightened = step(&bench, CWL_ROLE, &["--adopt", "--tighten"]);
    assert_eq!(fields(&tightened), ["policy", "inline_policies", "attached_policies"]);
    assert_eq!(tightened["changes"][1]["to"], json!(null));

    let before = bench.now();
    bench.sandbox("apply", &["--adopt", "--tighten", "--yes"]).expect(Exit::Done);
    assert_eq!(on(&bench, CWL_ROLE), (vec!["logpipe".to_owned()], vec![]));
    let calls = bench.calls_since(before);
    let at = |operation: &str| calls.iter().find(|call| call.operation == operation).unwrap().at_ms;
    assert!(at("DeleteRolePolicy") - at("PutRolePolicy") >= 180_000, "what is under way arrives first");
    assert!(at("DetachRolePolicy") - at("PutRolePolicy") >= 180_000);
    bench.sandbox("verify", &[]).expect(Exit::Done);
    assert_eq!(fields(&step(&bench, CWL_ROLE, &["--tighten"])), [""; 0]);
}

#[test]
fn what_somebody_adds_while_logpipe_waits_is_not_taken_off_unseen() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| aws::add_policies(&config, FIREHOSE_ROLE).await);
    bench.pass(60);
    bench.sandbox("plan", &["--tighten", "--out", "tight.plan"]).expect(Exit::Done);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let call = aws::iam(&config).attach_role_policy().role_name(FIREHOSE_ROLE);
        call.policy_arn("arn:aws:iam::aws:policy/ReadOnlyAccess").send().await.unwrap();
    });
    bench.pass(60);
    let refused = bench.sandbox("apply", &["--plan", "tight.plan", "--yes"]).expect(Exit::Failed);
    assert!(refused.err.contains(FIREHOSE_ROLE), "{}", refused.err);
    assert_eq!(on(&bench, FIREHOSE_ROLE).1.len(), 2);
    bench.sandbox("apply", &["--tighten", "--yes"]).expect(Exit::Done);
    assert_eq!(on(&bench, FIREHOSE_ROLE), (vec!["logpipe".to_owned()], vec![]));
    bench.sandbox("verify", &[]).expect(Exit::Done);
}
