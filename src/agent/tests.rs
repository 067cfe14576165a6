//! What we print, held against what the agent and a shell demand of it.

use std::io::Write;
use std::process::{Command, Stdio};

use jsonschema::Validator;
use serde_json::Value;

use super::configuration::configuration;
use super::rules::tests::{agent, file, target};
use super::{Origin, Platform, commands, platform, problems};
use crate::topology::{Agent, Holder, JournaldLog, LogFile, WindowsEventLog, parse};

/// The agent's own schema, as it is published: `translator/config/schema.json` of
/// github.com/aws/amazon-cloudwatch-agent at commit ab55b8d, under the licence beside it.
fn schema() -> Validator {
    let text = include_str!("../../tests/it/cases/cloudwatch-agent.schema.json");
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
}

/// The rules at run time are as strict as the agent's schema, or stricter.
#[test]
fn whatever_has_no_problem_is_valid_by_the_schema_of_the_agent() {
    let schema = schema();
    let check = |files: &[(&str, &str)], valid| {
        let agent = agent(files);
        assert_eq!(problems(&agent).is_empty(), valid, "{files:?}");
        assert_eq!(schema.is_valid(&configuration(&agent, None)), valid, "{files:?}");
        assert_eq!(schema.is_valid(&configuration(&agent, Some(30))), valid, "{files:?}");
    };
    let (longest, group) = (format!("/{}", "a".repeat(4095)), "g".repeat(512));
    check(&[("/var/log/messages", "/aws/ec2/messages")], true);
    check(&[("/var/log/**.log", "a"), ("/var/log/**.log", "b"), (&longest, &group)], true);
    check(&[(r"C:\logs\a b\*.log", "/aws/ec2/windows")], true);
    check(&[], false);
    check(&[(&format!("{longest}a"), "g")], false);
    check(&[("/a", "")], false);
    check(&[("/a", &format!("{group}g"))], false);
}

/// Every key of a topology becomes one that the agent's own schema knows.
#[test]
fn every_option_is_valid_by_the_schema_of_the_agent() {
    let topology = parse("t.yaml", EVERY_OPTION).unwrap_or_else(|invalid| panic!("{:?}", invalid.problems()));
    let schema = schema();
    for agent in topology.agents.values() {
        assert_eq!(problems(agent), [""; 0]);
        let configuration = configuration(agent, None);
        assert!(schema.is_valid(&configuration), "{configuration:#}");
    }
}

const EVERY_OPTION: &str = r#"version: 1
name: t
region: eu-west-1
accounts: { app: "111111111111" }
agents:
  linux:
    accounts: [app]
    files:
      - path: "/var/log/shop/*.log"
        log_group: /aws/ec2/shop
        log_stream: "{hostname}"
        log_group_class: INFREQUENT_ACCESS
        retention_days: 30
        multi_line_start_pattern: "{timestamp_format}"
        timestamp_format: "%Y-%m-%d %H:%M:%S"
        timezone: Local
        trim_timestamp: true
        encoding: shift_jis
        filters: [{ type: exclude, expression: "DEBUG|TRACE" }]
        blacklist: "\\.\\d$"
        auto_removal: false
        backpressure_mode: fd_release
        service_name: shop
        deployment_environment: production
    journald:
      - { log_group: j, units: [sshd], priority: warning, matches: [{ _UID: "0" }], filters: [{ type: include, expression: x }], retention_days: 7 }
    logs: { log_stream: "{ip_address}", force_flush_interval: 5, concurrency: 2, endpoint_override: "https://vpce-1.logs.eu-west-1.vpce.amazonaws.com", service_name: a, deployment_environment: b }
  windows:
    accounts: [app]
    windows_events:
      - { event_name: System, event_levels: [CRITICAL, ERROR], event_ids: [1], event_format: xml, log_group: s, filters: [{ type: exclude, expression: n }] }
"#;

#[test]
fn a_pattern_has_every_file_followed_unless_that_is_switched_off() {
    let followed = |options: &dyn Fn(&mut LogFile)| {
        let mut web = agent(&[("/var/log/httpd/*.log", "g")]);
        options(&mut web.collected.files[0]);
        configuration(&web, None)
            .pointer("/logs/logs_collected/files/collect_list/0/publish_multi_logs")
            .and_then(Value::as_bool)
    };
    assert_eq!(followed(&|_| {}), Some(true));
    assert_eq!(followed(&|file| file.publish_multi_logs = Some(false)), Some(false));
    // The newest is the one to follow where files are removed once they are read.
    assert_eq!(followed(&|file| file.auto_removal = Some(true)), None);
    assert_eq!(followed(&|file| file.path = "/var/log/messages".to_owned()), None);
    assert_eq!(followed(&|file| file.path = "/var/log/app?.log".to_owned()), Some(true));
}

#[test]
fn the_default_of_the_section_reaches_the_journal_too() {
    let mut web = agent(&[("/a", "g")]);
    web.collected.journald =
        vec![JournaldLog { target: target("j"), units: vec![], priority: None, matches: vec![] }];
    let stream = |web: &Agent, list: &str| {
        configuration(web, None)
            .pointer(&format!("/logs/logs_collected/{list}/collect_list/0/log_stream_name"))
            .and_then(|name| name.as_str().map(str::to_owned))
    };
    let of = |web: &Agent| [stream(web, "files"), stream(web, "journald")];
    assert_eq!(of(&web), [Some("{instance_id}".to_owned()), Some("{instance_id}".to_owned())]);
    web.collected.defaults.log_stream = Some("{hostname}".to_owned());
    assert_eq!(of(&web), [None, Some("{hostname}".to_owned())]);
}

#[test]
fn platforms_do_not_mix() {
    let mut web = agent(&[]);
    let log = WindowsEventLog {
        event_name: "System".to_owned(),
        target: target("g"),
        event_levels: vec![],
        event_ids: vec![1],
        event_format: None,
    };
    web.collected.windows_events = vec![log];
    assert_eq!((platform(&web), problems(&web)), (Platform::Windows, vec![]));
    web.collected.files = vec![file("/var/log/messages", "g")];
    assert!(problems(&web)[0].contains("another platform"), "{:?}", problems(&web));
    web.collected.files.clear();
    web.collected.journald =
        vec![JournaldLog { target: target("j"), units: vec![], priority: None, matches: vec![] }];
    assert!(problems(&web)[0].contains("both `journald` and `windows_events`"), "{:?}", problems(&web));
}

#[test]
fn streams_that_begin_otherwise_are_looked_up_by_what_came_last() {
    let mut web = agent(&[("/a", "/aws/ec2/a"), ("/b", "/aws/{instance_id}/b"), ("/c", "/aws/ec2/c")]);
    web.collected.files[0].target.log_stream = Some("{hostname}".to_owned());
    let script = commands(&web, "poc", &Origin::File { retention_days: None });
    for part in [
        "--log-group-name '/aws/ec2/a' --order-by LastEventTime --descending",
        "aws logs describe-log-groups --region ap-northeast-1 --log-group-name-prefix '/aws/'",
        "--log-group-name '/aws/ec2/c' --log-stream-name-prefix \"$instance\"",
    ] {
        assert!(script.contains(part), "no {part} in\n{script}");
    }
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
