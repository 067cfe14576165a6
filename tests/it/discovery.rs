//! Looking up log groups: in as few pages as the role may read, and as before where it may not.

use std::collections::BTreeMap;
use std::time::Duration;

use logpipe::aws::Base;
use logpipe::clock::Clock;
use logpipe::engine::{Engine, Records};
use logpipe::exit::Exit;
use logpipe::files::Disk;
use logpipe::plan::Allowed;
use logpipe::sandbox::{
    Cloud, FaultInjection, InjectedFault, Mangled, PendingCall, Phase, SandboxHttp, Treatment,
};
use logpipe::topology::load;

use crate::support::aws::{SOURCE, TOKYO};
use crate::support::engine::OPERATOR;
use crate::support::rights::give_rights;
use crate::support::{Bench, on_a_deep_stack, prepare};

const OREGON: &str = "us-west-2";

/// Two globs in two regions of one account, and hardly anything that is not excluded.
const TOPOLOGY: &str = r#"
version: 1
name: lists
region: ap-northeast-1
access: { role_name: LogpipeDeployer }
accounts: { app: "111111111111", archive: "999999999999" }
destinations:
  central:
    account: archive
    stream: { buffer_seconds: 60 }
sources:
  applications:
    accounts: [app]
    regions: [ap-northeast-1, us-west-2]
    destination: central
    log_groups: ["/app/*", "/aws/containerinsights/production/*"]
    exclude: ["/app/noise-*"]
"#;

/// What the globs find, and as many log groups that are excluded and that no glob finds.
fn with_groups(topology: &str, excluded: usize, others: usize) -> Bench {
    let bench = Bench::new(topology);
    let cloud = bench.cloud();
    let put = |region: &str, name: &str| {
        cloud.prepare_log_group(&SOURCE.parse().unwrap(), &region.parse().unwrap(), name);
    };
    for region in [TOKYO, OREGON] {
        put(region, "/app/web");
        put(region, "/aws/containerinsights/production/performance");
        // Begins as the longest pattern does, and not as the glob.
        put(region, "/aws/containerinsights/preview/performance");
    }
    (0..excluded).for_each(|number| put(TOKYO, &format!("/app/noise-{number}")));
    (0..others).for_each(|number| put(TOKYO, &format!("/other/{number}")));
    cloud.store().unwrap();
    bench
}

/// The calls that list log groups, by operation and region.
fn listing(cloud: &Cloud) -> BTreeMap<(String, String), usize> {
    let mut calls = BTreeMap::new();
    for call in cloud.calls() {
        if matches!(call.operation.as_str(), "ListLogGroups" | "DescribeLogGroups") {
            *calls.entry((call.operation, call.region.to_string())).or_default() += 1;
        }
    }
    calls
}

fn expected(counts: &[(&str, &str, usize)]) -> BTreeMap<(String, String), usize> {
    let count = |(operation, region, times): &(&str, &str, usize)| {
        (((*operation).to_owned(), (*region).to_owned()), *times)
    };
    counts.iter().map(count).collect()
}

/// The log groups that a plan subscribes.
fn subscribed(bench: &Bench) -> Vec<String> {
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    let steps = plan["steps"].as_array().unwrap().iter();
    let filters = steps.filter(|step| step["kind"] == "subscription_filter");
    filters.map(|step| step["address"].as_str().unwrap().to_owned()).collect()
}

const SUBSCRIBED: [&str; 4] = [
    "app/ap-northeast-1/subscription_filter./app/web:lists",
    "app/ap-northeast-1/subscription_filter./aws/containerinsights/production/performance:lists",
    "app/us-west-2/subscription_filter./app/web:lists",
    "app/us-west-2/subscription_filter./aws/containerinsights/production/performance:lists",
];

#[test]
fn more_than_a_thousand_log_groups_take_two_calls() {
    let bench = with_groups(TOPOLOGY, 1_200, 3_000);
    assert_eq!(subscribed(&bench), SUBSCRIBED);
    let calls = [("ListLogGroups", TOKYO, 2), ("ListLogGroups", OREGON, 1)];
    assert_eq!(listing(&bench.cloud()), expected(&calls));
}

#[test]
fn a_whole_account_takes_a_call_for_a_thousand_log_groups() {
    let whole = TOPOLOGY.replace(
        r#"    log_groups: ["/app/*", "/aws/containerinsights/production/*"]"#,
        "    scope: account",
    );
    let bench = with_groups(&whole, 40, 2_100);
    let plan = bench.sandbox("plan", &[]).expect(Exit::Done).said();
    assert!(plan.contains("`/app/noise-*` excludes the 40 log group(s) that match today"), "{plan}");
    let calls = [("ListLogGroups", TOKYO, 3), ("ListLogGroups", OREGON, 1)];
    assert_eq!(listing(&bench.cloud()), expected(&calls));
}

