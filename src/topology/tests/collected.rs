//! What an agent collects: every key in a topology, and configurations of the agent that are there already.

use proptest::prelude::*;

use super::super::{
    Collected, LogGroupClass, Priority, in_words_of_the_agent, in_words_of_the_topology,
    read_agent_configuration,
};
use super::{FULL, VALID, check, parse, valid};
use crate::address::Key;

/// A topology with an agent of these keys.
fn with(keys: &str) -> String {
    format!("{VALID}agents:\n  web:\n    accounts: [app]\n{keys}")
}

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

fn collected(keys: &str) -> Collected {
    valid(&with(keys)).agents.into_values().next().unwrap().collected
}

#[test]
fn every_key_is_read() {
    let full = parse("t.yaml", FULL).unwrap();
    let web = &full.agents[&key("web")].collected;
    let file = &web.files[0];
    assert_eq!(file.target.retention_days, Some(30));
    assert_eq!(file.target.log_group_class, Some(LogGroupClass::Standard));
    assert_eq!(file.encoding.as_deref(), Some("shift_jis"));
    assert_eq!(web.journald[0].priority, Some(Priority::Warning));
    assert_eq!(web.defaults.concurrency, Some(2));
    assert_eq!(full.agents[&key("windows")].collected.windows_events[0].event_ids, [4624]);
    // Not a key is lost on the way into the agent's words and back.
    for agent in full.agents.values().filter(|agent| !agent.collected.is_empty()) {
        let text = serde_json::json!({ "logs": in_words_of_the_agent(&agent.collected) }).to_string();
        assert_eq!(read_agent_configuration("c.json", &text).unwrap().collected, agent.collected);
    }
}

#[test]
fn files() {
    let file = |keys: &str, expected: &[&str]| {
        check(&with(&format!("    files: [{{ path: /a, log_group: g, {keys} }}]\n")), expected);
    };
    file("log_stream: '{hostname}', retention_days: 30", &[]);
    file("log_stream: 'a:b'", &["23:51 `a:b` cannot be a log stream name"]);
    file("log_stream: '{instanceid}'", &["23:51 `{instanceid}` is not a placeholder of the agent"]);
    file("log_stream_name: x", &["23:39 unknown key `log_stream_name`"]);
    file("retention_in_days: 30", &["23:39 unknown key `retention_in_days`"]);
    file("retention_days: 31", &["23:55 `retention_days` is 31"]);
    file("log_group_class: infrequent_access", &["23:56 `log_group_class` cannot be `infrequent_access`"]);
    file("timezone: Tokyo", &["23:49 `timezone` cannot be `Tokyo`"]);
    file("timestamp_format: '%d/%b/%Y:%H:%M:%S %z'", &[]);
    file("timestamp_format: '%Y-%q'", &["23:57 `%q` is not a timestamp symbol of the agent"]);
    file("multi_line_start_pattern: '{timestamp_format}', timestamp_format: '%Y'", &[]);
    file(
        "multi_line_start_pattern: '{timestamp_format}'",
        &["23:65 `{timestamp_format}` needs a `timestamp_format`"],
    );
    file("multi_line_start_pattern: '^(?=a)'", &["23:65 `^(?=a)` is not a valid regular expression"]);
    file("filters: [{ type: exclude, expression: DEBUG }]", &[]);
    file(
        "filters: [{ type: drop, expression: '(' }]",
        &["23:57 `type` cannot be `drop`", "23:75 `(` is not a valid regular expression"],
    );
    file("filters: [{ type: include }]", &["23:49 `filters` has no `expression`"]);
    file("blacklist: '[a'", &["23:50 `[a` is not a valid regular expression"]);
    file("encoding: 'utf 8'", &["23:49 `utf 8` cannot be the name of an encoding"]);
    file(
        "publish_multi_logs: true, auto_removal: true",
        &["23:39 both `publish_multi_logs` and `auto_removal` are `true`"],
    );
    file("auto_removal: 'yes'", &["23:53 `auto_removal` must be true or false"]);
    check(
        &with("    files: [{ path: /a, log_group: '/aws/{instanceid}' }]\n"),
        &["23:36 `/aws/{instanceid}` cannot be a log group name"],
    );
}

