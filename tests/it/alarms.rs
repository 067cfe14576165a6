//! Alarms as resources: made, kept, repaired, taken over, pruned and destroyed, and what they say of a pipeline that
//! works and of one that does not.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{ComparisonOperator, Dimension, MetricAlarm, Statistic};
use aws_types::SdkConfig;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{ARCHIVE, SOURCE, TOKYO};
use crate::support::breaks;
use crate::support::delivery::write_event;
use crate::support::engine::{Job, Treatment};

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");
const STREAM: &str = "quickstart-central";
const TOPIC: &str = "arn:aws:sns:ap-northeast-1:999999999999:ops";
const OF_STREAM: [&str; 3] =
    ["quickstart-central-delay", "quickstart-central-silent", "quickstart-central-throttled"];
const OF_SOURCE: [&str; 2] = ["quickstart-app-errors", "quickstart-app-throttling"];

/// The quickstart with alarms on its destination and its source.
fn topology() -> String {
    let with_alarms = |text: &str, line: &str| {
        assert!(text.contains(line), "{line}");
        text.replace(line, &format!("{line}    alarms: {{ topic: \"{TOPIC}\" }}\n"))
    };
    let destination = with_alarms(QUICKSTART, "      buffer_seconds: 60\n");
    with_alarms(&destination, "    create: true\n")
}

fn applied() -> Bench {
    let bench = Bench::new(&topology());
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench
}

/// The alarms of an account, by name.
fn alarms(bench: &Bench, account: &str) -> Vec<MetricAlarm> {
    bench.aws(account, TOKYO, async |config| {
        Client::new(&config).describe_alarms().send().await.unwrap().metric_alarms.unwrap_or_default()
    })
}

fn names(bench: &Bench, account: &str) -> Vec<String> {
    alarms(bench, account).into_iter().map(|alarm| alarm.alarm_name.unwrap()).collect()
}

fn state(bench: &Bench, account: &str, name: &str) -> String {
    let alarms = alarms(bench, account);
    let alarm = alarms.iter().find(|alarm| alarm.alarm_name() == Some(name)).unwrap();
    alarm.state_value().unwrap().as_str().to_owned()
}

/// The one step of a plan that is not kept.
fn pending(bench: &Bench, flags: &[&str]) -> Value {
    let plan = bench.sandbox("plan", &[&["--output", "json"], flags].concat()).expect(Exit::Done).json();
    let steps: Vec<&Value> =
        plan["steps"].as_array().unwrap().iter().filter(|step| step["action"] != "keep").collect();
    assert_eq!(steps.len(), 1, "{steps:#?}");
    steps[0].clone()
}

/// Somebody else's alarm under a name of ours.
async fn put_foreign(config: SdkConfig, name: &str) {
    let dimension = Dimension::builder().name("DeliveryStreamName").value("theirs").build();
    let put = Client::new(&config).put_metric_alarm().alarm_name(name).dimensions(dimension);
    let put = put.namespace("AWS/Firehose").metric_name("ThrottledRecords").statistic(Statistic::Sum);
    let put = put.period(60).evaluation_periods(1).threshold(5.0);
    let put = put.comparison_operator(ComparisonOperator::GreaterThanThreshold);
    put.insufficient_data_actions(TOPIC).send().await.unwrap();
}

#[test]
fn alarms_are_made_kept_and_destroyed_with_what_they_watch() {
    let bench = applied();
    assert_eq!(names(&bench, ARCHIVE), OF_STREAM);
    assert_eq!(names(&bench, SOURCE), OF_SOURCE);
    for alarm in alarms(&bench, ARCHIVE).into_iter().chain(alarms(&bench, SOURCE)) {
        assert_eq!(
            (alarm.alarm_actions(), alarm.ok_actions()),
            (&[TOPIC.to_owned()][..], &[TOPIC.to_owned()][..])
        );
        assert_eq!(alarm.actions_enabled(), Some(true));
        let missing = alarm.treat_missing_data().unwrap();
        let dead = alarm.alarm_name() == Some("quickstart-central-silent");
        assert_eq!(missing, if dead { "breaching" } else { "notBreaching" });
    }
    let query = alarms(&bench, SOURCE)[0].metrics()[0].expression().unwrap().to_owned();
    assert_eq!(query, r#"SELECT SUM(DeliveryErrors) FROM "AWS/Logs" WHERE FilterName = 'quickstart'"#);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    let before = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), [""; 0]);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!((names(&bench, ARCHIVE), names(&bench, SOURCE)), (vec![], vec![]));
}

#[test]
fn a_healthy_pipeline_is_quiet_and_a_broken_hop_sets_the_alarms_off_that_see_it() {
    let healthy = applied();
    write_event(&healthy, SOURCE, TOKYO, "/app/web", "one");
    healthy.pass(400);
    for name in OF_STREAM {
        assert_eq!(state(&healthy, ARCHIVE, name), "OK", "{name}");
    }
    for name in OF_SOURCE {
        assert_eq!(state(&healthy, SOURCE, name), "OK", "{name}");
    }
    // The bucket takes nothing any more: records wait, and nothing is written.
    let bench = healthy.copy();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        breaks::deny_writes(&config, "quickstart-central-999999999999-ap-northeast-1").await;
    });
    write_event(&bench, SOURCE, TOKYO, "/app/web", "two");
    bench.pass(1_800);
    assert_eq!(state(&bench, ARCHIVE, "quickstart-central-delay"), "ALARM");
    assert_eq!(state(&bench, ARCHIVE, "quickstart-central-silent"), "ALARM");
    assert_eq!(state(&bench, SOURCE, "quickstart-app-errors"), "OK");
    // CloudWatch Logs may not put records: only the source and the silence tell of it.
    let bench = healthy.copy();
    bench.aws(ARCHIVE, TOKYO, async |config| breaks::trust_another(&config, "quickstart-central-cwl").await);
    bench.pass(900);
    write_event(&bench, SOURCE, TOKYO, "/app/web", "two");
    bench.pass(300);
    assert_eq!(state(&bench, SOURCE, "quickstart-app-errors"), "ALARM");
    assert_eq!(state(&bench, ARCHIVE, "quickstart-central-delay"), "OK");
    assert_eq!(state(&bench, ARCHIVE, "quickstart-central-silent"), "ALARM");
}

