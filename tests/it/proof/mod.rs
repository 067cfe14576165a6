//! What verify says is what it knows: the roles in use, what could not be read, and that nothing is left behind.

mod tampered;

use aws_types::SdkConfig;
use logpipe::event::Event;
use logpipe::exit::Exit;
use logpipe::verify::verdict::{HopVerdict, ProvedBy, Verdict};
use serde_json::{Value, json};

use self::tampered::{Refused, kill, prove};
use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::walkthrough::{TOPOLOGY, applied};

const GROUP: &str = "/delivery/test";
const BUCKET: &str = "delivery-test";

/// Runs verify and gives back its one JSON line.
#[track_caller]
fn verify(bench: &Bench, exit: Exit) -> Value {
    bench.sandbox("verify", &["--output", "json"]).expect(exit).json()
}

fn hop<'a>(verified: &'a Value, name: &str) -> &'a Value {
    let hops = verified["routes"][0]["hops"].as_array().unwrap();
    hops.iter().find(|hop| hop["hop"] == name).unwrap()
}

#[track_caller]
fn says(value: &Value, words: &str) {
    let text = value.as_str().unwrap_or_default();
    assert!(text.contains(words), "{value}");
}

/// A second role like one of logpipe's.
async fn twin(config: &SdkConfig, role: &str) -> String {
    let trust = aws::trust(config, role).await.to_string();
    let iam = aws::iam(config);
    let call = iam.create_role().role_name("twin").assume_role_policy_document(trust);
    let arn = call.send().await.unwrap().role.unwrap().arn;
    let policy = aws::inline_policies(config, role).await.remove(0).1;
    aws::put_inline(config, "twin", &policy).await;
    // Time for other services to see it.
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    arn
}

#[test]
fn a_destination_that_acts_as_another_role() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let twin = twin(&config, "CWLtoKinesisFirehoseRole").await;
        let there = &aws::destinations(&config).await[0];
        let call = aws::logs(&config).put_destination().destination_name(there.destination_name().unwrap());
        call.target_arn(there.target_arn().unwrap()).role_arn(twin).send().await.unwrap();
    });
    let verified = verify(&bench, Exit::Broken);
    assert_eq!(hop(&verified, "destination")["verdict"], "incorrect");
    says(
        &hop(&verified, "destination")["detail"],
        "its role is arn:aws:iam::999999999999:role/twin, not arn:aws:iam::999999999999:role/CWLtoKinesis",
    );
}

#[test]
fn a_stream_that_acts_as_another_role() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let twin = twin(&config, "FirehosRoleToS3").await;
        let there = aws::stream(&config, "delivery-test-stream").await;
        let update = aws_sdk_firehose::types::ExtendedS3DestinationUpdate::builder().role_arn(twin).build();
        let call = aws::firehose(&config).update_destination().delivery_stream_name("delivery-test-stream");
        call.current_delivery_stream_version_id(there.version_id())
            .destination_id(there.destinations()[0].destination_id())
            .extended_s3_destination_update(update)
            .send()
            .await
            .unwrap();
    });
    let verified = verify(&bench, Exit::Broken);
    assert_eq!(hop(&verified, "stream")["verdict"], "incorrect");
    says(
        &hop(&verified, "stream")["detail"],
        "its role is arn:aws:iam::999999999999:role/twin, not arn:aws:iam::999999999999:role/FirehosRoleToS3",
    );
}

async fn stream_names(config: &SdkConfig) -> Vec<String> {
    let call = aws::logs(config).describe_log_streams().log_group_name(GROUP);
    let streams = call.send().await.unwrap().log_streams.unwrap_or_default();
    streams.into_iter().filter_map(|stream| stream.log_stream_name).collect()
}

#[test]
fn what_cannot_be_read_is_not_missing_and_neither_are_its_parts() {
    let proof = prove(&applied(), Some(Refused("DescribeDestinations", usize::MAX, 400)), |_| false);
    assert_eq!(proof.verification.verdict, Verdict::Delivered);
    for name in ["destination", "destination_policy"] {
        let hop = proof.verification.routes[0].hops.iter().find(|hop| hop.hop == name).unwrap();
        assert_eq!(hop.verdict, HopVerdict::Unreachable, "{hop:?}");
        assert!(hop.detail.contains("logs:DescribeDestinations"), "{hop:?}");
    }
}

#[test]
fn a_bucket_that_cannot_be_searched_is_not_a_line_that_did_not_arrive() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let mut policy = aws::bucket_policy(&config, BUCKET).await;
        policy["Statement"].as_array_mut().unwrap().push(json!({
            "Sid": "Sealed", "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::delivery-test/*",
        }));
        aws::put_bucket_policy(&config, BUCKET, &policy).await;
    });
    let verified = verify(&bench, Exit::Broken);
    assert_eq!(verified["verdict"], "timeout");
    let finding = &verified["routes"][0]["finding"];
    says(finding, "whether the test event arrived is unknown, ");
    says(finding, "s3:GetObject");
}

