//! The commands with a record in S3: what they do, cost and say.

use logpipe::exit::Exit;
use serde_json::json;

use crate::support::Bench;
use crate::support::aws;
use crate::support::topologies::{RAISED, senders};

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");
const OPERATOR: &str = "000000000000";
const TOKYO: &str = "ap-northeast-1";
const BUCKET: &str = "logpipe-records";
const KEY: &str = "team/quickstart.json";

fn topology() -> String {
    format!("{QUICKSTART}record: s3://{BUCKET}/{KEY}\n")
}

/// A bucket for the record, which nobody has written yet.
fn with_bucket() -> Bench {
    let bench = Bench::new(&topology());
    bench.sandbox("status", &[]).expect(Exit::Done);
    bench
}

fn put(bench: &Bench, text: &'static str) {
    bench.aws(OPERATOR, TOKYO, async move |config| {
        let body = text.as_bytes().to_vec().into();
        aws::s3(&config).put_object().bucket(BUCKET).key(KEY).body(body).send().await.unwrap();
    });
}

fn text(bench: &Bench) -> String {
    bench.aws(OPERATOR, TOKYO, async |config| {
        let object = aws::s3(&config).get_object().bucket(BUCKET).key(KEY).send().await.unwrap();
        String::from_utf8(object.body.collect().await.unwrap().to_vec()).unwrap()
    })
}

#[test]
fn every_command_knows_what_is_owned() {
    let bench = Bench::new(&topology());
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    assert!(!bench.path(".logpipe/sandbox/records").exists(), "nothing of it is on this machine");
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("status", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("verify", &[]).expect(Exit::Done);
    bench.sandbox("outputs", &["central.stream_arn"]).expect(Exit::Done);
    let before = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    // The lock is taken and given back; nothing else is written.
    assert_eq!(bench.written_since(before), ["s3:PutObject", "s3:PutObject"]);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert!(text(&bench).contains("s3_bucket") && !text(&bench).contains("iam_role"), "{}", text(&bench));
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

/// The objects in the bucket of the record.
fn objects(bench: &Bench) -> Vec<String> {
    bench.aws(OPERATOR, TOKYO, async |config| {
        let listed = aws::s3(&config).list_objects_v2().bucket(BUCKET).send().await.unwrap();
        listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
    })
}

#[test]
fn a_large_one_has_most_entries_beside_it() {
    let bench = Bench::new(&format!("{}record: s3://{BUCKET}/{KEY}\n", senders(0..100, RAISED)));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let head = text(&bench);
    assert!(head.starts_with("{\"format\":2,") && head.len() < 64 * 1024, "{head:.200}");
    let [_, base] = objects(&bench).try_into().unwrap();
    assert!(base.starts_with(&format!("{KEY}.base-")), "{base}");
    for command in ["plan", "status"] {
        bench.sandbox(command, &["--detailed-exitcode"]).expect(Exit::Done);
    }
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert!(text(&bench).contains("s3_bucket") && !text(&bench).contains("iam_role"), "{}", text(&bench));
    bench.sandbox("plan", &[]).expect(Exit::Done);
}

#[test]
fn a_refused_run_gives_the_record_back() {
    let bench = Bench::new(&topology());
    bench.sandbox("apply", &[]).expect(Exit::Failed);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
}

#[test]
fn who_holds_it_is_said_and_waited_for() {
    let held = r#"{ "format": 1, "topology": "quickstart", "number": 7, "run": "r",
        "lease": { "holder": "ops@build, process 4711, since 2026-11-22T16:00:00Z", "seconds": 120 },
        "resources": {} }"#;
    let bench = with_bucket();
    put(&bench, held);
    let ran = bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
    let said = "another run holds the record s3://logpipe-records/team/quickstart.json: ops@build, process 4711, since 2026-11-22T16:00:00Z";
    assert!(ran.err.contains(said) && ran.err.contains("hint: wait"), "{}", ran.err);
    assert_eq!(text(&bench), held);
    bench.sandbox("destroy", &["--yes", "--lock-timeout", "30s"]).expect(Exit::Failed);
    bench.sandbox("plan", &[]).expect(Exit::Done);
    let ran = bench.sandbox("apply", &["--yes", "--lock-timeout", "3m"]).expect(Exit::Done);
    assert!(ran.err.contains("waiting up to 180 s"), "{}", ran.err);
}

#[test]
fn what_is_no_record_of_this_topology_is_left_alone() {
    for (broken, expect) in [
        ("{\"format\":1,\"topology\":\"quick", "list-object-versions"),
        ("{\"format\":3}", "newer logpipe"),
        ("{\"format\":1,\"topology\":\"other\",\"resources\":{}}", "to topology `other`"),
    ] {
        let bench = with_bucket();
        put(&bench, broken);
        for command in ["plan", "status", "outputs"] {
            let ran = bench.sandbox(command, &[]).expect(Exit::Failed);
            assert!(ran.err.contains(expect), "{}", ran.err);
        }
        bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
        assert_eq!(text(&bench), broken);
    }
}

#[test]
fn a_refused_record_names_the_rights_that_are_missing() {
    let bench = with_bucket();
    bench.aws(OPERATOR, TOKYO, async |config| {
        let policy = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject",
            "Resource": format!("arn:aws:s3:::{BUCKET}/*"),
        }]});
        aws::put_bucket_policy(&config, BUCKET, &policy).await;
    });
    let ran = bench.sandbox("apply", &["--yes"]).expect(Exit::Denied);
    assert!(ran.err.contains("arn:aws:s3:::logpipe-records/team/quickstart.json"), "{}", ran.err);
    assert!(ran.err.contains("s3:ListBucket"), "{}", ran.err);
}

#[test]
fn its_bucket_may_be_in_another_region() {
    let bench = Bench::new(&topology());
    bench.aws(OPERATOR, "us-east-1", async |config| {
        aws::s3(&config).create_bucket().bucket(BUCKET).send().await.unwrap();
    });
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn a_record_that_stayed_behind_is_found() {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let file = std::fs::read_to_string(bench.path(".logpipe/sandbox/records/quickstart.json")).unwrap();
    bench.write(&topology());
    let ran = bench.sandbox("plan", &[]);
    assert!(ran.said().contains("aws s3 cp") && ran.said().contains("owns 11"), "{}", ran.said());
    // What the note says to do.
    put(&bench, file.leak());
    let ran = bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    assert!(!ran.said().contains("aws s3 cp"), "{}", ran.said());
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    // And back.
    let object = text(&bench);
    bench.write(QUICKSTART);
    std::fs::write(bench.path(".logpipe/sandbox/records/quickstart.json"), object).unwrap();
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}
