//! Getting into the accounts: who may not is told at once with both sides named, and no secret is ever shown.

use std::time::Duration;

use logpipe::clock::Clock;
use logpipe::exit::Exit;
use logpipe::sandbox::{Cloud, Timing};

use crate::support::aws::{ARCHIVE, SOURCE};
use crate::support::served::against;
use crate::support::{Bench, Ran};
use crate::walkthrough::{TOPOLOGY, applied};

const OPERATOR: &str = "000000000000";
const STRANGER: &str = "222222222222";
const EXTERNAL_ID: &str = "external-0815-id";
const KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "SANDBOX000000000000"),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI-starting-secret"),
];

/// A simulated AWS in which each of these accounts has the role, trusting this account.
fn cloud(trusts: &[(&str, &str)], external_id: Option<&str>) -> Cloud {
    let cloud = Cloud::starting_at(Clock::real().now());
    for (account, trusted) in trusts {
        cloud.prepare_account(
            &account.parse().unwrap(),
            "LogpipeDeployer",
            external_id,
            &trusted.parse().unwrap(),
        );
    }
    cloud
}

fn plan(topology: &str, cloud: &Cloud) -> Ran {
    against(&Bench::new(topology), cloud, &["plan"], &KEYS)
}

fn with_external_id(id: &str) -> String {
    TOPOLOGY.replace(
        "access: { role_name: LogpipeDeployer }",
        &format!("access: {{ role_name: LogpipeDeployer, external_id: {id} }}"),
    )
}

#[test]
fn the_real_binary_plans_over_the_network() {
    let cloud = cloud(&[(SOURCE, OPERATOR), (ARCHIVE, OPERATOR)], None);
    let ran = plan(TOPOLOGY, &cloud);
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    assert!(ran.out.contains("Plan: 11 to create"), "{}", ran.out);
}

#[test]
fn a_role_that_trusts_somebody_else_is_named_with_both_sides() {
    let ran = plan(TOPOLOGY, &cloud(&[(SOURCE, STRANGER), (ARCHIVE, OPERATOR)], None));
    assert_eq!(ran.exit, Exit::Denied, "{ran:?}");
    for words in [
        "could not enter account `source`",
        "sts:AssumeRole in account 111111111111",
        "arn:aws:iam::111111111111:role/LogpipeDeployer",
        "AccessDenied",
        "arn:aws:iam::000000000000:user/operator is not authorized",
        "must exist and trust the caller (with the external id, if any), and the caller must be allowed sts:AssumeRole on it",
    ] {
        assert!(ran.err.contains(words), "{words}\n{}", ran.err);
    }
    assert!(!ran.err.contains(ARCHIVE), "only the account that refused: {}", ran.err);
}

#[test]
fn all_accounts_that_refuse_are_reported_at_once() {
    let ran = plan(TOPOLOGY, &cloud(&[(SOURCE, STRANGER)], None));
    assert_eq!(ran.exit, Exit::Denied, "{ran:?}");
    for account in [SOURCE, ARCHIVE] {
        let role = format!("arn:aws:iam::{account}:role/LogpipeDeployer");
        assert!(
            ran.err.contains(&format!("sts:AssumeRole in account {account}")) && ran.err.contains(&role),
            "{}",
            ran.err
        );
    }
    let both = "could not enter account `archive`, account `source`";
    assert!(ran.err.contains(both), "{}", ran.err);
}

#[test]
fn the_external_id_is_sent_and_never_shown() {
    let cloud = cloud(&[(SOURCE, OPERATOR), (ARCHIVE, OPERATOR)], Some(EXTERNAL_ID));
    for (id, exit) in [(EXTERNAL_ID, Exit::Done), ("another-4711-id", Exit::Denied)] {
        for log in ["debug", "trace"] {
            let variables = [KEYS[0], KEYS[1], ("LOGPIPE_LOG", log)];
            let bench = Bench::new(&with_external_id(id));
            for flags in [&["plan", "--verbose"][..], &["plan", "--output", "json"]] {
                let ran = against(&bench, &cloud, flags, &variables);
                assert_eq!(ran.exit, exit, "{}", ran.err);
                assert!(ran.err.contains("aws_smithy_runtime"), "it logs: {}", ran.err);
                let keys = ran.err.split("ASIA").skip(1);
                keys.for_each(|behind| assert!(behind.starts_with("***"), "{}", ran.err));
                for secret in [id, "starting-secret"] {
                    no_secret(&ran.out, secret);
                    no_secret(&ran.err, secret);
                }
            }
        }
    }
}

