//! The hops that CloudWatch Logs takes: from the log group to the Firehose stream.

use super::judge::{Finding, Flaw, admitted, judge, missing, permitted_to, wrong};
use super::way::Way;
use crate::address::{KindName, Place};
use crate::graph::arns;
use crate::policy::{Decision, PolicyKind};
use crate::provider::Live;
use crate::provider::logs::account_policy::LogsAccountPolicy;
use crate::provider::logs::event_selection::EventSelection;
use crate::provider::logs::subscription_filter::SubscriptionFilter;
use crate::requests::ServiceRequest;
use crate::verify::checks::pattern_check::PatternCheck;

impl Way<'_> {
    /// The first hop under the name of what there is on this route.
    pub(super) fn first_hop(&self) -> &'static str {
        if self.whole_account() { "account_policy" } else { "subscription_filter" }
    }

    fn whole_account(&self) -> bool {
        self.route.filter.kind == KindName::LogsAccountPolicy
    }

    fn declared_pattern(&self) -> &str {
        self.inspection
            .survey
            .topology
            .sources
            .get(&self.route.source)
            .map_or("", |source| &source.filter.pattern)
    }

    pub(super) fn subscription(&self, check: &PatternCheck) -> Finding {
        let what =
            if self.whole_account() { "account-level subscription policy" } else { "subscription filter" };
        let live = self.inspection.live(&self.route.filter, what)?;
        let (destination, role, selection) = if let Some(filter) = live.of::<SubscriptionFilter>() {
            (&filter.destination_arn, &filter.role_arn, &filter.selection)
        } else if let Some(policy) = live.of::<LogsAccountPolicy>() {
            let left_out = policy.excluded().is_some_and(|names| names.contains(&self.route.log_group));
            if left_out {
                return wrong(format!("its selection criteria exclude {}", self.route.log_group));
            }
            (&policy.destination_arn, &policy.role_arn, &policy.selection)
        } else {
            return missing("not a subscription");
        };
        let expected = self.destination_arn();
        let points_at = destination.as_deref().unwrap_or("nothing");
        if points_at != expected {
            return wrong(format!("it points to {points_at}, not to {expected}"));
        }
        self.shows(role.as_deref())?;
        let selected = self.selected(selection)?;
        let sends = format!("{} sends to {expected}{selected}", self.route.log_group);
        match check {
            // A pattern that is not the declared one is what keeps the event out; of a declared one it is the event.
            PatternCheck::No(why) if self.inspection.pattern(self.route) != Some(self.declared_pattern()) => {
                wrong(format!("{why}; the topology declares `{}`", self.declared_pattern()))
            }
            PatternCheck::No(why) => Ok(format!("{sends}; {why}")),
            PatternCheck::Yes { note: Some(note), .. } => Ok(format!("{sends}; {note}")),
            PatternCheck::Yes { .. } => Ok(sends),
        }
    }

    /// Whether a subscription takes events of this account and region, and what to say of how it takes them.
    fn selected(&self, selection: &EventSelection) -> Finding {
        let mut notes = String::new();
        if let Some(criteria) = selection.criteria() {
            let (sender, region) = (self.sender(), &self.route.region);
            let field = |name: &str| match name {
                "@aws.account" => Some(sender.as_str()),
                "@aws.region" => Some(region.as_str()),
                _ => None,
            };
            match crate::pattern::selection(criteria).map(|selection| selection.takes(field)) {
                Ok(Some(true)) => {}
                Ok(Some(false)) => {
                    return wrong(format!(
                        "its field selection criteria `{criteria}` exclude the events of account {sender} in {region}"
                    ));
                }
                Ok(None) | Err(_) => {
                    notes += &format!(
                        "; whether its field selection criteria `{criteria}` include them is unknown"
                    );
                }
            }
        }
        if selection.transformed() {
            notes += "; where the log group has a transformer, the transformed events are matched and sent";
        }
        Ok(notes)
    }

    pub(super) fn destination(&self) -> Finding {
        let place = Place::Region(self.route.region.clone());
        let address = self.at(place, KindName::LogsDestination, &self.destination_name());
        let what = format!("CloudWatch Logs destination in {}, the log group's region", self.route.region);
        let Live::LogsDestination(live) = self.inspection.live(&address, &what)? else {
            return missing(what);
        };
        let expected = self.entrance_arn();
        match live.target_arn.as_deref() {
            Some(target) if target == expected => {}
            target => return wrong(format!("its target is {}, not {expected}", target.unwrap_or("nothing"))),
        }
        self.acts_as(live.role_arn.as_deref(), &self.cwl_role())?;
        Ok(format!("it puts records on {expected}"))
    }

    pub(super) fn destination_policy(&self) -> Finding {
        let place = Place::Region(self.route.region.clone());
        let address = self.at(place, KindName::LogsDestinationPolicy, &self.destination_name());
        let Live::LogsDestinationPolicy(live) =
            self.inspection.live(&address, "access policy of the destination")?
        else {
            return missing("no access policy");
        };
        let (sender, destination) = (self.sender(), self.destination_arn());
        let judged = |action| {
            let asked = self.requests().subscribe(sender, action, &destination);
            let decision = judge(live.policy.as_ref(), PolicyKind::Resource, &asked)?;
            admitted(decision, &format!("account {sender} may subscribe"))
        };
        if self.whole_account() {
            judged("logs:PutAccountPolicy").map_err(|flaw| {
                let detail = format!("logs:PutAccountPolicy: {}", flaw.detail);
                Flaw { detail, ..flaw }
            })?;
        }
        judged("logs:PutSubscriptionFilter")
    }

    pub(super) fn cwl_role_trust(&self) -> Finding {
        let role = self.live_role(&self.cwl_role())?;
        let (region, sender, group) = (&self.route.region, self.sender(), &self.route.log_group);
        let resource = arns::role(region.partition(), self.recipient(), &self.cwl_role());
        let asked = self.requests().assume_for_logs(region, sender, group, &resource);
        let decide = |asked: &ServiceRequest| judge(role.trust.as_ref(), PolicyKind::Trust, asked);
        let decision = decide(&asked)?;
        // Whether AWS fills the key is unknown; with what, if it does, is not.
        let filled = self.requests().for_a_member(asked);
        let decision = match (decision, decide(&filled)?) {
            (Decision::Unknown { .. }, denied @ Decision::ImplicitDeny { .. }) => denied,
            (decision, _) => decision,
        };
        admitted(decision, &format!("CloudWatch Logs may assume it for account {sender}"))
    }

    pub(super) fn cwl_role_permission(&self) -> Finding {
        let role = self.live_role(&self.cwl_role())?;
        let (action, entrance) = (self.entrance_action(), self.entrance_arn());
        let asked = self.requests().by_service(self.acting(role), action, &entrance, self.recipient());
        permitted_to(role, &asked, &format!("it may put records on {entrance}"))
    }
}
