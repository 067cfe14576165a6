//! Coverage: every log group with its one reason, by number and by bytes, and what is sent to accounts outside.

use std::collections::BTreeMap;
use std::time::UNIX_EPOCH;

use aws_sdk_cloudwatchlogs::types::{InputLogEvent, LogGroupClass};
use aws_types::SdkConfig;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::aws::{self, SOURCE, TOKYO};
use crate::support::topologies::{destination, named, topology};
use crate::support::{Bench, Ran};

const SHOP: &str = "222222222222";
const OUTSIDE: &str = "666666666666";

/// The topology under test.
fn ours() -> String {
    topology(
        &destination("main", ""),
        "  web: { accounts: [app], destination: main, log_groups: [\"/app/*\", /exact], exclude: [\"/app/tmp*\", \"/app/debug*\"] }\n  \
           shop: { accounts: [shop], destination: main, scope: account, exclude: [/quiet] }\n",
    )
}

/// A pipeline of somebody else's, whose destination is in account 666666666666.
fn theirs(name: &str, source: &str) -> String {
    named(
        name,
        &format!(
            "destinations:\n  siem: {{ account: siem, bucket: {{ name: {name}-siem }}, stream: {{ buffer_seconds: 60 }} }}\nsources:\n  all: {{ destination: siem, {source} }}\n"
        ),
    )
    .replace("archive: \"999999999999\"", &format!("siem: \"{OUTSIDE}\""))
}

async fn create(config: &SdkConfig, groups: &[&str]) {
    for group in groups {
        aws::logs(config).create_log_group().log_group_name(*group).send().await.unwrap();
    }
}

/// Writes an event of so many bytes.
async fn log(config: &SdkConfig, group: &str, bytes: usize) {
    let logs = aws::logs(config);
    logs.create_log_stream().log_group_name(group).log_stream_name("s").send().await.unwrap();
    let at = config.time_source().unwrap().now().duration_since(UNIX_EPOCH).unwrap();
    let event = InputLogEvent::builder().message("x".repeat(bytes));
    let event = event.timestamp(i64::try_from(at.as_millis()).unwrap()).build().unwrap();
    let put = logs.put_log_events().log_group_name(group).log_stream_name("s");
    put.log_events(event).send().await.unwrap();
}

fn apply(bench: &Bench, topology: &str) {
    bench.write(topology);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
}

/// A sandbox in which every reason is met.
pub(crate) fn met() -> Bench {
    let bench = Bench::new(&ours());
    bench.aws(SOURCE, TOKYO, async |config| {
        create(&config, &["/app/web", "/app/drifted", "/app/debug-1", "/app/full", "/exact"]).await;
        create(&config, &["/old/orphan", "/other/elsewhere", "/other/nobody"]).await;
        let rare = aws::logs(&config).create_log_group().log_group_name("/app/rare");
        rare.log_group_class(LogGroupClass::InfrequentAccess).send().await.unwrap();
    });
    bench.aws(SHOP, TOKYO, async |config| create(&config, &["/shop", "/quiet"]).await);
    for (name, groups) in [("second", "[/app/full, /other/elsewhere]"), ("third", "[/app/full]")] {
        apply(&bench, &theirs(name, &format!("accounts: [app], log_groups: {groups}")));
    }
    // While it is applied, another log group is named, and the one without a free slot is not.
    let before = ours().replace("/exact]", "/exact, /old/orphan]").replace("/app/debug*", "/app/[fd]*");
    apply(&bench, &before);
    bench.write(&ours());
    bench.aws(SOURCE, TOKYO, async |config| {
        create(&config, &["/app/new"]).await;
        let filters = aws::filters(&config, "/app/web").await;
        let put =
            aws::logs(&config).put_subscription_filter().log_group_name("/app/drifted").filter_name("t");
        let put = put.destination_arn(filters[0].destination_arn().unwrap()).filter_pattern("ERROR");
        put.send().await.unwrap();
        for (group, bytes) in [("/app/web", 900), ("/app/new", 60), ("/other/nobody", 40)] {
            log(&config, group, bytes).await;
        }
        log(&config, "/app/debug-1", 1000).await;
    });
    bench.pass(86_400);
    bench
}

fn coverage(bench: &Bench, flags: &[&str]) -> Ran {
    bench.sandbox("coverage", flags)
}

