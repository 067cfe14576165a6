//! S3: what of a bucket is only eventually consistent, where a seed decides.

use std::collections::BTreeSet;

use aws_sdk_s3::Client;
use aws_sdk_s3::types::*;

use super::bench::{ALPHA, Bench, TOKYO, code};
use super::buckets::create;

const BUCKET: &str = "central-logs";

fn policy(number: usize) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"s{number}","Effect":"Deny","Principal":"*","Action":"s3:Restore*","Resource":"arn:aws:s3:::{BUCKET}/*"}}]}}"#
    )
}

async fn put_policy(client: &Client, number: usize) -> Result<(), String> {
    let put = client.put_bucket_policy().bucket(BUCKET).policy(policy(number)).send();
    put.await.map(drop).map_err(|error| code(Err::<(), _>(error)))
}

/// The policy put, asked again while S3 says that it may pass.
async fn settled(bench: &Bench, client: &Client, number: usize) {
    while let Err(refused) = put_policy(client, number).await {
        assert!(["NoSuchBucket", "OperationAborted"].contains(&refused.as_str()), "{refused}");
        bench.pass(1).await;
    }
}

/// What a seed makes of a new bucket: the refusals of its configuration, and whether it read old.
async fn oddities(seed: Option<u64>) -> BTreeSet<String> {
    let bench = Bench::new();
    seed.into_iter().for_each(|seed| bench.cloud.set_seed(seed));
    let client = Client::new(&bench.operator(ALPHA));
    let mut odd = BTreeSet::new();
    create(&client, BUCKET, Some(TOKYO)).await.unwrap();
    let (first, second) = tokio::join!(put_policy(&client, 0), put_policy(&client, 0));
    odd.extend([first, second].into_iter().filter_map(Result::err));
    settled(&bench, &client, 1).await;
    let read = client.get_bucket_policy().bucket(BUCKET).send().await;
    let read = read.ok().and_then(|answer| answer.policy);
    if read != Some(policy(1)) {
        odd.insert("read old".to_owned());
    }
    bench.pass(30).await;
    let read = client.get_bucket_policy().bucket(BUCKET).send().await.unwrap();
    assert_eq!(read.policy, Some(policy(1)), "it settles");
    client.delete_bucket().bucket(BUCKET).send().await.unwrap();
    if let Err(refused) = create(&client, BUCKET, Some(TOKYO)).await {
        odd.insert(format!("name: {refused}"));
        bench.pass(61).await;
        create(&client, BUCKET, Some(TOKYO)).await.unwrap();
    }
    odd
}

#[tokio::test(start_paused = true)]
async fn a_seed_lets_a_bucket_settle_and_without_one_it_is_there_at_once() {
    assert_eq!(oddities(None).await, BTreeSet::new());
    let mut seen = BTreeSet::new();
    for seed in 0..20 {
        seen.extend(oddities(Some(seed)).await);
    }
    let expect = ["NoSuchBucket", "OperationAborted", "name: OperationAborted", "read old"];
    assert_eq!(seen, expect.map(str::to_owned).into());
}

#[tokio::test(start_paused = true)]
async fn a_bucket_has_fifty_tags_at_most() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    create(&client, BUCKET, Some(TOKYO)).await.unwrap();
    let put = async |count: usize| {
        let tag = |number: usize| Tag::builder().key(number.to_string()).value("x").build().unwrap();
        let tagging = Tagging::builder().set_tag_set(Some((0..count).map(tag).collect())).build().unwrap();
        client.put_bucket_tagging().bucket(BUCKET).tagging(tagging).send().await
    };
    put(50).await.unwrap();
    assert_eq!(code(put(51).await), "BadRequest");
}
