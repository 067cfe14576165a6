//! `export awscli`: the script has every call that logpipe makes, in an order in which AWS takes them.
//!
//! `tests/export/awscli.sh` runs it with the aws command line.

use std::collections::BTreeMap;

use logpipe::exit::Exit;
use serde_json::Value;

use crate::export_terraform::{export, same, topologies};
use crate::support::Bench;

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");
const RICH: &str = include_str!("cases/everything.yaml");

fn script(bench: &Bench) -> String {
    bench.run(&["logpipe", "export", "awscli", "--offline"]).expect(Exit::Done).out
}

/// What stands in the script behind a word at the beginning of a line.
fn behind<'s>(script: &'s str, word: &'static str) -> Vec<&'s str> {
    script.lines().filter_map(|line| line.trim_start().strip_prefix(word)).collect()
}

#[test]
fn every_resource_comes_after_what_it_needs() {
    for (name, bench) in topologies() {
        let script = script(&bench);
        let graph = ["logpipe", "graph", "--view", "resources", "--output", "json"];
        let graph = bench.run(&graph).expect(Exit::Done).json();
        let steps = behind(&script, "at ").into_iter().enumerate();
        let place: BTreeMap<String, usize> = steps
            .map(|(at, line)| (line.splitn(3, ' ').nth(2).unwrap().trim_matches('\'').to_owned(), at))
            .collect();
        let nodes = graph["resources"].as_array().unwrap();
        assert_eq!(place.len(), nodes.len(), "{name}");
        for node in nodes {
            let own = place[node["address"].as_str().unwrap()];
            for need in node["needs"].as_array().into_iter().flatten() {
                let need = need["address"].as_str().unwrap();
                assert!(place.get(need).is_none_or(|before| *before < own), "{name}: {need} comes too late");
            }
        }
    }
}

#[test]
fn what_stands_in_here_documents_is_json() {
    for (name, bench) in topologies() {
        let script = script(&bench);
        let mut documents = 0;
        for document in script.split("<<'JSON'\n").skip(1) {
            let (text, _) = document.split_once("\nJSON\n").unwrap();
            serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
            documents += 1;
        }
        assert!(documents > 5, "{name}");
    }
}

#[test]
fn each_account_has_a_way_in_and_secrets_come_from_outside() {
    let script = script(&Bench::new(RICH));
    assert!(
        script.contains(
            "roles=(arn:aws:iam::555555555555:role/ops/Hub arn:aws:iam::111111111111:role/LogpipeDeployer)"
        ),
        "{script}"
    );
    assert!(script.contains("external_id=${EXTERNAL_ID_111111111111:?"), "{script}");
    assert!(script.contains("#   EXTERNAL_ID_111111111111   for account app"), "{script}");
}

#[test]
fn what_is_only_used_is_looked_for_and_never_written() {
    let bench = Bench::new(include_str!("../../topologies/existing-bucket.yaml"));
    let script = script(&bench);
    assert!(script.contains("s3api head-bucket"), "{script}");
    assert!(!script.contains("s3api create-bucket") && !script.contains("s3api put-"), "{script}");
}

#[test]
fn the_script_is_as_it_was() {
    for (name, topology) in [("quickstart", QUICKSTART), ("rich", RICH)] {
        let bench = Bench::new(topology);
        let answer = export(&bench, "awscli", &["--offline"]);
        let text = answer["files"][0]["text"].as_str().unwrap().to_owned();
        assert_eq!(text.trim_end(), script(&bench).trim_end(), "it is printed as it is");
        same(&format!("awscli/{name}.sh"), &text);
    }
}
