//! Destinations that admit an organisation: what senders show, and turning to one and back without losing an event.

use aws_sdk_cloudwatchlogs::types::PolicyType;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::delivery::{bucket_text, write_event};
use crate::support::engine::Job;
use crate::support::kills;

const SHOP: &str = "222222222222";
const BUCKET: &str = "org-central-999999999999-ap-northeast-1";
const ROLE: &str = "org-central-sender";

/// A filter in one account, and a policy of another as a whole.
const TOPOLOGY: &str = r#"
version: 1
name: org
region: ap-northeast-1
access: { role_name: LogpipeDeployer }
accounts: { app: "111111111111", shop: "222222222222", archive: "999999999999" }
organization: { id: o-exampleorgid }
destinations:
  central:
    account: archive
    allow: organization
    stream: { buffer_seconds: 60 }
sources:
  web:
    accounts: [app]
    destination: central
    log_groups: [/app/web]
    create: true
  shop:
    accounts: [shop]
    destination: central
    scope: account
"#;

fn by_accounts() -> String {
    TOPOLOGY.replace("allow: organization", "allow: accounts")
}

fn applied(topology: &str) -> Bench {
    let bench = Bench::new(topology);
    bench.aws(SHOP, TOKYO, async |config| {
        aws::logs(&config).create_log_group().log_group_name("/shop").send().await.unwrap();
    });
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench
}

/// Writes an event in each of the accounts.
fn write(bench: &Bench, message: &str) {
    write_event(bench, SOURCE, TOKYO, "/app/web", &format!("web {message}"));
    write_event(bench, SHOP, TOKYO, "/shop", &format!("shop {message}"));
}

/// Expects that what was written has arrived from both accounts.
#[track_caller]
fn arrived(bench: &Bench, messages: &[&str]) {
    bench.pass(300);
    let text = bucket_text(bench, BUCKET);
    for message in messages {
        for account in ["web", "shop"] {
            assert!(text.contains(&format!("{account} {message}")), "{account} {message}\n{text}");
        }
    }
}

fn access_policy(bench: &Bench) -> Value {
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let destinations = aws::destinations(&config).await;
        serde_json::from_str(destinations[0].access_policy().unwrap()).unwrap()
    })
}

/// The roles that the filter and the account's policy show.
fn shown(bench: &Bench) -> [Option<String>; 2] {
    let filter = bench.aws(SOURCE, TOKYO, async |config| {
        aws::filters(&config, "/app/web").await[0].role_arn().map(str::to_owned)
    });
    let policy = bench.aws(SHOP, TOKYO, async |config| {
        let call = aws::logs(&config).describe_account_policies();
        let found = call.policy_type(PolicyType::SubscriptionFilterPolicy).send().await.unwrap();
        let text = found.account_policies()[0].policy_document().unwrap().to_owned();
        let document: Value = serde_json::from_str(&text).unwrap();
        document["RoleArn"].as_str().map(str::to_owned)
    });
    [filter, policy]
}

fn both_roles() -> [Option<String>; 2] {
    [SOURCE, SHOP].map(|account| Some(format!("arn:aws:iam::{account}:role/{ROLE}")))
}

#[test]
fn every_sender_shows_a_role_of_its_own() {
    let bench = applied(TOPOLOGY);
    let statement = access_policy(&bench)["Statement"][0].clone();
    assert_eq!(statement["Principal"], "*");
    assert_eq!(
        statement["Condition"],
        json!({ "StringEquals": { "aws:PrincipalOrgID": ["o-exampleorgid"] } })
    );
    assert_eq!(shown(&bench), both_roles());
    for (account, groups) in [(SOURCE, "/app/web:*"), (SHOP, "*")] {
        bench.aws(account, TOKYO, async move |config| {
            let trust = aws::trust(&config, ROLE).await;
            assert_eq!(trust["Statement"][0]["Principal"]["Service"], "logs.amazonaws.com");
            let sources = &trust["Statement"][0]["Condition"]["ArnLike"]["aws:SourceArn"];
            assert_eq!(*sources, json!([format!("arn:aws:logs:*:{account}:*")]));
            let policies = aws::inline_policies(&config, ROLE).await;
            let allowed = &policies[0].1["Statement"][0];
            let groups = format!("arn:aws:logs:ap-northeast-1:{account}:log-group:{groups}");
            assert_eq!(
                (&allowed["Action"], &allowed["Resource"]),
                (&json!("logs:PutLogEvents"), &json!(groups))
            );
        });
    }
    let verdict = bench.sandbox("verify", &["--output", "json"]).expect(Exit::Done).json();
    assert_eq!(verdict["routes"].as_array().unwrap().len(), 2);
    let before = bench.now();
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("status", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), [""; 0]);
    let arn = bench.sandbox("outputs", &["central.sender_role_arn.shop"]).expect(Exit::Done).out;
    assert_eq!(arn.trim(), format!("arn:aws:iam::{SHOP}:role/{ROLE}"));
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.aws(SHOP, TOKYO, async |config| aws::roles(&config).await), [""; 0]);
}

#[test]
fn a_role_of_the_sender_that_is_wrong_is_named() {
    let bench = applied(TOPOLOGY);
    bench.aws(SOURCE, TOKYO, async |config| {
        let trust = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole",
        }]});
        aws::put_trust(&config, ROLE, &trust).await;
    });
    let broken = bench.sandbox("verify", &["--source", "web"]).expect(Exit::Broken).said();
    assert!(broken.contains("the first that is not is sender_role_trust"), "{broken}");
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

