//! Saved plans: a damaged one is refused or is still the same plan.

use std::sync::OnceLock;

use logpipe::exit::Exit;
use logpipe::plan::SavedPlan;
use logpipe::topology::{Topology, load};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::support::Bench;

const QUICKSTART: &str = include_str!("../../../topologies/quickstart.yaml");

/// A folder with a plan, the plan's text and its topology.
fn made() -> &'static (Bench, &'static [u8], Topology) {
    static MADE: OnceLock<(Bench, &'static [u8], Topology)> = OnceLock::new();
    MADE.get_or_init(|| {
        let bench = Bench::new(QUICKSTART);
        bench.sandbox("plan", &["--out", "quick.plan"]).expect(Exit::Done);
        let text = std::fs::read(bench.path("quick.plan")).unwrap().leak();
        let topology = load(&bench.path("topology.yaml")).unwrap();
        (bench, text, topology)
    })
}

proptest! {
    #[test]
    fn a_damaged_plan_is_refused_or_read(bytes in super::damaged(made().1)) {
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(saved) = SavedPlan::read(&text, &made().2) {
            prop_assert!(saved.allowed().is_ok() || saved.allowed().is_err());
            prop_assert_eq!(&SavedPlan::read(&saved.text(), &made().2).unwrap(), &saved);
        }
    }
}

/// The plan with a digest that fits it, as somebody would write it who knows how.
fn signed(mut plan: serde_json::Value) -> serde_json::Value {
    plan.as_object_mut().unwrap().remove("digest");
    plan.sort_all_objects();
    let digest: String = Sha256::digest(plan.to_string()).iter().map(|byte| format!("{byte:02x}")).collect();
    plan["digest"] = digest.into();
    plan
}

/// What is still read as a plan of this topology is carried out only when it says what would be decided now.
#[test]
fn a_plan_that_says_something_else_is_not_carried_out() {
    let (bench, text, _) = made();
    let plan: serde_json::Value = serde_json::from_slice(text).unwrap();
    let changed = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut plan = plan.clone();
        change(&mut plan);
        [signed(plan.clone()), plan]
    };
    let plans = [
        changed(&|plan| plan["steps"][0]["action"] = "delete".into()),
        changed(&|plan| plan["steps"][0]["reason"] = "gone".into()),
        changed(&|plan| plan["steps"][0]["changes"] = serde_json::json!([])),
        changed(&|plan| drop(plan["steps"].as_array_mut().unwrap().remove(0))),
        changed(&|plan| {
            let mut step = plan["steps"][0].clone();
            step["address"] = "archive/global/iam_role...%2f..%2fx".into();
            plan["steps"].as_array_mut().unwrap().push(step);
        }),
        changed(&|plan| plan["targets"] = serde_json::json!(["../../etc/passwd"])),
        changed(&|plan| plan["topology"]["region"] = "eu-west-1".into()),
        changed(&|plan| plan["topology"]["destinations"] = serde_json::json!({})),
        changed(&|plan| plan["format"] = 99.into()),
        changed(&|plan| plan["logpipe"] = "99.0.0".into()),
        changed(&|plan| plan["also"] = 1.into()),
    ];
    for plan in plans.into_iter().flatten() {
        std::fs::write(bench.path("changed.plan"), plan.to_string()).unwrap();
        let ran = bench.sandbox("apply", &["--plan", "changed.plan"]);
        assert_eq!(ran.exit, Exit::Failed, "{plan:#}\n{ran:?}");
        assert_eq!(std::fs::read_to_string(bench.path("changed.plan")).unwrap(), plan.to_string());
    }
    bench.copy().sandbox("apply", &["--plan", "quick.plan"]).expect(Exit::Done);
}
