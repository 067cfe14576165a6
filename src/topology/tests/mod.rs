//! The rules of the topology, each by a file that breaks it.

mod accounts;
mod across;
mod across_iam;
mod agents;
mod agreement;
mod alarms;
mod allowances;
mod collected;
mod destinations;
mod draft;
mod files;
mod fuzz;
mod include;
mod lint_page;
mod mutations;
mod names;
mod organization;
mod policies;
mod readers;
mod rendering;
mod schema;
mod shape;
mod slips;
mod sources;
mod streams;
mod unmeant;
mod validator;
mod variables;

use std::io::{Error, ErrorKind, Result};
use std::path::Path;

use super::{Invalid, PolicyFiles, Topology, parse_with};

/// A valid topology that the tests break one line at a time.
const VALID: &str = r#"version: 1
name: logs
region: ap-northeast-1
tags: { Project: poc }
access: { role_name: Deployer }
accounts:
  archive: "999999999999"
  app: { id: "111111111111" }
destinations:
  central:
    account: archive
    bucket: { name: central-bucket }
    stream: { buffer_mb: 5 }
sources:
  web:
    accounts: [app]
    destination: central
    log_groups: ["/app/web", "/lambda/*"]
    filter: { pattern: "" }
"#;

/// A valid topology that holds every key.
const FULL: &str = include_str!("full.yaml");

/// The policy files beside every topology of these tests.
struct Beside;

impl PolicyFiles for Beside {
    fn read(&self, path: &Path) -> Result<Vec<u8>> {
        let text = match path.to_str() {
            Some("policies/s3.json") => include_str!("../../../topologies/policies/s3.json").to_owned(),
            Some("trust.json") => {
                r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*"}}"#.to_owned()
            }
            Some("names.json") => {
                r#"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Allow","Action":"s3:*","Resource":"mybucket"}]}"#.to_owned()
            }
            Some("broken.json") => "{\n  \"Version\": }".to_owned(),
            Some("no-policy.json") => "[]".to_owned(),
            Some("large.json") => " ".repeat(256 * 1024 + 1),
            _ => return Err(Error::new(ErrorKind::NotFound, "No such file or directory")),
        };
        Ok(text.into_bytes())
    }
}

fn parse(file_name: &str, text: &str) -> std::result::Result<Topology, Invalid> {
    parse_with(file_name, text, &Beside)
}

/// The valid topology with one text replaced.
fn edited(from: &str, to: &str) -> String {
    assert_eq!(VALID.matches(from).count(), 1, "`{from}` must be in the valid topology once");
    VALID.replace(from, to)
}

/// Every problem as `line:column message`.
fn problems(yaml: &str) -> Vec<String> {
    let problems = parse("t.yaml", yaml).err().map(|invalid| invalid.problems().to_vec()).unwrap_or_default();
    for problem in &problems {
        assert!(!problem.why().is_empty() && !problem.help().is_empty(), "{problem}");
        assert_eq!(problem.file(), "t.yaml");
    }
    problems
        .iter()
        .map(|problem| format!("{}:{} {}", problem.line(), problem.column(), problem.message()))
        .collect()
}

#[track_caller]
fn check(yaml: &str, expected: &[&str]) {
    let problems = problems(yaml);
    assert_eq!(problems, expected, "in\n{yaml}");
    schema::agrees(yaml, &problems);
}

#[track_caller]
fn check_edit(from: &str, to: &str, expected: &[&str]) {
    check(&edited(from, to), expected);
}

/// Why the only problem is one, and what to do.
#[track_caller]
fn check_advice(from: &str, to: &str, why: &str, help: &str) {
    let invalid = parse("t.yaml", &edited(from, to)).unwrap_err();
    let problem = &invalid.problems()[0];
    assert!(problem.why().contains(why), "{}", problem.why());
    assert!(problem.help().contains(help), "{}", problem.help());
}

#[track_caller]
fn valid(yaml: &str) -> Topology {
    schema::agrees(yaml, &[]);
    parse("t.yaml", yaml).unwrap_or_else(|invalid| panic!("{invalid}: {:?}", invalid.problems()))
}
