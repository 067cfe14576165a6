//! Doctor names what is wrong, without sending or writing anything, and what it says repairs it does.

use std::path::Path;

use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::breaks::{BUCKET, GROUP, HOPS, break_hop};
use crate::support::delivery::write_event;
use crate::walkthrough::applied;

fn doctor(bench: &Bench, exit: Exit) -> Value {
    let before = bench.now();
    let found = bench.sandbox("doctor", &["--output", "json"]).expect(exit).json();
    assert_eq!(bench.written_since(before), [""; 0], "doctor writes nothing");
    found
}

/// The hops of the only route that are not right, in order.
fn wrong(found: &Value) -> Vec<String> {
    let hops = found["routes"][0]["hops"].as_array().unwrap().iter();
    hops.filter(|hop| hop["verdict"] != "correct")
        .map(|hop| hop["hop"].as_str().unwrap().to_owned())
        .collect()
}

/// What is wrong where these are broken: the access policy of a destination goes with it.
fn felled(broken: &[&'static str]) -> Vec<&'static str> {
    let gone = broken.contains(&"destination");
    HOPS.into_iter().filter(|hop| broken.contains(hop) || (gone && *hop == "destination_policy")).collect()
}

#[test]
fn each_hop_that_is_broken_is_named_with_what_repairs_it() {
    let healthy = applied();
    for hop in HOPS {
        let bench = healthy.copy();
        break_hop(&bench, hop);
        bench.pass(60);
        let found = doctor(&bench, Exit::Broken);
        assert_eq!(found["health"], "broken");
        assert_eq!(wrong(&found), felled(&[hop]));
        let route = &found["routes"][0];
        assert!(route["finding"].as_str().unwrap().contains(hop), "{route}");
        if hop == "bucket" {
            // Somebody else's statement is theirs to remove.
            assert_eq!(route["fix"]["code"], "foreign");
            continue;
        }
        assert_eq!(route["fix"]["code"], "apply", "{hop}: {route}");
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        bench.pass(60);
        bench.sandbox("verify", &[]).expect(Exit::Done);
        doctor(&bench, Exit::Done);
    }
}

#[test]
fn of_two_hops_that_are_broken_both_are_named_and_the_first_is_the_finding() {
    let healthy = applied();
    for (index, first) in HOPS.into_iter().enumerate() {
        for second in HOPS.into_iter().skip(index + 1) {
            let bench = healthy.copy();
            // What lies behind is broken while it is still there.
            break_hop(&bench, second);
            break_hop(&bench, first);
            bench.pass(60);
            let found = doctor(&bench, Exit::Broken);
            assert_eq!(wrong(&found), felled(&[first, second]));
            let finding = found["routes"][0]["finding"].as_str().unwrap();
            assert!(
                finding.contains(&format!(" is {first}: ")) || finding.contains(&format!(": {first}: ")),
                "{finding}"
            );
        }
    }
}

#[test]
fn whatever_is_shipped_is_healthy_once_it_is_applied() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("topologies");
    let mut looked_at = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let bench = Bench::new(&std::fs::read_to_string(&path).unwrap());
        std::fs::create_dir(bench.path("policies")).unwrap();
        for policy in std::fs::read_dir(path.with_file_name("policies")).unwrap() {
            let policy = policy.unwrap();
            let copy = bench.path("policies").join(policy.file_name());
            std::fs::copy(policy.path(), copy).unwrap();
        }
        if path.ends_with("everything.yaml") {
            bench.sandbox("plan", &[]).expect(Exit::Failed);
            // A log group that is somebody else's.
            bench.aws(SOURCE, TOKYO, async |config| {
                let call = aws::logs(&config).create_log_group().log_group_name("/aws/lambda/web");
                call.send().await.unwrap();
            });
        }
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        bench.pass(60);
        let ran = bench.sandbox("doctor", &["--output", "json"]);
        let found = ran.json();
        let broken: Vec<&Value> =
            found["routes"].as_array().unwrap().iter().filter(|route| route["health"] == "broken").collect();
        assert!(broken.is_empty() && found["blocked"] == json!([]), "{}: {found:#}", path.display());
        assert_eq!(ran.exit, Exit::Done, "{}: {found:#}", path.display());
        looked_at += 1;
    }
    assert!(looked_at > 8);
}

