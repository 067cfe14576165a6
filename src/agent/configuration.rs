//! The configuration of an agent, as `amazon-cloudwatch-agent.json` has it.

use serde_json::{Value, json};

use crate::topology::{Agent, Collected, JournaldLog, in_words_of_the_agent};

/// The kind of instances that an agent runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// Linux, and whatever else has paths that begin with a slash.
    Linux,
    /// Windows.
    Windows,
}

impl Platform {
    /// The platform that has paths like this; `None` where it is a path of no platform.
    pub(super) fn of_path(path: &str) -> Option<Self> {
        let bytes = path.as_bytes();
        let drive = bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':';
        match bytes.first() {
            Some(b'/') => Some(Self::Linux),
            Some(b'\\') if bytes.get(1) == Some(&b'\\') => Some(Self::Windows),
            _ if drive && matches!(bytes[2], b'\\' | b'/') => Some(Self::Windows),
            _ => None,
        }
    }

    /// Where the agent writes what it has to say itself (CloudWatch User Guide, "Manually create or edit the CloudWatch
    /// agent configuration file").
    pub(super) fn log_file(self) -> &'static str {
        match self {
            Self::Linux => "/opt/aws/amazon-cloudwatch-agent/logs/amazon-cloudwatch-agent.log",
            Self::Windows => {
                "C:\\ProgramData\\Amazon\\AmazonCloudWatchAgent\\Logs\\amazon-cloudwatch-agent.log"
            }
        }
    }
}

/// The platform of an agent, by what only one of them has: event logs, the journal, and paths like the first file's.
pub fn platform(agent: &Agent) -> Platform {
    let Collected { files, journald, windows_events, .. } = &agent.collected;
    match (windows_events.is_empty(), journald.is_empty()) {
        (false, _) => Platform::Windows,
        (true, false) => Platform::Linux,
        _ => files.iter().find_map(|file| Platform::of_path(&file.path)).unwrap_or(Platform::Linux),
    }
}

/// The log stream of everything that does not set its own.
pub(super) const OF_THE_INSTANCE: &str = "{instance_id}";

/// What is collected, with every default that the agent does not have itself.
fn completed(collected: &Collected, retention_days: Option<u32>) -> Collected {
    let mut collected = collected.clone();
    let of_all = collected.defaults.log_stream.clone();
    let usual = || of_all.clone().unwrap_or_else(|| OF_THE_INSTANCE.to_owned());
    let files = collected.files.iter_mut().map(|file| &mut file.target);
    let events = collected.windows_events.iter_mut().map(|log| &mut log.target);
    for target in files.chain(events) {
        // The agent knows the default of its section, which is why it is not repeated.
        if of_all.is_none() {
            target.log_stream.get_or_insert_with(usual);
        }
        target.retention_days = target.retention_days.or(retention_days);
    }
    for JournaldLog { target, .. } in &mut collected.journald {
        // For the journal it does not (`translator/translate/otel/exporter/journald`).
        target.log_stream.get_or_insert_with(usual);
        target.retention_days = target.retention_days.or(retention_days);
    }
    collected
}

/// The configuration. `retention_days` is for the log groups without retention in the topology; without it the agent
/// leaves their retention alone.
pub fn configuration(agent: &Agent, retention_days: Option<u32>) -> Value {
    let platform = platform(agent);
    let mut itself = json!({ "region": agent.region, "logfile": platform.log_file() });
    if platform == Platform::Linux {
        // Only root can read files such as /var/log/messages.
        itself["run_as_user"] = "root".into();
    }
    json!({ "agent": itself, "logs": in_words_of_the_agent(&completed(&agent.collected, retention_days)) })
}

/// The configuration as a file holds it.
pub fn configuration_text(agent: &Agent, retention_days: Option<u32>) -> String {
    format!("{:#}", configuration(agent, retention_days))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::rules::tests::agent;

    #[test]
    fn a_configuration_says_where_the_lines_of_every_file_go() {
        let web = agent(&[("/var/log/messages", "/aws/ec2/messages")]);
        insta::assert_snapshot!(configuration_text(&web, None), @r#"
        {
          "agent": {
            "region": "ap-northeast-1",
            "logfile": "/opt/aws/amazon-cloudwatch-agent/logs/amazon-cloudwatch-agent.log",
            "run_as_user": "root"
          },
          "logs": {
            "logs_collected": {
              "files": {
                "collect_list": [
                  {
                    "file_path": "/var/log/messages",
                    "log_group_name": "/aws/ec2/messages",
                    "log_stream_name": "{instance_id}"
                  }
                ]
              }
            }
          }
        }
        "#);
    }

    #[test]
    fn windows_has_no_user_to_run_as_and_a_log_file_of_its_own() {
        let windows = configuration(&agent(&[(r"C:\inetpub\logs\*.log", "/aws/ec2/iis")]), None);
        assert!(windows["agent"]["run_as_user"].is_null());
        assert_eq!(windows["agent"]["logfile"], Platform::Windows.log_file());
        assert_eq!(
            windows["logs"]["logs_collected"]["files"]["collect_list"][0]["file_path"],
            r"C:\inetpub\logs\*.log"
        );
    }

    #[test]
    fn retention_is_set_only_when_asked_for() {
        let web = agent(&[("/var/log/messages", "/aws/ec2/messages")]);
        let entry = |days| {
            configuration(&web, days).pointer("/logs/logs_collected/files/collect_list/0").cloned().unwrap()
        };
        assert_eq!(entry(None).get("retention_in_days"), None);
        assert_eq!(entry(Some(30))["retention_in_days"], 30);
    }

    #[test]
    fn paths_tell_the_platform() {
        let check = |path: &str, platform| assert_eq!(Platform::of_path(path), platform, "{path}");
        check("/var/log/messages", Some(Platform::Linux));
        check(r"C:\logs\app.log", Some(Platform::Windows));
        check("d:/logs/app.log", Some(Platform::Windows));
        check(r"\\server\share\app.log", Some(Platform::Windows));
        check("logs/app.log", None);
        check(r"C:app.log", None);
        check("", None);
    }
}
