//! Names that change in the topology: of sources, of accounts, and accounts that are taken out.

use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, SOURCE, TOKYO};
use crate::support::delivery::streams;
use crate::support::engine::{Job, Treatment};
use crate::support::kills;
use crate::support::topologies::{destination, source, topology};

/// Applied with one destination, and two sources in two accounts.
fn applied() -> (Bench, String) {
    let sources = source("web", "app", "one", "") + &source("other", "shop", "one", "");
    let text = topology(&destination("one", ""), &sources);
    let bench = Bench::new(&text);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    (bench, text)
}

fn plan(bench: &Bench, flags: &[&str]) -> Value {
    let ran = bench.sandbox("plan", &[flags, &["--output", "json"]].concat());
    assert!(matches!(ran.exit, Exit::Done | Exit::Pending), "{ran:?}");
    ran.json()
}

/// What is recorded in an account.
fn recorded(bench: &Bench, account: &str) -> usize {
    bench.record("t").entries().keys().filter(|address| address.account.as_str() == account).count()
}

fn filters(bench: &Bench, account: &str, group: &'static str) -> usize {
    bench.aws(account, TOKYO, async move |config| aws::filters(&config, group).await).len()
}

#[test]
fn the_key_of_a_source_is_nothing_to_aws() {
    let (bench, text) = applied();
    bench.write(&text.replace("  web: {", "  frontend: {"));
    let before = bench.now();
    bench.sandbox("plan", &["--prune", "--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("apply", &["--yes", "--prune", "--verify"]).expect(Exit::Done);
    let written = bench.written_since(before);
    assert!(written.iter().all(|call| call.contains("Log")), "only the test event is written: {written:?}");
}

#[test]
fn the_record_follows_accounts_that_are_called_otherwise() {
    let (bench, text) = applied();
    // One gets another name, and two swap theirs.
    let swapped = text
        .replace("archive: \"999999999999\"", "logs: \"999999999999\"")
        .replace("account: archive", "account: logs")
        .replace(
            "app: \"111111111111\", shop: \"222222222222\"",
            "shop: \"111111111111\", app: \"222222222222\"",
        )
        .replace("accounts: [app]", "accounts: [was-app]")
        .replace("accounts: [shop]", "accounts: [app]")
        .replace("accounts: [was-app]", "accounts: [shop]");
    bench.write(&swapped);
    let before = bench.now();
    let planned = plan(&bench, &["--detailed-exitcode"]);
    assert_eq!(
        (&planned["summary"]["keep"], &planned["summary"]["orphan"]),
        (&json!(13), &json!(0)),
        "{planned:#}"
    );
    assert_eq!(planned["moved"].as_array().unwrap().len(), 13, "{planned:#}");
    assert!(
        planned["notes"].to_string().contains(
            "account 999999999999 is now called `logs` instead of `archive`: 9 recorded resources follow, and nothing changes in AWS"
        ),
        "{planned:#}"
    );
    assert_eq!(recorded(&bench, "archive"), 9, "a plan writes nothing");
    bench.sandbox("status", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), [""; 0]);
    assert_eq!((recorded(&bench, "archive"), recorded(&bench, "logs")), (0, 9));
    assert_eq!(plan(&bench, &["--detailed-exitcode"])["moved"], json!([]));
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(streams(&bench), [""; 0]);
}

#[test]
fn what_is_left_in_an_account_that_was_taken_out_is_pruned() {
    let (bench, text) = applied();
    let without = text.replace(", shop: \"222222222222\"", "");
    let without = without.replace(&source("other", "shop", "one", ""), "");
    bench.write(&without);
    let planned = plan(&bench, &["--prune"]);
    assert_eq!(planned["summary"]["delete"], 1, "{planned:#}");
    for unlucky in 0..4 {
        let bench = bench.copy();
        let treatment = move |number, _: &str| {
            if number == unlucky { Treatment::KilledAfter } else { Treatment::Answered }
        };
        bench.engine(Job::Prune, treatment);
        bench.sandbox("apply", &["--yes", "--prune", "--verify"]).expect(Exit::Done);
        assert_eq!(filters(&bench, "222222222222", "/app/other"), 0);
        bench.sandbox("plan", &["--prune", "--detailed-exitcode"]).expect(Exit::Done);
    }
    // Without a role of one name in every account there is no way in.
    let roles = without
        .replace("access: { role_name: LogpipeDeployer }\n", "")
        .replace(
            "archive: \"999999999999\"",
            "archive: { id: \"999999999999\", role_arn: \"arn:aws:iam::999999999999:role/LogpipeDeployer\" }",
        )
        .replace(
            "app: \"111111111111\"",
            "app: { id: \"111111111111\", role_arn: \"arn:aws:iam::111111111111:role/LogpipeDeployer\" }",
        );
    bench.write(&roles);
    let planned = plan(&bench, &["--prune"]);
    assert_eq!(planned["summary"]["delete"], 0, "{planned:#}");
    assert!(planned["notes"].to_string().contains("put it back until this is pruned"), "{planned:#}");
}

#[test]
fn an_account_key_that_leads_elsewhere_leaves_orphans_under_the_old_id() {
    let (bench, text) = applied();
    bench.write(&text.replace("app: \"111111111111\"", "app: \"333333333333\""));
    let planned = plan(&bench, &["--prune"]);
    assert_eq!(
        planned["orphans"],
        json!(["111111111111/ap-northeast-1/log_group./app/web"]),
        "a group with events stays: {planned:#}"
    );
    let notes = planned["notes"].to_string();
    assert!(
        notes.contains("`app` is now another account: what was made in 111111111111 is listed under that id"),
        "{notes}"
    );
    bench.sandbox("apply", &["--yes", "--prune", "--verify"]).expect(Exit::Done);
    assert_eq!((filters(&bench, SOURCE, "/app/web"), filters(&bench, "333333333333", "/app/web")), (0, 1));
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert!(bench.record("t").entries().keys().all(|address| address.kind.as_str().starts_with("s3_bucket")));
}

#[test]
fn killed_while_accounts_are_renamed_and_moved_the_next_run_gets_there() {
    let (prepared, text) = applied();
    let changed = text
        .replace("archive: \"999999999999\"", "logs: \"999999999999\"")
        .replace("account: archive", "account: logs")
        .replace(", name: t-one", "")
        .replace("  other: { accounts: [shop]", "  other: { accounts: [app]");
    prepared.write(&changed);
    kills::at_each_call(&prepared, Job::Prune, 2, |bench, unlucky| {
        bench.sandbox("apply", &["--yes", "--prune", "--verify"]).expect(Exit::Done);
        bench.sandbox("plan", &["--prune", "--detailed-exitcode"]).expect(Exit::Done);
        assert_eq!(recorded(bench, "archive"), 0);
        assert_eq!(filters(bench, "222222222222", "/app/other"), 0, "after call {unlucky}");
    });
}

#[test]
fn a_renamed_topology_takes_its_record_along() {
    let bench = Bench::new(&topology(&destination("one", ""), &source("web", "app", "one", "")));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let text = topology(&destination("one", ""), &source("web", "app", "one", ""));
    bench.write(&text.replace("name: t\n", "name: renamed\n"));
    let old = std::fs::read_to_string(bench.path(".logpipe/sandbox/records/t.json")).unwrap();
    std::fs::write(
        bench.path(".logpipe/sandbox/records/renamed.json"),
        old.replace("\"topology\": \"t\"", "\"topology\": \"renamed\""),
    )
    .unwrap();
    bench.sandbox("apply", &["--yes", "--prune", "--verify"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["renamed-one"]);
    assert_eq!(filters(&bench, SOURCE, "/app/web"), 1);
    bench.sandbox("plan", &["--prune", "--detailed-exitcode"]).expect(Exit::Done);
}
