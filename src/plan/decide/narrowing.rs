//! Permissions that a plan removes: each only once the events it admitted have arrived. Pure.
//!
//! CloudWatch Logs checks every permission again when an event arrives, up to three minutes after it was written, and
//! drops the event if one is missing (CloudWatch Logs User Guide, "Real-time processing of log data with
//! subscriptions"). So a policy that admits, sends or writes is changed twice. The first change admits both new and
//! earlier traffic, and whatever needs the policy can continue from there. The second narrows it to its final form,
//! after every user of the removed permissions is gone and events in transit have had time to arrive. Nothing needs the
//! second change, so it can wait for anything.
//!
//! The earlier traffic is read from the live policy and not remembered, so if a run is killed in between, the next one
//! has the same work to do, and waits the full time again.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use crate::address::{Address, KindName};
use crate::graph::dag::{Needs, closure, reversed};
use crate::graph::rights::until_through;
use crate::plan::lifecycle::held::holders;
use crate::plan::model::reason::Also;
use crate::plan::{Action, Meanwhile, Narrowing, Step, Survey};
use crate::policy::{quota, same};
use crate::provider::firehose::stream::{FirehoseStream, LiveStream};
use crate::provider::iam::role::{IamRole, LiveRole};
use crate::provider::logs::destination_policy::{LiveDestinationPolicy, LogsDestinationPolicy, Migration};
use crate::provider::{Facts, Live, ON_ITS_WAY, Resource};
use crate::record::Record;

/// How a resource is while both its old and its new rights are needed.
struct Both {
    resource: Resource,
    /// Whether AWS takes a policy of that length, as far as is known.
    fits: bool,
}

/// Has every step take rights away at last.
pub(crate) fn narrow(survey: &Survey, record: &Record, steps: &mut [Step]) {
    let pipeline = roles_of_pipelines(survey, record);
    let holders = LazyCell::new(|| holders(record));
    let writing: BTreeSet<Address> =
        steps.iter().filter(|step| step.writes()).map(|step| step.address.clone()).collect();
    for at in 0..steps.len() {
        let step = &steps[at];
        let Some(both) = both(step, survey, &pipeline) else { continue };
        let users = closure(&holders, [step.address.clone()]);
        let mut after: BTreeSet<Address> =
            users.intersection(&writing).filter(|user| **user != step.address).cloned().collect();
        let meanwhile = if !both.fits {
            let needs: Needs<Address> = needs(steps);
            let later = closure(&reversed(&needs), [step.address.clone()]);
            after.retain(|user| !later.contains(user));
            Meanwhile::Waiting
        } else if is_there(&both.resource, step) {
            Meanwhile::AsItIs
        } else {
            Meanwhile::Changed(Box::new(both.resource))
        };
        let wait = ON_ITS_WAY + buffer_time(&step.address, survey);
        let step = &mut steps[at];
        if matches!(meanwhile, Meanwhile::Waiting) {
            step.after.extend(after.iter().cloned());
        }
        let buffer = wait.saturating_sub(ON_ITS_WAY);
        let waits = matches!(meanwhile, Meanwhile::Waiting);
        step.reason.also.push(Also::RightsLater { buffer, waits });
        step.narrowing = Some(Narrowing { meanwhile, after: after.into_iter().collect(), wait });
    }
}

fn needs(steps: &[Step]) -> Needs<Address> {
    steps.iter().map(|step| (step.address.clone(), step.after.iter().cloned().collect())).collect()
}

/// The roles that events in transit need; those of agents and readers are not among them.
fn roles_of_pipelines(survey: &Survey, record: &Record) -> BTreeSet<Address> {
    let known = record.entries().iter().filter(|(address, _)| Facts::of(address.kind).flow.delivers());
    let known = known.flat_map(|(_, entry)| &entry.needs).filter(|need| need.kind == KindName::IamRole);
    survey.graph.roles_of_pipelines().chain(known).cloned().collect()
}

/// How it is with what it grants now beside what it will; nothing where no right of ours goes.
fn both(step: &Step, survey: &Survey, pipeline: &BTreeSet<Address>) -> Option<Both> {
    let change = step.action.change_in_place()?;
    let (wanted, live) = (&change.to, &*change.from);
    if let (Resource::IamRole(role), Live::IamRole(live)) = (wanted, live) {
        return if pipeline.contains(&step.address) { both_of_role(role, live, survey) } else { None };
    }
    both_of_admitted(wanted.of()?, live.of::<LogsDestinationPolicy>()?)
}

fn both_of_role(role: &IamRole, live: &LiveRole, survey: &Survey) -> Option<Both> {
    let trust = with_old(&role.trust, live.trust.as_ref());
    let policy = role.policy.as_ref().map(|policy| with_old(policy, live.policy.as_ref()));
    let as_wanted =
        same(&trust, &role.trust) && policy.iter().zip(&role.policy).all(|(both, policy)| same(both, policy));
    if as_wanted && !role.takes_off(live) {
        return None;
    }
    let trust_limit = usize::try_from(survey.topology.role_trust_characters).unwrap_or(quota::TRUST);
    let fits = fits(&trust, live.trust.as_ref(), trust_limit)
        && policy.iter().all(|policy| fits(policy, live.policy.as_ref(), quota::INLINE));
    let resource = Resource::from(IamRole { trust, policy, sole: false, ..role.clone() });
    Some(Both { resource, fits })
}

/// Of whom a destination admits. One that migrates between accounts and an organisation waits by itself.
fn both_of_admitted(admits: &LogsDestinationPolicy, live: &LiveDestinationPolicy) -> Option<Both> {
    if admits.migration != Migration::None {
        return None;
    }
    let policy = with_old(&admits.policy, live.policy.as_ref());
    if same(&policy, &admits.policy) {
        return None;
    }
    let fits = fits(&policy, live.policy.as_ref(), quota::DESTINATION);
    let resource = Resource::from(LogsDestinationPolicy { policy, ..admits.clone() });
    Some(Both { resource, fits })
}

fn with_old(wanted: &Value, live: Option<&Value>) -> Value {
    live.map_or_else(|| wanted.clone(), |live| until_through(wanted, live))
}

/// What is there already shows which quotas were raised.
fn fits(both: &Value, live: Option<&Value>, limit: usize) -> bool {
    let length = |policy: &Value| policy.to_string().len();
    length(both) <= live.map_or(0, length).max(limit)
}

fn is_there(resource: &Resource, step: &Step) -> bool {
    matches!(&step.action, Action::Update(change) if resource.diff(&change.from).is_empty())
}

/// How long the streams that write as a role may hold records back, then and now.
fn buffer_time(role: &Address, survey: &Survey) -> Duration {
    let writers =
        survey.graph.nodes.values().filter(|node| node.needs.iter().any(|need| need.address == *role));
    let streams = writers.filter_map(|node| {
        let stream = node.resource.of::<FirehoseStream>()?;
        let live = survey.observed.live(&node.address).and_then(Live::of::<FirehoseStream>);
        let was = live.map(LiveStream::buffer_time).unwrap_or_default();
        Some(was.max(Duration::from_secs(stream.buffer_seconds.into())))
    });
    streams.max().unwrap_or_default()
}
