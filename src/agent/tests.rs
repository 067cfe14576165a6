//! What we print, held against what the agent and a shell demand of it.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::configuration::configuration;
use super::rules::tests::agent;
use super::{Origin, commands, problems};
use crate::topology::tests::validator::accepts_value;
use crate::topology::{Agent, Holder};

fn schema() -> Value {
    serde_json::from_str(include_str!("../../tests/it/cases/cloudwatch-agent.schema.json")).unwrap()
}

/// The rules at run time are as strict as the agent's schema, or stricter.
#[test]
fn whatever_has_no_problem_is_valid_by_the_schema_of_the_agent() {
    let schema = schema();
    let check = |files: &[(&str, &str)], valid| {
        let agent = agent(files);
        assert_eq!(problems(&agent).is_empty(), valid, "{files:?}");
        assert_eq!(accepts_value(&schema, &configuration(&agent, None)), valid, "{files:?}");
        assert_eq!(accepts_value(&schema, &configuration(&agent, Some(30))), valid, "{files:?}");
    };
    let (longest, group) = (format!("/{}", "a".repeat(4095)), "g".repeat(512));
    check(&[("/var/log/messages", "/aws/ec2/messages")], true);
    check(&[("/var/log/**.log", "a"), ("/var/log/**.log", "b"), (&longest, &group)], true);
    check(&[(r"C:\logs\a b\*.log", "/aws/ec2/windows")], true);
    check(&[], false);
    check(&[("/a", "g"), ("/a", "g")], false);
    check(&[(&format!("{longest}a"), "g")], false);
    check(&[("/a", "")], false);
    check(&[("/a", &format!("{group}g"))], false);
}

#[test]
fn the_schema_notices_what_the_agent_does_not_know() {
    let valid = configuration(&agent(&[("/a", "g")]), None);
    let at = "/logs/logs_collected/files/collect_list/0";
    let check = |key: &str, value: Option<Value>| {
        let mut changed = valid.clone();
        let entry = changed.pointer_mut(at).unwrap().as_object_mut().unwrap();
        match value {
            Some(value) => drop(entry.insert(key.to_owned(), value)),
            None => drop(entry.remove(key)),
        }
        assert!(!accepts_value(&schema(), &changed), "{key}");
    };
    check("file_path", None);
    check("path", Some(json!("/a")));
    check("retention_in_days", Some(json!(31)));
    check("log_stream_name", Some(json!("")));
}

/// A path and a role that a careless script would trip over.
fn awkward() -> Agent {
    Agent {
        holder: Holder::Role("team/web-role".to_owned()),
        ..agent(&[("/var/log/it's $HOME `x`.log", "/aws/ec2/#1")])
    }
}

#[test]
fn the_script_for_linux_installs_configures_starts_and_checks() {
    let script = commands(&awkward(), "poc", &Origin::File { retention_days: None });
    let parts = [
        "packages='https://amazoncloudwatch-agent-ap-northeast-1.s3.ap-northeast-1.amazonaws.com'",
        "sudo yum install -y amazon-cloudwatch-agent",
        "redhat/$architecture/latest/amazon-cloudwatch-agent.rpm",
        "$packages/$ID/$architecture/latest/amazon-cloudwatch-agent.deb",
        "<< 'END_OF_CONFIGURATION'\n{\n",
        "\"/var/log/it's $HOME `x`.log\"",
        "-a fetch-config -m ec2 -s -c 'file:/opt/aws/amazon-cloudwatch-agent/etc/logpipe.json'",
        "-m ec2 -a status",
        "# assumed-role/web-role/",
        "--log-group-name '/aws/ec2/#1' --log-stream-name-prefix \"$instance\"",
    ];
    let mut rest = script.as_str();
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("no {part} in order in\n{script}"));
        rest = &rest[at + part.len()..];
    }
    let stored = commands(&awkward(), "poc", &Origin::Parameter("AmazonCloudWatch-poc-web".to_owned()));
    assert!(stored.contains("-c 'ssm:AmazonCloudWatch-poc-web'") && !stored.contains("tee"), "{stored}");
}

#[test]
fn the_script_for_windows_writes_json_without_a_byte_order_mark() {
    let windows = agent(&[(r"C:\logs\it's.log", "/aws/ec2/windows")]);
    let script = commands(&windows, "poc", &Origin::File { retention_days: None });
    assert!(script.contains("/windows/amd64/latest/amazon-cloudwatch-agent.msi"), "{script}");
    assert!(
        script.contains("@'\n{\n") && script.contains("\n}\n'@\n[System.IO.File]::WriteAllText("),
        "{script}"
    );
    assert!(script.contains("& $control -a fetch-config -m ec2 -s -c 'file:C:\\ProgramData\\"), "{script}");
}

/// What a shell makes of the script, up to the words it would run; the checker only where it is installed.
#[test]
fn shells_take_the_script() {
    let script = commands(&awkward(), "poc", &Origin::File { retention_days: Some(30) });
    let accepts = |program: &str, arguments: &[&str]| -> Option<(bool, String)> {
        let mut shell = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .ok()?;
        shell.stdin.take()?.write_all(script.as_bytes()).ok()?;
        let output = shell.wait_with_output().ok()?;
        Some((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
    };
    for (program, arguments) in [("sh", ["-n"].as_slice()), ("shellcheck", &["-"])] {
        if let Some((accepted, said)) = accepts(program, arguments) {
            assert!(accepted, "{program}: {said}\n{script}");
        }
    }
}
