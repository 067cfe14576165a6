//! `logpipe verify` and `logpipe logs --as` for readers: the role assumed and read through where there are credentials
//! for that, evaluated where there are none, and each side that is wrong named.

use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use aws_types::SdkConfig;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, TOKYO};

const APP: &str = "111111111111";
const MONITOR: &str = "222222222222";
const GROUP: &str = "/aws/ec2/messages";

fn topology(trusted: &str) -> String {
    format!(
        r#"
version: 1
name: t
region: ap-northeast-1
access: {{ role_name: LogpipeDeployer }}
accounts: {{ app: "{APP}", monitor: "{MONITOR}" }}
readers:
  ops:
    account: app
    role: cross-account
    policy: cross-account-monitor
    trusted: {{ account: monitor{trusted} }}
"#
    )
}

/// A log group with an event in one account, a role of an instance in the other, and a reader between them.
fn applied(trusted: &str) -> Bench {
    let bench = Bench::new(&topology(trusted));
    bench.aws(MONITOR, TOKYO, async |config| {
        let trust = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole",
        }]});
        let call = aws::iam(&config).create_role().role_name("monitor-iam-ec2");
        call.assume_role_policy_document(trust.to_string()).send().await.unwrap();
    });
    // Other services see it after a while.
    bench.pass(60);
    let now = bench.now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    bench.aws(APP, TOKYO, async move |config| {
        let logs = aws::logs(&config);
        logs.create_log_group().log_group_name(GROUP).send().await.unwrap();
        logs.create_log_stream().log_group_name(GROUP).log_stream_name("i-1").send().await.unwrap();
        let event = InputLogEvent::builder().message("kernel: hello").timestamp(i64::try_from(now).unwrap());
        let call = logs.put_log_events().log_group_name(GROUP).log_stream_name("i-1");
        call.log_events(event.build().unwrap()).send().await.unwrap();
    });
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.pass(60);
    bench
}

const BY_ROLE: &str = ", role: monitor-iam-ec2";

fn verified(bench: &Bench, exit: Exit) -> Value {
    let said = bench.sandbox("verify", &["--output", "json"]).expect(exit).json();
    let verdict = if exit == Exit::Done { "delivered" } else { "broken" };
    assert_eq!(said["verdict"], verdict, "{said:#}");
    said["readers"][0].clone()
}

fn hops(reader: &Value) -> Vec<&str> {
    reader["hops"].as_array().unwrap().iter().map(|hop| hop["hop"].as_str().unwrap()).collect()
}

#[test]
fn the_role_is_assumed_and_an_event_read_where_the_credentials_are_trusted() {
    let bench = applied("");
    let reader = verified(&bench, Exit::Done);
    assert_eq!((&reader["readable"], &reader["assumed"]), (&json!(true), &json!(true)), "{reader:#}");
    let starts = |field: &str, with: &str| reader[field].as_str().unwrap().starts_with(with);
    assert!(starts("before", "arn:aws:sts::222222222222:assumed-role/LogpipeDeployer/"), "{reader:#}");
    assert!(starts("after", "arn:aws:sts::111111111111:assumed-role/cross-account/"), "{reader:#}");
    assert_eq!(hops(&reader), ["reader_role", "role_trust", "assumed", "read"]);
    assert_eq!(
        reader["event"],
        json!({ "log_group": GROUP, "log_stream": "i-1", "message": "kernel: hello" })
    );
    let shown = bench.sandbox("verify", &[]).expect(Exit::Done).out;
    assert!(shown.contains("can read; the role was assumed"), "{shown}");
    assert!(shown.contains("Verify: 1 of 1 reader can read."), "{shown}");
}

#[test]
fn without_credentials_of_who_is_trusted_both_sides_are_evaluated() {
    let reader = verified(&applied(BY_ROLE), Exit::Done);
    assert_eq!((&reader["readable"], &reader["assumed"]), (&json!(true), &json!(false)), "{reader:#}");
    assert_eq!(hops(&reader), ["trusted_role", "assume_permission", "reader_role", "role_trust", "read"]);
    assert!(reader["notes"][0].as_str().unwrap().contains("was not assumed"), "{reader:#}");
    assert_eq!(reader["event"], Value::Null);
}

