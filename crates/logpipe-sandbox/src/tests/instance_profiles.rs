//! IAM: instance profiles and their one role.

use aws_sdk_iam::Client;
use aws_sdk_iam::types::Tag;

use super::bench::{ALPHA, Bench, refusal};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

async fn with_role(bench: &Bench) -> Client {
    let client = Client::new(&bench.operator(ALPHA));
    client.create_role().role_name("server").assume_role_policy_document(TRUST).send().await.unwrap();
    client
}

#[tokio::test(start_paused = true)]
async fn a_profile_goes_through_its_life() {
    let bench = Bench::new();
    let client = with_role(&bench).await;
    let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build().unwrap();
    let create =
        || client.create_instance_profile().instance_profile_name("fleet").tags(tag("owner", "tests"));
    let made = create().send().await.unwrap().instance_profile.unwrap();
    assert_eq!(made.arn, "arn:aws:iam::111111111111:instance-profile/fleet");
    assert_eq!(refusal(create().send().await), "EntityAlreadyExists: Instance Profile fleet already exists.");
    let add = |role: &str| {
        client.add_role_to_instance_profile().instance_profile_name("fleet").role_name(role).send()
    };
    assert_eq!(refusal(add("missing").await), "NoSuchEntity: The role with name missing cannot be found.");
    add("server").await.unwrap();
    assert_eq!(
        refusal(add("server").await),
        "LimitExceeded: Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"
    );
    let read = || async {
        let read = client.get_instance_profile().instance_profile_name("fleet").send().await;
        read.unwrap().instance_profile.unwrap()
    };
    let profile = read().await;
    assert_eq!((profile.roles[0].role_name(), profile.tags()), ("server", &[tag("owner", "tests")][..]));
    let of_role = client.list_instance_profiles_for_role().role_name("server").send().await.unwrap();
    assert_eq!(of_role.instance_profiles[0].instance_profile_name(), "fleet");

    let conflict = "DeleteConflict: Cannot delete entity, must remove roles from instance profile first.";
    let delete = || client.delete_instance_profile().instance_profile_name("fleet").send();
    assert_eq!(refusal(delete().await), conflict);
    assert_eq!(refusal(client.delete_role().role_name("server").send().await), conflict);
    let remove = client.remove_role_from_instance_profile().instance_profile_name("fleet");
    remove.role_name("server").send().await.unwrap();
    client.tag_instance_profile().instance_profile_name("fleet").tags(tag("a", "b")).send().await.unwrap();
    client.untag_instance_profile().instance_profile_name("fleet").tag_keys("owner").send().await.unwrap();
    assert_eq!(read().await.tags(), [tag("a", "b")]);
    delete().await.unwrap();
    client.delete_role().role_name("server").send().await.unwrap();
    assert_eq!(refusal(delete().await), "NoSuchEntity: Instance Profile fleet cannot be found.");
}