#[test]
fn an_alarm_that_tells_nobody_is_drift_that_doctor_names_and_apply_repairs() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let put = Client::new(&config).put_metric_alarm().alarm_name("quickstart-central-throttled");
        let dimension = Dimension::builder().name("DeliveryStreamName").value(STREAM).build();
        let put = put.dimensions(dimension).namespace("AWS/Firehose").metric_name("ThrottledRecords");
        let put = put.statistic(Statistic::Sum).period(300).evaluation_periods(1).threshold(0.0);
        let put = put.comparison_operator(ComparisonOperator::GreaterThanThreshold).actions_enabled(false);
        put.alarm_actions(TOPIC).ok_actions(TOPIC).treat_missing_data("notBreaching").send().await.unwrap();
    });
    bench.aws(SOURCE, TOKYO, async |config| {
        Client::new(&config).delete_alarms().alarm_names("quickstart-app-errors").send().await.unwrap();
    });
    let found = bench.sandbox("doctor", &["--output", "json", "--fix-plan"]).expect(Exit::Broken).json();
    assert_eq!((&found["health"], &found["routes"][0]["health"]), (&json!("broken"), &json!("healthy")));
    let ailing: Vec<(&str, &str)> = found["alarms"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|alarm| alarm["verdict"] != "correct")
        .map(|alarm| (alarm["address"].as_str().unwrap(), alarm["verdict"].as_str().unwrap()))
        .collect();
    let address = "app/ap-northeast-1/cloudwatch_alarm.quickstart-app-errors";
    let off = "archive/ap-northeast-1/cloudwatch_alarm.quickstart-central-throttled";
    assert_eq!(ailing, [(address, "missing"), (off, "incorrect")]);
    assert_eq!(found["plan"]["summary"]["create"], 1);
    let said = bench.sandbox("doctor", &[]).expect(Exit::Broken).out;
    assert!(said.contains("its actions are switched off, so nobody is told"), "{said}");
    assert!(said.contains("3 of 5 alarms in place"), "{said}");
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    let step = plan["steps"].as_array().unwrap().iter().find(|step| step["address"] == off).unwrap();
    let fields: Vec<&str> =
        step["changes"].as_array().unwrap().iter().map(|change| change["field"].as_str().unwrap()).collect();
    assert!(fields.contains(&"actions_enabled"), "{fields:?}");
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("doctor", &[]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn an_alarm_of_others_is_taken_over_only_when_that_is_said_and_keeps_what_is_theirs() {
    const NAME: &str = "quickstart-central-delay";
    let bench = Bench::new(&topology());
    bench.aws(ARCHIVE, TOKYO, async |config| put_foreign(config, NAME).await);
    let refused = bench.sandbox("apply", &["--yes"]);
    assert_ne!(refused.exit, Exit::Done);
    assert!(refused.said().contains("--adopt"), "{}", refused.said());
    bench.sandbox("apply", &["--yes", "--adopt"]).expect(Exit::Done);
    let alarms_now = alarms(&bench, ARCHIVE);
    let alarm = alarms_now.iter().find(|alarm| alarm.alarm_name() == Some(NAME)).unwrap();
    assert_eq!(alarm.metric_name(), Some("DeliveryToS3.DataFreshness"));
    assert_eq!(alarm.insufficient_data_actions(), [TOPIC]);
    // What was theirs before is not deleted.
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(names(&bench, ARCHIVE), [NAME]);
}

#[test]
fn alarms_that_the_topology_gives_up_are_pruned_and_others_follow_it() {
    let bench = applied();
    bench.write(&topology().replace(&format!("topic: \"{TOPIC}\" }}"), &format!("topic: \"{TOPIC}2\" }}")));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let alarm = &alarms(&bench, ARCHIVE)[0];
    assert_eq!(
        (alarm.alarm_actions(), alarm.ok_actions()),
        (&[format!("{TOPIC}2")][..], &[format!("{TOPIC}2")][..])
    );
    bench.write(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(names(&bench, ARCHIVE).len(), 3, "nothing goes without --prune");
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    assert_eq!((names(&bench, ARCHIVE), names(&bench, SOURCE)), (vec![], vec![]));
}

#[test]
fn errors_can_be_left_out_and_streams_beside_each_other_have_alarms_each() {
    let text = topology().replace(
        &format!("buffer_seconds: 60\n    alarms: {{ topic: \"{TOPIC}\" }}"),
        &format!("buffer_seconds: 60\n      count: 2\n    alarms: {{ topic: \"{TOPIC}\", delay: 1h, errors: false }}"),
    );
    let bench = Bench::new(&text);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(
        names(&bench, ARCHIVE),
        [
            "quickstart-central-2-delay",
            "quickstart-central-2-silent",
            "quickstart-central-delay",
            "quickstart-central-silent"
        ]
    );
    let silent = &alarms(&bench, ARCHIVE)[3];
    assert_eq!((silent.period(), silent.evaluation_periods()), (Some(60), Some(60)));
}

#[test]
fn a_run_that_is_killed_at_any_call_is_finished_by_the_next() {
    let prepared = Bench::new(QUICKSTART);
    prepared.sandbox("apply", &["--yes"]).expect(Exit::Done);
    prepared.write(&topology());
    for unlucky in 0.. {
        let bench = prepared.copy();
        let ended = bench.engine(Job::Apply, move |number, _| {
            if number == unlucky { Treatment::KilledAfter } else { Treatment::Answered }
        });
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
        assert_eq!(names(&bench, ARCHIVE), OF_STREAM);
        bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
        assert_eq!(names(&bench, ARCHIVE), [""; 0]);
        if ended.writes <= unlucky {
            assert_eq!(unlucky, 5);
            return;
        }
    }
}

#[test]
fn what_alarms_cost_is_counted_by_the_metrics_they_watch() {
    let bench = Bench::new(&topology());
    let ran = bench.run(&["logpipe", "cost", "--gb-per-month", "100", "--output", "json"]).expect(Exit::Done);
    let text = ran.out;
    assert!(text.contains("alarm_metric"), "{text}");
    let said = bench.run(&["logpipe", "cost", "--gb-per-month", "100"]).expect(Exit::Done).out;
    assert!(said.contains("CloudWatch alarms"), "{said}");
    assert!(
        said.contains("each of the two alarms of source app watches one metric for each log group"),
        "{said}"
    );
}

#[test]
fn a_change_of_one_alarm_is_one_step() {
    let bench = applied();
    bench.write(&topology().replace("    alarms: { topic", "    alarms: { delay: 30m, topic").replacen(
        "    create: true\n    alarms: { delay: 30m,",
        "    create: true\n    alarms: {",
        1,
    ));
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    assert_eq!(plan["summary"]["update"], 2);
    bench.aws(SOURCE, TOKYO, async |config| {
        let client = Client::new(&config);
        client.delete_alarms().alarm_names("quickstart-app-errors").send().await.unwrap();
    });
    bench.write(&topology());
    assert_eq!(pending(&bench, &[])["action"], "create");
}

#[test]
fn alarms_watch_the_successor_of_a_stream_under_their_old_names() {
    let with =
        |stream: &str| topology().replace("buffer_seconds: 60\n", &format!("buffer_seconds: 60\n{stream}"));
    let bench = Bench::new(&with("      format: decompressed\n"));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&with("      format: decompressed\n      buffer_mb: 64\n      partition_by: [owner]\n"));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(names(&bench, ARCHIVE), OF_STREAM);
    for alarm in alarms(&bench, ARCHIVE) {
        assert_eq!(alarm.dimensions()[0].value(), Some("quickstart-central-2"), "{alarm:?}");
    }
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn destinations_whose_streams_are_numbered_alike_have_alarms_of_their_own() {
    let other = "  other:\n    account: archive\n    stream: { name: quickstart-central-2 }\n    alarms: { topic: \"TOPIC\" }\n";
    let more = format!("{}\n# Where logs come from.", other.replace("TOPIC", TOPIC));
    let text = topology().replace("\n# Where logs come from.", &more);
    let text = text.replace("buffer_seconds: 60\n", "buffer_seconds: 60\n      count: 2\n");
    let bench = Bench::new(&text);
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    let planned = plan["steps"].as_array().unwrap().iter().filter(|step| step["kind"] == "cloudwatch_alarm");
    assert_eq!(planned.count(), 3 * 3 + 2, "of three streams and a source");
}
