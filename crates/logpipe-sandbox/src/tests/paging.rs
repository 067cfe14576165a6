//! Lists come in small pages, empty ones among them, where a seed decides; whoever reads on finds everything.

use std::time::Duration;

use aws_sdk_cloudwatchlogs::Client as Logs;
use aws_sdk_iam::Client as Iam;
use aws_sdk_organizations::Client as Organizations;
use aws_sdk_s3::Client as S3;

use super::bench::{ALPHA, Bench, TOKYO};
use super::buckets::create;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"firehose.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// Reads every page of a listing; each must be small, and what is on them all there is.
macro_rules! check {
    ($bench:ident, $what:literal, $call:expr, $items:expr, $expect:expr) => {{
        let mut pages = $call.into_paginator().send();
        let (mut sizes, mut found) = (Vec::new(), 0);
        while let Some(page) = pages.next().await {
            let size = $items(page.unwrap());
            sizes.push(size);
            found += size;
            // A seed throttles as well, which is not what is tried here.
            $bench.pass(2).await;
        }
        assert_eq!(found, $expect, "{}: {sizes:?}", $what);
        assert!(sizes.iter().all(|size| *size <= 3), "{}: {sizes:?}", $what);
        sizes.contains(&0)
    }};
}

async fn filled() -> Bench {
    let bench = Bench::new();
    let config = bench.operator(ALPHA);
    let (logs, iam, s3) = (Logs::new(&config), Iam::new(&config), S3::new(&config));
    create(&s3, "listed-logs", Some(TOKYO)).await.unwrap();
    bench.cloud.set_management_account(&ALPHA.parse().unwrap());
    for number in 0..9 {
        logs.create_log_group().log_group_name(format!("/app/{number}")).send().await.unwrap();
        let stream = logs.create_log_stream().log_group_name("/app/0");
        stream.log_stream_name(number.to_string()).send().await.unwrap();
        let role = iam.create_role().role_name(format!("role-{number}"));
        role.assume_role_policy_document(TRUST).send().await.unwrap();
        let body = aws_sdk_s3::primitives::ByteStream::from_static(b"x");
        let key = format!("a/{number}/x");
        s3.put_object().bucket("listed-logs").key(key).body(body).send().await.unwrap();
        bench.cloud.add_member(&format!("{number:012}").parse().unwrap(), None);
    }
    bench
}

#[tokio::test(start_paused = true)]
async fn whoever_reads_on_finds_everything() {
    let mut empties = 0;
    for seed in 0..5 {
        let bench = filled().await;
        bench.cloud.set_seed(seed);
        let config = bench.operator(ALPHA);
        let (logs, iam, s3) = (Logs::new(&config), Iam::new(&config), S3::new(&config));
        let organizations = Organizations::new(&config);
        let empty = [
            check!(
                bench,
                "groups",
                logs.describe_log_groups(),
                |page: aws_sdk_cloudwatchlogs::operation::describe_log_groups::DescribeLogGroupsOutput| page
                    .log_groups()
                    .len(),
                9
            ),
            check!(
                bench,
                "streams",
                logs.describe_log_streams().log_group_name("/app/0"),
                |page: aws_sdk_cloudwatchlogs::operation::describe_log_streams::DescribeLogStreamsOutput| {
                    page.log_streams().len()
                },
                9
            ),
            check!(
                bench,
                "roles",
                iam.list_roles(),
                |page: aws_sdk_iam::operation::list_roles::ListRolesOutput| page.roles().len(),
                9
            ),
            check!(
                bench,
                "accounts",
                organizations.list_accounts(),
                |page: aws_sdk_organizations::operation::list_accounts::ListAccountsOutput| page
                    .accounts()
                    .len(),
                9
            ),
            check!(
                bench,
                "objects",
                s3.list_objects_v2().bucket("listed-logs"),
                |page: aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output| page.contents().len(),
                9
            ),
            check!(
                bench,
                "prefixes",
                s3.list_objects_v2().bucket("listed-logs").prefix("a/").delimiter("/"),
                |page: aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output| page
                    .common_prefixes()
                    .len(),
                9
            ),
        ];
        empties += empty.into_iter().filter(|empty| *empty).count();
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(empties > 0, "an empty page with a token comes now and then");
}

/// The SDK has no paginator for it.
#[tokio::test(start_paused = true)]
async fn whoever_reads_on_finds_everything_that_is_listed() {
    let bench = filled().await;
    bench.cloud.set_seed(3);
    let logs = Logs::new(&bench.operator(ALPHA));
    let (mut found, mut token) = (Vec::new(), None);
    loop {
        let page = logs.list_log_groups().limit(1_000).set_next_token(token).send().await.unwrap();
        assert!(page.log_groups().len() <= 3, "{page:?}");
        found.extend(page.log_groups().iter().filter_map(|group| group.log_group_name()).map(str::to_owned));
        token = page.next_token;
        if token.is_none() {
            break;
        }
        bench.pass(2).await;
    }
    assert_eq!(found, (0..9).map(|number| format!("/app/{number}")).collect::<Vec<_>>());
}
