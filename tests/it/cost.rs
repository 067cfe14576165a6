//! The monthly estimate, from declared and measured volumes.

use logpipe::exit::Exit;

use crate::support::aws::{self, SOURCE, TOKYO};
use crate::support::{Bench, Ran};

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");

fn cost(bench: &Bench, flags: &[&str]) -> Ran {
    bench.run(&[&["logpipe", "cost"], flags].concat())
}

#[test]
fn an_estimate_shows_every_item_what_is_unknown_and_every_assumption() {
    let ran = cost(&Bench::new(QUICKSTART), &["--gb-per-month", "100"]).expect(Exit::Done);
    insta::assert_snapshot!(ran.out, @r"
    quickstart: monthly cost after running for 12 months (US dollars; prices as of 2026-11-29)

    source app  100.0 GB a month, as declared
      CloudWatch Logs ingestion  ap-northeast-1         100.0 GB  at 0.76              76.00
      CloudWatch Logs storage    ap-northeast-1   198.3 GB-month  at 0.033              6.54

    destination central
      Firehose ingestion         ap-northeast-1          40.0 GB  price unknown            –
      S3 PUT requests            ap-northeast-1  43,200 requests  at 0.0047 per 1,000   0.20
      S3 storage STANDARD        ap-northeast-1   257.2 GB-month  at 0.025              6.43

    Total: at least 89.18 US dollars a month, and 1 item without a known price

    Not in the total:
      - Firehose ingestion in ap-northeast-1: the price is not known; in us-east-1 it is 0.029 (`firehose_ingestion` in a file for --prices)

    Assumptions:
      - the pipeline has been running for 12 months (--months)
      - an event has 256 bytes where it was not measured (--event-bytes)
      - gzip compresses to 0.15 of the original size (--compressed)
      - CloudWatch Logs sends 50 events per record (--events-per-record)
      - the envelope adds 105 bytes to an event and 240 to a record
      - every event matches the filter pattern, and events are spread evenly over time
      - a month has 30 days and a GB 2^30 bytes; prices are those of the first tier, without the free tier, discounts or taxes
      - IAM is free of charge, and so are standard SSM parameters
      - log groups keep events for ever where the topology does not set their retention (--retention-days)
    ");
    assert_eq!(ran.err, "");
}

#[test]
fn a_total_says_what_it_leaves_out() {
    let total = |topology: &str, flags: &[&str]| {
        let ran = cost(&Bench::new(topology), flags).expect(Exit::Done);
        ran.out.lines().find(|line| line.starts_with("Total")).unwrap().to_owned()
    };
    let gigabytes = ["--gb-per-month", "100"];
    // No price of this region is known.
    let elsewhere = QUICKSTART.replace("ap-northeast-1", "me-south-1");
    assert_eq!(total(&elsewhere, &gigabytes), "Total: unknown: no known price for 5 items");
    let ireland = QUICKSTART.replace("ap-northeast-1", "eu-west-1");
    assert_eq!(
        total(&ireland, &gigabytes),
        "Total: at least 69.08 US dollars a month, and 1 item without a known price"
    );
    let two =
        format!("{QUICKSTART}  shop: {{ accounts: [app], destination: central, log_groups: [/app/shop] }}\n");
    assert_eq!(
        total(&two, &["--volume", "app=0"]),
        "Total: unknown, because it is not known how much is logged"
    );
    assert_eq!(total(QUICKSTART, &["--gb-per-month", "0"]), "Total: 0.00 US dollars a month");
    let json = cost(&Bench::new(&elsewhere), &["--gb-per-month", "100", "--output", "json"])
        .expect(Exit::Done)
        .json();
    assert_eq!((&json["usd"], &json["at_least"], &json["unpriced"]), (&0.0.into(), &true.into(), &5.into()));
    assert!(!json.to_string().contains("-0"), "{json}");
}

#[test]
fn volumes_are_declared_by_source_or_in_all() {
    let two =
        format!("{QUICKSTART}  shop: {{ accounts: [app], destination: central, log_groups: [/app/shop] }}\n");
    let bench = Bench::new(&two);
    let gigabytes = |flags: &[&str]| {
        let estimate = cost(&bench, &[&["--output", "json"], flags].concat()).expect(Exit::Done).json();
        let of = |at: usize| estimate["groups"][at]["gb_per_month"].as_f64();
        [of(0), of(1)]
    };
    assert_eq!(gigabytes(&["--gb-per-month", "10"]), [Some(5.0), Some(5.0)]);
    assert_eq!(gigabytes(&["--gb-per-month", "10", "--volume", "app=1"]), [Some(1.0), Some(10.0)]);
    assert_eq!(gigabytes(&["--volume", "app=1"]), [Some(1.0), None]);
}

#[test]
fn what_cannot_be_estimated_says_what_to_give() {
    let bench = Bench::new(QUICKSTART);
    let check = |flags: &[&str], exit, part: &str| {
        let ran = cost(&bench, flags).expect(exit);
        assert!(ran.err.contains(part), "{}", ran.err);
    };
    check(&[], Exit::Usage, "--gb-per-month N");
    check(&["--volume", "ap=1"], Exit::Usage, "did you mean `app`?");
    check(&["--volume", "app=x"], Exit::Usage, "SOURCE=GB");
    check(&["--volume", "app=1e10"], Exit::Usage, "at most 1000000000 GB");
    check(&["--gb-per-month", "1e300"], Exit::Usage, "expected a number from 0 to 1000000000");
    check(&["--gb-per-month", "1", "--partitions", "500"], Exit::Usage, "no stream has `partition_by`");
    check(&["--volume", "app=5", "--gb-per-month", "7"], Exit::Usage, "--gb-per-month has no effect");
    check(&["--gb-per-month", "nan"], Exit::Usage, "a number from 0");
    check(&["--gb-per-month", "1", "--event-bytes", "1e-300"], Exit::Usage, "a number from 0.001");
    check(&["--gb-per-month", "1e9", "--events-per-record", "0.001", "--months", "1200"], Exit::Done, "");
    check(&["--gb-per-month", "1", "--prices", "none.json"], Exit::Failed, "none.json");
    std::fs::write(
        bench.path("bad.json"),
        r#"{"format":1,"dated":"","regions":{"us-east-1":{"x":"unknown"}}}"#,
    )
    .unwrap();
    check(&["--gb-per-month", "1", "--prices", "bad.json"], Exit::Failed, "the items are logs_ingestion");
}

#[test]
fn prices_of_ones_own_go_before_the_table() {
    let bench = Bench::new(QUICKSTART);
    let own = r#"{"format":1,"dated":"2027-01-01","regions":{"ap-northeast-1":{"firehose_ingestion":{"usd":1,"source":"our contract","date":"2027-01-01"}}}}"#;
    std::fs::write(bench.path("ours.json"), own).unwrap();
    let flags = ["--gb-per-month", "100", "--prices", "ours.json", "--output", "json"];
    let estimate = cost(&bench, &flags).expect(Exit::Done).json();
    assert_eq!(estimate["unpriced"], 0);
    assert_eq!(estimate["dated"], "2027-01-01");
    let firehose = &estimate["groups"][1]["lines"][0];
    assert_eq!((&firehose["source"], &firehose["usd"]), (&"our contract".into(), &firehose["quantity"]));
}

/// A topology that is applied, and has had some events.
fn logging() -> Bench {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(SOURCE, TOKYO, async |config| {
        let logs = aws::logs(&config);
        logs.create_log_stream().log_group_name("/app/web").log_stream_name("s").send().await.unwrap();
        let at = config.time_source().unwrap().now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let event = aws_sdk_cloudwatchlogs::types::InputLogEvent::builder()
            .message("x".repeat(1000))
            .timestamp(i64::try_from(at.as_millis()).unwrap())
            .build()
            .unwrap();
        let put = logs.put_log_events().log_group_name("/app/web").log_stream_name("s");
        put.log_events(event).send().await.unwrap();
    });
    bench.pass(86_400);
    bench
}

#[test]
fn what_may_not_be_measured_is_said_and_what_is_declared_stands() {
    let bench = logging();
    let cloud = bench.cloud();
    cloud.withhold(&SOURCE.parse().unwrap(), "OnlyOnEverything", "cloudwatch:GetMetricData");
    cloud.store().unwrap();
    let flags = ["--measure", "--volume", "app=7", "--output", "json"];
    let ran = bench.sandbox("cost", &flags).expect(Exit::Done);
    assert!(ran.err.contains("the volume of app could not be measured"), "{}", ran.err);
    assert!(ran.err.contains("cloudwatch:GetMetricData"), "{}", ran.err);
    assert_eq!(ran.json()["groups"][0]["gb_per_month"], 7.0);
}

#[test]
fn volumes_are_measured() {
    let ran = logging().sandbox("cost", &["--measure", "--output", "json"]).expect(Exit::Done);
    let source = &ran.json()["groups"][0];
    assert_eq!(source["measured"], true, "{}", ran.err);
    let expected = 1000.0 / 14.0 * 30.0 / 1_073_741_824.0;
    assert!((source["gb_per_month"].as_f64().unwrap() / expected - 1.0).abs() < 0.5, "{source}");
    // Firehose bills by record, so by the number of events.
    let firehose = &ran.json()["groups"][1]["lines"][0];
    assert!(firehose["quantity"].as_f64().unwrap() > 0.0, "{firehose}");
}
