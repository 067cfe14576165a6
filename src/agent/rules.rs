//! The configurations that the agent and CloudWatch Logs refuse.
//!
//! The rules of the agent are those of its own schema (github.com/aws/amazon-cloudwatch-agent,
//! `translator/config/schema.json`), those of names CloudWatch Logs' (CloudWatch Logs API Reference, CreateLogGroup).

use super::configuration::{Platform, platform};
use crate::topology::Agent;

/// Longest `file_path`.
const LONGEST_PATH: usize = 4_096;
/// Longest name of a log group.
const LONGEST_GROUP: usize = 512;

/// Why the agent would not take a configuration made from this, one sentence each.
pub fn problems(agent: &Agent) -> Vec<String> {
    let (key, collected) = (&agent.key, &agent.collected);
    let mut said = Vec::new();
    if collected.is_empty() {
        said.push("has no `files`, `journald` or `windows_events`, and the agent needs at least one of them: add `files: [{ path: /var/log/messages, log_group: /aws/ec2/messages }]`".to_owned());
    }
    if !collected.journald.is_empty() && !collected.windows_events.is_empty() {
        said.push(
            "has both `journald` and `windows_events`: make one agent for Linux and one for Windows"
                .to_owned(),
        );
    }
    let mut problems: Vec<String> =
        said.into_iter().map(|problem| format!("agents.{key} {problem}")).collect();
    let of_paths = collected.files.iter().filter_map(|file| path_problem(&file.path, platform(agent)));
    let of_groups = collected.log_groups().filter_map(group_problem);
    problems.extend(of_paths.chain(of_groups).map(|problem| format!("agents.{key}: {problem}")));
    problems
}

fn path_problem(path: &str, expected: Platform) -> Option<String> {
    let length = path.chars().count();
    if length > LONGEST_PATH {
        return Some(format!("a path has {length} characters, and the agent allows at most {LONGEST_PATH}"));
    }
    match Platform::of_path(path) {
        Some(platform) if platform == expected => None,
        Some(_) => Some(format!(
            "`{path}` is a path of another platform than the rest: make one agent for Linux and one for Windows"
        )),
        None if path.is_empty() => Some("a file has no path: write its path on the instance".to_owned()),
        None => Some(format!(
            "`{path}` is not an absolute path: write the full path, such as /var/log/messages or C:\\logs\\app.log"
        )),
    }
}

fn group_problem(name: &str) -> Option<String> {
    let may = |letter: char| letter.is_ascii_alphanumeric() || "._-/#{}".contains(letter);
    match name.chars().count() {
        0 => Some("a file has no log group: say where its lines go".to_owned()),
        length if length > LONGEST_GROUP => Some(format!(
            "the name of a log group has {length} characters, and at most {LONGEST_GROUP} are allowed"
        )),
        _ if !name.chars().all(may) => Some(format!(
            "`{name}` cannot be a log group: a name can contain only letters, digits and . _ - / #"
        )),
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::topology::{Collected, Holder, LogFile, LogTarget};

    /// A file without any option.
    pub(in crate::agent) fn file(path: &str, log_group: &str) -> LogFile {
        LogFile {
            path: path.to_owned(),
            target: target(log_group),
            multi_line_start_pattern: None,
            timestamp_format: None,
            timezone: None,
            trim_timestamp: None,
            encoding: None,
            publish_multi_logs: None,
            auto_removal: None,
            blacklist: None,
            backpressure_mode: None,
            service_name: None,
            deployment_environment: None,
        }
    }

    /// A log group without any option.
    pub(in crate::agent) fn target(log_group: &str) -> LogTarget {
        LogTarget {
            log_group: log_group.to_owned(),
            log_stream: None,
            log_group_class: None,
            retention_days: None,
            filters: Vec::new(),
        }
    }

    /// An agent with files, path and log group each.
    pub(in crate::agent) fn agent(files: &[(&str, &str)]) -> Agent {
        let files = files.iter().map(|(path, log_group)| file(path, log_group)).collect();
        Agent {
            key: "web".parse().unwrap(),
            accounts: vec!["app".parse().unwrap()],
            region: "ap-northeast-1".parse().unwrap(),
            policy: None,
            extra_policies: Vec::new(),
            holder: Holder::Role("web".to_owned()),
            collected: Collected { files, ..Collected::default() },
            check: Vec::new(),
        }
    }

    fn check(files: &[(&str, &str)], expect: &[&str]) {
        let problems = problems(&agent(files));
        assert_eq!(problems.len(), expect.len(), "{problems:?}");
        for (problem, part) in problems.iter().zip(expect) {
            assert!(problem.starts_with("agents.web") && problem.contains(part), "{problem}: {part}");
        }
    }

    #[test]
    fn what_the_agent_refuses_is_said() {
        let long = format!("/{}", "a".repeat(4096));
        let group = "g".repeat(513);
        check(&[("/var/log/messages", "/aws/ec2/messages")], &[]);
        check(&[("/var/log/**.log", "a#b"), ("/var/log/**.log", "other")], &[]);
        check(&[], &["no `files`"]);
        check(&[("", "g")], &["no path"]);
        check(&[("messages", "g")], &["not an absolute path"]);
        check(&[(&long, "g")], &["4097 characters"]);
        check(&[("/a", "")], &["no log group"]);
        check(&[("/a", "a b")], &["cannot be a log group"]);
        check(&[("/a", &group)], &["513 characters"]);
        check(&[("/a", "/aws/{instance_id}/a")], &[]);
        check(&[("/a", "g"), (r"C:\a", "g")], &["another platform"]);
        check(&[("", ""), ("b", "b b")], &["no path", "absolute", "no log group", "cannot be"]);
    }
}
