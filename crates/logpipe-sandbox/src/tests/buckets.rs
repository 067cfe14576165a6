//! S3: buckets made, found in the right place, and deleted.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};

use super::bench::{ALPHA, BETA, Bench, ForTests as _, TOKYO, code};

pub(super) async fn create(client: &Client, name: &str, place: Option<&str>) -> Result<(), String> {
    let place = place.map(|region| {
        CreateBucketConfiguration::builder()
            .location_constraint(BucketLocationConstraint::from(region))
            .build()
    });
    let call = client.create_bucket().bucket(name).set_create_bucket_configuration(place);
    call.send().await.map(|_| ()).map_err(|error| error.code().unwrap_or("?").to_owned())
}

fn client(bench: &Bench, account: &str, region: &str) -> Client {
    let key = aws_credential_types::Credentials::for_tests_of(account, None);
    Client::new(&bench.with(key, region))
}

#[tokio::test(start_paused = true)]
async fn names_are_global_and_an_owner_is_told_so() {
    let bench = Bench::new();
    let (tokyo, virginia) = (client(&bench, ALPHA, TOKYO), client(&bench, ALPHA, "us-east-1"));
    create(&tokyo, "central-logs", Some(TOKYO)).await.unwrap();
    assert_eq!(create(&tokyo, "central-logs", Some(TOKYO)).await, Err("BucketAlreadyOwnedByYou".to_owned()));
    create(&virginia, "home-logs", None).await.unwrap();
    create(&virginia, "home-logs", None).await.unwrap();
    let other = client(&bench, BETA, TOKYO);
    assert_eq!(create(&other, "central-logs", Some(TOKYO)).await, Err("BucketAlreadyExists".to_owned()));
    assert_eq!(create(&other, "Bad_Name", Some(TOKYO)).await, Err("InvalidBucketName".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_location_must_fit_the_endpoint() {
    let bench = Bench::new();
    let (tokyo, virginia) = (client(&bench, ALPHA, TOKYO), client(&bench, ALPHA, "us-east-1"));
    let illegal = Err("IllegalLocationConstraintException".to_owned());
    assert_eq!(create(&tokyo, "central-logs", None).await, illegal);
    assert_eq!(create(&tokyo, "central-logs", Some("eu-west-1")).await, illegal);
    assert_eq!(
        create(&virginia, "central-logs", Some("us-east-1")).await,
        Err("InvalidLocationConstraint".to_owned())
    );
    create(&virginia, "central-logs", Some(TOKYO)).await.unwrap();
    let found = tokyo.get_bucket_location().bucket("central-logs").send().await.unwrap();
    assert_eq!(found.location_constraint(), Some(&BucketLocationConstraint::ApNortheast1));
}

#[tokio::test(start_paused = true)]
async fn the_head_tells_where_a_bucket_is_and_whose() {
    let bench = Bench::new();
    let tokyo = client(&bench, ALPHA, TOKYO);
    create(&tokyo, "central-logs", Some(TOKYO)).await.unwrap();
    let head = |client: Client, owner: &str| {
        client.head_bucket().bucket("central-logs").expected_bucket_owner(owner).send()
    };
    let found = head(tokyo.clone(), ALPHA).await.unwrap();
    assert_eq!(found.bucket_region(), Some(TOKYO));
    let status = |error: Option<aws_smithy_runtime_api::client::orchestrator::HttpResponse>| {
        let response = error.unwrap();
        (response.status().as_u16(), response.headers().get("x-amz-bucket-region").map(str::to_owned))
    };
    let refused = head(tokyo.clone(), BETA).await.unwrap_err().into_raw();
    assert_eq!(status(refused), (403, Some(TOKYO.to_owned())));
    let refused = head(client(&bench, BETA, TOKYO), ALPHA).await.unwrap_err().into_raw();
    assert_eq!(status(refused), (403, Some(TOKYO.to_owned())));
    let refused = head(client(&bench, ALPHA, "eu-west-1"), ALPHA).await.unwrap_err().into_raw();
    assert_eq!(status(refused), (301, Some(TOKYO.to_owned())));
    let missing = tokyo.head_bucket().bucket("other-logs").send().await.unwrap_err();
    assert!(missing.into_service_error().is_not_found());
}

/// The raw response behind an error.
trait IntoRaw {
    fn into_raw(self) -> Option<aws_smithy_runtime_api::client::orchestrator::HttpResponse>;
}

impl<E> IntoRaw
    for aws_sdk_s3::error::SdkError<E, aws_smithy_runtime_api::client::orchestrator::HttpResponse>
{
    fn into_raw(self) -> Option<aws_smithy_runtime_api::client::orchestrator::HttpResponse> {
        match self {
            Self::ServiceError(context) => Some(context.into_raw()),
            _ => None,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn only_empty_buckets_are_deleted() {
    let bench = Bench::new();
    let tokyo = client(&bench, ALPHA, TOKYO);
    create(&tokyo, "central-logs", Some(TOKYO)).await.unwrap();
    let body = || aws_sdk_s3::primitives::ByteStream::from_static(b"x");
    tokyo.put_object().bucket("central-logs").key("a").body(body()).send().await.unwrap();
    let delete = || tokyo.delete_bucket().bucket("central-logs").send();
    assert_eq!(code(delete().await), "BucketNotEmpty");
    tokyo.delete_object().bucket("central-logs").key("a").send().await.unwrap();
    delete().await.unwrap();
    assert_eq!(code(delete().await), "NoSuchBucket");
    assert!(tokyo.list_buckets().send().await.unwrap().buckets().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_bucket_can_be_there_before_anything_else() {
    let bench = Bench::new();
    let account = ALPHA.parse().unwrap();
    bench.cloud.prepare_bucket(&account, &TOKYO.parse().unwrap(), "given-logs");
    bench.cloud.prepare_bucket(&BETA.parse().unwrap(), &"us-east-1".parse().unwrap(), "given-logs");
    let client = Client::new(&bench.operator(ALPHA));
    let head = client.head_bucket().bucket("given-logs").expected_bucket_owner(ALPHA).send().await.unwrap();
    assert_eq!(head.bucket_region(), Some(TOKYO), "the first one stays");
    assert!(client.get_public_access_block().bucket("given-logs").send().await.is_ok());
}