#[test]
fn a_log_group_has_one_retention_and_one_class() {
    let two = |first: &str, second: &str, expected: &[&str]| {
        let keys = format!(
            "    files:\n      - {{ path: /a, log_group: G, {first} }}\n    journald:\n      - {{ log_group: g, {second} }}\n"
        );
        check(&with(&keys), expected);
    };
    two("retention_days: 30", "retention_days: 30", &[]);
    two("retention_days: 30", "units: [a]", &[]);
    two(
        "retention_days: 30",
        "retention_days: 7",
        &["26:41 the log group `g` already has another `retention_days`"],
    );
    two(
        "log_group_class: STANDARD",
        "log_group_class: INFREQUENT_ACCESS",
        &["26:42 the log group `g` already has another `log_group_class`"],
    );
}

#[test]
fn what_a_source_delivers_is_neither_infrequent_nor_kept_for_another_time() {
    let agent = |keys: &str| with(&format!("    files: [{{ path: /a, log_group: /app/web, {keys} }}]\n"));
    check(
        &agent("log_group_class: INFREQUENT_ACCESS"),
        &["23:36 `/app/web` is `INFREQUENT_ACCESS`, and source `web` delivers it"],
    );
    check(&agent("log_group_class: STANDARD, retention_days: 7"), &[]);
    let made = agent("retention_days: 7")
        .replace("    filter:", "    create: true\n    retention_days: 30\n    filter:");
    check(&made, &["25:36 `/app/web` keeps events for 7 days here, and for 30 in source `web`"]);
    check(&made.replace("retention_days: 30", "retention_days: 7"), &[]);
}

#[test]
fn journald() {
    let log = |keys: &str, expected: &[&str]| {
        check(&with(&format!("    journald: [{{ log_group: g, {keys} }}]\n")), expected);
    };
    log("units: [sshd, 'nginx.service'], priority: err", &[]);
    log("priority: '3', matches: [{ _SYSTEMD_UNIT: sshd.service, PRIORITY: '4' }]", &[]);
    log("units: []", &["23:39 `units` is empty"]);
    log("units: ['a b']", &["23:40 `a b` cannot be a systemd unit"]);
    log("priority: error", &["23:42 `priority` cannot be `error`"]);
    log("matches: [{ unit: a }]", &["23:44 `unit` is not a journal field"]);
    log("path: /a", &["23:32 unknown key `path`"]);
    check(&with("    journald: [{ units: [a] }]\n"), &["23:16 `journald` has no `log_group`"]);
    assert_eq!(
        collected("    journald: [{ log_group: g, priority: '0' }]\n").journald[0].priority,
        Some(Priority::Emergency)
    );
}

#[test]
fn windows_events() {
    let log = |keys: &str, expected: &[&str]| {
        check(&with(&format!("    windows_events: [{{ log_group: g, {keys} }}]\n")), expected);
    };
    log("event_name: System, event_levels: [ERROR], event_format: xml", &[]);
    log("event_name: Security, event_ids: [0, 65535]", &[]);
    log("event_name: Application, filters: [{ type: include, expression: x }]", &[]);
    log("event_name: System", &["23:22 `windows_events` does not say which events to send"]);
    log("event_levels: [ERROR]", &["23:22 `windows_events` has no `event_name`"]);
    log(
        "event_name: Forwarded Events, event_ids: [1]",
        &["23:50 `Forwarded Events` cannot be the name of an event log"],
    );
    log("event_name: a, event_levels: [error]", &["23:68 `event_levels` cannot be `error`"]);
    log("event_name: a, event_ids: [65536]", &["23:65 `event_ids` is 65536"]);
    log("event_name: a, event_ids: [1], event_format: json", &["23:83 `event_format` cannot be `json`"]);
}

