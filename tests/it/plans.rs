//! Which plan is made and carried out: a part of the topology, a saved one, one without credentials.

use logpipe::exit::Exit;
use serde_json::Value;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");
const FILTER: &str = "app/ap-northeast-1/subscription_filter./app/web:quickstart";

fn addresses(plan: &Value) -> Vec<&str> {
    plan["steps"].as_array().unwrap().iter().map(|step| step["address"].as_str().unwrap()).collect()
}

#[test]
fn a_target_brings_what_it_needs_and_nothing_else() {
    let bench = Bench::new(QUICKSTART);
    let role = "archive/global/iam_role.quickstart-central-cwl";
    let plan = bench.sandbox("plan", &["--target", role, "--output", "json"]).expect(Exit::Done).json();
    assert_eq!(addresses(&plan), [role]);
    let target = "archive/ap-northeast-1/firehose_stream.*";
    bench.sandbox("apply", &["--yes", "--target", target]).expect(Exit::Done);
    let streams = bench.aws(ARCHIVE, TOKYO, async |config| aws::stream_names(&config).await);
    assert_eq!(streams, ["quickstart-central"]);
    let roles = bench.aws(ARCHIVE, TOKYO, async |config| aws::roles(&config).await);
    assert_eq!(roles, ["quickstart-central-firehose"], "the other role is not needed for the stream");
    let plan = bench.sandbox("plan", &["--target", target, "--output", "json"]).expect(Exit::Done).json();
    assert_eq!(plan["summary"]["create"], 0);
    assert_eq!(plan["summary"]["orphan"], 0, "what is left out is not an orphan");
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

#[test]
fn an_account_can_be_the_target() {
    let bench = Bench::new(QUICKSTART);
    let plan =
        bench.sandbox("plan", &["--target", "account=app", "--output", "json"]).expect(Exit::Done).json();
    assert!(addresses(&plan).contains(&FILTER), "{plan:#}");
    assert!(addresses(&plan).iter().any(|address| address.starts_with("archive/")), "what the filter needs");
}

#[test]
fn destroying_a_target_takes_what_depends_on_it() {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let target = "archive/ap-northeast-1/logs_destination.quickstart-central";
    bench.sandbox("destroy", &["--yes", "--target", target]).expect(Exit::Done);
    let filters = bench.aws(SOURCE, TOKYO, async |config| aws::filters(&config, "/app/web").await);
    assert!(filters.is_empty(), "a filter cannot outlive its destination");
    let streams = bench.aws(ARCHIVE, TOKYO, async |config| aws::stream_names(&config).await);
    assert_eq!(streams, ["quickstart-central"], "what the destination needed stays");
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

#[test]
fn a_target_that_matches_nothing_is_wrong_usage() {
    let bench = Bench::new(QUICKSTART);
    let ran = bench.sandbox("plan", &["--target", &FILTER.replace("quickstart", "quickstrat")]);
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("did you mean"), "{}", ran.err);
    assert!(bench.cloud().calls().iter().all(|call| !call.writes()));
    bench.sandbox("destroy", &["--target", "account=nobody"]).expect(Exit::Usage);
}

#[test]
fn a_saved_plan_is_carried_out_without_asking() {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("plan", &["--out", "plans/quick.plan"]).expect(Exit::Done);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(bench.path("plans/quick.plan")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    bench.sandbox("apply", &["--plan", "plans/quick.plan", "--verify"]).expect(Exit::Done);
}

#[test]
fn a_saved_plan_shows_its_topology_and_its_steps_and_no_secret() {
    let with_secret =
        QUICKSTART.replace("role_name: LogpipeDeployer", "role_name: LogpipeDeployer\n  external_id: abc123");
    assert_ne!(with_secret, QUICKSTART);
    let bench = Bench::new(&with_secret);
    bench.sandbox("plan", &["--out", "quick.plan"]).expect(Exit::Done);
    let text = std::fs::read_to_string(bench.path("quick.plan")).unwrap();
    assert!(!text.contains("abc123"), "{text}");
    let plan: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        plan["topology"]["destinations"]["central"]["transport"]["firehose"]["stream"]["buffer_seconds"],
        60
    );
    assert_eq!(plan["topology"]["accounts"]["archive"]["access"]["external_id"], true);
    let stream = "archive/ap-northeast-1/firehose_stream.quickstart-central";
    let step = plan["steps"].as_array().unwrap().iter().find(|step| step["address"] == stream).unwrap();
    assert_eq!((&step["action"], &step["reason"]), (&"create".into(), &"absent".into()));
    let buffer = serde_json::json!({ "field": "buffer_seconds", "from": null, "to": 60 });
    assert!(step["changes"].as_array().unwrap().contains(&buffer), "{step:#}");
    let again = Bench::new(&with_secret);
    again.sandbox("plan", &["--out", "quick.plan"]).expect(Exit::Done);
    assert_eq!(
        std::fs::read_to_string(again.path("quick.plan")).unwrap(),
        text,
        "the same plan is the same text"
    );
}

#[test]
fn a_plan_of_an_earlier_format_is_refused_with_the_command_to_type() {
    let old = |bench: &Bench| {
        let plan = serde_json::json!({
            "format": 1, "logpipe": env!("CARGO_PKG_VERSION"), "topology": "quickstart", "topology_digest": "00",
            "adopt": false, "targets": [], "steps": {},
        });
        std::fs::write(bench.path("quick.plan"), plan.to_string()).unwrap();
    };
    let command = "make it again with `logpipe plan --out quick.plan --sandbox`";
    refused(old, &["it is in format 1", "make the plan again", command]);
}

/// Saves a plan, lets something happen, and expects the plan to be refused, saying why.
fn refused(happens: impl FnOnce(&Bench), words: &[&str]) {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&QUICKSTART.replace("buffer_seconds: 60", "buffer_seconds: 90"));
    bench.sandbox("plan", &["--out", "quick.plan"]).expect(Exit::Done);
    happens(&bench);
    let before = bench.now();
    let ran = bench.sandbox("apply", &["--plan", "quick.plan"]);
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.said());
    let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in words {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert_eq!(bench.written_since(before), [""; 0]);
}

