//! EC2: instances and the profiles on them.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{
    Filter, IamInstanceProfileAssociationState as State, IamInstanceProfileSpecification,
};

use super::bench::{ALPHA, BETA, Bench, TOKYO, refusal};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const FREE: &str = "i-0123456789abcdef0";
const TAKEN: &str = "i-0123456789abcdef1";
const STOPPED: &str = "i-0123456789abcdef2";

/// An account with an instance that has no profile, one that has, and a stopped one that has.
fn stage() -> (Bench, Client) {
    let bench = Bench::new();
    let (account, region) = (ALPHA.parse().unwrap(), TOKYO.parse().unwrap());
    bench.cloud.prepare_role(&account, "web", TRUST, &[], &[]);
    bench.cloud.prepare_instance_profile(&account, "web", Some("web"));
    bench.cloud.prepare_instance_profile(&account, "other", Some("web"));
    bench.cloud.prepare_instance_profile(&account, "empty", None);
    bench.cloud.prepare_instance(&account, &region, FREE, "free", "running", None);
    bench.cloud.prepare_instance(&account, &region, TAKEN, "taken", "running", Some("web"));
    bench.cloud.prepare_instance(&account, &region, STOPPED, "stopped", "stopped", Some("web"));
    let client = Client::new(&bench.operator(ALPHA));
    (bench, client)
}

fn by_name(name: &str) -> IamInstanceProfileSpecification {
    IamInstanceProfileSpecification::builder().name(name).build()
}

fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

/// The associations of an instance: id, last part of the profile's ARN, state.
async fn associations(client: &Client, instance: &str) -> Vec<(String, String, State)> {
    let call = client.describe_iam_instance_profile_associations().filters(filter("instance-id", instance));
    let found = call.send().await.unwrap().iam_instance_profile_associations.unwrap();
    let shown = |held: aws_sdk_ec2::types::IamInstanceProfileAssociation| {
        let arn = held.iam_instance_profile.unwrap().arn.unwrap();
        (held.association_id.unwrap(), arn.rsplit('/').next().unwrap().to_owned(), held.state.unwrap())
    };
    found.into_iter().map(shown).collect()
}