#[track_caller]
fn no_secret(text: &str, secret: &str) {
    if let Some(at) = text.find(secret) {
        let from = text[..at].rfind('\n').map_or(0, |at| at + 1);
        panic!("`{secret}` was shown: {}", &text[from..(at + secret.len()).min(text.len())]);
    }
}

#[test]
fn nothing_that_a_run_leaves_holds_the_external_id() {
    let bench = Bench::new(&with_external_id(EXTERNAL_ID));
    for flags in [&["--yes", "--verbose"][..], &["--yes", "--output", "json", "--verify"]] {
        let ran = bench.sandbox("apply", flags).expect(Exit::Done);
        assert!(!ran.said().contains(EXTERNAL_ID), "{}", ran.said());
    }
    let records = std::fs::read_dir(bench.path(".logpipe/sandbox/records")).unwrap();
    let mut files = 0;
    for file in records {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(!text.contains(EXTERNAL_ID));
        files += 1;
    }
    assert!(files >= 2, "snapshot and journal");
}

#[test]
fn roles_are_assumed_through_others() {
    let hub = "arn:aws:iam::444444444444:role/Hub";
    let bench = Bench::new(&TOPOLOGY.replace(
        "access: { role_name: LogpipeDeployer }",
        &format!("access: {{ role_name: LogpipeDeployer, external_id: {EXTERNAL_ID}, via: [\"{hub}\"] }}"),
    ));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let callers: Vec<String> = bench
        .cloud()
        .calls()
        .into_iter()
        .filter(|call| call.operation == "AssumeRole")
        .map(|call| call.account.unwrap().to_string())
        .collect();
    assert!(
        callers.contains(&OPERATOR.to_owned()) && callers.contains(&"444444444444".to_owned()),
        "{callers:?}"
    );
}

#[test]
fn credentials_that_are_not_the_accounts_own_are_found_out() {
    let topology = TOPOLOGY
        .replace(r#"source: "111111111111""#, r#"source: { id: "111111111111", assume_role: false }"#);
    let cloud = cloud(&[(ARCHIVE, OPERATOR), (ARCHIVE, SOURCE)], None);
    let ran = plan(&topology, &cloud);
    assert_eq!(ran.exit, Exit::Denied, "{ran:?}");
    let words = "the credentials are of account 000000000000 (arn:aws:iam::000000000000:user/operator), \
        but the topology says `source` is 111111111111";
    assert!(ran.err.contains(words), "{}", ran.err);
    let own = [("AWS_ACCESS_KEY_ID", "SANDBOX111111111111"), KEYS[1]];
    let ran = against(&Bench::new(&topology), &cloud, &["plan"], &own);
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
}

#[test]
fn no_credentials_at_all_are_told_as_such() {
    let cloud = cloud(&[(SOURCE, OPERATOR), (ARCHIVE, OPERATOR)], None);
    let ran = against(&Bench::new(TOPOLOGY), &cloud, &["plan"], &[]);
    assert_eq!(ran.exit, Exit::Denied, "{ran:?}");
    assert!(ran.err.contains("no usable credentials: sign in again"), "{}", ran.err);
}

#[test]
fn credentials_are_renewed_before_they_expire_in_a_long_run() {
    let bench = applied();
    let slow = bench.cloud();
    let hour = Duration::from_secs(3_600);
    // Sessions last an hour; the test event takes longer than that.
    let logs_delivery_ms = u64::try_from(hour.as_millis()).unwrap() + 300_000;
    slow.set_timing(Timing { logs_delivery_ms, ..slow.timing() });
    slow.store().unwrap();
    let before = bench.now();
    let ran = bench.sandbox("verify", &["--timeout", "120m", "--output", "json"]).expect(Exit::Done);
    assert!(ran.json()["routes"][0]["seconds"].as_f64().unwrap() > hour.as_secs_f64());
    let calls = bench.calls_since(before);
    let assumed = calls.iter().filter(|call| call.operation == "AssumeRole").count();
    assert!(assumed > 2, "once more than it takes to get into two accounts: {assumed}");
    let expired =
        calls.iter().find(|call| call.error.as_deref().is_some_and(|code| code.contains("Expired")));
    assert_eq!(expired, None);
}