#[test]
fn a_stale_plan_is_refused_and_what_moved_is_named() {
    let drift = |bench: &Bench| {
        bench.aws(SOURCE, TOKYO, async |config| {
            let arn = "arn:aws:logs:ap-northeast-1:999999999999:destination:quickstart-central";
            let call = aws::logs(&config).put_subscription_filter().log_group_name("/app/web");
            call.filter_name("quickstart").filter_pattern("ERROR").destination_arn(arn).send().await.unwrap();
        });
    };
    let moved = format!("{FILTER}: the plan says keep, but now it would be update: differs in pattern");
    refused(drift, &["the plan is stale", &moved]);
    refused(
        |bench| drop(bench.sandbox("apply", &["--yes"]).expect(Exit::Done)),
        &["firehose_stream.quickstart-central: the plan says update, but now it would be keep"],
    );
}

#[test]
fn a_plan_of_another_topology_version_or_file_is_refused() {
    refused(|bench| bench.write(QUICKSTART), &["the topology has changed since the plan was made"]);
    refused(
        |bench| bench.write(&QUICKSTART.replace("name: quickstart", "name: other")),
        &["it is a plan for topology `quickstart`, but this is `other`"],
    );
    let rewritten = |from: &'static str, to: &'static str| {
        move |bench: &Bench| {
            let text = std::fs::read_to_string(bench.path("quick.plan")).unwrap();
            std::fs::write(bench.path("quick.plan"), text.replace(from, to)).unwrap();
        }
    };
    let version = concat!("\"logpipe\": \"", env!("CARGO_PKG_VERSION"), "\"");
    refused(rewritten(version, "\"logpipe\": \"9.9.9\""), &["it was written by logpipe 9.9.9"]);
    refused(rewritten("\"to\": 90", "\"to\": 91"), &["it has been changed since it was written"]);
    refused(rewritten("{", "["), &["it is not a plan written by `logpipe plan --out`"]);
    refused(
        |bench| std::fs::remove_file(bench.path("quick.plan")).unwrap(),
        &["could not read the plan quick.plan"],
    );
}

