//! S3: objects written, read, listed, deleted.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, EncodingType, ObjectIdentifier};

use super::bench::{ALPHA, Bench, TOKYO, code};
use super::buckets::create;

pub(super) const BUCKET: &str = "central-logs";

pub(super) async fn bucket(bench: &Bench) -> Client {
    let client = Client::new(&bench.operator(ALPHA));
    create(&client, BUCKET, Some(TOKYO)).await.unwrap();
    client
}

async fn put(client: &Client, key: &str, text: &str) -> String {
    let body = ByteStream::from(text.as_bytes().to_vec());
    let put = client.put_object().bucket(BUCKET).key(key).body(body).send().await.unwrap();
    put.e_tag.unwrap()
}

async fn text(client: &Client, key: &str, range: Option<&str>) -> String {
    let call = client.get_object().bucket(BUCKET).key(key).set_range(range.map(str::to_owned));
    let body = call.send().await.unwrap().body.collect().await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn content_and_headers_come_back() {
    let bench = Bench::new();
    let client = bucket(&bench).await;
    let call = client.put_object().bucket(BUCKET).key("a b/ü+&.json").metadata("run", "7");
    let call = call.content_type("application/json").content_encoding("gzip");
    call.body(ByteStream::from_static(b"0123456789")).send().await.unwrap();
    let head = client.head_object().bucket(BUCKET).key("a b/ü+&.json").send().await.unwrap();
    assert_eq!(head.content_length(), Some(10));
    assert_eq!(head.content_type(), Some("application/json"));
    assert_eq!(head.content_encoding(), Some("gzip"));
    assert_eq!(head.metadata().unwrap()["run"], "7");
    assert_eq!(text(&client, "a b/ü+&.json", None).await, "0123456789");
    assert_eq!(text(&client, "a b/ü+&.json", Some("bytes=2-4")).await, "234");
    assert_eq!(code(client.get_object().bucket(BUCKET).key("none").send().await), "NoSuchKey");
}

#[tokio::test(start_paused = true)]
async fn conditional_writes_decide_races() {
    let bench = Bench::new();
    let client = bucket(&bench).await;
    let first = put(&client, "lock", "one").await;
    let call = || client.put_object().bucket(BUCKET).key("lock");
    assert_eq!(code(call().if_none_match("*").send().await), "PreconditionFailed");
    let second = call().if_match(&first).send().await.unwrap().e_tag.unwrap();
    assert_eq!(code(call().if_match(&first).send().await), "PreconditionFailed");
    let delete = |etag: &str| client.delete_object().bucket(BUCKET).key("lock").if_match(etag).send();
    assert_eq!(code(delete(&first).await), "PreconditionFailed");
    delete(&second).await.unwrap();
    assert_eq!(code(call().if_match(&second).send().await), "NoSuchKey");
}

#[tokio::test(start_paused = true)]
async fn lists_are_paged_rolled_up_and_encoded() {
    let bench = Bench::new();
    let client = bucket(&bench).await;
    for key in ["a/1", "a/2", "b", "c/1", "d e"] {
        put(&client, key, "x").await;
    }
    let mut pages = client.list_objects_v2().bucket(BUCKET).max_keys(2).into_paginator().send();
    let mut keys = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        keys.push(page.contents().iter().map(|object| object.key().unwrap().to_owned()).collect::<Vec<_>>());
    }
    assert_eq!(keys, [vec!["a/1", "a/2"], vec!["b", "c/1"], vec!["d e"]]);
    let call = client.list_objects_v2().bucket(BUCKET).delimiter("/").encoding_type(EncodingType::Url);
    let page = call.start_after("a0").send().await.unwrap();
    let prefixes: Vec<_> = page.common_prefixes().iter().map(|prefix| prefix.prefix().unwrap()).collect();
    let keys: Vec<_> = page.contents().iter().map(|object| object.key().unwrap()).collect();
    assert_eq!((keys, prefixes), (vec!["b", "d%20e"], vec!["c/"]));
    let versions = client.list_object_versions().bucket(BUCKET).prefix("a/").send().await.unwrap();
    assert_eq!(versions.versions().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn many_objects_are_deleted_at_once() {
    let bench = Bench::new();
    let client = bucket(&bench).await;
    put(&client, "a", "x").await;
    put(&client, "b&<", "x").await;
    let object = |key: &str| ObjectIdentifier::builder().key(key).build().unwrap();
    let delete = Delete::builder().objects(object("a")).objects(object("b&<")).objects(object("none"));
    let call = client.delete_objects().bucket(BUCKET).delete(delete.build().unwrap());
    let deleted = call.send().await.unwrap();
    assert_eq!((deleted.deleted().len(), deleted.errors().len()), (3, 0));
    assert_eq!(client.list_objects_v2().bucket(BUCKET).send().await.unwrap().key_count(), Some(0));
}
