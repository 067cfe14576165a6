//! What `validate` and `plan` find, as code scanning takes it, held against the schema of SARIF 2.1.0.

use jsonschema::Validator;
use logpipe::exit::Exit;
use logpipe::lint::Rule;
use serde_json::{Value, json};

use crate::support::process::logpipe;
use crate::support::{Bench, Ran};
use crate::walkthrough::TOPOLOGY;

/// The schema of OASIS, as the package beside its licence has it.
fn schema() -> Validator {
    let text = include_str!("cases/sarif-2.1.0.schema.json");
    // A bracket too many, which not every reader of regular expressions takes.
    assert_eq!(text.matches("{2}]?$").count(), 2);
    let schema: Value = serde_json::from_str(&text.replace("{2}]?$", "{2}$")).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// The one run of a file that the schema takes, with the results that its rules are right for.
#[track_caller]
fn scanned(ran: &Ran) -> Value {
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    let log = ran.json();
    let errors: Vec<String> =
        schema().iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, [""; 0], "{log:#}");
    let run = log["runs"][0].clone();
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), Rule::ALL.len() + 1);
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"], "{result}");
    }
    run
}

/// Rule, level and place of every result.
fn results(run: &Value) -> Vec<(String, String, String)> {
    let told = run["results"].as_array().unwrap().iter();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    told.map(|result| {
        let place = &result["locations"][0]["physicalLocation"];
        let region = &place["region"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        let file = uri.rsplit('/').next().unwrap();
        let at = format!("{file}:{}:{}", region["startLine"], region["startColumn"]);
        (word(&result["ruleId"]), word(&result["level"]), at)
    })
    .collect()
}

fn result(rule: &str, level: &str, at: &str) -> (String, String, String) {
    (rule.to_owned(), level.to_owned(), at.to_owned())
}

/// Two accounts that nothing refers to, one of them allowed.
fn with_spares() -> String {
    let spares = "accounts:\n  spare: \"333333333333\"\n  other: \"444444444444\" # logpipe: allow LP007 -- \u{e4} later\n";
    TOPOLOGY.replacen("accounts:\n", spares, 1)
}

#[test]
fn what_is_found_has_its_rule_its_level_and_its_place() {
    let bench = Bench::new(&with_spares());
    let validate = |flags: &[&str], exit: Exit| {
        let ran = bench.run(&[&["logpipe", "validate", "-o", "sarif"], flags].concat()).expect(exit);
        scanned(&ran)
    };
    let (spare, other) = ("topology.yaml:8:3", "topology.yaml:9:3");
    let run = validate(&[], Exit::Done);
    assert_eq!(results(&run), [result("LP007", "warning", spare), result("LP007", "warning", other)]);
    assert_eq!(run["results"][0]["suppressions"], json!([]));
    let allowed = json!([{ "kind": "inSource", "justification": "\u{e4} later" }]);
    assert_eq!(run["results"][1]["suppressions"], allowed);
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let text = run["results"][0]["message"]["text"].as_str().unwrap();
    assert!(text.starts_with("nothing refers to the account `spare`\n"), "{text}");

    let run = validate(&["--deny", "LP007"], Exit::Invalid);
    assert_eq!(results(&run)[0], result("LP007", "error", spare));
    let run = validate(&["--allow", "LP007"], Exit::Done);
    assert_eq!(results(&run), [result("LP007", "warning", other)]);

    // Code scanning looks for files from the root of the repository, where logpipe is started.
    let ran = logpipe(&bench.path(""), &[], &["validate", "-o", "sarif"]).expect(Exit::Done);
    let uri = &scanned(&ran)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "topology.yaml");

    let ran = bench.run(&["logpipe", "plan", "--offline", "-o", "sarif"]).expect(Exit::Done);
    assert_eq!(results(&scanned(&ran)).len(), 2);
    let ran = bench.sandbox("plan", &["-o", "sarif"]).expect(Exit::Done);
    assert_eq!(results(&scanned(&ran)).len(), 2);
}

#[test]
fn problems_are_results_and_other_failures_are_notifications() {
    let bench = Bench::new(&with_spares().replace("buffer_seconds: 60", "buffer_seconds: 6000"));
    for (command, successful) in [("validate", true), ("plan", false)] {
        let ran = bench.run(&["logpipe", command, "-o", "sarif"]).expect(Exit::Invalid);
        let run = scanned(&ran);
        let told = results(&run);
        assert_eq!(told[0], result("invalid_topology", "error", "topology.yaml:16:59"), "{run:#}");
        assert_eq!(run["invocations"][0]["executionSuccessful"], successful);
    }
    let ran = bench.run(&["logpipe", "plan", "nowhere.yaml", "-o", "sarif"]).expect(Exit::Invalid);
    assert_eq!(results(&scanned(&ran))[0].0, "invalid_topology");

    let ran = bench.run(&["logpipe", "plan", "--nope", "-o", "sarif"]).expect(Exit::Usage);
    let invocation = scanned(&ran)["invocations"][0].clone();
    assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&false.into(), &64.into()));
    let told = invocation["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(told.contains("--nope"), "{told}");
}

#[test]
fn a_refused_step_is_a_notification() {
    let bench = Bench::new(&TOPOLOGY.replace("    create: true\n", ""));
    let run = scanned(&bench.sandbox("plan", &["-o", "sarif"]).expect(Exit::Failed));
    assert_eq!(results(&run), []);
    let told = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(told.contains("/delivery/test"), "{told}");
}

#[test]
fn commands_that_find_nothing_in_files_have_no_such_form() {
    let bench = Bench::new(TOPOLOGY);
    for command in ["apply", "status", "version", "explain"] {
        let ran = bench.run(&["logpipe", command, "-o", "sarif"]).expect(Exit::Usage);
        let run = scanned(&ran);
        assert_eq!(run["invocations"][0]["exitCode"], 64);
        assert!(ran.err.contains("--output sarif is for what `logpipe validate"), "{}", ran.err);
    }
}
