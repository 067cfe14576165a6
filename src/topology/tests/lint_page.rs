//! docs/lint.md held against the rules: its table is theirs, every rule has its section, every example goes against the rule
//! it is for and no other, and what stands below it as the fix goes against none.
//!
//! The topologies that come with logpipe go against no rule, or say why.
//!
//! `LOGPIPE_UPDATE_GOLDEN=1 cargo test --lib -- lint_page::` writes the table anew.

use std::collections::BTreeMap;
use std::path::Path;

use super::parse;
use crate::lint::{Rule, RuleFacts};
use crate::topology::load;

const BEGIN: &str = "<!-- rules -->\n";
const END: &str = "<!-- /rules -->\n";

fn path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lint.md")
}

fn page() -> String {
    std::fs::read_to_string(path()).unwrap()
}

/// The table as the page should have it.
fn table() -> String {
    let row = |rule: &Rule| {
        let RuleFacts { code, name, severity, meaning } = rule.facts();
        let anchor = rule.anchor();
        let (_, anchor) = anchor.split_once('#').unwrap();
        format!("| [{code}](#{anchor}) | `{name}` | {severity} | {meaning} |\n")
    };
    let rows: String = Rule::ALL.iter().map(row).collect();
    format!("| code | name | severity | the topology has |\n|---|---|---|---|\n{rows}")
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a switch of the test alone")]
fn the_table_is_that_of_the_rules() {
    let text = page();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    if std::env::var("LOGPIPE_UPDATE_GOLDEN").is_ok() {
        std::fs::write(path(), format!("{before}{BEGIN}{}{END}{after}", table())).unwrap();
        return;
    }
    assert_eq!(written, table(), "LOGPIPE_UPDATE_GOLDEN=1 writes it anew");
}

/// The blocks of YAML in a part of the page.
fn blocks(text: &str) -> Vec<&str> {
    text.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// The sections of a topology by their keys, comments above them included.
fn sections(yaml: &str) -> Vec<(String, String)> {
    let mut sections: Vec<(String, String)> = Vec::new();
    let mut comments = String::new();
    for line in yaml.lines() {
        if line.starts_with('#') {
            comments += &format!("{line}\n");
        } else if line.starts_with(' ') {
            sections.last_mut().unwrap().1 += &format!("{comments}{line}\n");
            comments.clear();
        } else {
            let key = line.split(':').next().unwrap().to_owned();
            sections.push((key, format!("{comments}{line}\n")));
            comments.clear();
        }
    }
    sections
}

/// The topology of the page with the sections of an example in the place of its own.
fn with(base: &str, example: &str) -> String {
    let mut all = sections(base);
    let order: Vec<String> = all.iter().map(|(key, _)| key.clone()).collect();
    let theirs: BTreeMap<String, String> = sections(example).into_iter().collect();
    for (key, text) in &mut all {
        if let Some(other) = theirs.get(key) {
            text.clone_from(other);
        }
    }
    let more = theirs.into_iter().filter(|(key, _)| !order.contains(key));
    all.into_iter().chain(more).map(|(_, text)| text).collect()
}

/// The codes of what is found in a topology.
fn found(yaml: &str) -> Vec<&'static str> {
    let topology = parse("t.yaml", yaml);
    let topology = topology.unwrap_or_else(|invalid| panic!("{:?} in\n{yaml}", invalid.problems()));
    topology.warnings.iter().map(|warning| warning.rule().code()).collect()
}

#[test]
fn every_rule_has_an_example_that_goes_against_it_and_a_fix() {
    let text = page();
    let mut parts = text.split("\n### ");
    let [comments, base] = blocks(parts.next().unwrap())[..] else { panic!("comments, and what is common") };
    assert_eq!(found(base), [""; 0]);
    assert_eq!(found(&with(base, comments)), [""; 0]);
    let described: BTreeMap<&str, &str> = parts.filter_map(|part| part.split_once('\n')).collect();
    let named: Vec<String> = Rule::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(described.keys().copied().collect::<Vec<_>>(), named, "a section for each rule");
    for rule in Rule::ALL {
        let section = described[rule.to_string().as_str()];
        assert!(section.contains("\nWhy: ") && section.contains("\nFix: "), "{rule}");
        let [example, fix] = blocks(section)[..] else { panic!("{rule} has an example and a fix") };
        assert_eq!(found(&with(base, example)), [rule.code()], "{example}");
        assert_eq!(found(&with(base, fix)), [""; 0], "{fix}");
    }
}

#[test]
fn what_comes_with_logpipe_goes_against_no_rule() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("topologies");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "yaml")).collect();
    assert!(files.len() > 10, "{files:?}");
    for file in files {
        let topology = load(&file).unwrap();
        assert_eq!(topology.warnings, [], "{}", file.display());
        for allowed in topology.allowed {
            assert!(allowed.in_source && allowed.reason.is_some(), "{:?}", allowed.warning);
        }
    }
}