#[test]
fn no_route_is_no_proof() {
    let topology = TOPOLOGY.replace(r#"["/delivery/test"]"#, r#"["/nothing/*"]"#).replace("create: true", "");
    let bench = Bench::new(&topology);
    let applied = bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Broken);
    assert!(applied.out.contains("Verify: no route to verify: "), "{}", applied.out);
    let verified = verify(&bench, Exit::Broken);
    assert_eq!(verified["verdict"], "broken");
    assert_eq!(verified["routes"], json!([]));
    says(
        &verified["finding"],
        "no route to verify: sources.logs in source/ap-northeast-1: `/nothing/*` matches",
    );
}

#[test]
fn an_event_that_is_refused_leaves_no_log_stream() {
    let proof = prove(&applied(), Some(Refused("PutLogEvents", usize::MAX, 400)), |_| false);
    let finding = proof.verification.routes[0].finding.clone().unwrap();
    assert!(finding.starts_with("the test event could not be written: "), "{finding}");
    assert_eq!(proof.calls["CreateLogStream"], 1);
    assert_eq!(proof.streams, [""; 0]);
}

#[test]
fn nothing_is_sent_after_a_stop_while_hops_are_read() {
    let proof = prove(&applied(), None, |event| matches!(event, Event::Read { .. }));
    let route = &proof.verification.routes[0];
    assert_eq!(route.finding.as_deref(), Some("stopped before its hops were read"));
    assert_eq!((&route.hops[..], proof.verification.verdict), (&[][..], Verdict::Timeout));
    assert!(!proof.calls.contains_key("CreateLogStream"), "{:?}", proof.calls);
}

#[test]
fn a_stop_while_waiting_removes_the_log_stream() {
    let proof = prove(&applied(), None, |event| matches!(event, Event::ProbeWaiting { .. }));
    let finding = proof.verification.routes[0].finding.as_deref();
    assert_eq!(finding, Some("stopped before the test event was found"));
    assert_eq!((proof.calls["PutLogEvents"], proof.streams.len()), (1, 0));
}

#[test]
fn log_streams_that_a_killed_run_left_are_swept() {
    let bench = applied();
    bench.aws(SOURCE, TOKYO, async |config| {
        for name in ["logpipe-verify/by-hand", "somebody-elses"] {
            let call = aws::logs(&config).create_log_stream().log_group_name(GROUP);
            call.log_stream_name(name).send().await.unwrap();
        }
    });
    let left = || bench.aws(SOURCE, TOKYO, async |config| stream_names(&config).await);
    kill(&bench);
    let by_hand = "logpipe-verify/by-hand";
    let ours = |name: &String| name.starts_with("logpipe-verify/") && name != by_hand;
    let killed = left().into_iter().find(ours).unwrap();
    assert_eq!(left().len(), 3, "{:?}", left());

    // It could be under way yet.
    bench.pass(50 * 60);
    verify(&bench, Exit::Done);
    assert!(left().len() == 3 && left().contains(&killed), "{:?}", left());

    bench.pass(10 * 60);
    verify(&bench, Exit::Done);
    assert_eq!(left(), ["logpipe-verify/by-hand", "somebody-elses"]);
}

/// A topology whose bucket has this prefix, and whose filter has this pattern, delivers.
#[track_caller]
fn delivers(prefix: &str, pattern: &str) -> Value {
    let bucket = format!("bucket: {{ name: delivery-test, prefix: {prefix:?} }}");
    let filter = format!("filter: {{ name: delivery-test-filter, pattern: {pattern:?} }}");
    let topology = TOPOLOGY
        .replace("bucket: { name: delivery-test }", &bucket)
        .replace("filter: { name: delivery-test-filter }", &filter);
    let bench = Bench::new(&topology);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    verify(&bench, Exit::Done)
}

#[test]
fn a_line_is_found_under_any_prefix() {
    for prefix in [
        "",
        "logs/!{timestamp:yyyy/MM/dd}/",
        "logs/!{timestamp:yyyy'-'DDD-HHmm}/x/",
        "logs/!{firehose:random-string}/",
        "!{timestamp:yyyy}/!{firehose:random-string}",
    ] {
        delivers(prefix, "");
    }
}

#[test]
fn objects_that_are_not_ours_do_not_end_the_search() {
    let bench = applied();
    let now = time::OffsetDateTime::from(bench.now());
    bench.aws(ARCHIVE, TOKYO, async move |config| {
        let format = time::macros::format_description!("[year]/[month]/[day]/[hour]");
        let key = format!("logs/{}/delivery-test-stream-not-ours", now.format(&format).unwrap());
        let body = aws_sdk_s3::primitives::ByteStream::from_static(b"\x1f\x8bno gzip");
        aws::s3(&config).put_object().bucket(BUCKET).key(key).body(body).send().await.unwrap();
    });
    verify(&bench, Exit::Done);
}