#[test]
fn small_and_empty_pages_are_read_to_the_last() {
    let bench = with_groups(TOPOLOGY, 5, 0);
    for seed in 0..3 {
        let cloud = bench.cloud();
        cloud.set_seed(seed);
        cloud.store().unwrap();
        assert_eq!(subscribed(&bench), SUBSCRIBED, "seed {seed}");
    }
    let calls = listing(&bench.cloud());
    let tokyo = calls[&("ListLogGroups".to_owned(), TOKYO.to_owned())];
    assert!(tokyo > 6, "pages of three at most: {calls:?}");
    assert!(calls.keys().all(|(operation, _)| operation == "ListLogGroups"), "{calls:?}");
}

#[test]
fn a_role_without_the_right_is_asked_once_an_account_and_goes_on_as_before() {
    let bench = with_groups(TOPOLOGY, 120, 0);
    let cloud = bench.cloud();
    cloud.withhold(&SOURCE.parse().unwrap(), "OnlyOnEverything", "logs:ListLogGroups");
    cloud.store().unwrap();
    assert_eq!(subscribed(&bench), SUBSCRIBED);
    let mut calls = listing(&bench.cloud());
    let asked = calls.extract_if(.., |(operation, _), _| operation == "ListLogGroups").count();
    assert_eq!(asked, 1, "the other region counts on the answer");
    let described = [("DescribeLogGroups", TOKYO, 4), ("DescribeLogGroups", OREGON, 2)];
    assert_eq!(calls, expected(&described));
}

#[test]
fn without_either_right_the_plan_says_which_one_it_lacks() {
    let bench = with_groups(TOPOLOGY, 0, 0);
    let cloud = bench.cloud();
    for action in ["logs:ListLogGroups", "logs:DescribeLogGroups"] {
        cloud.withhold(&SOURCE.parse().unwrap(), "OnlyOnEverything", action);
    }
    cloud.store().unwrap();
    let said = bench.sandbox("plan", &[]).expect(Exit::Denied).said();
    assert!(said.contains("logs:DescribeLogGroups"), "{said}");
}

/// An endpoint that knows everything but ListLogGroups, of which it says this.
#[derive(Debug)]
struct Unknowing(InjectedFault);

impl FaultInjection for Unknowing {
    fn inject(&self, call: &PendingCall) -> Treatment {
        let fault = if call.operation == "ListLogGroups" { self.0.clone() } else { InjectedFault::None };
        Treatment { latency: Duration::ZERO, fault, lands: false }
    }
}

#[test]
fn an_endpoint_that_does_not_know_the_operation_is_asked_as_before() {
    let refused = |code: &str, status| InjectedFault::Refused {
        code: code.to_owned(),
        message: "Operation ListLogGroups is not supported.".to_owned(),
        status,
    };
    for fault in [
        refused("UnknownOperationException", 404),
        refused("InvalidAction", 400),
        // LocalStack, and the page of moto's server.
        refused("InternalFailure", 501),
        InjectedFault::Mangled(Mangled::Page(500), Phase::Before),
    ] {
        let bench = with_groups(TOPOLOGY, 120, 0);
        let topology = load(&bench.path("topology.yaml")).unwrap();
        let record = bench.path("record.json");
        let cloud = bench.cloud();
        prepare(&cloud, &topology, None);
        give_rights(&cloud, &topology, &record);
        let named = format!("{fault:?}");
        let (seen, count) = on_a_deep_stack(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .start_paused(true)
                .build()
                .unwrap();
            runtime.block_on(async {
                let clock = Clock::starting_at(cloud.now());
                let http = SandboxHttp::new(cloud.clone(), clock, Duration::ZERO);
                let http = http.with_faults(Unknowing(fault));
                let base = Base::simulated(clock, http, OPERATOR.parse().unwrap());
                let records = Records::of(&topology, &base, &Disk::real(), |_| record.clone());
                let planned = Engine::new(topology, base, records).plan(&Allowed::default()).await;
                let plan = planned.unwrap_or_else(|error| panic!("{error:?}")).plan;
                (listing(&cloud), plan.steps.len())
            })
        });
        let described = [("DescribeLogGroups", TOKYO, 4), ("DescribeLogGroups", OREGON, 2)];
        assert_eq!(seen, expected(&described), "{named}");
        assert!(count > 10, "{named}: {count} steps");
    }
}