#[test]
fn what_firehose_failed_to_deliver_is_counted_by_code_with_its_meaning() {
    let bench = applied();
    assert_eq!(doctor(&bench, Exit::Done)["delivery_errors"], json!([]));
    let policy = bench.aws(ARCHIVE, TOKYO, async |config| aws::bucket_policy(&config, BUCKET).await);
    write_event(&bench, SOURCE, TOKYO, GROUP, "one");
    break_hop(&bench, "bucket");
    bench.pass(600);
    let found = doctor(&bench, Exit::Broken);
    let errors = &found["delivery_errors"][0]["errors"];
    assert_eq!(errors[0]["code"], "S3.AccessDenied", "{found:#}");
    assert!(errors[0]["logged"].as_u64().unwrap() >= 1);
    assert!(errors[0]["meaning"].as_str().unwrap().contains("bucket's policy"));
    let said = bench.sandbox("doctor", &[]).expect(Exit::Broken).out;
    assert!(said.contains("failed to deliver to delivery in the last 24 hours:"), "{said}");
    // What is older than asked for is not told.
    bench.aws(ARCHIVE, TOKYO, async move |config| aws::put_bucket_policy(&config, BUCKET, &policy).await);
    bench.pass(7_200);
    let found = bench.sandbox("doctor", &["--since", "10m", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!(found["delivery_errors"], json!([]));
    assert_ne!(doctor(&bench, Exit::Done)["delivery_errors"], json!([]));
}

#[test]
fn a_stream_that_passes_nothing_on_is_told_by_what_cloudwatch_counted() {
    let bench = applied();
    let counts = |found: &Value| found["streams"][0]["counts"].clone();
    assert_eq!(doctor(&bench, Exit::Done)["streams"][0]["verdict"], "correct");
    write_event(&bench, SOURCE, TOKYO, GROUP, "one");
    bench.pass(900);
    let found = doctor(&bench, Exit::Done);
    assert_eq!(found["streams"][0]["findings"], json!([]), "{found:#}");
    assert!(counts(&found)["delivered_records"].as_u64() >= Some(1), "{found:#}");
    assert_eq!(counts(&found)["incoming_records"], counts(&found)["delivered_records"]);
    assert_eq!(counts(&found)["last_write_refused"], false);

    let policy = bench.aws(ARCHIVE, TOKYO, async |config| aws::bucket_policy(&config, BUCKET).await);
    break_hop(&bench, "bucket");
    write_event(&bench, SOURCE, TOKYO, GROUP, "two");
    bench.pass(1_200);
    let found = doctor(&bench, Exit::Broken);
    let stream = &found["streams"][0];
    assert_eq!(stream["verdict"], "incorrect", "{stream:#}");
    assert_eq!(stream["findings"][0]["code"], "records_wait", "{stream:#}");
    let detail = stream["findings"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("S3 refused what it last tried to write"), "{detail}");
    let said = bench.sandbox("doctor", &[]).expect(Exit::Broken).out;
    assert!(
        said.contains("records wait, the oldest for") && said.contains("1 stream not delivering"),
        "{said}"
    );

    // What waited is written once it may be, and is no alarm then.
    bench.aws(ARCHIVE, TOKYO, async move |config| aws::put_bucket_policy(&config, BUCKET, &policy).await);
    bench.pass(7_200);
    let found = doctor(&bench, Exit::Done);
    assert_eq!((&found["health"], &found["streams"][0]["verdict"]), (&json!("healthy"), &json!("correct")));
    assert_eq!(counts(&found)["incoming_records"], counts(&found)["delivered_records"]);
}

#[test]
fn what_may_not_be_counted_is_told_and_is_no_failure() {
    let bench = applied();
    let cloud = bench.cloud();
    cloud.withhold(&ARCHIVE.parse().unwrap(), "OnlyOnEverything", "cloudwatch:GetMetricData");
    cloud.store().unwrap();
    let found = doctor(&bench, Exit::Done);
    assert_eq!(found["streams"][0]["verdict"], "unreachable");
    assert_eq!(found["streams"][0]["findings"][0]["code"], "metrics_unread");
    let said = bench.sandbox("doctor", &[]).expect(Exit::Done).out;
    assert!(said.contains("`logpipe access --for doctor --sandbox` lists that right"), "{said}");
}

#[test]
fn a_plan_for_what_was_found_is_for_that_alone() {
    let bench = applied();
    break_hop(&bench, "destination_policy");
    bench.pass(60);
    let found = bench.sandbox("doctor", &["--fix-plan", "--output", "json"]).expect(Exit::Broken).json();
    let steps = found["plan"]["steps"].as_array().unwrap();
    let changed: Vec<&str> = steps
        .iter()
        .filter(|step| step["action"] != "keep")
        .map(|step| step["address"].as_str().unwrap())
        .collect();
    assert_eq!(found["routes"][0]["fix"]["resources"], json!(changed));
    let said = bench.sandbox("doctor", &["--fix-plan"]).expect(Exit::Broken).out;
    assert!(said.contains("first that is not is destination_policy"), "{said}");
    assert!(said.contains("Plan: "), "{said}");
}

#[test]
fn a_pipeline_that_was_never_applied_is_missing_and_apply_repairs_it() {
    let bench = Bench::new(crate::walkthrough::TOPOLOGY);
    let found = doctor(&bench, Exit::Broken);
    assert_eq!(wrong(&found), HOPS);
    assert_eq!(found["routes"][0]["fix"]["code"], "apply");
}

#[test]
fn a_name_that_somebody_else_has_taken_is_told_before_anything_is_applied() {
    let bench = Bench::new(crate::walkthrough::TOPOLOGY);
    bench.sandbox("plan", &[]).expect(Exit::Done);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let region = aws_sdk_s3::types::BucketLocationConstraint::ApNortheast1;
        let place =
            aws_sdk_s3::types::CreateBucketConfiguration::builder().location_constraint(region).build();
        let call = aws::s3(&config).create_bucket().bucket(BUCKET).create_bucket_configuration(place);
        call.send().await.unwrap();
    });
    let found = doctor(&bench, Exit::Broken);
    let blocked = found["blocked"].to_string();
    assert!(blocked.contains("s3_bucket.delivery-test"), "{blocked}");
}