/// The reason of each log group of an account.
fn reasons(answer: &Value, account: &str) -> BTreeMap<String, String> {
    let groups = answer["groups"].as_array().unwrap().iter().filter(|group| group["account"] == account);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    groups.map(|group| (text(&group["log_group"]), text(&group["reason"]))).collect()
}

fn group<'a>(answer: &'a Value, name: &str) -> &'a Value {
    answer["groups"].as_array().unwrap().iter().find(|group| group["log_group"] == name).unwrap()
}

const ALLOWED: [&str; 2] = ["--allow-destination", OUTSIDE];

#[test]
fn every_log_group_has_its_one_reason_and_nothing_is_written() {
    let bench = met();
    let before = bench.now();
    let answer = coverage(&bench, &[&["--json"], &ALLOWED[..]].concat()).expect(Exit::Done).json();
    let expected = [
        ("/app/debug-1", "excluded"),
        ("/app/drifted", "drifted"),
        ("/app/full", "slots_full"),
        ("/app/new", "missing"),
        ("/app/rare", "class_cannot_subscribe"),
        ("/app/web", "delivered"),
        ("/exact", "delivered"),
        ("/old/orphan", "delivered"),
        ("/other/elsewhere", "subscribed_elsewhere"),
        ("/other/nobody", "not_named"),
    ];
    let expected = expected.map(|(name, reason)| (name.to_owned(), reason.to_owned()));
    assert_eq!(reasons(&answer, "app"), expected.into());
    let shop = [("/quiet", "excluded"), ("/shop", "delivered")];
    assert_eq!(
        reasons(&answer, "shop"),
        shop.map(|(name, reason)| (name.to_owned(), reason.to_owned())).into()
    );
    let excluded = group(&answer, "/app/debug-1");
    assert_eq!(
        (&excluded["rule"], &excluded["position"]),
        (&json!("/app/debug*"), &json!("sources.web.exclude[1]"))
    );
    assert_eq!(group(&answer, "/app/drifted")["fields"], json!(["pattern"]));
    assert_eq!(group(&answer, "/old/orphan")["orphan"], true);
    let holders = group(&answer, "/app/full")["slots_held_by"].as_array().unwrap();
    let names: Vec<&Value> = holders.iter().map(|holder| &holder["name"]).collect();
    assert_eq!(names, ["second", "third"]);
    assert_eq!(bench.written_since(before), [""; 0]);
}

#[test]
fn one_look_takes_a_call_a_log_group_and_few_more() {
    let bench = met();
    let before = bench.now();
    coverage(&bench, &ALLOWED).expect(Exit::Done);
    let mut calls = BTreeMap::new();
    for call in bench.calls_since(before).into_iter().filter(|call| call.service != "sts") {
        *calls.entry(call.operation).or_insert(0) += 1;
    }
    // Eleven log groups of class STANDARD in two places; what a page holds is up to AWS.
    let pages = calls.remove("DescribeLogGroups").unwrap();
    assert!((2..=14).contains(&pages), "{pages}");
    let metrics = calls.remove("GetMetricData").unwrap();
    assert!((2..=14).contains(&metrics), "{metrics}");
    assert!(calls.remove("DescribeSubscriptionFilters").unwrap() <= 2 * 11);
    assert!(calls.remove("DescribeAccountPolicies").unwrap() <= 2 * 2);
    assert_eq!(calls, BTreeMap::new());
}

