//! The organisation as AWS Organizations lists it, and to whom.

use aws_sdk_organizations::Client;
use serde_json::json;

use super::bench::{ALPHA, BETA, Bench, code, refusal};

const UNIT: &str = "ou-ab12-11111111";

fn client(bench: &Bench, account: &str) -> Client {
    Client::new(&bench.operator(account))
}

/// An organisation of 45 accounts that ALPHA may list, one of them in a unit.
fn organization() -> Bench {
    let bench = Bench::new();
    bench.cloud.set_management_account(&ALPHA.parse().unwrap());
    bench.cloud.add_unit(UNIT, None);
    bench.cloud.add_member(&BETA.parse().unwrap(), Some(UNIT));
    for number in 0..44_u64 {
        bench.cloud.add_member(&format!("{:012}", 300_000_000_000 + number).parse().unwrap(), None);
    }
    bench
}

#[tokio::test(start_paused = true)]
async fn pages_hold_twenty_and_may_be_empty() {
    let bench = organization();
    let client = client(&bench, ALPHA);
    let pages = async || {
        let mut sizes = Vec::new();
        let mut pages = client.list_accounts().into_paginator().send();
        while let Some(page) = pages.next().await {
            sizes.push(page.unwrap().accounts().len());
        }
        sizes
    };
    assert_eq!(pages().await, [20, 20, 5]);
    bench.cloud.set_empty_pages(true);
    assert_eq!(pages().await, [0, 20, 0, 20, 0, 5]);
    let too_many = refusal(client.list_accounts().max_results(21).send().await);
    assert!(
        too_many.starts_with("InvalidInputException: 1 validation error detected: Value '21'"),
        "{too_many}"
    );
}

#[tokio::test(start_paused = true)]
async fn units_hold_what_is_directly_in_them() {
    let bench = organization();
    let client = client(&bench, ALPHA);
    bench.cloud.add_unit("ou-ab12-22222222", Some(UNIT));
    bench.cloud.tag_member(&BETA.parse().unwrap(), "env", "prod");
    bench.cloud.set_member_state(&BETA.parse().unwrap(), "SUSPENDED");
    let inside = client.list_accounts_for_parent().parent_id(UNIT).send().await.unwrap();
    let [account] = inside.accounts() else { panic!("{inside:?}") };
    assert_eq!(account.id(), Some(BETA));
    assert_eq!(account.state().map(|state| state.as_str()), Some("SUSPENDED"));
    let arn = "arn:aws:organizations::111111111111:account/o-exampleorgid/222222222222";
    assert_eq!(account.arn(), Some(arn));
    let units = client.list_organizational_units_for_parent().parent_id(UNIT).send().await.unwrap();
    assert_eq!(units.organizational_units()[0].id(), Some("ou-ab12-22222222"));
    let tags = client.list_tags_for_resource().resource_id(BETA).send().await.unwrap();
    assert_eq!((tags.tags()[0].key(), tags.tags()[0].value()), ("env", "prod"));
    let nowhere = client.list_accounts_for_parent().parent_id("ou-ab12-99999999").send().await;
    assert_eq!(code(nowhere), "ParentNotFoundException");
    assert_eq!(
        code(client.list_tags_for_resource().resource_id(ALPHA).send().await),
        "TargetNotFoundException"
    );
    let shown = &bench.cloud.summary()["organization"];
    assert_eq!(shown["management_account"], ALPHA);
    let account = json!({ "parent": UNIT, "state": "SUSPENDED", "tags": { "env": "prod" } });
    assert_eq!(shown["accounts"][BETA], account);
}

#[tokio::test(start_paused = true)]
async fn others_than_the_management_account_are_refused() {
    let bench = organization();
    let others = client(&bench, BETA).list_accounts().send().await;
    assert_eq!(refusal(others), "AccessDeniedException: You don't have permissions to access this resource.");
    bench.cloud.set_organization(None);
    let none = client(&bench, ALPHA).list_accounts().send().await;
    assert_eq!(code(none), "AWSOrganizationsNotInUseException");
}
