//! `import`: pipelines made in different ways, each as a topology that loads, and that `plan --adopt` takes over without a
//! change that is not explained.

mod hand;
mod made;
mod ways;

use logpipe::exit::Exit;
use serde_json::Value;

use crate::support::aws::TOKYO;
use crate::support::{Bench, Ran};

/// Where all of them look.
const LOOK: [&str; 11] = [
    "logpipe",
    "import",
    "--sandbox",
    "--account",
    "archive=999999999999",
    "--account",
    "app=111111111111",
    "--region",
    TOKYO,
    "--role-name",
    "LogpipeDeployer",
];

fn import(bench: &Bench, flags: &[&str]) -> Ran {
    bench.run(&[&LOOK[..], flags].concat())
}

/// The JSON of an import of AWS's own walk-through.
pub(crate) fn of_the_walk_through(flags: &[&str]) -> Ran {
    let bench = empty();
    hand::walk_through(&bench);
    import(&bench, &[flags, &["--json"]].concat())
}

/// Nothing but a sandbox.
fn empty() -> Bench {
    let bench = Bench::new("");
    std::fs::remove_file(bench.path("topology.yaml")).unwrap();
    bench
}

/// The JSON of an import, whose topology is written, and is valid.
#[track_caller]
fn imported(bench: &Bench, flags: &[&str]) -> Value {
    let said = import(bench, &[flags, &["--json"]].concat()).expect(Exit::Done).json();
    bench.write(said["text"].as_str().unwrap());
    bench.run(&["logpipe", "validate"]).expect(Exit::Done);
    said
}

/// What `plan --adopt` changes, apart from the tags that say whose it is: the kind of the resource with the field, or with
/// what is done.
#[track_caller]
fn changes(bench: &Bench) -> Vec<String> {
    let plan = bench.sandbox("plan", &["--adopt", "--json"]).expect(Exit::Done).json();
    let mut changes = Vec::new();
    for step in plan["steps"].as_array().unwrap() {
        let (kind, action) = (step["kind"].as_str().unwrap(), step["action"].as_str().unwrap());
        if !["adopt", "keep"].contains(&action) {
            changes.push(format!("{action} {kind}.{}", step["name"].as_str().unwrap()));
        }
        let fields = step["changes"].as_array().unwrap().iter();
        let fields = fields.map(|change| change["field"].as_str().unwrap());
        let fields =
            fields.filter(|field| !field.starts_with("tags.logpipe:") && !field.starts_with("foreign."));
        changes.extend(fields.filter(|_| action == "adopt").map(|field| format!("{kind} {field}")));
    }
    changes
}

/// The codes of a list.
fn codes(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect()
}

/// That everything `plan --adopt` changes is among what import says of it.
#[track_caller]
fn explained(bench: &Bench, said: &Value) {
    let told: Vec<String> = said["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["address"].as_str().unwrap().to_owned())
        .collect();
    let plan = bench.sandbox("plan", &["--adopt", "--json"]).expect(Exit::Done).json();
    for step in plan["steps"].as_array().unwrap() {
        let mut fields =
            step["changes"].as_array().unwrap().iter().map(|change| change["field"].as_str().unwrap());
        let changed =
            fields.any(|field| !field.starts_with("tags.logpipe:") && !field.starts_with("foreign."));
        if changed && step["action"] != "keep" {
            let address = step["address"].as_str().unwrap();
            assert!(told.iter().any(|told| told == address), "{address} is not told: {told:?}");
        }
        assert!(!step["reason"].as_str().unwrap().is_empty());
    }
}

/// That the topology takes over what is there, which is in sync then, and delivers.
#[track_caller]
fn takes_over(bench: &Bench) {
    bench.sandbox("apply", &["--adopt", "--yes", "--verify"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}