#[test]
fn what_holds_for_all() {
    let logs = |keys: &str, expected: &[&str]| {
        check(
            &with(&format!("    files: [{{ path: /a, log_group: g }}]\n    logs: {{ {keys} }}\n")),
            expected,
        );
    };
    logs("log_stream: '{hostname}', force_flush_interval: 10, concurrency: 4", &[]);
    logs("force_flush_interval: 0", &["24:35 `force_flush_interval` is 0"]);
    logs("metrics_collected: {}", &["24:13 unknown key `metrics_collected`"]);
    logs("service_name: ''", &["24:27 `` cannot be the name of a service"]);
}

/// Problems of a configuration, as `line:column message`.
#[track_caller]
fn refused(text: &str, expected: &[&str]) {
    let invalid = read_agent_configuration("c.json", text).unwrap_err();
    let of = |problem: &super::super::Problem| {
        format!("{}:{} {}", problem.line(), problem.column(), problem.message())
    };
    assert_eq!(invalid.problems().iter().map(of).collect::<Vec<_>>(), expected, "{text}");
    assert!(
        invalid.to_string().contains("is not a valid configuration of the CloudWatch agent"),
        "{invalid}"
    );
}

#[test]
fn every_problem_of_a_configuration_is_said_with_its_place() {
    refused("", &["1:1 not valid JSON: the end of the file where a value should be"]);
    refused("{\n\t\"logs\": {\n\t}\n\t\"x\": 1 }", &["4:2 not valid JSON: `\"` where `,` or `}` should be"]);
    refused("[]", &["1:1 `configuration` must be a map"]);
    refused("{}", &["1:1 it collects no logs that a topology can describe"]);
    refused(
        r#"{ "logs": { "logs_collected": { "file": {}, "files": { "collect_list": [
  { "file_path": "var/log", "log_group_name": "a b" },
  { "log_group_name": "g", "retention_in_days": 31, "pth": 1 },
  { "file_path": "/a", "log_group_name": "g", "filters": [{ "type": "include", "expression": "(" }] } ] } } } }"#,
        &[
            "1:33 unknown key `file`",
            "2:18 `var/log` cannot be the path of a log file",
            "2:47 `a b` cannot be a log group name",
            "3:3 `files` has no `file_path`",
            "3:49 `retention_in_days` is 31",
            "3:53 unknown key `pth`",
            "4:94 `(` is not a valid regular expression",
        ],
    );
    refused(
        r#"{ "logs": { "logs_collected": { "files": { "collect_list": [] }, "journald": {} } } }"#,
        &["1:60 `files` collects nothing", "1:66 `journald` has no `collect_list`"],
    );
}

/// What is left out of a configuration, by its name, and what is said of the rest.
fn imported(text: &str) -> (Collected, Vec<String>, Vec<String>) {
    let imported = read_agent_configuration("c.json", text).unwrap();
    let left_out = imported
        .left_out
        .iter()
        .map(|problem| format!("{}:{} {}", problem.line(), problem.column(), problem.message()));
    (imported.collected, left_out.collect(), imported.notes)
}

#[test]
fn what_a_topology_has_no_words_for_is_listed() {
    let (collected, left_out, notes) = imported(
        r#"{ "agent": { "region": "eu-west-1", "run_as_user": "cwagent", "debug": true },
  "metrics": {}, "logs": { "metrics_collected": {}, "credentials": {}, "log_stream_name": "{hostname}",
  "logs_collected": { "files": { "collect_list": [
    { "file_path": "/var/log/app.log" },
    { "file_path": "/var/log/x/*.log", "publish_multi_logs": true },
    { "file_path": "/var/log/y/*.log", "log_group_name": "y", "retention_in_days": -1, "timezone": "LOCAL" } ] },
    "journald": { "collect_list": [{ "log_group_name": "j", "log_stream_name": "{instance_id}" }, { "log_group_name": "k" }] } } } }"#,
    );
    assert_eq!(
        left_out,
        [
            "1:37 `run_as_user` is left out",
            "1:63 `debug` is left out",
            "2:3 `metrics` is left out",
            "2:28 `metrics_collected` is left out",
            "2:53 `credentials` is left out",
            "5:5 `files` is left out",
        ]
    );
    assert!(notes.len() == 1 && notes[0].contains("`/var/log/y/*.log`"), "{notes:?}");
    // The agent's own names for what is not said.
    assert_eq!(collected.files[0].target.log_group, "/var/log/app");
    assert_eq!(collected.files[1].publish_multi_logs, Some(false));
    assert_eq!(collected.files[1].target.retention_days, None);
    // The default of the section is none of the journal's.
    assert_eq!(collected.journald[1].target.log_stream.as_deref(), Some("{instance_id}"));
}

