//! What somebody makes of a name that the plan saw free is not written over.

use std::sync::Mutex;

use aws_types::SdkConfig;
use logpipe::exit::Exit;

use super::{DESTINATION, GROUP, GROUPS, QUICKSTART, topologies};
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::engine::{Job, Treatment};
use crate::support::{Bench, operate};

/// AWS would answer as if it had made what is there already.
#[test]
fn a_destination_that_somebody_has_made_is_not_written_over() {
    let [first, _] = topologies(GROUPS);
    let bench = Bench::new(&first);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let delete = async |config: SdkConfig| {
        let there = aws::destinations(&config).await.remove(0);
        aws::logs(&config).delete_destination().destination_name(DESTINATION).send().await.unwrap();
        there
    };
    let there = bench.aws(ARCHIVE, TOKYO, delete);
    let looks = Mutex::new(0);
    let report = bench.engine_beside(Job::Apply, move |cloud, call| {
        let mut looks = looks.lock().unwrap();
        // He is there before the reading for the write, which is the second of its kind.
        *looks += u32::from(call.operation == "DescribeDestinations");
        if *looks == 2 {
            *looks += 1;
            let there = there.clone();
            operate(cloud, ARCHIVE, TOKYO, async move |config| {
                let call = aws::logs(&config).put_destination().destination_name(DESTINATION);
                let call = call.set_target_arn(there.target_arn).set_role_arn(there.role_arn);
                call.send().await.unwrap();
            });
        }
    });
    let failed = report.failures.iter().find(|it| it.address.to_string().contains("/logs_destination."));
    let error = failed.map(|failed| failed.error.clone());
    assert_eq!(
        error.as_deref(),
        Some("could not create it: one of this name has been created since the plan was made"),
        "{report:?}"
    );
}

/// In us-east-1 S3 answers so, too.
#[test]
fn a_bucket_that_somebody_has_made_in_us_east_1_is_not_taken_for_a_new_one() {
    let bench = Bench::new(&QUICKSTART.replace("ap-northeast-1", "us-east-1"));
    let done = Mutex::new(false);
    let report = bench.engine_beside(Job::Apply, move |cloud, call| {
        let mut done = done.lock().unwrap();
        if !*done && call.writes() {
            *done = true;
            operate(cloud, ARCHIVE, "us-east-1", async |config| {
                let call = aws::s3(&config).create_bucket();
                call.bucket("quickstart-central-999999999999-us-east-1").send().await.unwrap();
            });
        }
    });
    let failed = report.failures.iter().find(|it| it.address.to_string().contains("/s3_bucket."));
    let error = failed.map(|failed| failed.error.clone()).unwrap_or_default();
    assert!(error.contains("one of this name has been created"), "{report:?}");
}

/// The first attempt fails for what passes, and somebody comes in between.
#[test]
fn a_filter_that_somebody_has_made_while_ours_is_retried_is_not_written_over() {
    let [first, _] = topologies(GROUPS);
    let bench = Bench::new(&first);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(SOURCE, TOKYO, async |config| {
        let call = aws::logs(&config).delete_subscription_filter().log_group_name(GROUP);
        call.filter_name("quickstart").send().await.unwrap();
    });
    let tries = Mutex::new(0);
    let ended = bench.engine_with(
        Job::Apply,
        1,
        |number, operation| {
            let first = operation == "PutSubscriptionFilter" && number < 2;
            if first { Treatment::Refused("OperationAbortedException", 400) } else { Treatment::Answered }
        },
        move |cloud, call| {
            let mut tries = tries.lock().unwrap();
            if call.operation == "PutSubscriptionFilter" && *tries == 0 {
                *tries += 1;
                operate(cloud, SOURCE, TOKYO, async |config| {
                    let arn = "arn:aws:logs:ap-northeast-1:999999999999:destination:quickstart-central";
                    let call = aws::logs(&config).put_subscription_filter().log_group_name(GROUP);
                    let call = call.filter_name("quickstart").filter_pattern("theirs").destination_arn(arn);
                    call.send().await.unwrap();
                });
            }
        },
    );
    let report = ended.report.unwrap();
    assert!(report.failures[0].error.contains("one of this name has been created"), "{report:?}");
    let filters = bench.aws(SOURCE, TOKYO, async |config| aws::filters(&config, GROUP).await);
    assert_eq!(filters[0].filter_pattern(), Some("theirs"));
}
