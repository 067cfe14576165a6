//! Beside the hop that is broken stands what to do about it, and that is true.

use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, TOKYO};
use crate::walkthrough::applied;

const CWL_ROLE: &str = "CWLtoKinesisFirehoseRole";
const BUCKET: &str = "delivery-test";

/// What verify proposes, as JSON and in words.
#[track_caller]
fn fix(bench: &Bench) -> (Value, String) {
    let verified = bench.copy().sandbox("verify", &["--output", "json"]).expect(Exit::Broken).json();
    let said = bench.sandbox("verify", &[]).expect(Exit::Broken).said();
    let line = said.lines().find_map(|line| line.trim_start().strip_prefix("fix: ")).unwrap_or_default();
    (verified["routes"][0]["fix"].clone(), line.to_owned())
}

/// Lets nobody in whom logpipe's role trusted.
fn mistrusting(bench: &Bench) {
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let trust = aws::trust(&config, CWL_ROLE).await.to_string().replace("111111111111", "222222222222");
        aws::put_trust(&config, CWL_ROLE, &serde_json::from_str(&trust).unwrap()).await;
    });
    bench.pass(60);
}

#[test]
fn what_apply_repairs_is_left_to_it() {
    let bench = applied();
    mistrusting(&bench);
    let (fix, line) = fix(&bench);
    assert_eq!(fix, json!({ "code": "apply", "resources": [format!("archive/global/iam_role.{CWL_ROLE}")] }));
    assert!(line.starts_with("`logpipe apply") && line.contains("repairs it"), "{line}");
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.pass(60);
    bench.sandbox("verify", &[]).expect(Exit::Done);
}

#[test]
fn what_others_have_put_there_is_theirs_to_take_away() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let mut policy = aws::bucket_policy(&config, BUCKET).await;
        policy["Statement"].as_array_mut().unwrap().push(json!({
            "Sid": "Sealed", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::delivery-test/*",
        }));
        aws::put_bucket_policy(&config, BUCKET, &policy).await;
    });
    let (fix, line) = fix(&bench);
    assert_eq!(fix["code"], "foreign");
    assert!(fix["resources"].to_string().contains("s3_bucket_policy.delivery-test"), "{fix}");
    assert!(line.contains("logpipe did not make what is named there"), "{line}");
}

#[test]
fn what_apply_would_refuse_comes_with_its_reason() {
    let bench = applied();
    mistrusting(&bench);
    std::fs::remove_dir_all(bench.path(".logpipe/sandbox/records")).unwrap();
    let (fix, line) = fix(&bench);
    assert_eq!(fix["code"], "refused");
    assert!(fix["reason"].as_str().unwrap().contains("--adopt takes it over"), "{fix}");
    assert!(line.contains("refuses archive/global/iam_role.CWLtoKinesisFirehoseRole: it exists"), "{line}");
}
