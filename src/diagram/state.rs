//! What was found of the hops: the verdicts of all routes, gathered for each hop of the picture.

use std::collections::BTreeMap;

use super::model::{Checked, Diagram, HopKind, State, StationKind};
use crate::address::{AccountName, Address, Key, Region};
use crate::graph::Route;
use crate::verify::verdict::{self, HopVerdict};

/// The log groups of a source in one account and region.
type Start<'a> = (&'a Key, &'a AccountName, &'a Region);

impl Diagram {
    /// The same, with what was found of the hops of each route, and of each resource whether it exists.
    #[must_use]
    pub fn judged(
        mut self,
        routes: &[(&Route, Vec<verdict::Hop>)],
        exists: impl Fn(&Address) -> Option<bool>,
    ) -> Self {
        self.live = true;
        for resource in &mut self.resources {
            resource.exists = exists(&resource.address);
        }
        let mut gathered: Vec<Gathered> = self.hops.iter().map(|_| Gathered::default()).collect();
        let ways = self.ways();
        for (route, hops) in routes {
            let Some(way) = ways.get(&(&route.source, &route.account, &route.region)) else { continue };
            for hop in hops {
                if let Some(at) = way.get(&of_check(hop.hop)) {
                    gathered[*at].add(hop);
                }
            }
        }
        for (hop, gathered) in self.hops.iter_mut().zip(gathered) {
            hop.state = gathered.state();
        }
        self
    }

    /// The hops that the events of each start take, by what happens on them.
    fn ways(&self) -> BTreeMap<Start<'_>, BTreeMap<HopKind, usize>> {
        let mut onward: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, hop) in self.hops.iter().enumerate() {
            if matches!(hop.kind, HopKind::Put | HopKind::Delivery) {
                onward.insert(hop.from, at);
            }
        }
        let mut ways = BTreeMap::new();
        for (at, hop) in self.hops.iter().enumerate().filter(|(_, hop)| hop.kind == HopKind::Subscription) {
            let station = &self.stations[hop.from];
            let (StationKind::LogGroups { source: Some(source), .. }, Some(region)) =
                (&station.kind, &station.region)
            else {
                continue;
            };
            let mut way = BTreeMap::from([(HopKind::Subscription, at)]);
            let mut next = onward.get(&hop.to);
            while let Some(at) = next {
                way.insert(self.hops[*at].kind, *at);
                next = onward.get(&self.hops[*at].to);
            }
            ways.insert((source, &station.account, region), way);
        }
        ways
    }
}

/// The hop that a check of `verify` is about.
fn of_check(check: &str) -> HopKind {
    match check {
        "destination" | "cwl_role_trust" | "cwl_role_permission" => HopKind::Put,
        "stream" | "firehose_role_trust" | "firehose_role_permission" | "bucket" => HopKind::Delivery,
        // The subscription, whichever it is, the role that it shows and the policy that admits it.
        _ => HopKind::Subscription,
    }
}

/// The worst of several verdicts, which is what is seen of many.
pub fn worst(verdicts: impl Iterator<Item = HopVerdict>) -> Option<HopVerdict> {
    verdicts.max_by_key(|verdict| badness(*verdict))
}

fn badness(verdict: HopVerdict) -> u8 {
    match verdict {
        HopVerdict::Correct => 0,
        HopVerdict::Unknown => 1,
        HopVerdict::Unreachable => 2,
        HopVerdict::Unexpected => 3,
        HopVerdict::Incorrect => 4,
        HopVerdict::Missing => 5,
    }
}

#[derive(Default)]
struct Gathered(Vec<Checked>);

impl Gathered {
    fn add(&mut self, hop: &verdict::Hop) {
        let Some(known) = self.0.iter_mut().find(|known| known.check == hop.hop) else {
            let detail = hop.detail.clone();
            self.0.push(Checked { check: hop.hop, verdict: hop.verdict, detail, log_groups: 1, of: 1 });
            return;
        };
        known.of += 1;
        if badness(hop.verdict) > badness(known.verdict) {
            (known.verdict, known.log_groups) = (hop.verdict, 0);
            known.detail.clone_from(&hop.detail);
        }
        known.log_groups += usize::from(known.verdict == hop.verdict);
    }

    fn state(self) -> Option<State> {
        let verdict = worst(self.0.iter().map(|checked| checked.verdict))?;
        Some(State { verdict, checks: self.0 })
    }
}