/// The agent's own examples, which are among its tests.
#[test]
fn a_configuration_means_the_same_when_it_comes_back() {
    let text = r#"{ "logs": { "log_stream_name": "S", "force_flush_interval": 15, "logs_collected": {
        "files": { "collect_list": [
            { "file_path": "/opt/a.log", "log_group_name": "a.log", "log_stream_name": "a", "multi_line_start_pattern": "{timestamp_format}",
              "timestamp_format": "%H:%M:%S %y %b %d", "timezone": "UTC", "filters": [{ "type": "include", "expression": "foo" }, { "type": "exclude", "expression": "(TRACE|DEBUG)" }] },
            { "file_path": "/opt/*", "log_group_name": "all", "blacklist": "agent.log*|env.log|profiler.log|\\.\\d$", "publish_multi_logs": true, "backpressure_mode": "fd_release", "service.name": "s" } ] },
        "journald": { "collect_list": [{ "log_group_name": "j", "log_stream_name": "x", "units": ["sshd"], "retention_in_days": 7, "matches": [{ "_UID": "0" }] }] } } } }"#;
    let (collected, left_out, notes) = imported(text);
    assert!(left_out.is_empty() && notes.is_empty(), "{left_out:?} {notes:?}");
    let before: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(in_words_of_the_agent(&collected), before["logs"]);
    // And through the words of a topology.
    let keys = serde_yaml::to_string(&in_words_of_the_topology(&collected)).unwrap();
    let keys: String = keys.lines().map(|line| format!("    {line}\n")).collect();
    assert_eq!(self::collected(&keys), collected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a configuration holds, reading it ends in an answer, and what is read is what a topology reads.
    #[test]
    fn no_configuration_is_too_strange(text in any_configuration()) {
        if let Ok(imported) = read_agent_configuration("c.json", &text) {
            let keys = serde_yaml::to_string(&in_words_of_the_topology(&imported.collected)).unwrap();
            let keys: String = keys.lines().map(|line| format!("    {line}\n")).collect();
            let read = parse("t.yaml", &with(&keys));
            prop_assert!(read.is_ok(), "{keys}\n{:?}", read.unwrap_err().problems());
            prop_assert_eq!(&read.unwrap().agents[&key("web")].collected, &imported.collected);
        }
    }
}

/// Configurations that are mostly right.
fn any_configuration() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-z]{1,6}",
        Just("yes".to_owned()),
        Just("0x1F".to_owned()),
        Just("- a: b #".to_owned()),
        Just("{date}".to_owned()),
        "\\PC{1,4}"
    ];
    let entry = (word.clone(), word.clone(), word, proptest::bool::ANY, 0_u32..4).prop_map(|(path, stream, unit, flag, days)| {
        let days = [-1, 1, 7, 8][days as usize];
        (
            serde_json::json!({ "file_path": format!("/{path}"), "log_group_name": "g", "log_stream_name": stream, "publish_multi_logs": flag, "retention_in_days": days, "blacklist": unit }),
            serde_json::json!({ "log_group_name": "h", "units": [unit], "filters": [{ "type": "include", "expression": path }] }),
        )
    });
    proptest::collection::vec(entry, 0..3).prop_map(|entries| {
        let (files, journald): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
        serde_json::json!({ "logs": { "logs_collected": {
            "files": { "collect_list": files }, "journald": { "collect_list": journald } } } })
        .to_string()
    })
}
