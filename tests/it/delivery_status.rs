//! `status --delivery`: what CloudWatch has counted of routes and streams, and what is silent although its group is written.

use std::ops::ControlFlow;
use std::time::Duration;

use logpipe::aws::Unreachable;
use logpipe::engine::{DeliveryRequest, Error};
use logpipe::exit::Exit;
use logpipe::stop::Stopper;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::breaks;
use crate::support::clients::in_a_cloud;
use crate::support::delivery::write_event;

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");

fn applied(topology: &str) -> Bench {
    let bench = Bench::new(topology);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench
}

fn delivery(bench: &Bench, exit: Exit) -> Value {
    let before = bench.now();
    let told = bench.sandbox("status", &["--delivery", "--output", "json"]).expect(exit).json();
    assert_eq!(bench.written_since(before), [""; 0], "it only reads");
    told
}

#[test]
fn a_pipeline_that_works_flows_and_one_without_events_is_idle() {
    let bench = applied(QUICKSTART);
    let idle = delivery(&bench, Exit::Done);
    assert_eq!(idle["routes"][0]["flow"], "idle");
    write_event(&bench, SOURCE, TOKYO, "/app/web", "one");
    write_event(&bench, SOURCE, TOKYO, "/app/web", "two");
    bench.pass(300);
    let told = delivery(&bench, Exit::Done);
    let route = &told["routes"][0];
    assert_eq!((&route["flow"], &route["why"]), (&json!("flowing"), &Value::Null));
    assert_eq!(
        (&route["incoming"], &route["forwarded"], &route["errors"]),
        (&json!(2), &json!(2), &json!(0))
    );
    assert!(route["last_forwarded"].as_str().unwrap().ends_with('Z'));
    let stream = &told["streams"][0];
    assert_eq!((&stream["flow"], &stream["stream"]), (&json!("flowing"), &json!("quickstart-central")));
    assert!(stream["delivered"].as_u64().unwrap() >= 1, "{stream}");
    assert_eq!(stream["refused"], json!(false));
    assert_eq!((&told["summary"]["flowing"], &told["since_seconds"]), (&json!(2), &json!(3_600)));
    let said = bench.sandbox("status", &["--delivery"]).expect(Exit::Done).out;
    assert!(said.contains("Delivery: 2 flowing.") && said.contains("2 written"), "{said}");
    let page = bench.sandbox("status", &["--delivery", "--output", "markdown"]).expect(Exit::Done).out;
    assert!(page.contains("Delivery: 2 flowing") && page.contains("| source |"), "{page}");
    // What was long ago is not counted.
    bench.pass(2 * 3_600);
    assert_eq!(delivery(&bench, Exit::Done)["routes"][0]["flow"], "idle");
}

#[test]
fn a_group_that_is_written_and_whose_filter_takes_nothing_is_silent() {
    let bench = applied(
        &QUICKSTART.replace("    create: true\n", "    create: true\n    filter: { pattern: ERROR }\n"),
    );
    write_event(&bench, SOURCE, TOKYO, "/app/web", "all is well");
    bench.pass(300);
    let told = delivery(&bench, Exit::Done);
    let route = &told["routes"][0];
    assert_eq!(
        (&route["flow"], &route["incoming"], &route["forwarded"]),
        (&json!("silent"), &json!(1), &json!(0))
    );
    let why = route["why"].as_str().unwrap();
    assert!(why.contains("is written and nothing is forwarded") && why.contains("has a pattern"), "{why}");
    bench.sandbox("status", &["--delivery", "--detailed-exitcode"]).expect(Exit::Pending);
}

#[test]
fn a_filter_that_is_gone_is_silent_too_and_a_refusal_fails() {
    let healthy = applied(QUICKSTART);
    let bench = healthy.copy();
    bench.aws(SOURCE, TOKYO, async |config| {
        let call = aws::logs(&config).delete_subscription_filter().log_group_name("/app/web");
        call.filter_name("quickstart").send().await.unwrap();
    });
    write_event(&bench, SOURCE, TOKYO, "/app/web", "one");
    bench.pass(300);
    let route = &delivery(&bench, Exit::Done)["routes"][0];
    assert_eq!(route["flow"], "silent");
    assert!(route["why"].as_str().unwrap().contains("it may be gone"), "{route}");
    let bench = healthy.copy();
    bench.aws(ARCHIVE, TOKYO, async |config| breaks::trust_another(&config, "quickstart-central-cwl").await);
    bench.pass(60);
    write_event(&bench, SOURCE, TOKYO, "/app/web", "one");
    bench.pass(300);
    let route = &delivery(&bench, Exit::Done)["routes"][0];
    assert_eq!((&route["flow"], &route["errors"]), (&json!("failing"), &json!(1)));
}

