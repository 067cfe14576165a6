//! `logpipe verify` for agents: what their role may do, each thing that stands in the way named, and who says so.

use aws_types::SdkConfig;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, TOKYO};

const APP: &str = "111111111111";
const ROLE: &str = "web-role";
const BUCKET: &str = "ut-wordpress";

const TOPOLOGY: &str = r#"
version: 1
name: t
region: ap-northeast-1
tags: { Project: poc }
access: { role_name: LogpipeDeployer }
accounts: { app: "111111111111" }
agents:
  web:
    accounts: [app]
    policy: { name: agent-policy, log_groups: ["/aws/ec2/*"], principal_tags: { Project: poc } }
    role: { name: web-role, managed_policies: [] }
    extra_policies:
      - name: s3-ut
        document:
          Version: "2012-10-17"
          Statement: [{ Sid: Objects, Effect: Allow, Action: ["s3:PutObject"], Resource: "arn:aws:s3:::ut-wordpress/*" }]
    check: [{ actions: ["s3:PutObject"], resources: ["arn:aws:s3:::ut-wordpress/*"] }]
"#;

/// An applied topology beside a bucket of somebody else's.
fn applied(topology: &str) -> Bench {
    let bench = Bench::new(topology);
    let cloud = bench.cloud();
    cloud.prepare_bucket(&APP.parse().unwrap(), &TOKYO.parse().unwrap(), BUCKET);
    cloud.store().unwrap();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.pass(60);
    bench
}

fn without_check() -> String {
    let at = TOPOLOGY.find("    check:").unwrap();
    TOPOLOGY[..at].to_owned()
}

/// The verdict over the agent, after something was changed.
fn verified(
    topology: &str,
    change: impl AsyncFnOnce(SdkConfig) + Send + 'static,
    exit: Exit,
) -> (Bench, Value) {
    let bench = applied(topology);
    bench.aws(APP, TOKYO, change);
    bench.pass(60);
    let said = bench.sandbox("verify", &["--output", "json"]).expect(exit).json();
    let verdict = if exit == Exit::Done { "delivered" } else { "broken" };
    assert_eq!(said["verdict"], verdict, "{said:#}");
    (bench, said["agents"][0].clone())
}

/// The first check that is not allowed, as one text.
fn denied(agent: &Value) -> String {
    let checks = agent["checks"].as_array().unwrap();
    let first = checks.iter().find(|check| check["allowed"] == false);
    let first = first.unwrap_or_else(|| panic!("{agent:#}"));
    let text = |field: &str| first[field].as_str().unwrap_or_default().to_owned();
    assert_eq!(agent["allowed"], false);
    assert!(agent["finding"].as_str().unwrap().contains(&text("action")), "{agent:#}");
    format!("{} {} {}", text("action"), text("statement"), text("detail"))
}

#[test]
fn what_is_declared_is_allowed_by_the_statement_that_says_so() {
    let (bench, agent) = verified(TOPOLOGY, async |_| {}, Exit::Done);
    assert_eq!(
        (&agent["agent"], &agent["account"], &agent["role"]),
        (&json!("web"), &json!("app"), &json!(ROLE))
    );
    let check = &agent["checks"][0];
    assert_eq!(check["action"], "s3:PutObject");
    assert_eq!((&check["allowed"], &check["statement"]), (&json!(true), &json!("s3-ut: Objects")));
    let shown = bench.sandbox("verify", &[]).expect(Exit::Done).out;
    assert!(shown.contains("✓ agents.web app web-role  allowed"), "{shown}");
    assert!(shown.contains("Verify: 1 of 1 agent role allowed."), "{shown}");
}

#[test]
fn without_a_check_the_agent_must_write_its_logs_and_read_its_configuration() {
    let (_, agent) = verified(&without_check(), async |_| {}, Exit::Done);
    let checks = agent["checks"].as_array().unwrap();
    let actions: Vec<&str> = checks.iter().map(|check| check["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["logs:CreateLogStream", "logs:PutLogEvents", "ssm:GetParameter"]);
    assert!(checks.iter().all(|check| check["statement"].as_str().unwrap().starts_with("agent-policy: ")));
}

#[test]
fn a_policy_that_was_detached_is_missed() {
    let detach = async |config: SdkConfig| {
        let arn = format!("arn:aws:iam::{APP}:policy/s3-ut");
        aws::iam(&config).detach_role_policy().role_name(ROLE).policy_arn(arn).send().await.unwrap();
    };
    let (_, agent) = verified(TOPOLOGY, detach, Exit::Broken);
    assert!(denied(&agent).starts_with("s3:PutObject  no statement allows it"), "{agent:#}");
}

/// A policy that keeps everybody from objects of the bucket.
fn denies(objects: &str) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{
        "Sid": "Nobody", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject",
        "Resource": format!("arn:aws:s3:::{BUCKET}/{objects}"),
    }]})
}

#[test]
fn a_bucket_policy_that_denies_is_named_with_its_statement() {
    let deny = async |config: SdkConfig| aws::put_bucket_policy(&config, BUCKET, &denies("*")).await;
    let (_, agent) = verified(TOPOLOGY, deny, Exit::Broken);
    assert!(denied(&agent).starts_with("s3:PutObject policy of bucket ut-wordpress: Nobody"), "{agent:#}");
}

/// IAM sends its documents URL-encoded, S3 does not: `%2A` is a part of the name.
#[test]
fn a_bucket_policy_is_taken_as_s3_sends_it() {
    let deny = async |config: SdkConfig| aws::put_bucket_policy(&config, BUCKET, &denies("%2A")).await;
    verified(TOPOLOGY, deny, Exit::Done);
}

#[test]
fn a_bucket_that_is_not_there_is_named() {
    let (_, agent) =
        verified(TOPOLOGY, async |config| aws::delete_bucket(&config, BUCKET).await, Exit::Broken);
    assert!(denied(&agent).contains("there is no bucket ut-wordpress"), "{agent:#}");
}

#[test]
fn a_tag_that_the_policy_asks_for_is_missed() {
    let untag = async |config: SdkConfig| {
        aws::iam(&config).untag_role().role_name(ROLE).tag_keys("Project").send().await.unwrap();
    };
    let (_, agent) = verified(&without_check(), untag, Exit::Broken);
    assert!(denied(&agent).contains("aws:PrincipalTag/Project"), "{agent:#}");
}

#[test]
fn a_role_that_is_not_there_is_named() {
    let bench = Bench::new(TOPOLOGY);
    let said = bench.sandbox("verify", &["--output", "json"]).expect(Exit::Broken).json();
    assert_eq!(said["agents"][0]["finding"], "there is no role web-role");
}

#[test]
fn where_iam_may_not_be_asked_logpipe_evaluates_and_says_so() {
    let bench = applied(TOPOLOGY);
    let cloud = bench.cloud();
    cloud.withhold(&APP.parse().unwrap(), "JudgeRoles", "iam:SimulatePrincipalPolicy");
    cloud.store().unwrap();
    let ran = bench.sandbox("verify", &["--output", "json"]).expect(Exit::Done);
    let agent = &ran.json()["agents"][0];
    assert_eq!(agent["checks"][0]["judged_by"], "logpipe");
    assert_eq!(agent["checks"][0]["statement"], "s3-ut: Objects");
    let note = agent["notes"][0].as_str().unwrap();
    assert!(note.contains("IAM could not be asked, so logpipe evaluated the policies itself"), "{note}");
}
