//! IAM: customer managed policies and their versions, and policies attached to roles.

use aws_sdk_iam::Client;
use aws_sdk_iam::error::ProvideErrorMetadata;
use aws_sdk_sts::config::Credentials;

use super::bench::{ALPHA, BETA, Bench, ForTests, TOKYO, code, refusal};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole"}]}"#;
const ARN: &str = "arn:aws:iam::111111111111:policy/team/extra";

fn allowing(action: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*"}}]}}"#
    )
}

async fn with_policy(bench: &Bench) -> Client {
    let client = Client::new(&bench.operator(ALPHA));
    let create = client.create_policy().policy_name("extra").path("/team/");
    let made = create.policy_document(allowing("s3:ListAllMyBuckets")).send().await.unwrap().policy.unwrap();
    assert_eq!(made.arn(), Some(ARN));
    client.create_role().role_name("server").assume_role_policy_document(TRUST).send().await.unwrap();
    client
}

async fn add_version(client: &Client, action: &str, default: bool) -> Result<String, String> {
    let call = client.create_policy_version().policy_arn(ARN).policy_document(allowing(action));
    match call.set_as_default(default).send().await {
        Ok(made) => Ok(made.policy_version.unwrap().version_id.unwrap()),
        Err(error) => Err(refusal(Err::<(), _>(error))),
    }
}

#[tokio::test(start_paused = true)]
async fn a_policy_has_five_versions_and_never_the_same_number_twice() {
    let bench = Bench::new();
    let client = with_policy(&bench).await;
    for number in 2..=5 {
        let action = format!("s3:Action{number}");
        assert_eq!(add_version(&client, &action, number == 5).await.unwrap(), format!("v{number}"));
    }
    assert_eq!(
        add_version(&client, "s3:Other", true).await.unwrap_err(),
        "LimitExceeded: A managed policy can have up to 5 versions. Before you create a new version, you must delete \
         an existing version."
    );
    let delete = |id: &str| client.delete_policy_version().policy_arn(ARN).version_id(id).send();
    assert_eq!(refusal(delete("v5").await), "DeleteConflict: Cannot delete the default version of a policy.");
    assert_eq!(
        refusal(client.delete_policy().policy_arn(ARN).send().await),
        "DeleteConflict: This policy has more than one version. Before you delete a policy, you must delete the \
         policy's versions. The default version is deleted with the policy."
    );
    delete("v1").await.unwrap();
    assert_eq!(
        refusal(delete("v1").await),
        format!("NoSuchEntity: Policy {ARN} version v1 does not exist or is not attachable.")
    );
    assert_eq!(add_version(&client, "s3:Other", false).await.unwrap(), "v6");
    let versions = client.list_policy_versions().policy_arn(ARN).send().await.unwrap().versions.unwrap();
    let ids: Vec<_> =
        versions.iter().map(|one| (one.version_id().unwrap(), one.is_default_version)).collect();
    assert_eq!(ids, [("v6", false), ("v5", true), ("v4", false), ("v3", false), ("v2", false)]);
    let policy = client.get_policy().policy_arn(ARN).send().await.unwrap().policy.unwrap();
    assert_eq!(policy.default_version_id(), Some("v5"));
}

#[tokio::test(start_paused = true)]
async fn a_role_does_what_the_version_in_effect_allows_once_it_has_propagated() {
    let bench = Bench::new();
    let client = with_policy(&bench).await;
    client.attach_role_policy().role_name("server").policy_arn(ARN).send().await.unwrap();
    bench.pass(9).await;
    let session = || async {
        let sts = aws_sdk_sts::Client::new(&bench.operator(ALPHA));
        let assume =
            sts.assume_role().role_arn("arn:aws:iam::111111111111:role/server").role_session_name("tests");
        let keys = assume.send().await.unwrap().credentials.unwrap();
        let credentials = Credentials::for_tests_of(&keys.access_key_id, Some(&keys.session_token));
        aws_sdk_s3::Client::new(&bench.with(credentials, TOKYO))
    };
    let buckets = session().await;
    buckets.list_buckets().send().await.unwrap();
    add_version(&client, "s3:GetObject", true).await.unwrap();
    buckets.list_buckets().send().await.unwrap();
    bench.pass(9).await;
    assert_eq!(code(buckets.list_buckets().send().await), "AccessDenied");
    client.set_default_policy_version().policy_arn(ARN).version_id("v1").send().await.unwrap();
    bench.pass(9).await;
    buckets.list_buckets().send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_attached_policy_cannot_go_and_says_to_whom_it_is_attached() {
    let bench = Bench::new();
    let client = with_policy(&bench).await;
    client.attach_role_policy().role_name("server").policy_arn(ARN).send().await.unwrap();
    assert_eq!(
        refusal(client.delete_policy().policy_arn(ARN).send().await),
        "DeleteConflict: Cannot delete a policy attached to entities."
    );
    let entities = client.list_entities_for_policy().policy_arn(ARN).send().await.unwrap();
    assert_eq!(entities.policy_roles()[0].role_name(), Some("server"));
    client.detach_role_policy().role_name("server").policy_arn(ARN).send().await.unwrap();
    client.delete_policy().policy_arn(ARN).send().await.unwrap();
    let gone = client.get_policy().policy_arn(ARN).send().await;
    assert_eq!(refusal(gone), format!("NoSuchEntity: Policy {ARN} was not found."));
}

#[tokio::test(start_paused = true)]
async fn policies_that_are_not_there_or_not_ones_own_are_refused() {
    let bench = Bench::new();
    let client = with_policy(&bench).await;
    let attach = |arn: &str| client.attach_role_policy().role_name("server").policy_arn(arn).send();
    let missing = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicyV9";
    assert_eq!(
        refusal(attach(missing).await),
        format!("NoSuchEntity: Policy {missing} does not exist or is not attachable.")
    );
    assert_eq!(
        refusal(attach("not-an-arn-at-all-here").await),
        "InvalidInput: ARN not-an-arn-at-all-here is not valid."
    );
    for known in
        ["CloudWatchAgentServerPolicy", "AmazonSSMManagedInstanceCore", "job-function/ViewOnlyAccess"]
    {
        attach(&format!("arn:aws:iam::aws:policy/{known}")).await.unwrap();
    }
    let beta = Client::new(&bench.operator(BETA));
    beta.create_role().role_name("server").assume_role_policy_document(TRUST).send().await.unwrap();
    let foreign = beta.attach_role_policy().role_name("server").policy_arn(ARN).send().await;
    assert_eq!(foreign.unwrap_err().code(), Some("NoSuchEntity"));
    let aws = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy";
    assert_eq!(code(client.delete_policy().policy_arn(aws).send().await), "AccessDenied");
    let policy = client.get_policy().policy_arn(aws).send().await.unwrap().policy.unwrap();
    assert_eq!(
        (policy.policy_name(), policy.attachment_count),
        (Some("CloudWatchAgentServerPolicy"), Some(1))
    );
}

#[tokio::test(start_paused = true)]
async fn ten_policies_are_what_a_role_takes() {
    let bench = Bench::new();
    let client = with_policy(&bench).await;
    for number in 0..11 {
        let create = client.create_policy().policy_name(format!("p{number}"));
        create.policy_document(allowing("s3:*")).send().await.unwrap();
        let arn = format!("arn:aws:iam::111111111111:policy/p{number}");
        let attached = client.attach_role_policy().role_name("server").policy_arn(arn).send().await;
        match number {
            10 => assert_eq!(refusal(attached), "LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10"),
            _ => drop(attached.unwrap()),
        }
    }
}