#[test]
fn a_listing_that_fails_in_passing_does_not_end_the_search() {
    // More often than the SDK repeats a call by itself.
    let proof = prove(&applied(), Some(Refused("ListObjects", 12, 503)), |_| false);
    assert_eq!(proof.verification.verdict, Verdict::Delivered, "{proof:?}");
}

#[test]
fn an_object_whose_buffer_was_opened_in_the_hour_before_is_found() {
    let bench = Bench::new(&TOPOLOGY.replace("buffer_seconds: 60", "buffer_seconds: 900"));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let second = bench.now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() % 3600;
    bench.pass(2 * 3600 - 300 - second);
    let before = bench.now();
    bench.aws(SOURCE, TOKYO, async move |config| {
        let (logs, name) = (aws::logs(&config), "somebody-elses");
        logs.create_log_stream().log_group_name(GROUP).log_stream_name(name).send().await.unwrap();
        let millis = before.duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
        let event = aws_sdk_cloudwatchlogs::types::InputLogEvent::builder().message("opens the buffer");
        let event = event.timestamp(i64::try_from(millis).unwrap()).build().unwrap();
        let call = logs.put_log_events().log_group_name(GROUP).log_stream_name(name);
        call.log_events(event).send().await.unwrap();
    });
    bench.pass(500);
    verify(&bench, Exit::Done);
}

/// Applies the topology with this filter pattern.
fn with_pattern(pattern: &str) -> Bench {
    let filter = format!("filter: {{ name: delivery-test-filter, pattern: {pattern:?} }}");
    let bench = Bench::new(&TOPOLOGY.replace("filter: { name: delivery-test-filter }", &filter));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench
}

#[test]
fn a_test_event_is_made_to_match_any_form_of_pattern() {
    for (pattern, words) in [
        ("ERROR", "ERROR"),
        ("?\"two words\" ?other", "two words"),
        ("ERROR -WARN", "ERROR"),
        ("%^E[0-9]{3}$|[Ff]ail:\\d+%", "fail:0"),
        ("{ $.level = \"error\" && ($.detail.code >= 500 || $.detail.code = 404) }", "\"level\":\"error\""),
        ("{ $.user IS NULL && $.path = %^/api/[a-z]+$% }", "\"path\":\"/api/a\""),
        ("[host, ..., status = 4*, bytes > 1000]", "4 1001"),
    ] {
        let verified = delivers("logs/", pattern);
        says(&verified["routes"][0]["line"], words);
        assert_eq!(verified["routes"][0]["pattern_proved_by"], "cloudwatch_logs", "{pattern}");
    }
}

#[test]
fn an_empty_pattern_is_not_asked_about_and_another_once() {
    let proof = prove(&applied(), None, |_| false);
    assert!(!proof.calls.contains_key("TestMetricFilter"), "{:?}", proof.calls);
    let proof = prove(&with_pattern("ERROR"), None, |_| false);
    assert_eq!(proof.calls["TestMetricFilter"], 1);
}

#[test]
fn where_cloudwatch_logs_may_not_be_asked_our_own_word_has_to_do() {
    let proof = prove(&with_pattern("ERROR"), Some(Refused("TestMetricFilter", usize::MAX, 400)), |_| false);
    let route = &proof.verification.routes[0];
    assert_eq!((route.delivered, route.pattern_proved_by), (true, Some(ProvedBy::Logpipe)));
    let detail = &route.hops[0].detail;
    assert!(detail.contains("CloudWatch Logs did not answer: logs:TestMetricFilter"), "{detail}");
}

#[test]
fn a_pattern_that_no_event_is_made_up_for_asks_for_one() {
    let bench = with_pattern("[code = 404]");
    let before = bench.now();
    let verified = verify(&bench, Exit::Broken);
    assert_eq!(verified["verdict"], "timeout", "nothing of the pipeline is wrong");
    let finding = &verified["routes"][0]["finding"];
    says(finding, "not tried, although no hop is known to be wrong: ");
    says(finding, "logpipe could not make up a test event that its pattern `[code = 404]` matches");
    says(finding, "give an event that matches with --message");
    assert_eq!(bench.written_since(before), [""; 0]);
}

#[test]
fn a_message_that_does_not_match_is_not_sent() {
    let bench = with_pattern("{ $.level = error }");
    let before = bench.now();
    let message = |text| ["--message", text, "--output", "json"];
    let refused = bench.sandbox("verify", &message("disk full")).expect(Exit::Broken).json();
    says(&refused["routes"][0]["finding"], "does not match the test event");
    assert_eq!(bench.written_since(before), [""; 0]);
    let sent =
        bench.sandbox("verify", &message(r#"{"level":"error","disk":"full"}"#)).expect(Exit::Done).json();
    says(&sent["routes"][0]["line"], r#"{"level":"error","disk":"full","#);
}