#[test]
fn quotas_that_apply_would_meet_are_told_before_it_does() {
    let bench = Bench::new(crate::walkthrough::TOPOLOGY);
    bench.sandbox("plan", &[]).expect(Exit::Done);
    let exceeded = |found: &Value| {
        let uses = found["quotas"][0]["uses"].as_array().unwrap().iter();
        uses.filter(|one| one["exceeded"] == true).cloned().collect::<Vec<_>>()
    };
    assert_eq!(exceeded(&doctor(&bench, Exit::Broken)), [Value::Null; 0]);
    let cloud = bench.cloud();
    let account = ARCHIVE.parse().unwrap();
    let there = |found: &Value| found["quotas"][0]["uses"][0]["used"].as_u64().unwrap();
    let trust = r#"{"Version":"2012-10-17","Statement":[]}"#;
    for number in there(&doctor(&bench, Exit::Broken))..999 {
        cloud.prepare_role(&account, &format!("team-{number}"), trust, &[], &[]);
    }
    cloud.store().unwrap();
    let found = doctor(&bench, Exit::Broken);
    let expect = json!({
        "quota": "roles", "quota_code": "L-FE177D64", "used": 999, "wanted": 2, "limit": 1_000, "exceeded": true,
    });
    assert_eq!(exceeded(&found), [expect]);
    let said = bench.sandbox("doctor", &[]).expect(Exit::Broken).out;
    assert!(said.contains("archive: it has 999 of 1,000 roles, and apply would make 2 more"), "{said}");
    assert!(said.contains("--quota-code L-FE177D64 --desired-value 1001"), "{said}");
}

#[test]
fn where_nothing_of_iam_is_to_be_written_no_quota_is_asked_about() {
    let bench = applied();
    let before = bench.now();
    assert_eq!(doctor(&bench, Exit::Done)["quotas"], json!([]));
    assert!(bench.calls_since(before).iter().all(|call| call.operation != "GetAccountSummary"));
}

#[test]
fn a_bucket_that_keeps_objects_is_unknown_until_it_has_taken_one() {
    let bench = applied();
    let kept = |found: &Value| {
        let bucket = &found["buckets"][0];
        let findings = bucket["findings"].as_array().unwrap().iter();
        let codes = findings.map(|finding| finding["code"].as_str().unwrap().to_owned());
        (bucket["verdict"].clone(), bucket["retention"].clone(), codes.collect::<Vec<_>>())
    };
    assert_eq!(kept(&doctor(&bench, Exit::Done)), (json!("correct"), Value::Null, vec![]));
    bench.aws(ARCHIVE, TOKYO, async |config| {
        use aws_sdk_s3::types::*;
        let client = aws::s3(&config);
        let versions = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
        client
            .put_bucket_versioning()
            .bucket(BUCKET)
            .versioning_configuration(versions)
            .send()
            .await
            .unwrap();
        let kept = DefaultRetention::builder().mode(ObjectLockRetentionMode::Compliance).years(1).build();
        let lock = ObjectLockConfiguration::builder()
            .object_lock_enabled(ObjectLockEnabled::Enabled)
            .rule(ObjectLockRule::builder().default_retention(kept).build())
            .build();
        let put = client.put_object_lock_configuration().bucket(BUCKET).object_lock_configuration(lock);
        put.send().await.unwrap();
    });
    let retention = json!({ "mode": "COMPLIANCE", "days": 365 });
    let found = doctor(&bench, Exit::Done);
    assert_eq!(kept(&found), (json!("unknown"), retention.clone(), vec!["checksums_unknown".to_owned()]));
    assert_eq!(found["health"], "unknown");
    let said = bench.sandbox("doctor", &[]).expect(Exit::Done).out;
    assert!(said.contains("Object Lock keeps each object for 365 days (COMPLIANCE)"), "{said}");
    // A line that has arrived is the proof.
    bench.sandbox("verify", &[]).expect(Exit::Done);
    let found = doctor(&bench, Exit::Done);
    assert_eq!(kept(&found), (json!("correct"), retention, vec![]));
    assert_eq!(found["health"], "healthy");
}
