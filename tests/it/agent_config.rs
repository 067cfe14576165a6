//! The configuration of the CloudWatch agent: printed, as commands, and stored for the instances.

use logpipe::exit::Exit;
use serde_json::Value;

use crate::support::Bench;
use crate::support::aws::{SOURCE, TOKYO};

const NAME: &str = "AmazonCloudWatch-poc-web";

/// An agent on a role of its own, with what is given of its policy and more agents.
fn topology(parameters: &str, files: &str, more: &str) -> String {
    format!(
        r#"version: 1
name: poc
region: ap-northeast-1
access: {{ role_name: LogpipeDeployer }}
accounts: {{ app: "111111111111", shop: "222222222222" }}
agents:
  web:
    accounts: [app]
    policy: {{ parameters: [{parameters}] }}
    role: {{ name: web-role }}
    instance_profile: web-profile
    files: [{files}]
{more}"#
    )
}

const FILES: &str = "{ path: /var/log/messages, log_group: /aws/ec2/messages }";

/// One agent.
pub(crate) fn bench() -> Bench {
    Bench::new(&topology(r#""AmazonCloudWatch-*""#, FILES, ""))
}

fn configure(bench: &Bench, flags: &[&str]) -> crate::support::Ran {
    bench.run(&[&["logpipe", "agent-config"], flags].concat())
}

#[test]
fn the_configuration_is_json_for_the_agent_and_nothing_else() {
    let ran = configure(&bench(), &[]).expect(Exit::Done);
    let printed: Value = serde_json::from_str(&ran.out).unwrap();
    let entry = &printed["logs"]["logs_collected"]["files"]["collect_list"][0];
    assert_eq!(entry["file_path"], "/var/log/messages");
    assert_eq!(entry["log_group_name"], "/aws/ec2/messages");
    assert_eq!(entry["log_stream_name"], "{instance_id}");
    assert_eq!(ran.err, "");
    let kept: Value =
        serde_json::from_str(&configure(&bench(), &["--retention-days", "30"]).expect(Exit::Done).out)
            .unwrap();
    assert_eq!(kept["logs"]["logs_collected"]["files"]["collect_list"][0]["retention_in_days"], 30);
}

#[test]
fn one_of_several_agents_has_to_be_named() {
    let more = format!("  win: {{ accounts: [shop], attach_to: {{ role: r }}, files: [{FILES}] }}\n");
    let bench = Bench::new(&topology(r#""*""#, FILES, &more));
    let check = |flags: &[&str], part: &str| {
        let ran = configure(&bench, flags).expect(Exit::Usage);
        assert!(ran.err.contains(part), "{}", ran.err);
    };
    check(&[], "choose one of web, win with --agent");
    check(&["--agent", "wen"], "did you mean `web`?");
    check(&["--agent", "web", "--account", "shop"], "not in that account; it is in app");
    configure(&bench, &["--agent", "win", "--account", "222222222222"]).expect(Exit::Done);
}

#[test]
fn what_the_agent_would_refuse_is_refused_here() {
    let without = topology(r#""*""#, "", "");
    let ran = configure(&Bench::new(&without), &[]).expect(Exit::Invalid);
    assert!(ran.err.contains("agents.web has no `files`"), "{}", ran.err);
}

#[test]
fn commands_are_a_script_that_takes_the_configuration_from_a_file_or_the_parameter() {
    let file = configure(&bench(), &["--commands"]).expect(Exit::Done);
    assert!(file.out.starts_with("#!/bin/sh\n") && file.out.contains("-c 'file:"), "{}", file.out);
    assert!(file.out.contains("# assumed-role/web-role/"), "{}", file.out);
    let parameter = configure(&bench(), &["--commands", "--from", "ssm"]).expect(Exit::Done);
    assert!(parameter.out.contains(&format!("-c 'ssm:{NAME}'")), "{}", parameter.out);
    assert!(parameter.err.contains("agent-config --ssm` stores"), "{}", parameter.err);
}

#[test]
fn a_parameter_that_the_policy_keeps_from_the_agent_is_refused() {
    let bench = Bench::new(&topology(r#""other-*""#, FILES, ""));
    for flags in [&["--ssm", "--yes", "--sandbox"][..], &["--commands", "--from", "ssm"]] {
        let ran = configure(&bench, flags).expect(Exit::Invalid);
        assert!(ran.err.contains("`other-*`") && ran.err.contains("add `AmazonCloudWatch-*`"), "{}", ran.err);
    }
    configure(&bench, &[]).expect(Exit::Done);
}

/// A configuration as people have it: with tabs, metrics, and a pattern of which the newest file is followed.
pub(crate) const EXISTING: &str = r#"{
	"agent": { "region": "eu-west-1", "run_as_user": "root", "metrics_collection_interval": 60 },
	"metrics": { "metrics_collected": { "mem": {} } },
	"logs": {
		"logs_collected": { "files": { "collect_list": [
			{ "file_path": "/var/log/messages", "log_group_name": "messages", "log_stream_name": "{hostname}", "retention_in_days": 30 },
			{ "file_path": "/var/log/httpd/*.log", "log_group_name": "httpd", "timestamp_format": "%d/%b/%Y:%H:%M:%S %z", "filters": [{ "type": "exclude", "expression": "ELB-HealthChecker" }] }
		] } },
		"force_flush_interval": 15
	}
}
"#;

#[test]
fn a_configuration_that_is_there_becomes_the_part_of_a_topology_and_comes_back_as_it_was() {
    let bench = bench();
    std::fs::write(bench.path("config.json"), EXISTING).unwrap();
    let ran = configure(&bench, &["--from", "config.json", "--agent", "old"]).expect(Exit::Done);
    for part in [
        "config.json:2:59: `metrics_collection_interval` is left out",
        "config.json:3:2: `metrics` is left out: logpipe handles only logs",
        "follows only the newest file",
    ] {
        assert!(ran.err.contains(part), "no {part} in {}", ran.err);
    }
    assert!(ran.out.contains("  old:\n    accounts:\n    - app\n    region: eu-west-1\n"), "{}", ran.out);
    // As it is printed, it is a topology once the rest is there.
    let head = "version: 1\nname: poc\nregion: ap-northeast-1\naccess: { role_name: LogpipeDeployer }\naccounts: { app: \"111111111111\" }\n";
    let whole = Bench::new(&format!("{head}{}", ran.out));
    whole.run(&["logpipe", "validate"]).expect(Exit::Done);
    let printed: Value = serde_json::from_str(&configure(&whole, &[]).expect(Exit::Done).out).unwrap();
    let mut expected = serde_json::from_str::<Value>(EXISTING).unwrap()["logs"].clone();
    // What the agent does by itself is written out.
    let httpd = &mut expected["logs_collected"]["files"]["collect_list"][1];
    httpd["log_stream_name"] = "{instance_id}".into();
    httpd["publish_multi_logs"] = false.into();
    assert_eq!(printed["logs"], expected);
}

#[test]
fn a_configuration_that_the_agent_would_refuse_is_refused_with_every_place() {
    let bench = bench();
    let check = |text: &str, exit, parts: &[&str]| {
        std::fs::write(bench.path("bad.json"), text).unwrap();
        let ran = configure(&bench, &["--from", "bad.json"]).expect(exit);
        for part in parts {
            assert!(ran.err.contains(part), "no {part} in {}", ran.err);
        }
        assert_eq!(ran.out, "");
    };
    check(
        "{ \"logs\": { \"logs_collected\": { \"files\": { \"collect_list\": [{ \"file_path\": \"x\", \"log_group\": \"g\" }] } } } }",
        Exit::Invalid,
        &[
            "bad.json:1:61",
            "unknown key `log_group`",
            "`x` cannot be the path of a log file",
            "not a valid configuration of the CloudWatch agent",
        ],
    );
    check("{", Exit::Invalid, &["not valid JSON"]);
    let usage = |flags: &[&str], part: &str| {
        let ran = configure(&bench, flags).expect(Exit::Usage);
        assert!(ran.err.contains(part), "{}", ran.err);
    };
    usage(&["--from", "ssm"], "add --commands");
    usage(&["--from", "config.json", "--commands"], "use `file` or `ssm`");
    usage(&["--from", "bad.json", "--retention-days", "7"], "--retention-days has no effect");
    usage(&["--from", "bad.json", "--ssm"], "cannot be used with");
    configure(&bench, &["--from", "none.json"]).expect(Exit::Failed);
}

#[test]
fn retention_that_the_agent_sets_is_allowed_by_its_policy_and_checked() {
    let files = "{ path: /var/log/messages, log_group: /aws/ec2/messages, retention_days: 30 }";
    let bench = Bench::new(&topology(r#""AmazonCloudWatch-*""#, files, ""));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let explained = bench.run(&["logpipe", "explain", "--output", "json"]).expect(Exit::Done).out;
    assert!(explained.contains("logs:PutRetentionPolicy"), "{explained}");
    let verdict = bench.sandbox("verify", &["--output", "json"]).expect(Exit::Done).out;
    assert!(verdict.contains("logs:PutRetentionPolicy"), "{verdict}");
    let printed: Value = serde_json::from_str(&configure(&bench, &[]).expect(Exit::Done).out).unwrap();
    assert_eq!(printed["logs"]["logs_collected"]["files"]["collect_list"][0]["retention_in_days"], 30);
}

/// What is stored, if anything is.
fn stored(bench: &Bench) -> Option<Value> {
    let value = bench.aws(SOURCE, TOKYO, async |config| {
        let answer = aws_sdk_ssm::Client::new(&config).get_parameter().name(NAME).send().await.ok()?;
        answer.parameter?.value
    });
    value.map(|value| serde_json::from_str(&value).unwrap())
}

#[test]
fn the_configuration_is_stored_as_a_resource_that_later_plans_keep() {
    let bench = bench();
    let store = || configure(&bench, &["--ssm", "--yes", "--sandbox"]);
    let asked = configure(&bench, &["--ssm", "--sandbox"]).expect(Exit::Failed);
    assert!(asked.err.contains("ssm_parameter") && stored(&bench).is_none(), "{}", asked.err);
    let ran = store().expect(Exit::Done);
    assert!(ran.err.contains("--agent web --commands --from ssm"), "{}", ran.err);
    let printed: Value = serde_json::from_str(&configure(&bench, &[]).out).unwrap();
    assert_eq!(stored(&bench), Some(printed));
    // Nothing else was made, and nothing is written again.
    assert_eq!(bench.record("poc").entries().len(), 1);
    let before = bench.now();
    store().expect(Exit::Done);
    assert_eq!(bench.written_since(before), [""; 0]);
    // The topology does not name it, the record does.
    let plan = bench.sandbox("plan", &["--output", "json", "--prune"]).expect(Exit::Done).json();
    let steps = plan["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["kind"] == "ssm_parameter").unwrap();
    assert_eq!(step["action"], "keep");
    assert_eq!(plan["summary"]["orphan"], 0);
}

#[test]
fn a_stored_configuration_follows_the_topology_and_goes_with_it() {
    let bench = bench();
    configure(&bench, &["--ssm", "--yes", "--sandbox"]).expect(Exit::Done);
    let files = format!("{FILES}, {{ path: /var/log/secure, log_group: /aws/ec2/secure }}");
    bench.write(&topology(r#""AmazonCloudWatch-*""#, &files, ""));
    let target = format!("app/{TOKYO}/ssm_parameter.{NAME}");
    bench.sandbox("apply", &["--yes", "--target", &target]).expect(Exit::Done);
    let list = stored(&bench).unwrap()["logs"]["logs_collected"]["files"]["collect_list"].clone();
    assert_eq!(list.as_array().unwrap().len(), 2);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert_eq!(stored(&bench), None);
}
