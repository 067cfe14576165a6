//! What is accepted and most likely not meant: said with its place by validate, plan and apply, and failing nothing.

use std::time::Duration;

use logpipe::cli::{Environment, run};
use logpipe::exit::Exit;
use logpipe::ui::{Console, Verbosity};
use serde_json::Value;

use crate::support::topologies::{destination, source, topology};
use crate::support::{Bench, on_a_deep_stack};

/// A pipeline whose only source has this filter pattern, as YAML writes it in single quotes.
fn with_pattern(pattern: &str) -> String {
    let filter = format!(", filter: {{ pattern: '{}' }}", pattern.replace('\'', "''"));
    let topology = topology(&destination("main", ""), &source("web", "app", "main", &filter));
    topology.replace(", shop: \"222222222222\"", "")
}

fn codes(of: &Value) -> Vec<&str> {
    of["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].as_str().unwrap()).collect()
}

#[test]
fn a_pattern_that_does_something_else_is_warned_of_and_fails_nothing() {
    let bench = Bench::new(&with_pattern("[ERROR]"));
    let human = bench.run(&["logpipe", "validate"]).expect(Exit::Done);
    assert!(
        human.out.contains("is valid: 2 accounts, 1 destination, 1 source. (1 warning)"),
        "{}",
        human.out
    );
    for said in
        ["does not search for a word", "topology.yaml:10:103", "LP001 pattern_of_one_field", "double quotes"]
    {
        assert!(human.err.contains(said), "{said} is missing in\n{}", human.err);
    }
    let json = bench.run(&["logpipe", "validate", "--output", "json"]).expect(Exit::Done).json();
    let warning = &json["warnings"][0];
    assert_eq!((&json["valid"], &warning["code"]), (&true.into(), &"pattern_of_one_field".into()));
    assert_eq!((&warning["rule"], &warning["severity"]), (&"LP001".into(), &"warning".into()));
    assert_eq!((&warning["line"], &warning["column"]), (&10.into(), &103.into()), "{warning}");

    let planned = bench.sandbox("plan", &[]).expect(Exit::Done);
    let line =
        planned.out.lines().find(|line| line.contains("topology.yaml:10:103: the filter pattern `[ERROR]`"));
    let line = line.unwrap_or_else(|| panic!("{}", planned.out));
    assert!(line.starts_with("warning: ") && line.ends_with("(LP001)"), "{line}");
    let applied = bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert!(applied.err.contains("topology.yaml:10:103:"), "{}", applied.err);
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    assert_eq!(codes(&plan), ["pattern_of_one_field"]);
    let offline = bench.run(&["logpipe", "plan", "--offline", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!(codes(&offline), ["pattern_of_one_field"]);
}

#[test]
fn mixed_optional_terms_say_what_is_taken() {
    let check = |pattern: &str, taken: &str| {
        let ran = Bench::new(&with_pattern(pattern)).run(&["logpipe", "validate", "--output", "json"]);
        let why = ran.expect(Exit::Done).json()["warnings"][0]["why"].as_str().unwrap().to_owned();
        assert!(why.contains(taken), "{why}");
    };
    check("?ERROR -\"health check\"", "every event without `\"health check\"`");
    check("?A B", "every event with `B`");
    check("?A B -C -D", "with `B` and without `C` or `D`");
    check("ERROR OR WARN", "contain every one of them");
}

#[test]
fn an_invalid_topology_says_its_warnings_too() {
    let bench = Bench::new(&with_pattern("[ERROR]").replace("create: true", "creat: true"));
    let json = bench.run(&["logpipe", "validate", "--output", "json"]).expect(Exit::Invalid).json();
    assert_eq!((json["problems"].as_array().unwrap().len(), codes(&json)), (1, vec!["pattern_of_one_field"]));
}

#[test]
fn a_warning_is_an_annotation_in_github_actions() {
    let bench = Bench::new(&with_pattern("[ERROR]"));
    let folder = bench.path("");
    let err = on_a_deep_stack(move || {
        let variables = [("GITHUB_ACTIONS".to_owned(), "true".to_owned())].into();
        let environment = Environment { folder, variables, ..Environment::default() };
        let (console, captured) = Console::captured(Verbosity::Normal, false, 120);
        assert_eq!(run(["logpipe", "validate"], &environment, &console), Exit::Done);
        captured.err()
    });
    assert!(err.contains("topology.yaml,line=10,col=103,title=LP001 pattern_of_one_field::"), "{err}");
}

#[test]
fn documented_patterns_go_all_the_way() {
    for pattern in ["{ $.['cluster.name'] = \"c\" }", "{ $.items[*].level = \"ERROR\" }", "{ $.* = x }"] {
        let bench = Bench::new(&with_pattern(pattern));
        let ran = bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
        assert!(!ran.said().contains("warning:"), "{}", ran.said());
        let filtered = bench.sandbox("logs", &["--filter", pattern]).expect(Exit::Done);
        assert_eq!(filtered.exit, Exit::Done);
    }
}

/// How often CloudWatch Logs was asked about a pattern.
fn asked(bench: &Bench) -> usize {
    let since = bench.now() - Duration::from_secs(3600);
    bench.calls_since(since).iter().filter(|call| call.operation == "TestMetricFilter").count()
}

#[test]
fn what_is_not_certain_is_decided_by_cloudwatch_logs_in_the_plan() {
    let taken = Bench::new(&with_pattern("{ $[\"a b\"] = 1 }"));
    let validated = taken.run(&["logpipe", "validate", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!(codes(&validated), ["pattern_not_certain"]);
    let plan = taken.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    assert_eq!((codes(&plan).len(), asked(&taken)), (0, 1));

    let refused = Bench::new(&with_pattern("{ $.@level = 1 }"));
    refused.run(&["logpipe", "validate"]).expect(Exit::Done);
    let ran = refused.sandbox("plan", &[]).expect(Exit::Invalid);
    for said in
        ["topology.yaml:10:103", "CloudWatch Logs refuses", "{ $.@level = 1 }", "InvalidParameterException"]
    {
        assert!(ran.err.contains(said), "{said} is missing in\n{}", ran.err);
    }
    let certain = Bench::new(&with_pattern("ERROR"));
    certain.sandbox("plan", &[]).expect(Exit::Done);
    assert_eq!(asked(&certain), 0);
}

#[test]
fn what_cloudwatch_logs_may_not_be_asked_stays_a_warning_that_says_so() {
    let bench = Bench::new(&with_pattern("{ $[\"a b\"] = 1 }"));
    let cloud = bench.cloud();
    cloud.withhold(&"111111111111".parse().unwrap(), "OnlyOnEverything", "logs:TestMetricFilter");
    cloud.store().unwrap();
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    assert_eq!(codes(&plan), ["pattern_not_certain"]);
    let why = plan["warnings"][0]["why"].as_str().unwrap();
    assert!(why.contains("CloudWatch Logs did not answer: logs:TestMetricFilter"), "{why}");
}