/// Changes something in an account and expects the hop to be the first that is wrong, for this reason.
#[track_caller]
fn check(account: &str, change: impl AsyncFnOnce(SdkConfig) + Send + 'static, hop: &str, words: &str) {
    let bench = applied(BY_ROLE);
    bench.aws(account, TOKYO, change);
    bench.pass(60);
    let reader = verified(&bench, Exit::Broken);
    let first = reader["hops"].as_array().unwrap().iter().find(|hop| hop["verdict"] != "correct").unwrap();
    assert_eq!(first["hop"], hop, "{reader:#}");
    assert!(first["detail"].as_str().unwrap().contains(words), "{reader:#}");
    assert!(reader["finding"].as_str().unwrap().contains(hop), "{reader:#}");
}

async fn detach(config: &SdkConfig, role: &str, policy: &str) {
    let call = aws::iam(config).detach_role_policy().role_name(role);
    call.policy_arn(format!("arn:aws:iam::{policy}")).send().await.unwrap();
}

#[test]
fn a_right_that_was_taken_from_who_is_trusted_is_named() {
    let change = async |config: SdkConfig| {
        detach(&config, "monitor-iam-ec2", &format!("{MONITOR}:policy/cross-account-monitor")).await;
    };
    check(MONITOR, change, "assume_permission", "the role has no policy");
}

#[test]
fn a_trust_in_somebody_else_is_named() {
    let change = async |config: SdkConfig| {
        let mut trust = aws::trust(&config, "cross-account").await;
        trust["Statement"][0]["Principal"]["AWS"] = "arn:aws:iam::333333333333:root".into();
        aws::put_trust(&config, "cross-account", &trust).await;
    };
    check(APP, change, "role_trust", "333333333333");
}

#[test]
fn a_role_that_may_not_read_is_named() {
    let change = async |config: SdkConfig| {
        for policy in ["CloudWatchLogsReadOnlyAccess", "CloudWatchReadOnlyAccess"] {
            detach(&config, "cross-account", &format!("aws:policy/{policy}")).await;
        }
    };
    check(APP, change, "read", "logs:DescribeLogGroups");
}

#[test]
fn a_role_that_is_gone_is_named() {
    let change = async |config: SdkConfig| {
        for policy in ["CloudWatchLogsReadOnlyAccess", "CloudWatchReadOnlyAccess"] {
            detach(&config, "cross-account", &format!("aws:policy/{policy}")).await;
        }
        aws::iam(&config).delete_role().role_name("cross-account").send().await.unwrap();
    };
    check(APP, change, "reader_role", "there is no role cross-account in app");
}

#[test]
fn logs_are_read_with_the_role_of_a_reader() {
    let bench = applied("");
    let ran = bench.sandbox("logs", &["--as", "ops", "--since", "1h", "--verbose"]).expect(Exit::Done);
    assert!(ran.out.ends_with(&format!("app {GROUP} i-1 kernel: hello\n")), "{}", ran.out);
    // By name, by glob, and nothing that is not there.
    let read = |group: &str| bench.sandbox("logs", &["--as", "ops", "--since", "1h", "--log-group", group]);
    assert_eq!(read(GROUP).expect(Exit::Done).out, ran.out);
    assert_eq!(read("/aws/*").expect(Exit::Done).out, ran.out);
    assert!(read("/other/*").expect(Exit::Usage).err.contains("no log group matches"));
}

#[test]
fn who_is_not_trusted_reads_nothing_and_is_told_by_both_ways() {
    let ran = applied(BY_ROLE).sandbox("logs", &["--as", "ops"]).expect(Exit::Denied);
    assert!(ran.err.contains("sts:AssumeRole"), "{}", ran.err);
}

#[test]
fn whoever_has_a_permission_set_is_trusted_by_a_pattern_and_nothing_is_attached() {
    let bench = applied(", permission_set: LogReaders");
    let said = bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done).out;
    assert!(said.contains("whoever has the permission set LogReaders in monitor (222222222222)"), "{said}");
    let trust = bench.aws(APP, TOKYO, async |config| aws::trust(&config, "cross-account").await);
    let statement = &trust["Statement"][0];
    assert_eq!(statement["Principal"]["AWS"], "arn:aws:iam::222222222222:root");
    assert_eq!(
        statement["Condition"]["ArnLike"]["aws:PrincipalArn"],
        "arn:aws:iam::222222222222:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_LogReaders_*"
    );
    let verified = bench.sandbox("verify", &["--output", "json"]).json();
    let hops = verified["readers"][0]["hops"].as_array().unwrap();
    let role_trust = hops.iter().find(|hop| hop["hop"] == "role_trust").unwrap();
    assert_eq!(role_trust["verdict"], "correct", "{hops:#?}");
    assert!(
        role_trust["detail"].as_str().unwrap().contains("the permission set LogReaders in account"),
        "{hops:#?}"
    );
}
