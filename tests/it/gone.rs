//! What went with what it lived in: the plan says so, and the record forgets it without a call that writes.

use logpipe::exit::Exit;
use serde_json::Value;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::walkthrough::{TOPOLOGY, applied};

const GLOBS: &str = r#"
version: 1
name: globs
region: ap-northeast-1
access: { role_name: LogpipeDeployer }
accounts: { app: "111111111111", archive: "999999999999" }
destinations:
  central:
    account: archive
    stream: { buffer_seconds: 60 }
sources:
  applications:
    accounts: [app]
    destination: central
    log_groups: ["/app/*"]
"#;

/// The addresses that the plan forgets, with its reasons.
#[track_caller]
fn forgotten(bench: &Bench) -> Vec<(String, String)> {
    let plan =
        bench.sandbox("plan", &["--detailed-exitcode", "--output", "json"]).expect(Exit::Pending).json();
    let steps = plan["steps"].as_array().unwrap().iter().filter(|step| step["action"] != "keep");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    steps
        .map(|step| {
            assert_eq!(step["action"], "forget", "{plan:#}");
            (text(&step["address"]), text(&step["reason"]))
        })
        .collect()
}

/// Applies, and expects it to write nothing in AWS and to leave nothing to do.
#[track_caller]
fn settled(bench: &Bench) {
    let before = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), [""; 0]);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn a_filter_goes_with_its_log_group_and_is_not_said_to_deliver() {
    let bench = Bench::new(GLOBS);
    bench.aws(SOURCE, TOKYO, async |config| {
        for group in ["/app/one", "/app/two"] {
            aws::logs(&config).create_log_group().log_group_name(group).send().await.unwrap();
        }
    });
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(SOURCE, TOKYO, async |config| {
        aws::logs(&config).delete_log_group().log_group_name("/app/two").send().await.unwrap();
    });
    bench.pass(3600);
    let filter = "app/ap-northeast-1/subscription_filter./app/two:globs".to_owned();
    let reason = "the topology no longer names it, and it was deleted with its log group /app/two".to_owned();
    assert_eq!(forgotten(&bench), [(filter.clone(), reason)]);
    let said = bench.sandbox("plan", &[]).expect(Exit::Done).said();
    assert!(!said.contains("keep delivering"), "{said}");
    let status = bench.sandbox("status", &[]).expect(Exit::Done).said();
    assert!(status.contains("no longer in the topology, and gone"), "{status}");
    settled(&bench);
    assert!(bench.record("globs").get(&filter.parse().unwrap()).is_none());
}

#[test]
fn what_is_forgotten_takes_its_rights_with_it() {
    const SHOP: &str = "222222222222";
    const IRELAND: &str = "eu-west-1";
    let topology = |region: &str| {
        let head = GLOBS.split("sources:").next().unwrap();
        let head = head.replace("accounts: {", &format!("accounts: {{ shop: \"{SHOP}\","));
        let common = "destination: central, log_groups: [/made], create: true";
        format!(
            "{head}sources:
  app: {{ accounts: [app], regions: [{TOKYO}, {IRELAND}], {common} }}
  shop: {{ accounts: [shop], regions: [{region}], {common} }}
"
        )
    };
    let bench = Bench::new(&topology(IRELAND));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(SHOP, IRELAND, async |config| {
        let call = aws::logs(&config).delete_subscription_filter().log_group_name("/made");
        call.filter_name("globs").send().await.unwrap();
    });
    bench.pass(3600);
    bench.write(&topology(TOKYO));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let plan = bench.sandbox("plan", &["--detailed-exitcode"]);
    assert_eq!(plan.exit, Exit::Done, "{}", plan.out);
}

#[test]
fn a_filter_that_is_still_there_is_said_to_deliver() {
    let bench = Bench::new(GLOBS);
    bench.aws(SOURCE, TOKYO, async |config| {
        aws::logs(&config).create_log_group().log_group_name("/app/one").send().await.unwrap();
    });
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.pass(3600);
    bench.write(&GLOBS.replace("/app/*", "/other/*"));
    let said = bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done).said();
    assert!(said.contains("keep delivering"), "{said}");
}

#[test]
fn a_log_stream_goes_with_its_log_group() {
    let bench = applied();
    let silent = "buffer_seconds: 60, error_log: false }";
    bench.write(&TOPOLOGY.replace("buffer_seconds: 60 }", silent));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let group = "/aws/kinesisfirehose/delivery-test-stream";
        aws::logs(&config).delete_log_group().log_group_name(group).send().await.unwrap();
    });
    // What was changed a moment ago may not be shown yet, so nothing follows from its absence.
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.pass(3600);
    let addresses: Vec<String> = forgotten(&bench).into_iter().map(|(address, _)| address).collect();
    let errors = "/aws/kinesisfirehose/delivery-test-stream";
    assert!(addresses.contains(&format!("archive/ap-northeast-1/log_group.{errors}")), "{addresses:?}");
    assert!(
        addresses.iter().any(|one| one.starts_with(&format!("archive/ap-northeast-1/log_stream.{errors}:")))
    );
    settled(&bench);
}
