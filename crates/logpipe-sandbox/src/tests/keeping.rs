//! What is left of a state whose process is killed.

use std::path::{Path, PathBuf};

use aws_sdk_cloudwatchlogs::Client as Logs;
use aws_sdk_iam::Client as Iam;
use aws_sdk_s3::Client as S3;
use serde_json::Value;

use super::bench::{ALPHA, BETA, Bench, TOKYO};
use super::buckets::create;
use super::serving::start;
use crate::Cloud;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"sts:AssumeRole"}]}"#;

struct Kept {
    folder: tempfile::TempDir,
    bench: Bench,
}

impl Kept {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cloud = Cloud::open(&folder.path().join("state.json"), start()).unwrap();
        Self { folder, bench: Bench::of(cloud) }
    }

    fn whole(&self) -> PathBuf {
        self.folder.path().join("state.json")
    }

    fn calls(&self) -> PathBuf {
        self.folder.path().join("state.json.calls")
    }

    fn logs(&self, account: &str) -> Logs {
        Logs::new(&self.bench.operator(account))
    }

    async fn group(&self, name: &str) {
        self.logs(ALPHA).create_log_group().log_group_name(name).send().await.unwrap();
    }

    /// Fails unless the files hold what the process has in memory.
    #[track_caller]
    fn expect_nothing_lost(&self) {
        assert_eq!(said(&at(&self.whole())), said(&self.bench.cloud));
    }
}

fn at(path: &Path) -> Cloud {
    Cloud::open(path, start()).unwrap()
}

fn said(cloud: &Cloud) -> Value {
    serde_json::to_value(&*cloud.world()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn every_call_that_was_answered_is_there() {
    let kept = Kept::new();
    kept.bench.cloud.set_seed(7);
    let alpha = kept.bench.operator(ALPHA);
    create(&S3::new(&alpha), "central-logs", Some(TOKYO)).await.unwrap();
    kept.expect_nothing_lost();
    let iam = Iam::new(&kept.bench.operator(BETA));
    iam.create_role().role_name("reader").assume_role_policy_document(TRUST).send().await.unwrap();
    kept.expect_nothing_lost();
    kept.bench.pass(3_600).await;
    let arn = "arn:aws:iam::222222222222:role/reader";
    let sts = aws_sdk_sts::Client::new(&alpha);
    sts.assume_role().role_arn(arn).role_session_name("session").send().await.unwrap();
    let put = S3::new(&alpha).put_object().bucket("central-logs").key("a/ü b?");
    put.body(vec![0, 159, 146, 150].into()).send().await.unwrap();
    kept.expect_nothing_lost();
    for number in 0..20 {
        kept.group(&format!("/app/{number}")).await;
        kept.logs(ALPHA).describe_log_groups().send().await.unwrap();
        kept.bench.pass(1).await;
    }
    kept.group("/app/last").await;
    kept.expect_nothing_lost();
}

#[tokio::test(start_paused = true)]
async fn the_whole_is_not_written_again_for_every_call() {
    let kept = Kept::new();
    kept.group("/app/first").await;
    let whole = std::fs::read(kept.whole()).unwrap();
    assert!(!kept.calls().exists());
    for number in 0..50 {
        kept.group(&format!("/app/{number}")).await;
    }
    assert_eq!(std::fs::read(kept.whole()).unwrap(), whole);
    kept.expect_nothing_lost();
    kept.bench.cloud.store().unwrap();
    assert!(!kept.calls().exists(), "it is all in the whole");
    kept.expect_nothing_lost();
}

#[tokio::test(start_paused = true)]
async fn the_calls_do_not_outgrow_the_whole() {
    let kept = Kept::new();
    let bodies = vec![b'x'; 64 * 1_024];
    let s3 = S3::new(&kept.bench.operator(ALPHA));
    create(&s3, "central-logs", Some(TOKYO)).await.unwrap();
    for number in 0..40 {
        let put = s3.put_object().bucket("central-logs").key(format!("{number}"));
        put.body(bodies.clone().into()).send().await.unwrap();
        let length = |path: PathBuf| std::fs::metadata(path).map_or(0, |file| file.len());
        assert!(length(kept.calls()) <= length(kept.whole()).max(256 * 1_024));
        kept.expect_nothing_lost();
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_torn_was_never_answered() {
    let kept = Kept::new();
    kept.group("/app/first").await;
    kept.group("/app/second").await;
    let before = said(&kept.bench.cloud);
    kept.group("/app/third").await;
    let calls = std::fs::read(kept.calls()).unwrap();
    std::fs::write(kept.calls(), &calls[..calls.len() - 9]).unwrap();
    assert_eq!(said(&at(&kept.whole())), before);
}

#[tokio::test(start_paused = true)]
async fn calls_that_a_newer_whole_has_already_are_not_made_again() {
    let kept = Kept::new();
    kept.group("/app/first").await;
    kept.group("/app/second").await;
    let calls = std::fs::read(kept.calls()).unwrap();
    kept.bench.cloud.store().unwrap();
    std::fs::write(kept.calls(), calls).unwrap();
    kept.expect_nothing_lost();
}

#[tokio::test(start_paused = true)]
async fn what_was_not_a_call_is_there_with_the_next_one() {
    let kept = Kept::new();
    kept.group("/app/first").await;
    kept.bench.cloud.add_unit("ou-ab12-11111111", None);
    kept.group("/app/second").await;
    kept.expect_nothing_lost();
    kept.group("/app/third").await;
    kept.expect_nothing_lost();
}
