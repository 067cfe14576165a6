//! Where a bucket may be: its name in the namespace of an account and region, and its name taken in another region.

use aws_sdk_s3::types::{BucketLocationConstraint, BucketNamespace, CreateBucketConfiguration};
use logpipe::exit::Exit;

use crate::support::Bench;
use crate::support::topologies::{source, topology};

const ARCHIVE: &str = "999999999999";

fn with_bucket(bucket: &str) -> String {
    let destinations =
        format!("  main: {{ account: archive, bucket: {{ {bucket} }}, stream: {{ buffer_seconds: 60 }} }}\n");
    topology(&destinations, &source("web", "app", "main", ""))
}

fn in_region(region: &str) -> CreateBucketConfiguration {
    CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::from(region)).build()
}

#[test]
fn a_bucket_of_the_account_regional_namespace_is_made_and_delivered_to() {
    let bench = Bench::new(&with_bucket("namespace: account_regional"));
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    let name = "t-main-999999999999-ap-northeast-1-an";
    let planned = bench.sandbox("plan", &["--detailed-exitcode", "--output", "json"]).expect(Exit::Done);
    assert!(planned.out.contains(name), "{}", planned.out);
}

#[test]
fn s3_takes_the_suffix_in_that_namespace_alone() {
    let bench = Bench::new("");
    bench.aws(ARCHIVE, "eu-west-1", async |config| {
        let s3 = aws_sdk_s3::Client::new(&config);
        let make = |name: &str, namespace: Option<BucketNamespace>| {
            let call = s3.create_bucket().bucket(name).create_bucket_configuration(in_region("eu-west-1"));
            call.set_bucket_namespace(namespace).send()
        };
        let own = Some(BucketNamespace::AccountRegional);
        make("logs-999999999999-eu-west-1-an", own.clone()).await.unwrap();
        for (name, namespace) in [
            ("logs-999999999999-eu-central-1-an", own.clone()),
            ("logs-111111111111-eu-west-1-an", own.clone()),
            ("logs", own),
            ("other-999999999999-eu-west-1-an", None),
            ("other-an", None),
        ] {
            let error = make(name, namespace).await.unwrap_err().into_service_error();
            assert_eq!(error.meta().code(), Some("InvalidBucketName"), "{name}");
        }
    });
}

#[test]
fn a_name_that_is_taken_in_another_region_is_refused_with_the_region() {
    let bench = Bench::new(&with_bucket("name: t-taken"));
    bench.aws(ARCHIVE, "eu-west-1", async |config| {
        let s3 = aws_sdk_s3::Client::new(&config);
        s3.create_bucket()
            .bucket("t-taken")
            .create_bucket_configuration(in_region("eu-west-1"))
            .send()
            .await
            .unwrap();
    });
    let planned = bench.sandbox("plan", &[]).expect(Exit::Failed);
    for said in ["a bucket of this name already exists in eu-west-1", "`region: eu-west-1`"] {
        assert!(planned.out.contains(said), "{said} is missing in\n{}", planned.out);
    }
    assert!(planned.out.contains("+ archive/ap-northeast-1/firehose_stream.t-main"), "{}", planned.out);
    bench.sandbox("status", &[]).expect(Exit::Done);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
    bench.write(&with_bucket("name: t-taken").replace("main: {", "main: { region: eu-west-1,"));
    let adopted = bench.sandbox("plan", &["--adopt"]).expect(Exit::Done);
    assert!(adopted.out.contains("archive/eu-west-1/s3_bucket.t-taken"), "{}", adopted.out);
}