#[test]
fn turning_to_the_organization_loses_nothing() {
    let bench = applied(&by_accounts());
    assert_eq!(shown(&bench), [None, None]);
    write(&bench, "before");
    bench.write(TOPOLOGY);
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    let policy = "archive/ap-northeast-1/logs_destination_policy.org-central";
    let step = |step: &&Value| step["address"] == policy;
    let step = plan["steps"].as_array().unwrap().iter().find(step).unwrap();
    let after = step["after"].to_string();
    assert!(after.contains("subscription_filter./app/web:org") && after.contains("logs_account_policy.org"));
    assert!(
        step["reason"]
            .as_str()
            .unwrap()
            .contains("3 min after the subscriptions of this topology have their roles")
    );
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(shown(&bench), both_roles());
    write(&bench, "after");
    arrived(&bench, &["before", "after"]);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("verify", &[]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.aws(SOURCE, TOKYO, async |config| aws::roles(&config).await), [""; 0]);
}

#[test]
fn turning_back_to_accounts_loses_nothing() {
    let bench = applied(TOPOLOGY);
    write(&bench, "before");
    bench.write(&by_accounts());
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(shown(&bench), [None, None]);
    write(&bench, "after");
    arrived(&bench, &["before", "after"]);
    let plan = bench.sandbox("plan", &["--detailed-exitcode", "--output", "json"]).expect(Exit::Done).json();
    let roles = ["app", "shop"].map(|account| format!("{account}/global/iam_role.{ROLE}"));
    assert_eq!(plan["orphans"], json!(roles));
    bench.sandbox("verify", &[]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
}

/// Turns from one topology to the other, killed at every writing call: what is written then arrives, whatever was done.
fn killed_anywhere(from: &str, to: &str) {
    let original = applied(from);
    original.write(to);
    kills::at_each_call(&original, Job::Apply, 2, |bench, _| {
        write(bench, "in between");
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        write(bench, "at the end");
        arrived(bench, &["in between", "at the end"]);
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    });
}

#[test]
fn killed_while_turning_to_the_organization() {
    killed_anywhere(&by_accounts(), TOPOLOGY);
}

#[test]
fn killed_while_turning_back_to_accounts() {
    killed_anywhere(TOPOLOGY, &by_accounts());
}

#[test]
fn an_account_that_comes_with_the_turn_is_subscribed_after_it() {
    let bench = applied(&by_accounts());
    bench.write(&TOPOLOGY.replace("accounts: [app]", "accounts: [app, archive]"));
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn an_account_that_the_policy_no_longer_admits_does_not_stand_in_the_way() {
    let bench = applied(&by_accounts());
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let policy =
            aws::destinations(&config).await[0].access_policy().unwrap().replace(SOURCE, "333333333333");
        let put = aws::logs(&config).put_destination_policy().destination_name("org-central");
        put.access_policy(policy).send().await.unwrap();
    });
    bench.write(TOPOLOGY);
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    assert_eq!(shown(&bench), both_roles());
}

/// A subscription of somebody else in this account, on a log group of its own.
fn subscribe(bench: &Bench, account: &str) {
    bench.aws(account, TOKYO, async |config| {
        let logs = aws::logs(&config);
        logs.create_log_group().log_group_name("/theirs").send().await.unwrap();
        let call = logs.put_subscription_filter().log_group_name("/theirs").filter_name("theirs");
        let arn = format!("arn:aws:logs:ap-northeast-1:{ARCHIVE}:destination:org-central");
        call.filter_pattern("").destination_arn(arn).send().await.unwrap();
    });
}

#[test]
fn a_filter_that_changes_its_name_with_the_turn_is_there_before_it() {
    let renamed = "log_groups: [/app/web]\n    filter: { name: renamed }";
    killed_anywhere(&by_accounts(), &TOPOLOGY.replace("log_groups: [/app/web]", renamed));
}

/// It passes no role, so the organisation would not admit it.
#[test]
fn a_subscription_that_no_source_names_delivers_until_it_is_pruned() {
    let bench = applied(&by_accounts());
    subscribe(&bench, SOURCE);
    write(&bench, "before");
    let (web, rest) = TOPOLOGY.split_once("  web:").unwrap();
    let shop = &rest[rest.find("  shop:").unwrap()..];
    bench.write(&format!("{web}{shop}").replace("accounts: [shop]", "accounts: [archive]"));
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    let later = plan["noted"].as_array().unwrap().iter().find(|note| note["code"] == "organization_later");
    let later = later.unwrap_or_else(|| panic!("{plan:#}"))["note"].as_str().unwrap();
    assert!(
        later.starts_with("org-central switches to its organisation with `logpipe apply --prune`"),
        "{later}"
    );
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let admitted = &access_policy(&bench)["Statement"][0]["Principal"]["AWS"];
    assert_eq!(*admitted, json!([SOURCE, SHOP, ARCHIVE]));
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("status", &["--detailed-exitcode"]).expect(Exit::Done);
    write(&bench, "meanwhile");
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    assert_eq!(access_policy(&bench)["Statement"][0]["Principal"], "*");
    bench.sandbox("plan", &["--detailed-exitcode", "--prune"]).expect(Exit::Done);
    arrived(&bench, &["before", "meanwhile"]);
}

#[test]
fn a_destination_does_not_turn_with_a_part_of_its_senders() {
    let bench = applied(&by_accounts());
    bench.write(TOPOLOGY);
    let refused = bench.sandbox("apply", &["--yes", "--target", "account=app"]).expect(Exit::Failed).said();
    assert!(refused.contains("every subscription to it to have a role first"), "{refused}");
    assert!(access_policy(&bench).to_string().contains(SHOP));
}
