//! Systems Manager: parameters as a client sees them.

use aws_sdk_ssm::Client;
use aws_sdk_ssm::types::{ParameterTier, ParameterType, ResourceTypeForTagging, Tag};

use super::bench::{ALPHA, Bench, code, refusal};

const NAME: &str = "AmazonCloudWatch-web";

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build().unwrap()
}

fn put(
    client: &Client,
    value: &str,
) -> aws_sdk_ssm::operation::put_parameter::builders::PutParameterFluentBuilder {
    client.put_parameter().name(NAME).value(value)
}

#[tokio::test(start_paused = true)]
async fn a_parameter_goes_through_its_life() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    assert_eq!(
        refusal(put(&client, "one").send().await),
        "ValidationException: A parameter type is required when you create a parameter."
    );
    let create = || put(&client, "one").r#type(ParameterType::String).tags(tag("owner", "tests")).send();
    assert_eq!(create().await.unwrap().version, 1);
    assert_eq!(
        refusal(create().await),
        "ParameterAlreadyExists: The parameter already exists. To overwrite this value, set the overwrite option in \
         the request to true."
    );
    let tagged = put(&client, "two").overwrite(true).tags(tag("a", "b")).send().await;
    assert!(refusal(tagged).contains("tags and overwrite can't be used together"));
    assert_eq!(put(&client, "two").overwrite(true).send().await.unwrap().version, 2);

    let read = |name: &str| client.get_parameter().name(name).send();
    let parameter = read(NAME).await.unwrap().parameter.unwrap();
    assert_eq!((parameter.value(), parameter.version), (Some("two"), 2));
    let arn = "arn:aws:ssm:ap-northeast-1:111111111111:parameter/AmazonCloudWatch-web";
    assert_eq!(parameter.arn(), Some(arn));
    assert_eq!(read(&format!("{NAME}:1")).await.unwrap().parameter.unwrap().value(), Some("one"));
    assert_eq!(read(arn).await.unwrap().parameter.unwrap().value(), Some("two"));
    let several = client.get_parameters().names(NAME).names("other").send().await.unwrap();
    assert_eq!((several.parameters().len(), several.invalid_parameters()), (1, &["other".to_owned()][..]));

    let kind = ResourceTypeForTagging::Parameter;
    let add = client.add_tags_to_resource().resource_type(kind.clone()).resource_id(NAME);
    add.tags(tag("a", "b")).send().await.unwrap();
    let remove = client.remove_tags_from_resource().resource_type(kind.clone()).resource_id(NAME);
    remove.tag_keys("owner").send().await.unwrap();
    let tags = client.list_tags_for_resource().resource_type(kind).resource_id(NAME).send().await.unwrap();
    assert_eq!(tags.tag_list(), [tag("a", "b")]);

    client.delete_parameter().name(NAME).send().await.unwrap();
    assert_eq!(code(client.delete_parameter().name(NAME).send().await), "ParameterNotFound");
    assert_eq!(code(read(NAME).await), "ParameterNotFound");
}

#[tokio::test(start_paused = true)]
async fn a_value_is_as_long_as_its_tier_allows() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    let sized = |length: usize, tier: ParameterTier| {
        let value = "x".repeat(length);
        put(&client, &value).r#type(ParameterType::String).overwrite(true).tier(tier).send()
    };
    sized(4_096, ParameterTier::Standard).await.unwrap();
    let refused = refusal(sized(4_097, ParameterTier::Standard).await);
    assert!(refused.starts_with(
        "ValidationException: Standard tier parameters support a maximum parameter value of 4096"
    ));
    let made = sized(4_097, ParameterTier::IntelligentTiering).await.unwrap();
    assert_eq!(made.tier, Some(ParameterTier::Advanced));
    sized(8_192, ParameterTier::Advanced).await.unwrap();
    assert_eq!(
        refusal(sized(8_193, ParameterTier::Advanced).await),
        "ValidationException: Advanced tier parameters support a maximum parameter value of 8192 characters."
    );
    assert!(refusal(sized(1, ParameterTier::Standard).await).contains("can't downgrade a parameter"));
}

#[tokio::test(start_paused = true)]
async fn names_have_rules() {
    let bench = Bench::new();
    let client = Client::new(&bench.operator(ALPHA));
    let named =
        |name: &str| client.put_parameter().name(name).value("x").r#type(ParameterType::String).send();
    assert_eq!(code(named("aws-config").await), "AccessDeniedException");
    for name in ["ssm-config", "with space", "path/without/slash"] {
        assert_eq!(code(named(name).await), "ValidationException", "{name}");
    }
    named("/path/with/slash").await.unwrap();
    let read = client.get_parameter().name("/path/with/slash").send().await.unwrap().parameter.unwrap();
    assert_eq!(read.arn(), Some("arn:aws:ssm:ap-northeast-1:111111111111:parameter/path/with/slash"));
    let by_arn = client.get_parameter().name(read.arn().unwrap()).send().await.unwrap();
    assert_eq!(by_arn.parameter.unwrap().name(), Some("/path/with/slash"));
}
