//! How a change of a role reaches the services that act on it.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_iam::Client;

use super::bench::{ALPHA, Bench};
use crate::services::Service;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"firehose.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const ROLE: &str = "arn:aws:iam::111111111111:role/writer";
const STEP_MS: u64 = 100;

/// What each service saw of a role, one after the other, and when, in milliseconds: the length of its sessions, or
/// nothing.
type Sights = BTreeMap<Service, Vec<(u64, Option<u64>)>>;

fn look(bench: &Bench, sights: &mut Sights) {
    for at_ms in (0..40_000).step_by(usize::try_from(STEP_MS).unwrap()) {
        for service in [Service::Sts, Service::S3, Service::Logs, Service::Firehose] {
            let length = bench.cloud.world().effective_role(ROLE, service).map(|view| view.max_session_s);
            let seen = sights.entry(service).or_default();
            if seen.last().map(|(_, last)| *last) != Some(length) {
                seen.push((at_ms, length));
            }
        }
        bench.cloud.advance_to(bench.cloud.now() + Duration::from_millis(STEP_MS));
    }
}

async fn made(seed: Option<u64>) -> (Bench, Client) {
    let bench = Bench::new();
    seed.into_iter().for_each(|seed| bench.cloud.set_seed(seed));
    let client = Client::new(&bench.operator(ALPHA));
    client.create_role().role_name("writer").assume_role_policy_document(TRUST).send().await.unwrap();
    (bench, client)
}

#[tokio::test(start_paused = true)]
async fn one_service_sees_a_new_role_before_another_where_a_seed_decides() {
    let first_seen = async |seed| {
        let mut sights = Sights::new();
        look(&made(seed).await.0, &mut sights);
        sights.values().map(|seen| seen[1].0).collect::<Vec<u64>>()
    };
    let usual = first_seen(None).await;
    assert_eq!(usual, [8_000; 4], "as usual, all together");
    for seed in 0..20 {
        let times = first_seen(Some(seed)).await;
        assert!(times.iter().all(|ms| (900..=32_000).contains(ms)), "{times:?}");
        assert!(times.iter().any(|ms| *ms != times[0]), "{times:?}");
        assert_eq!(times, first_seen(Some(seed)).await, "a seed repeats itself");
    }
}

#[tokio::test(start_paused = true)]
async fn no_service_sees_changes_out_of_order_deletion_included() {
    let order = [None, Some(3_600), Some(7_200), None];
    for seed in 0..20 {
        let (bench, client) = made(Some(seed)).await;
        client.update_role().role_name("writer").max_session_duration(7_200).send().await.unwrap();
        client.delete_role().role_name("writer").send().await.unwrap();
        let mut sights = Sights::new();
        look(&bench, &mut sights);
        for (service, seen) in sights {
            let mut expected = order.iter();
            let in_order = seen.iter().all(|(_, sight)| expected.any(|next| next == sight));
            assert!(in_order && seen.last().unwrap().1.is_none(), "{service:?} with seed {seed}: {seen:?}");
        }
    }
}
