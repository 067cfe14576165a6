//! S3: versions and delete markers, as a client sees them.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::list_object_versions::ListObjectVersionsOutput;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{BucketVersioningStatus, Delete, ObjectIdentifier, VersioningConfiguration};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::bench::{Bench, code, refusal};
use super::objects::{BUCKET, bucket};

/// Well-formed, and of no version.
const UNKNOWN: &str = "fApXcgmWCoKg39EVdMnmOoE9l_MdT.Af";

async fn set(client: &Client, status: BucketVersioningStatus) {
    let versioning = VersioningConfiguration::builder().status(status).build();
    let call = client.put_bucket_versioning().bucket(BUCKET);
    call.versioning_configuration(versioning).send().await.unwrap();
}

async fn versioned(bench: &Bench) -> Client {
    let client = bucket(bench).await;
    set(&client, BucketVersioningStatus::Enabled).await;
    client
}

/// Writes an object; its version, if the answer names one.
async fn put(client: &Client, key: &str, text: &str) -> Option<String> {
    let body = ByteStream::from(text.as_bytes().to_vec());
    client.put_object().bucket(BUCKET).key(key).body(body).send().await.unwrap().version_id
}

/// Deletes a key or one of its versions; the version and whether it is a marker, as the answer says.
async fn delete(client: &Client, key: &str, version: Option<&str>) -> (Option<String>, Option<bool>) {
    let call = client.delete_object().bucket(BUCKET).key(key).set_version_id(version.map(str::to_owned));
    let answer = call.send().await.unwrap();
    (answer.version_id, answer.delete_marker)
}

/// What reading a key or one of its versions gives: text and version, or status, code and the headers about markers.
async fn read(client: &Client, key: &str, version: Option<&str>) -> String {
    let call = client.get_object().bucket(BUCKET).key(key).set_version_id(version.map(str::to_owned));
    match call.send().await {
        Ok(found) => {
            let id = found.version_id.unwrap_or_else(|| "-".to_owned());
            let text = found.body.collect().await.unwrap().to_vec();
            format!("{} {id}", String::from_utf8(text).unwrap())
        }
        Err(error) => refused(&error),
    }
}

fn refused<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> String {
    let raw = error.raw_response().unwrap();
    let headers = ["x-amz-delete-marker", "x-amz-version-id", "allow"];
    let headers = headers.into_iter().filter_map(|name| raw.headers().get(name));
    let code = error.code().unwrap_or("?").to_owned();
    [raw.status().as_u16().to_string(), code]
        .into_iter()
        .chain(headers.map(str::to_owned))
        .collect::<Vec<_>>()
        .join(" ")
}

/// What a page lists: key, version, `-` at a marker and `*` at the latest; by key, versions before markers.
fn listed(page: &ListObjectVersionsOutput) -> Vec<String> {
    let line = |key: Option<&str>, id: Option<&str>, kind: &str, latest: Option<bool>| {
        let latest = if latest.unwrap() { "*" } else { "" };
        format!("{}={}{kind}{latest}", key.unwrap(), id.unwrap())
    };
    let versions = page.versions().iter().map(|it| line(it.key(), it.version_id(), "", it.is_latest()));
    let markers = page.delete_markers().iter().map(|it| line(it.key(), it.version_id(), "-", it.is_latest()));
    versions.chain(markers).collect()
}

async fn versions(client: &Client) -> Vec<String> {
    listed(&client.list_object_versions().bucket(BUCKET).send().await.unwrap())
}

