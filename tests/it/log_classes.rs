//! Log groups of other classes than STANDARD take no subscription filter, and CloudWatch Logs answers every question about
//! theirs with an error: refused by name with the class, without a word about any other log group.

use aws_sdk_cloudwatchlogs::types::LogGroupClass;
use logpipe::exit::Exit;

use crate::support::Bench;
use crate::support::topologies::{destination, topology};

const REGION: &str = "ap-northeast-1";

/// The pipeline of these log groups, of which `/app/rare` is there with class INFREQUENT_ACCESS.
fn bench(log_groups: &str) -> Bench {
    let sources = format!("  web: {{ accounts: [app], destination: main, log_groups: [{log_groups}] }}\n");
    let bench = Bench::new(&topology(&destination("main", ""), &sources));
    bench.aws("111111111111", REGION, async |config| {
        let logs = aws_sdk_cloudwatchlogs::Client::new(&config);
        logs.create_log_group().log_group_name("/app/web").send().await.unwrap();
        let rare = logs.create_log_group().log_group_name("/app/rare");
        rare.log_group_class(LogGroupClass::InfrequentAccess).send().await.unwrap();
        let filters = logs.describe_subscription_filters().log_group_name("/app/rare").send().await;
        let error = filters.unwrap_err().into_service_error();
        assert_eq!(error.meta().code(), Some("ValidationException"));
    });
    bench
}

#[test]
fn one_that_is_named_in_full_is_refused_with_its_class() {
    let bench = bench("/app/web, /app/rare");
    let planned = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Failed).json();
    let steps = planned["steps"].as_array().unwrap();
    let of = |name: &str| steps.iter().find(|step| step["name"] == name).unwrap();
    let refused = of("/app/rare:t");
    assert_eq!(refused["action"], "refuse");
    let reason = refused["reason"].as_str().unwrap();
    assert!(reason.contains("/app/rare is of class INFREQUENT_ACCESS"), "{reason}");
    assert_eq!(of("/app/web:t")["action"], "create");
    bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
    assert!(bench.record("t").entries().is_empty(), "nothing is made half-way");
}

#[test]
fn one_that_a_glob_finds_is_left_out_and_said() {
    let bench = bench("'/app/*'");
    let planned = bench.sandbox("plan", &[]).expect(Exit::Done);
    assert!(planned.out.contains("leaves out /app/rare"), "{}", planned.out);
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}
