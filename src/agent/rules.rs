//! What the agent and CloudWatch Logs refuse in a configuration.
//!
//! The rules of the agent are those of its own schema (github.com/aws/amazon-cloudwatch-agent,
//! `translator/config/schema.json`), those of names CloudWatch Logs' (CloudWatch Logs API Reference, CreateLogGroup).

use std::collections::BTreeSet;

use super::configuration::{Platform, platform};
use crate::topology::{Agent, LogFile};

/// Most entries of `collect_list`.
const MOST_FILES: usize = 16_384;
/// Longest `file_path`.
const LONGEST_PATH: usize = 4_096;
/// Longest name of a log group.
const LONGEST_GROUP: usize = 512;

/// Why the agent would not take a configuration made from this, one sentence each.
pub fn problems(agent: &Agent) -> Vec<String> {
    let key = &agent.key;
    let mut problems = Vec::new();
    if agent.files.is_empty() {
        problems.push(format!(
            "agents.{key} names no `files`, and the agent takes no configuration without one: add `files: [{{ path: /var/log/messages, log_group: /aws/ec2/messages }}]`"
        ));
    }
    if agent.files.len() > MOST_FILES {
        let count = agent.files.len();
        problems.push(format!(
            "agents.{key} names {count} files, and the agent takes {MOST_FILES} at most: use `*` in their paths"
        ));
    }
    let mut seen = BTreeSet::new();
    for file in &agent.files {
        let LogFile { path, log_group } = file;
        let said = [path_problem(path, platform(agent)), group_problem(log_group)];
        problems.extend(said.into_iter().flatten().map(|problem| format!("agents.{key}: {problem}")));
        if !seen.insert((path, log_group)) {
            problems.push(format!(
                "agents.{key}: `{path}` goes to {log_group} twice, and the agent refuses equal entries: take one out"
            ));
        }
    }
    problems
}

fn path_problem(path: &str, expected: Platform) -> Option<String> {
    let length = path.chars().count();
    if length > LONGEST_PATH {
        return Some(format!("a path has {length} characters, and the agent takes {LONGEST_PATH}"));
    }
    match Platform::of_path(path) {
        Some(platform) if platform == expected => None,
        Some(_) => Some(format!(
            "`{path}` is a path of another platform than the files before it: make an agent for Linux and one for Windows"
        )),
        None if path.is_empty() => {
            Some("a file has no path: write the one it has on the instance".to_owned())
        }
        None => Some(format!(
            "`{path}` is not an absolute path: write it from the root, as /var/log/messages or C:\\logs\\app.log"
        )),
    }
}

fn group_problem(name: &str) -> Option<String> {
    let may = |letter: char| letter.is_ascii_alphanumeric() || "._-/#".contains(letter);
    match name.chars().count() {
        0 => Some("a file has no log group: say where its lines go".to_owned()),
        length if length > LONGEST_GROUP => {
            Some(format!("a log group's name has {length} characters, and {LONGEST_GROUP} are the most"))
        }
        _ if !name.chars().all(may) => {
            Some(format!("`{name}` cannot be a log group: a name has letters, digits and . _ - / # only"))
        }
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::topology::Holder;

    /// An agent with files, path and log group each.
    pub(in crate::agent) fn agent(files: &[(&str, &str)]) -> Agent {
        let file = |(path, log_group): &(&str, &str)| LogFile {
            path: (*path).to_owned(),
            log_group: (*log_group).to_owned(),
        };
        Agent {
            key: "web".parse().unwrap(),
            accounts: vec!["app".parse().unwrap()],
            region: "ap-northeast-1".parse().unwrap(),
            policy: None,
            extra_policies: Vec::new(),
            holder: Holder::Role("web".to_owned()),
            files: files.iter().map(file).collect(),
            check: Vec::new(),
            parameter: None,
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
        check(&[("/a", "g"), ("/a", "g")], &["twice"]);
        check(&[("/a", "g"), (r"C:\a", "g")], &["another platform"]);
        check(&[("", ""), ("b", "b b")], &["no path", "no log group", "absolute", "cannot be"]);
    }
}