async fn current(client: &Client) -> Vec<String> {
    let answer = client.list_objects_v2().bucket(BUCKET).send().await.unwrap();
    assert_eq!(answer.key_count(), i32::try_from(answer.contents().len()).ok());
    answer.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn reads_give_the_version_that_is_asked_for() {
    let bench = Bench::new();
    let client = versioned(&bench).await;
    let one = put(&client, "k", "one").await.unwrap();
    let two = put(&client, "k", "two").await.unwrap();
    assert_ne!(one, two);
    let (marker, is_marker) = delete(&client, "k", None).await;
    let (marker, is_marker) = (marker.unwrap(), is_marker.unwrap());
    assert!(is_marker && marker != two);
    let (gone, method) = (format!("404 NoSuchKey true {marker}"), "405 MethodNotAllowed true");
    for (key, version, expect) in [
        ("k", None, gone.as_str()),
        ("k", Some(one.as_str()), &format!("one {one}")),
        ("k", Some(&two), &format!("two {two}")),
        ("k", Some(&marker), &format!("{method} {marker} DELETE")),
        ("k", Some(UNKNOWN), "404 NoSuchVersion"),
        ("k", Some("null"), "404 NoSuchVersion"),
        ("none", Some(&one), "404 NoSuchVersion"),
        ("none", None, "404 NoSuchKey"),
        ("k", Some("7"), "400 InvalidArgument"),
        ("k", Some(""), "400 InvalidArgument"),
    ] {
        assert_eq!(read(&client, key, version).await, expect, "{key} {version:?}");
    }
    // The answers to HEAD have no body, and so no code beyond what their status says.
    let head = |version: Option<&str>| {
        client.head_object().bucket(BUCKET).key("k").set_version_id(version.map(str::to_owned)).send()
    };
    assert_eq!(head(Some(&two)).await.unwrap().version_id(), Some(two.as_str()));
    assert_eq!(refused(&head(None).await.unwrap_err()), format!("404 NotFound true {marker}"));
    let error = refused(&head(Some(&marker)).await.unwrap_err());
    assert_eq!(error, format!("405 ? true {marker} DELETE"));
}

#[tokio::test(start_paused = true)]
async fn deletions_hide_or_remove_and_lists_show_it() {
    let bench = Bench::new();
    let client = versioned(&bench).await;
    let one = put(&client, "k", "one").await.unwrap();
    let two = put(&client, "k", "two").await.unwrap();
    let other = put(&client, "l", "other").await.unwrap();
    let marker = delete(&client, "k", None).await.0.unwrap();
    let hidden = [format!("k={two}"), format!("k={one}"), format!("l={other}*"), format!("k={marker}-*")];
    assert_eq!((versions(&client).await, current(&client).await), (hidden.to_vec(), vec!["l".to_owned()]));

    assert_eq!(delete(&client, "k", Some(&marker)).await, (Some(marker), Some(true)));
    assert_eq!((read(&client, "k", None).await, current(&client).await.len()), (format!("two {two}"), 2));
    assert_eq!(delete(&client, "k", Some(&two)).await, (Some(two.clone()), None));
    assert_eq!(read(&client, "k", None).await, format!("one {one}"));
    assert_eq!(delete(&client, "k", Some(&two)).await, (None, None), "what is gone can be deleted again");
    let malformed = client.delete_object().bucket(BUCKET).key("k").version_id("7").send().await;
    assert_eq!(refusal(malformed), "InvalidArgument: Invalid version id specified");
    assert_eq!(versions(&client).await, [format!("k={one}*"), format!("l={other}*")]);
}

#[tokio::test(start_paused = true)]
async fn many_versions_are_deleted_at_once_entry_by_entry() {
    let bench = Bench::new();
    let client = versioned(&bench).await;
    let one = put(&client, "k", "one").await.unwrap();
    let two = put(&client, "k", "two").await.unwrap();
    let marker = delete(&client, "k", None).await.0.unwrap();
    put(&client, "l", "other").await;
    let entry = |key: &str, version: Option<&str>| {
        ObjectIdentifier::builder().key(key).set_version_id(version.map(str::to_owned)).build().unwrap()
    };
    let entries =
        [entry("k", Some(&one)), entry("k", Some(&marker)), entry("l", None), entry("k", Some("7"))];
    let batch = Delete::builder().set_objects(Some(entries.to_vec())).build().unwrap();
    let answer = client.delete_objects().bucket(BUCKET).delete(batch).send().await.unwrap();
    let [version, unmarked, hidden] = answer.deleted() else { panic!("{answer:?}") };
    assert_eq!((version.version_id(), version.delete_marker()), (Some(one.as_str()), None));
    assert_eq!((unmarked.version_id(), unmarked.delete_marker()), (Some(marker.as_str()), Some(true)));
    assert_eq!(unmarked.delete_marker_version_id(), Some(marker.as_str()));
    assert_eq!((hidden.version_id(), hidden.delete_marker()), (None, Some(true)));
    let [refused] = answer.errors() else { panic!("{answer:?}") };
    assert_eq!((refused.key(), refused.version_id()), (Some("k"), Some("7")));
    assert_eq!((read(&client, "k", None).await, current(&client).await.len()), (format!("two {two}"), 1));
}

#[tokio::test(start_paused = true)]
async fn a_bucket_with_any_version_or_marker_is_not_empty() {
    let bench = Bench::new();
    let client = versioned(&bench).await;
    let id = put(&client, "k", "one").await.unwrap();
    let marker = delete(&client, "k", None).await.0.unwrap();
    let bucket = || client.delete_bucket().bucket(BUCKET).send();
    assert_eq!(current(&client).await, [""; 0]);
    assert_eq!(code(bucket().await), "BucketNotEmpty", "a version and a marker");
    delete(&client, "k", Some(&id)).await;
    assert_eq!(code(bucket().await), "BucketNotEmpty", "a marker");
    delete(&client, "k", Some(&marker)).await;
    bucket().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_is_called_null_is_replaced_where_versions_are_not_kept() {
    let bench = Bench::new();
    let client = bucket(&bench).await;
    assert_eq!(put(&client, "k", "before").await, None);
    assert_eq!(read(&client, "k", None).await, "before -");
    assert_eq!(read(&client, "k", Some("null")).await, "before -");
    assert_eq!(versions(&client).await, ["k=null*"]);
    set(&client, BucketVersioningStatus::Enabled).await;
    let kept = put(&client, "k", "kept").await.unwrap();
    assert_eq!(read(&client, "k", Some("null")).await, "before null");
    set(&client, BucketVersioningStatus::Suspended).await;
    put(&client, "k", "after").await;
    assert_eq!(versions(&client).await, ["k=null*".to_owned(), format!("k={kept}")]);
    assert_eq!(read(&client, "k", None).await, "after null");
    assert_eq!(delete(&client, "k", None).await, (Some("null".to_owned()), Some(true)));
    assert_eq!(versions(&client).await, [format!("k={kept}"), "k=null-*".to_owned()]);
    assert_eq!(delete(&client, "k", Some("null")).await, (Some("null".to_owned()), Some(true)));
    assert_eq!(read(&client, "k", None).await, format!("kept {kept}"));
}

#[tokio::test(start_paused = true)]
async fn pages_of_versions_go_on_where_they_ended() {
    let bench = Bench::new();
    let client = versioned(&bench).await;
    for key in ["a", "a", "a", "d/1", "d/1", "d/2", "e", "e"] {
        put(&client, key, "x").await;
    }
    delete(&client, "e", None).await;
    let all = client.list_object_versions().bucket(BUCKET).send().await.unwrap();
    assert_eq!((all.versions().len(), all.delete_markers().len(), all.is_truncated()), (8, 1, Some(false)));
    // Size of the page, whether it rolls up, and what the pages have on them.
    for (size, delimiter, expect) in [
        (9, None, "aaad/1d/1d/2eee"),
        (2, None, "aa|ad/1|d/1d/2|ee|e"),
        (1, None, "a|a|a|d/1|d/1|d/2|e|e|e"),
        (4, None, "aaad/1|d/1d/2ee|e"),
        (4, Some("/"), "aaad/|eee"),
        (2, Some("/"), "aa|ad/|ee|e"),
        (1, Some("/"), "a|a|a|d/|e|e|e"),
    ] {
        let (pages, mut ids) = pages(&client, size, delimiter).await;
        assert_eq!(pages, expect, "{size} {delimiter:?}");
        let found = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), found, "nothing is given twice: {size} {delimiter:?}");
    }
}