#[tokio::test(start_paused = true)]
async fn instances_are_described_with_name_state_address_and_profile() {
    let (_bench, client) = stage();
    let found = client.describe_instances().instance_ids(TAKEN).send().await.unwrap().reservations.unwrap();
    let instance = &found[0].instances()[0];
    assert_eq!(instance.state().unwrap().name().unwrap().as_str(), "running");
    assert_eq!((instance.tags()[0].key(), instance.tags()[0].value()), (Some("Name"), Some("taken")));
    assert!(instance.private_ip_address().unwrap().starts_with("10.0."));
    assert_eq!(
        instance.iam_instance_profile().unwrap().arn(),
        Some("arn:aws:iam::111111111111:instance-profile/web")
    );
    let stopped = client.describe_instances().filters(filter("instance-state-name", "stopped")).send().await;
    assert_eq!(stopped.unwrap().reservations()[0].instances()[0].instance_id(), Some(STOPPED));
    let named = client.describe_instances().filters(filter("tag:Name", "free")).send().await.unwrap();
    assert_eq!(named.reservations()[0].instances()[0].iam_instance_profile(), None);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_or_no_id_is_refused() {
    let (bench, client) = stage();
    let describe = |ids: &[&str]| {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        client.describe_instances().set_instance_ids(Some(ids)).send()
    };
    assert_eq!(
        refusal(describe(&["i-0000000000000000a"]).await),
        "InvalidInstanceID.NotFound: The instance ID 'i-0000000000000000a' does not exist"
    );
    assert_eq!(
        refusal(describe(&["i-0000000000000000a", FREE, "i-0000000000000000b"]).await),
        "InvalidInstanceID.NotFound: The instance IDs 'i-0000000000000000a, i-0000000000000000b' do not exist"
    );
    assert_eq!(refusal(describe(&["i-web"]).await), "InvalidInstanceID.Malformed: Invalid id: \"i-web\"");
    assert_eq!(
        refusal(client.describe_instances().filters(filter("colour", "red")).send().await),
        "InvalidParameterValue: The filter 'colour' is invalid"
    );
    // Another account has none of them.
    let beta = Client::new(&bench.operator(BETA));
    assert_eq!(beta.describe_instances().send().await.unwrap().reservations(), []);
}

#[tokio::test(start_paused = true)]
async fn a_profile_is_on_an_instance_after_a_while_and_only_one_is() {
    let (bench, client) = stage();
    let associate = |instance: &str, profile: &str| {
        client
            .associate_iam_instance_profile()
            .instance_id(instance)
            .iam_instance_profile(by_name(profile))
            .send()
    };
    let made = associate(FREE, "web").await.unwrap().iam_instance_profile_association.unwrap();
    assert_eq!(made.state(), Some(&State::Associating));
    for instance in [FREE, TAKEN] {
        assert_eq!(
            refusal(associate(instance, "other").await),
            format!("IncorrectState: There is an existing association for instance {instance}")
        );
    }
    bench.pass(4).await;
    let id = made.association_id.unwrap();
    assert_eq!(associations(&client, FREE).await, [(id.clone(), "web".to_owned(), State::Associated)]);
    let gone = || client.disassociate_iam_instance_profile().association_id(&id).send();
    gone().await.unwrap();
    assert_eq!(associations(&client, FREE).await[0].2, State::Disassociating);
    assert!(refusal(associate(FREE, "other").await).starts_with("IncorrectState: There is an existing"));
    bench.pass(4).await;
    assert_eq!(associations(&client, FREE).await, []);
    assert_eq!(
        refusal(gone().await),
        format!("InvalidAssociationID.NotFound: An invalid association-id of '{id}' was given")
    );
    associate(FREE, "other").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_profile_is_replaced_on_a_running_instance_only() {
    let (bench, client) = stage();
    let replace = |id: String| {
        client
            .replace_iam_instance_profile_association()
            .association_id(id)
            .iam_instance_profile(by_name("other"))
            .send()
    };
    let stopped = associations(&client, STOPPED).await.remove(0).0;
    assert_eq!(
        refusal(replace(stopped).await),
        format!("IncorrectInstanceState: The instance '{STOPPED}' is not in the 'running' state.")
    );
    let old = associations(&client, TAKEN).await.remove(0).0;
    replace(old.clone()).await.unwrap();
    let states: Vec<_> =
        associations(&client, TAKEN).await.into_iter().map(|held| (held.1, held.2)).collect();
    assert_eq!(states, [("web".to_owned(), State::Disassociating), ("other".to_owned(), State::Associating)]);
    bench.pass(4).await;
    let after = associations(&client, TAKEN).await;
    assert_eq!((after.len(), after[0].1.as_str(), &after[0].2), (1, "other", &State::Associated));
    assert_ne!(after[0].0, old);
}

#[tokio::test(start_paused = true)]
async fn a_new_profile_is_none_for_ec2_until_it_has_propagated() {
    let (bench, client) = stage();
    let iam = aws_sdk_iam::Client::new(&bench.operator(ALPHA));
    iam.create_instance_profile().instance_profile_name("new").send().await.unwrap();
    iam.add_role_to_instance_profile().instance_profile_name("new").role_name("web").send().await.unwrap();
    let associate = |profile: IamInstanceProfileSpecification| {
        client.associate_iam_instance_profile().instance_id(FREE).iam_instance_profile(profile).send()
    };
    assert_eq!(
        refusal(associate(by_name("new")).await),
        "InvalidParameterValue: Value (new) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance \
         Profile name"
    );
    let arn = "arn:aws:iam::111111111111:instance-profile/new";
    let by_arn = IamInstanceProfileSpecification::builder().arn(arn).build();
    assert_eq!(
        refusal(associate(by_arn.clone()).await),
        format!(
            "InvalidParameterValue: Value ({arn}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM \
             Instance Profile ARN"
        )
    );
    assert_eq!(
        refusal(associate(by_name("empty")).await),
        "InvalidParameterValue: IAM Instance Profile \"arn:aws:iam::111111111111:instance-profile/empty\" has no \
         associated IAM Roles"
    );
    bench.pass(9).await;
    associate(by_arn).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn lists_come_in_pages_of_five_at_least() {
    let (bench, client) = stage();
    let (account, region) = (ALPHA.parse().unwrap(), TOKYO.parse().unwrap());
    for number in 0..8 {
        let id = format!("i-0000000000000000{number}");
        bench.cloud.prepare_instance(&account, &region, &id, "more", "running", Some("web"));
    }
    let list = || client.describe_iam_instance_profile_associations();
    assert_eq!(
        refusal(list().max_results(4).send().await),
        "InvalidParameterValue: Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5."
    );
    let mut pages = list().max_results(5).into_paginator().send();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page.unwrap().iam_instance_profile_associations().len());
    }
    assert_eq!(sizes, [5, 5]);
}
