//! Globs over accounts and regions: every log group that matches gets a filter, also those that come later.

use aws_sdk_cloudwatchlogs::types::LogGroupClass;
use aws_types::SdkConfig;
use logpipe::exit::Exit;

use crate::support::Bench;
use crate::support::aws::{self, SOURCE, TOKYO};

const OREGON: &str = "us-west-2";
const PAYMENTS: &str = "222222222222";

const TOPOLOGY: &str = r#"
version: 1
name: globs
region: ap-northeast-1
access: { role_name: LogpipeDeployer }
accounts: { shop: "111111111111", payments: "222222222222", archive: "999999999999" }
destinations:
  central:
    account: archive
    stream: { buffer_seconds: 60 }
sources:
  applications:
    accounts: [shop, payments]
    regions: [ap-northeast-1, us-west-2]
    destination: central
    log_groups: ["/app/*", "/aws/lambda/web-*"]
    exclude: ["/app/debug*"]
"#;

async fn create(config: SdkConfig, groups: &[&str]) {
    for group in groups {
        aws::logs(&config).create_log_group().log_group_name(*group).send().await.unwrap();
    }
}

fn groups(bench: &Bench) {
    bench.aws(SOURCE, TOKYO, async |config| create(config, &["/app/web", "/app/debug-1", "/other"]).await);
    bench.aws(SOURCE, OREGON, async |config| create(config, &["/app/web/deep", "/aws/lambda/web-1"]).await);
    bench.aws(PAYMENTS, TOKYO, async |config| create(config, &["/app/pay", "/aws/lambda/mail"]).await);
    bench.aws(PAYMENTS, OREGON, async |config| {
        let call = aws::logs(&config).create_log_group().log_group_name("/app/rare");
        call.log_group_class(LogGroupClass::InfrequentAccess).send().await.unwrap();
    });
}

/// The log groups of an account and region that have the filter, and where it points.
fn subscribed(bench: &Bench, account: &str, region: &'static str) -> Vec<String> {
    bench.aws(account, region, async move |config| {
        let mut names = Vec::new();
        for group in aws::log_groups(&config).await {
            // A group of this class takes no filters, and is not even asked for any.
            if group.log_group_class() == Some(&LogGroupClass::InfrequentAccess) {
                continue;
            }
            let name = group.log_group_name().unwrap();
            for filter in aws::filters(&config, name).await {
                let arn = format!("arn:aws:logs:{region}:999999999999:destination:globs-central");
                assert_eq!(
                    (filter.filter_name(), filter.destination_arn()),
                    (Some("globs"), Some(arn.as_str()))
                );
                names.push(name.to_owned());
            }
        }
        names
    })
}

#[test]
fn globs_find_their_groups_in_every_account_and_region() {
    let bench = Bench::new(TOPOLOGY);
    groups(&bench);
    let plan = bench.sandbox("plan", &[]).expect(Exit::Done);
    for note in [
        "`/app/*` leaves out /app/rare: only log groups of class STANDARD support subscription filters",
        "`/aws/lambda/web-*` matches no log group today",
    ] {
        assert!(plan.said().contains(note), "{note}\n{}", plan.said());
    }
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    assert_eq!(subscribed(&bench, SOURCE, TOKYO), ["/app/web"]);
    assert_eq!(subscribed(&bench, SOURCE, OREGON), ["/app/web/deep", "/aws/lambda/web-1"]);
    assert_eq!(subscribed(&bench, PAYMENTS, TOKYO), ["/app/pay"]);
    assert_eq!(subscribed(&bench, PAYMENTS, OREGON), [""; 0]);
}

#[test]
fn a_group_that_comes_later_is_picked_up_by_the_next_apply() {
    let bench = Bench::new(TOPOLOGY);
    groups(&bench);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.aws(PAYMENTS, OREGON, async |config| create(config, &["/app/new", "/app/debug-2"]).await);
    let plan =
        bench.sandbox("plan", &["--detailed-exitcode", "--output", "json"]).expect(Exit::Pending).json();
    assert_eq!(plan["summary"]["create"], 1);
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    assert_eq!(subscribed(&bench, PAYMENTS, OREGON), ["/app/new"]);
}

#[test]
fn a_group_that_goes_leaves_an_orphan_that_destroy_gets_over() {
    let bench = Bench::new(TOPOLOGY);
    groups(&bench);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(PAYMENTS, TOKYO, async |config| {
        aws::logs(&config).delete_log_group().log_group_name("/app/pay").send().await.unwrap();
    });
    let plan = bench.sandbox("plan", &["--detailed-exitcode", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!(
        plan["orphans"],
        serde_json::json!(["payments/ap-northeast-1/subscription_filter./app/pay:globs"])
    );
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(subscribed(&bench, SOURCE, OREGON), [""; 0]);
}

#[test]
fn the_destination_and_its_policy_are_in_every_region_with_a_source() {
    let bench = Bench::new(TOPOLOGY);
    groups(&bench);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    for region in [TOKYO, OREGON] {
        bench.aws(aws::ARCHIVE, region, async move |config| {
            let destinations = aws::destinations(&config).await;
            let [destination] = destinations.as_slice() else { panic!("{destinations:?}") };
            let stream = "arn:aws:firehose:ap-northeast-1:999999999999:deliverystream/globs-central";
            assert_eq!(destination.target_arn(), Some(stream));
            let policy = destination.access_policy().unwrap();
            assert!(policy.contains(SOURCE) && policy.contains(PAYMENTS), "{policy}");
        });
    }
}
