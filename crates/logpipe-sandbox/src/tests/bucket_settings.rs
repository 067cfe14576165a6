//! S3: the sub-resources of a bucket, present, absent and refused.

use aws_sdk_s3::Client;
use aws_sdk_s3::types::*;

use super::bench::{ALPHA, BETA, Bench, TOKYO, code, refusal};
use super::buckets::create;

const BUCKET: &str = "central-logs";

async fn bucket(bench: &Bench) -> Client {
    let client = Client::new(&bench.operator(ALPHA));
    create(&client, BUCKET, Some(TOKYO)).await.unwrap();
    client
}

fn statement(effect: &str, principal: &str, action: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Principal":{principal},"Action":"{action}","Resource":["arn:aws:s3:::{BUCKET}","arn:aws:s3:::{BUCKET}/*"]}}]}}"#
    )
}

#[tokio::test(start_paused = true)]
async fn a_new_bucket_is_closed_owned_and_encrypted() {
    let bench = Bench::new();
    let client = bucket(&bench).await;
    let block = client.get_public_access_block().bucket(BUCKET).send().await.unwrap();
    let block = block.public_access_block_configuration.unwrap();
    assert_eq!(
        [
            block.block_public_acls(),
            block.ignore_public_acls(),
            block.block_public_policy(),
            block.restrict_public_buckets()
        ],
        [Some(true); 4]
    );
    let controls = client.get_bucket_ownership_controls().bucket(BUCKET).send().await.unwrap();
    let rules = controls.ownership_controls.unwrap().rules;
    assert_eq!(rules[0].object_ownership, ObjectOwnership::BucketOwnerEnforced);
    let encryption = client.get_bucket_encryption().bucket(BUCKET).send().await.unwrap();
    let rules = encryption.server_side_encryption_configuration.unwrap().rules;
    let default = rules[0].apply_server_side_encryption_by_default.as_ref().unwrap();
    assert_eq!(default.sse_algorithm, ServerSideEncryption::Aes256);
    let versioning = client.get_bucket_versioning().bucket(BUCKET).send().await.unwrap();
    assert_eq!(versioning.status, None);
}

#[tokio::test(start_paused = true)]
async fn what_is_absent_has_its_own_error() {
    let bench = Bench::new();
    let client = bucket(&bench).await;
    client.delete_public_access_block().bucket(BUCKET).send().await.unwrap();
    client.delete_bucket_ownership_controls().bucket(BUCKET).send().await.unwrap();
    client.delete_bucket_encryption().bucket(BUCKET).send().await.unwrap();
    let code_of = [
        code(client.get_public_access_block().bucket(BUCKET).send().await),
        code(client.get_bucket_ownership_controls().bucket(BUCKET).send().await),
        code(client.get_bucket_lifecycle_configuration().bucket(BUCKET).send().await),
        code(client.get_bucket_tagging().bucket(BUCKET).send().await),
        code(client.get_bucket_policy().bucket(BUCKET).send().await),
        code(client.get_bucket_tagging().bucket("other-logs").send().await),
    ];
    assert_eq!(
        code_of,
        [
            "NoSuchPublicAccessBlockConfiguration",
            "OwnershipControlsNotFoundError",
            "NoSuchLifecycleConfiguration",
            "NoSuchTagSet",
            "NoSuchBucketPolicy",
            "NoSuchBucket",
        ]
    );
    assert!(client.get_bucket_encryption().bucket(BUCKET).send().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn what_is_put_is_given_back() {
    let bench = Bench::new();
    let client = bucket(&bench).await;
    let tags = Tagging::builder().tag_set(Tag::builder().key("owner").value("a & b").build().unwrap());
    let tags = tags.build().unwrap();
    client.put_bucket_tagging().bucket(BUCKET).tagging(tags.clone()).send().await.unwrap();
    let found = client.get_bucket_tagging().bucket(BUCKET).send().await.unwrap();
    assert_eq!(found.tag_set, tags.tag_set);
    let long = "x".repeat(257);
    for wrong in [
        vec![("owner", "a"), ("owner", "b")],
        vec![("aws:owner", "a")],
        vec![(&long[..129], "a")],
        vec![("owner", &long)],
    ] {
        let tag = |(key, value): &(&str, &str)| Tag::builder().key(*key).value(*value).build().unwrap();
        let tags = Tagging::builder().set_tag_set(Some(wrong.iter().map(tag).collect())).build().unwrap();
        let refused = client.put_bucket_tagging().bucket(BUCKET).tagging(tags).send().await;
        assert_eq!(code(refused), "InvalidTag", "{wrong:?}");
    }

    let rule = LifecycleRule::builder()
        .id("expire")
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix("logs/").build())
        .expiration(LifecycleExpiration::builder().days(365).build())
        .transitions(Transition::builder().days(30).storage_class(TransitionStorageClass::StandardIa).build())
        .build()
        .unwrap();
    let rules = BucketLifecycleConfiguration::builder().rules(rule.clone()).build().unwrap();
    let put = client.put_bucket_lifecycle_configuration().bucket(BUCKET);
    put.lifecycle_configuration(rules).send().await.unwrap();
    let found = client.get_bucket_lifecycle_configuration().bucket(BUCKET).send().await.unwrap();
    assert_eq!(found.rules(), [rule]);

    let versioning = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
    client.put_bucket_versioning().bucket(BUCKET).versioning_configuration(versioning).send().await.unwrap();
    let found = client.get_bucket_versioning().bucket(BUCKET).send().await.unwrap();
    assert_eq!(found.status, Some(BucketVersioningStatus::Enabled));

    let block = PublicAccessBlockConfiguration::builder().block_public_acls(true).build();
    let put = client.put_public_access_block().bucket(BUCKET);
    put.public_access_block_configuration(block).send().await.unwrap();
    let found = client.get_public_access_block().bucket(BUCKET).send().await.unwrap();
    let found = found.public_access_block_configuration.unwrap();
    assert_eq!((found.block_public_acls(), found.block_public_policy()), (Some(true), Some(false)));
}

#[tokio::test(start_paused = true)]
async fn policies_are_checked_kept_and_enforced() {
    let bench = Bench::new();
    let client = bucket(&bench).await;
    let put = |text: String| client.put_bucket_policy().bucket(BUCKET).policy(text).send();
    assert_eq!(code(put("{".to_owned()).await), "MalformedPolicy");
    let missing = statement("Allow", r#"{"AWS":"arn:aws:iam::222222222222:role/nobody"}"#, "s3:GetObject");
    assert_eq!(refusal(put(missing).await), "MalformedPolicy: Invalid principal in policy");
    let elsewhere = statement("Allow", r#"{"AWS":"222222222222"}"#, "s3:GetObject").replace(BUCKET, "other");
    assert_eq!(refusal(put(elsewhere).await), "MalformedPolicy: Policy has invalid resource");
    let foreign = statement("Allow", r#"{"AWS":"222222222222"}"#, "logs:PutLogEvents");
    assert_eq!(refusal(put(foreign).await), "MalformedPolicy: Policy has invalid action");
    let objects = format!(r#""arn:aws:s3:::{BUCKET}","#);
    let astray = statement("Allow", r#"{"AWS":"222222222222"}"#, "s3:ListBucket").replace(&objects, "");
    assert_eq!(
        refusal(put(astray).await),
        "MalformedPolicy: Action does not apply to any resource(s) in statement"
    );
    let tls = statement("Allow", r#""*""#, "s3:GetObject")
        .replace("\"Effect\"", "\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"true\"}},\"Effect\"");
    assert_eq!(code(put(tls).await), "AccessDenied");
    let public = refusal(put(statement("Allow", r#""*""#, "s3:GetObject")).await);
    assert!(public.starts_with("AccessDenied") && public.contains("BlockPublicPolicy"), "{public}");

    let stranger = Client::new(&bench.operator(BETA));
    let list = || stranger.list_objects_v2().bucket(BUCKET).send();
    assert_eq!(code(list().await), "AccessDenied");
    let shared = statement("Allow", r#"{"AWS":"222222222222"}"#, "s3:*");
    put(shared.clone()).await.unwrap();
    let found = client.get_bucket_policy().bucket(BUCKET).send().await.unwrap();
    assert_eq!(found.policy(), Some(shared.as_str()));
    list().await.unwrap();
    assert_eq!(code(stranger.get_bucket_policy().bucket(BUCKET).send().await), "MethodNotAllowed");

    put(statement("Deny", r#""*""#, "s3:ListBucket")).await.unwrap();
    assert_eq!(code(client.list_objects_v2().bucket(BUCKET).send().await), "AccessDenied");
    client.delete_bucket_policy().bucket(BUCKET).send().await.unwrap();
    assert_eq!(code(client.get_bucket_policy().bucket(BUCKET).send().await), "NoSuchBucketPolicy");
}

#[tokio::test(start_paused = true)]
async fn what_object_lock_keeps_is_written_with_a_checksum_and_stays_until_its_time() {
    let bench = Bench::new();
    let client = bucket(&bench).await;
    let lock = |days| {
        let kept = DefaultRetention::builder().mode(ObjectLockRetentionMode::Governance).days(days).build();
        let rule = ObjectLockRule::builder().default_retention(kept).build();
        ObjectLockConfiguration::builder().object_lock_enabled(ObjectLockEnabled::Enabled).rule(rule).build()
    };
    let put =
        |days| client.put_object_lock_configuration().bucket(BUCKET).object_lock_configuration(lock(days));
    assert_eq!(
        code(client.get_object_lock_configuration().bucket(BUCKET).send().await),
        "ObjectLockConfigurationNotFoundError"
    );
    // Only with versions can anything be kept.
    assert_eq!(code(put(7).send().await), "InvalidBucketState");
    let versions = |status| {
        let versions = VersioningConfiguration::builder().status(status).build();
        client.put_bucket_versioning().bucket(BUCKET).versioning_configuration(versions)
    };
    versions(BucketVersioningStatus::Enabled).send().await.unwrap();
    assert_eq!(code(put(0).send().await), "MalformedXML");
    put(7).send().await.unwrap();
    assert_eq!(code(versions(BucketVersioningStatus::Suspended).send().await), "InvalidBucketState");

    let body = || aws_sdk_s3::primitives::ByteStream::from_static(b"line");
    let version =
        client.put_object().bucket(BUCKET).key("a").body(body()).send().await.unwrap().version_id.unwrap();
    let delete = || client.delete_object().bucket(BUCKET).key("a").version_id(&version).send();
    assert_eq!(code(delete().await), "AccessDenied");
    bench.pass(7 * 86_400).await;
    delete().await.unwrap();
}