#[test]
fn a_saved_plan_remembers_what_was_allowed() {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    std::fs::remove_file(bench.path(".logpipe/sandbox/records/quickstart.json")).unwrap();
    let target = "archive/global/*";
    bench.sandbox("plan", &["--adopt", "--target", target, "--out", "roles.plan"]).expect(Exit::Done);
    let report =
        bench.sandbox("apply", &["--plan", "roles.plan", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!(report["done"], 2, "both roles are taken over, and nothing else: {report:#}");
}

#[test]
fn a_plan_that_refuses_something_is_not_saved() {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    std::fs::remove_file(bench.path(".logpipe/sandbox/records/quickstart.json")).unwrap();
    let ran = bench.sandbox("plan", &["--out", "quick.plan"]).expect(Exit::Failed);
    assert!(ran.err.contains("quick.plan was not written"), "{}", ran.err);
    assert!(!bench.path("quick.plan").exists());
}

#[test]
fn offline_everything_is_absent_and_globs_are_left_for_later() {
    let bench = Bench::new(&QUICKSTART.replace("[\"/app/web\"]", "[\"/app/web\", \"/jobs/*\"]"));
    let plan = bench.run(&["logpipe", "plan", "--offline", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!(plan["summary"]["create"], plan["steps"].as_array().unwrap().len());
    let notes = plan["notes"].to_string();
    assert!(notes.contains("`/jobs/*` expands after reading") && notes.contains("made offline"), "{notes}");
    bench.run(&["logpipe", "plan", "--offline", "--detailed-exitcode"]).expect(Exit::Pending);
    let target = ["logpipe", "plan", "--offline", "--target", "account=nobody"];
    bench.run(&target).expect(Exit::Usage);
}

#[test]
fn a_saved_plan_never_takes_the_place_of_another_file() {
    let bench = Bench::new(QUICKSTART);
    let ran = bench.sandbox("plan", &["--out", "topology.yaml"]).expect(Exit::Usage);
    assert!(ran.err.contains("topology.yaml already exists and is not a saved plan"), "{}", ran.err);
    assert_eq!(std::fs::read_to_string(bench.path("topology.yaml")).unwrap(), QUICKSTART);
    bench.sandbox("plan", &["--out", "quick.plan"]).expect(Exit::Done);
    bench.sandbox("plan", &["--out", "quick.plan"]).expect(Exit::Done);
}

#[test]
fn options_of_verify_without_it_are_wrong_usage() {
    let bench = Bench::new(QUICKSTART);
    let ran = bench.sandbox("apply", &["--yes", "--timeout", "90s"]).expect(Exit::Usage);
    assert!(ran.err.contains("add --verify"), "{}", ran.err);
    assert_eq!(bench.cloud().calls().len(), 0);
}

#[test]
fn a_target_without_a_route_is_nothing_to_verify() {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let ran = bench.sandbox("verify", &["--target", "archive/*"]).expect(Exit::Usage);
    assert!(ran.err.contains("--target selects no subscription filter"), "{}", ran.err);
    bench.sandbox("verify", &["--target", FILTER]).expect(Exit::Done);
}

#[test]
fn flags_that_have_no_effect_are_refused() {
    let bench = Bench::new(QUICKSTART);
    let check = |arguments: &[&str], part: &str| {
        let ran = bench.run(&[&["logpipe"], arguments].concat()).expect(Exit::Usage);
        assert!(ran.err.contains(part), "{}", ran.err);
    };
    check(&["plan", "--offline", "--endpoint-url", "http://127.0.0.1:1"], "--offline makes no calls");
    check(&["plan", "--offline", "--profile", "ops"], "--offline makes no calls");
    check(&["access", "--format", "awscli", "--output", "json"], "print no JSON");
    check(&["explain", "--format", "markdown", "--output", "json"], "print no JSON");
    check(&["explain", "--live", "--sandbox", "--format", "table", "--output", "json"], "print no JSON");
    check(&["agent-config", "--lock-timeout", "5m"], "--ssm");
}