#[test]
fn what_is_delivered_is_told_by_number_and_by_bytes() {
    let bench = met();
    let ran = coverage(&bench, &ALLOWED).expect(Exit::Done);
    insta::assert_snapshot!(ran.out, @r"
    Coverage of t: 90 % of bytes, 40 % of groups delivered
        4 of 10 log groups that no rule excludes; of all 12, 33 %
        900 B of 1000 B logged in 7 days; of all 2.0 KiB, 45 %
        8 log groups never written to

      4   900 B  delivered
      1     0 B  drifted: the subscription is not as the topology says
      1    60 B  missing: `logpipe apply --sandbox` subscribes them
      1     0 B  slots full: others hold every place for a subscription
      1     0 B  cannot subscribe: they take no subscription filter
      1     0 B  subscribed elsewhere: no source names them, and others subscribe them
      1    40 B  not named: no source names them
      2  1000 B  excluded by a rule of the topology

    Drifted
      app/ap-northeast-1  /app/drifted  never written
          differs in pattern from sources.web

    Missing
      app/ap-northeast-1  /app/new  60 B
          named by sources.web

    Slots full
      app/ap-northeast-1  /app/full  never written
          by `second` → arn:aws:logs:ap-northeast-1:666666666666:destination:second-siem and `third` → arn:aws:logs:ap-northeast-1:666666666666:destination:third-siem

    Cannot subscribe
      app/ap-northeast-1  /app/rare  never written
          class INFREQUENT_ACCESS

    Subscribed elsewhere
      app/ap-northeast-1  /other/elsewhere  never written
          `second` → arn:aws:logs:ap-northeast-1:666666666666:destination:second-siem

    Not named
      app/ap-northeast-1  /other/nobody  40 B

    Excluded by rules
      1 log group, 0 B: `/quiet` (sources.shop.exclude[0])
      1 log group, 1000 B: `/app/debug*` (sources.web.exclude[1])

    Sent to accounts outside of the topology and its organization
      app/ap-northeast-1: subscription filter `second` on /app/full sends to arn:aws:logs:ap-northeast-1:666666666666:destination:second-siem (account 666666666666; allowed)
      app/ap-northeast-1: subscription filter `third` on /app/full sends to arn:aws:logs:ap-northeast-1:666666666666:destination:third-siem (account 666666666666; allowed)
      app/ap-northeast-1: subscription filter `second` on /other/elsewhere sends to arn:aws:logs:ap-northeast-1:666666666666:destination:second-siem (account 666666666666; allowed)

    Nothing was sent or written; `logpipe verify --sandbox` proves that lines arrive.
    ");
    let answer = coverage(&bench, &[&["--json"], &ALLOWED[..]].concat()).expect(Exit::Done).json();
    let summary = &answer["summary"];
    assert_eq!(summary["delivered"]["groups"], 4);
    assert_eq!((&summary["meant"]["groups"], &summary["all"]["groups"]), (&json!(10), &json!(12)));
    let bytes = ["delivered", "meant", "all"].map(|part| summary[part]["bytes"].as_u64().unwrap());
    assert!(bytes[0] >= 900 && bytes[0] < bytes[1] && bytes[1] + 1000 <= bytes[2], "{bytes:?}");
    assert_eq!(group(&answer, "/exact")["never_written"], true);
    assert_eq!(group(&answer, "/app/web")["never_written"], false);
}

#[test]
fn too_little_ends_with_4() {
    let bench = met();
    let check = |flags: &[&str], exit| coverage(&bench, &[flags, &ALLOWED].concat()).expect(exit);
    check(&["--fail-under", "40"], Exit::Done);
    let ran = check(&["--fail-under", "40.1"], Exit::Broken);
    assert!(ran.out.contains("Less than 40.1 % of the log groups are delivered"), "{}", ran.out);
    check(&["--fail-under-bytes", "50"], Exit::Done);
    let answer = check(&["--fail-under-bytes", "99.9", "--json"], Exit::Broken).json();
    assert_eq!(answer["missed"], json!(["bytes"]));
    check(&["--fail-under", "101"], Exit::Usage);
    check(&["--no-volume", "--fail-under-bytes", "1"], Exit::Usage);
}

#[test]
fn without_volumes_log_groups_are_counted_all_the_same() {
    let bench = met();
    let before = bench.now();
    let ran = coverage(&bench, &[&["--no-volume"], &ALLOWED[..]].concat()).expect(Exit::Done);
    assert!(ran.out.starts_with("Coverage of t: 40 % of groups delivered\n"), "{}", ran.out);
    assert!(bench.calls_since(before).iter().all(|call| call.operation != "GetMetricData"));

    let cloud = bench.cloud();
    for account in [SOURCE, SHOP] {
        cloud.withhold(&account.parse().unwrap(), "OnlyOnEverything", "cloudwatch:GetMetricData");
    }
    cloud.store().unwrap();
    let ran = coverage(&bench, &ALLOWED).expect(Exit::Done);
    assert!(ran.out.starts_with("Coverage of t: 40 % of groups delivered, bytes unknown\n"), "{}", ran.out);
    assert!(ran.out.contains("its volumes could not be read"), "{}", ran.out);
    assert!(ran.out.contains("the bytes of 10 log groups are not known") && !ran.out.contains("0 B of"));
    // Nobody can say that enough is delivered.
    coverage(&bench, &[&["--fail-under-bytes", "1"], &ALLOWED[..]].concat()).expect(Exit::Incomplete);
}

#[test]
fn what_may_not_be_read_is_unknown_and_never_delivered() {
    let bench = met();
    let cloud = bench.cloud();
    for sid in ["Subscriptions", "Subscriptions2", "Subscriptions3"] {
        cloud.withhold(&SOURCE.parse().unwrap(), sid, "logs:DescribeSubscriptionFilters");
    }
    cloud.store().unwrap();
    let answer = coverage(&bench, &["--json"]).expect(Exit::Incomplete).json();
    let reasons = reasons(&answer, "app");
    assert_eq!(reasons["/app/web"], "denied");
    assert_eq!(reasons["/app/debug-1"], "excluded", "whatever is on it");
    assert_eq!(answer["summary"]["delivered"]["groups"], 1, "that of the other account");
    assert!(group(&answer, "/app/web")["error"].as_str().unwrap().contains("DescribeSubscriptionFilters"));
    assert_eq!(answer["unread"][0]["what"], "account_policies");

    let bench = met();
    let cloud = bench.cloud();
    cloud.withhold(&SOURCE.parse().unwrap(), "OnlyOnEverything", "logs:DescribeLogGroups");
    cloud.store().unwrap();
    let answer = coverage(&bench, &["--json"]).expect(Exit::Incomplete).json();
    assert_eq!(answer["unread"][0]["what"], "log_groups");
    assert_eq!(answer["summary"]["all"]["groups"], 2);
}

#[test]
fn an_account_that_cannot_be_entered_is_left_out_where_that_is_said() {
    let bench = met();
    bench.suspend(SOURCE);
    coverage(&bench, &[]).expect(Exit::Denied);
    let answer = coverage(&bench, &["--skip-unreachable", "--json"]).expect(Exit::Incomplete).json();
    assert_eq!(answer["skipped_accounts"][0]["account"], "app");
    assert_eq!(answer["summary"]["all"]["groups"], 2);
    // Where the logs go to is not asked.
    let bench = met();
    bench.suspend("999999999999");
    coverage(&bench, &ALLOWED).expect(Exit::Done);
}

#[test]
fn what_is_sent_outside_ends_with_4_unless_it_is_allowed() {
    let bench = met();
    let ran = coverage(&bench, &["--json"]).expect(Exit::Broken);
    let outside = ran.json()["sent_outside"].clone();
    let told: Vec<(&str, &str)> = outside
        .as_array()
        .unwrap()
        .iter()
        .map(|flow| (flow["log_group"].as_str().unwrap(), flow["name"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("/app/full", "second"), ("/app/full", "third"), ("/other/elsewhere", "second")]);
    assert_eq!(outside[0]["destination_account"], OUTSIDE);
    let ran = coverage(&bench, &[]).expect(Exit::Broken);
    assert!(ran.out.contains("3 subscriptions send log events to accounts outside"), "{}", ran.out);

    let second = outside[0]["destination"].as_str().unwrap();
    let third = outside[1]["destination"].as_str().unwrap();
    std::fs::write(bench.path("outside.txt"), format!("# the auditors\n{second}  # ours to send to\n"))
        .unwrap();
    let answer = coverage(&bench, &["--allow-list", "outside.txt", "--json"]).expect(Exit::Broken).json();
    assert_eq!(answer["summary"]["sent_outside_not_allowed"], 1);
    coverage(&bench, &["--allow-list", "outside.txt", "--allow-destination", third]).expect(Exit::Done);

    std::fs::write(bench.path("outside.txt"), "\n33333333333\n").unwrap();
    let ran = coverage(&bench, &["--allow-list", "outside.txt"]).expect(Exit::Usage);
    assert!(ran.err.contains("outside.txt:2: `33333333333` is neither"), "{}", ran.err);
    coverage(&bench, &["--allow-list", "absent.txt"]).expect(Exit::Failed);
}

#[test]
fn an_account_policy_of_others_holds_the_place_and_sends_outside() {
    let bench = Bench::new(&ours());
    bench.aws(SHOP, TOKYO, async |config| create(&config, &["/shop", "/quiet"]).await);
    apply(&bench, &theirs("second", "accounts: [shop], scope: account"));
    bench.write(&ours());
    let answer = coverage(&bench, &["--json"]).expect(Exit::Broken).json();
    let shop = reasons(&answer, "shop");
    assert_eq!((shop["/shop"].as_str(), shop["/quiet"].as_str()), ("slots_full", "excluded"));
    let outside = &answer["sent_outside"][0];
    assert_eq!((&outside["kind"], &outside["log_group"]), (&json!("logs_account_policy"), &Value::Null));
    assert_eq!(answer["absent"][0]["log_group"], "/exact");
    // Once the account is one of ours, nothing leaves.
    bench.write(
        &ours().replace("shop: \"222222222222\"", &format!("shop: \"222222222222\", siem: \"{OUTSIDE}\"")),
    );
    coverage(&bench, &[]).expect(Exit::Done);
}

#[test]
fn the_accounts_of_the_organization_are_inside() {
    let members = |include: &str| {
        let section = format!("organization: {{ account: archive{include} }}\n");
        ours()
            .replace("destinations:", &format!("{section}destinations:"))
            .replace("accounts: [app]", "accounts: [app, organization]")
    };
    let bench = met();
    let cloud = bench.cloud();
    cloud.prepare_management_account(&"999999999999".parse().unwrap());
    cloud.add_member(&OUTSIDE.parse().unwrap(), None);
    cloud.store().unwrap();
    bench.write(&members(", include: [app]"));
    let answer = coverage(&bench, &["--json"]).expect(Exit::Done).json();
    assert_eq!(answer["sent_outside"], json!([]));
}

#[test]
fn many_accounts_that_are_alike_are_told_once() {
    let bench = Bench::new(&crate::alike::topology(20));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    for account in 100..120 {
        bench.aws(&format!("{account:012}"), TOKYO, async |config| create(&config, &["/more"]).await);
    }
    let ran = coverage(&bench, &["--no-volume"]).expect(Exit::Done);
    assert!(ran.out.contains("Coverage of many: 80 % of groups delivered"), "{}", ran.out);
    assert!(ran.out.contains("team-001/ap-northeast-1  /more\n"), "{}", ran.out);
    assert!(ran.out.contains("the same in 19 more accounts: team-002"), "{}", ran.out);
    assert_eq!(ran.out.matches("/more").count(), 1, "{}", ran.out);
}

#[test]
fn bytes_are_those_of_the_log_group_however_many_there_are() {
    let bench = Bench::new(&ours());
    bench.aws(SOURCE, TOKYO, async |config| {
        for number in 0..505 {
            create(&config, &[&format!("/many/{number:03}")]).await;
        }
        log(&config, "/many/501", 700).await;
    });
    bench.pass(86_400);
    let before = bench.now();
    let answer = coverage(&bench, &["--json"]).expect(Exit::Done).json();
    assert_eq!(group(&answer, "/many/501")["bytes"], 700);
    assert_eq!(answer["summary"]["all"]["bytes"], 700);
    let calls = bench.calls_since(before);
    let asked = |operation: &str| calls.iter().filter(|call| call.operation == operation).count();
    assert!(asked("DescribeSubscriptionFilters") >= 505, "one for each");
    assert!(asked("GetMetricData") < 50, "few for all of them: {}", asked("GetMetricData"));
}

#[test]
fn log_groups_that_may_not_be_looked_at_are_told_by_place() {
    let bench = met();
    let cloud = bench.cloud();
    for sid in ["Subscriptions", "Subscriptions2", "Subscriptions3"] {
        cloud.withhold(&SOURCE.parse().unwrap(), sid, "logs:DescribeSubscriptionFilters");
    }
    cloud.store().unwrap();
    let ran = coverage(&bench, &["--no-volume"]).expect(Exit::Incomplete);
    let told: Vec<&str> =
        ran.out.lines().filter(|line| line.contains("app/ap-northeast-1: what is on")).collect();
    assert_eq!(told.len(), 1, "{}", ran.out);
    let lists = "`logpipe access --for coverage --sandbox` lists logs:DescribeSubscriptionFilters";
    assert!(
        told[0].contains("app/ap-northeast-1: what is on 8 log groups is not known")
            && told[0].contains(lists),
        "{told:?}"
    );
}
