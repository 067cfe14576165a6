//! Calls that come faster than AWS takes them.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_iam::config::retry::RetryConfig;
use futures_util::future::join_all;

use super::bench::{ALPHA, Bench, code};

/// How many of forty calls at once are let through: at first, half a second later, and a second after that.
async fn admitted(seed: Option<u64>) -> [usize; 3] {
    let bench = Bench::new();
    match seed {
        Some(seed) => bench.cloud.set_seed(seed),
        None => bench.cloud.set_throttling(true),
    }
    let config = bench.operator(ALPHA).into_builder().retry_config(RetryConfig::disabled()).build();
    let client = aws_sdk_iam::Client::new(&config);
    let mut admitted = [0; 3];
    for (count, pause_ms) in admitted.iter_mut().zip([460, 1_000, 0]) {
        let calls = (0..40).map(|_| client.get_role().role_name("none").send());
        let refused = join_all(calls).await.into_iter().map(code);
        *count = refused.filter(|code| code == "NoSuchEntity").count();
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
    }
    admitted
}

#[tokio::test(start_paused = true)]
async fn iam_counts_all_calls_of_an_account_in_one_of_two_ways() {
    let (bucket, window) = ([25, 12, 25], [25, 0, 25]);
    assert_eq!(admitted(None).await, bucket, "a bucket that fills up, where a test asks for it");
    let ways: BTreeSet<[usize; 3]> =
        join_all((0..8).map(|seed| admitted(Some(seed)))).await.into_iter().collect();
    assert_eq!(ways, [bucket, window].into());
}

#[tokio::test(start_paused = true)]
async fn s3_says_now_and_then_to_slow_down_where_a_seed_decides() {
    let bench = Bench::new();
    bench.cloud.set_seed(1);
    let config = bench.operator(ALPHA).into_builder().retry_config(RetryConfig::disabled()).build();
    let client = aws_sdk_s3::Client::new(&config);
    let mut slowed = 0;
    for _ in 0..500 {
        if let Err(error) = client.list_buckets().send().await {
            assert_eq!(code(Err::<(), _>(error)), "SlowDown");
            slowed += 1;
        }
    }
    assert!((1..20).contains(&slowed), "{slowed}");
}
