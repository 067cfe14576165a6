//! Whether the alarms that a topology declares are there, and tell somebody when they go off.

use crate::address::KindName;
use crate::graph::Node;
use crate::plan::Seen;
use crate::provider::cloudwatch::alarm::CloudwatchAlarm;
use crate::provider::{Field, Live};
use crate::verify::findings::AlarmVerdict;
use crate::verify::fix::Fixes;
use crate::verify::hops::Inspection;
use crate::verify::verdict::HopVerdict;

impl Inspection<'_> {
    /// Every alarm that was looked at.
    pub(crate) fn alarms(&self, fixes: &Fixes) -> Vec<AlarmVerdict> {
        let alarms = self.survey.graph.nodes.values();
        let alarms = alarms.filter(|node| node.address.kind == KindName::CloudwatchAlarm);
        alarms.filter_map(|node| self.alarm(node, fixes)).collect()
    }

    /// One of them; what nobody looked at is not told of.
    fn alarm(&self, node: &Node, fixes: &Fixes) -> Option<AlarmVerdict> {
        let address = &node.address;
        let mut found = AlarmVerdict {
            address: address.clone(),
            verdict: HopVerdict::Correct,
            detail: String::new(),
            state: None,
            fix: None,
        };
        if let Some(error) = self.failures.get(address) {
            found.verdict = HopVerdict::Unreachable;
            found.detail = format!("it could not be read: {error}");
            return Some(found);
        }
        match self.observed.of(address) {
            Seen::Live(live) => {
                found.state = state(live);
                (found.verdict, found.detail) = judged(node, live);
            }
            Seen::Absent if !self.observed.knows(address) => return None,
            Seen::Absent => {
                (found.verdict, found.detail) = (HopVerdict::Missing, "it is not there".to_owned());
            }
            Seen::Impossible(why) => (found.verdict, found.detail) = (HopVerdict::Missing, why.to_string()),
        }
        if found.verdict != HopVerdict::Correct {
            found.fix = Some(fixes.of_resources(vec![address.clone()]));
        }
        Some(found)
    }
}

fn state(live: &Live) -> Option<String> {
    live.of::<CloudwatchAlarm>().and_then(|alarm| alarm.state.clone())
}

/// Tags tell nobody anything, so they are left to `status`.
fn judged(node: &Node, live: &Live) -> (HopVerdict, String) {
    let off = live.of::<CloudwatchAlarm>().is_some_and(|alarm| alarm.actions_enabled == Some(false));
    if off {
        let detail = "its actions are switched off, so nobody is told when it goes off".to_owned();
        return (HopVerdict::Incorrect, detail);
    }
    if let Some(why) = node.resource.refusal(live) {
        return (HopVerdict::Incorrect, why.to_string());
    }
    let changes = node.resource.diff(live);
    let differing: Vec<&str> =
        changes.iter().map(|change| change.field.name()).filter(|name| *name != Field::TAGS).collect();
    match differing.is_empty() {
        true => (HopVerdict::Correct, "it is as declared".to_owned()),
        false => (HopVerdict::Incorrect, format!("it is not as declared: {}", differing.join(", "))),
    }
}