#[test]
fn a_bucket_that_refuses_makes_its_stream_fail() {
    let bench = applied(QUICKSTART);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        breaks::deny_writes(&config, "quickstart-central-999999999999-ap-northeast-1").await;
    });
    write_event(&bench, SOURCE, TOKYO, "/app/web", "one");
    bench.pass(1_200);
    let told = delivery(&bench, Exit::Done);
    let stream = &told["streams"][0];
    assert_eq!((&stream["flow"], &stream["refused"]), (&json!("failing"), &json!(true)));
    assert!(stream["delay_seconds"].as_u64().unwrap() > 600, "{stream}");
    assert_eq!(told["routes"][0]["flow"], "flowing");
}

#[test]
fn what_may_not_be_read_is_unknown_and_the_rest_is_told() {
    let bench = applied(QUICKSTART);
    write_event(&bench, SOURCE, TOKYO, "/app/web", "one");
    bench.pass(300);
    let cloud = bench.cloud();
    cloud.withhold(&SOURCE.parse().unwrap(), "OnlyOnEverything", "cloudwatch:GetMetricData");
    cloud.store().unwrap();
    let told = delivery(&bench, Exit::Incomplete);
    let route = &told["routes"][0];
    assert_eq!((&route["flow"], &route["incoming"]), (&json!("unknown"), &Value::Null));
    assert!(route["why"].as_str().unwrap().contains("cloudwatch:GetMetricData"), "{route}");
    assert_eq!(told["streams"][0]["flow"], "flowing");
}

#[test]
fn a_whole_account_is_counted_by_its_policy() {
    let text = QUICKSTART.replace("    log_groups: [\"/app/web\"]\n", "    scope: account\n");
    let text = text.lines().filter(|line| !line.contains("create")).collect::<Vec<_>>().join("\n");
    let bench = Bench::new(&text);
    bench.aws(SOURCE, TOKYO, async |config| {
        aws::logs(&config).create_log_group().log_group_name("/app/web").send().await.unwrap();
    });
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    write_event(&bench, SOURCE, TOKYO, "/app/web", "one");
    bench.pass(300);
    let told = delivery(&bench, Exit::Done);
    let route = &told["routes"][0];
    assert_eq!((&route["flow"], &route["whole_account"]), (&json!("flowing"), &json!(true)));
}

#[test]
fn calls_are_few_however_many_groups_there_are() {
    let groups: Vec<String> = (0..300).map(|number| format!("\"/many/{number}\"")).collect();
    let text = QUICKSTART.replace("[\"/app/web\"]", &format!("[{}]", groups.join(", ")));
    let bench = applied(&text);
    write_event(&bench, SOURCE, TOKYO, "/many/7", "one");
    bench.pass(300);
    let before = bench.now();
    let told = delivery(&bench, Exit::Done);
    let flowing = told["routes"].as_array().unwrap().iter().filter(|route| route["flow"] == "flowing");
    assert_eq!((told["routes"].as_array().unwrap().len(), flowing.count()), (300, 1));
    let calls = bench.calls_since(before).into_iter().filter(|call| call.service == "monitoring").count();
    assert_eq!(calls, 3, "one list, and one look-up in each account");
}

#[test]
fn watching_needs_time_that_passes() {
    let bench = applied(QUICKSTART);
    let refused = bench.sandbox("status", &["--delivery", "--watch"]).expect(Exit::Usage);
    assert!(refused.err.contains("--watch has nothing to wait for with --sandbox"), "{}", refused.err);
    bench.sandbox("status", &["--watch=30s"]).expect(Exit::Usage);
}

#[test]
fn it_is_told_again_and_again_until_the_user_stops_it() {
    let (told, pauses, calls) = in_a_cloud(QUICKSTART, async |site| {
        let machine = site.machine();
        machine.apply(&site.topology, "ops@build").await;
        let (stopper, stop) = Stopper::new();
        let every = Some(Duration::from_secs(60));
        let request =
            DeliveryRequest { unreachable: Unreachable::Fails, since: Duration::from_secs(3_600), every };
        let engine = machine.engine(&site.topology).until(stop);
        let mut told = Vec::new();
        let before = site.cloud.calls().len();
        let ended = engine.delivery(&request, |delivery| {
            told.push((site.clock.elapsed(), delivery.health.routes.len()));
            if told.len() == 3 {
                stopper.ask();
            }
            ControlFlow::Continue(())
        });
        assert!(matches!(ended.await, Err(Error::Interrupted)));
        let pauses: Vec<u64> = told.windows(2).map(|two| (two[1].0 - two[0].0).as_secs()).collect();
        let since = site.cloud.calls().split_off(before);
        let entered = since.iter().filter(|call| call.operation == "AssumeRole").count();
        (told.len(), pauses, entered)
    });
    assert_eq!(told, 3);
    assert!(pauses.iter().all(|pause| (60..=62).contains(pause)), "{pauses:?}");
    assert_eq!(calls, 2, "accounts are entered once");
}

#[test]
fn what_a_test_event_wrote_is_counted_though_its_stream_is_gone() {
    let bench = Bench::new(include_str!("../../topologies/quickstart.yaml"));
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    let told = bench.sandbox("status", &["--delivery", "--output", "json"]).expect(Exit::Done).json();
    let route = &told["routes"][0];
    assert_eq!((&route["incoming"], &route["forwarded"]), (&json!(1), &json!(1)), "{told:#}");
}