/// The keys and prefixes of every page, and the ids of all versions.
async fn pages(client: &Client, size: i32, delimiter: Option<&str>) -> (String, Vec<String>) {
    let (mut pages, mut ids) = (Vec::new(), Vec::new());
    let (mut key, mut version) = (None, None);
    loop {
        let call = client.list_object_versions().bucket(BUCKET).max_keys(size);
        let call = call.set_delimiter(delimiter.map(str::to_owned)).set_key_marker(key);
        let page = call.set_version_id_marker(version).send().await.unwrap();
        let mut lines = listed(&page);
        lines.sort_by(|one, other| one.split('=').next().cmp(&other.split('=').next()));
        ids.extend(lines.iter().map(|line| line.split(['=', '-', '*']).nth(1).unwrap().to_owned()));
        let mut names: Vec<String> =
            lines.iter().map(|line| line.split('=').next().unwrap().to_owned()).collect();
        names.extend(page.common_prefixes().iter().map(|prefix| prefix.prefix().unwrap().to_owned()));
        names.sort();
        pages.push(names.concat());
        (key, version) = (page.next_key_marker.clone(), page.next_version_id_marker.clone());
        if page.is_truncated() != Some(true) {
            return (pages.join("|"), ids);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_goes_on_after_a_version_that_is_gone_and_only_after_a_key() {
    let bench = Bench::new();
    let client = versioned(&bench).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(put(&client, "k", "x").await.unwrap());
    }
    delete(&client, "k", Some(&ids[2])).await;
    let list = |key: &str, version: &str| {
        client.list_object_versions().bucket(BUCKET).key_marker(key).version_id_marker(version).send()
    };
    assert_eq!(
        listed(&list("k", &ids[2]).await.unwrap()),
        [format!("k={}*", ids[1]), format!("k={}", ids[0])]
    );
    assert_eq!(listed(&list("k", &ids[1]).await.unwrap()), [format!("k={}", ids[0])]);
    assert_eq!(code(list("", &ids[1]).await), "InvalidArgument");
    assert_eq!(code(list("k", "7").await), "InvalidArgument");
    assert_eq!(code(list("k", "").await), "InvalidArgument");
}

#[tokio::test(start_paused = true)]
async fn a_marker_counts_as_absent_for_conditional_writes() {
    let bench = Bench::new();
    let client = versioned(&bench).await;
    put(&client, "lock", "one").await;
    let fresh = || client.put_object().bucket(BUCKET).key("lock").if_none_match("*").send();
    assert_eq!(code(fresh().await), "PreconditionFailed");
    delete(&client, "lock", None).await;
    let replace = client.put_object().bucket(BUCKET).key("lock").if_match("*").send().await;
    assert_eq!(code(replace), "NoSuchKey");
    fresh().await.unwrap();
}
