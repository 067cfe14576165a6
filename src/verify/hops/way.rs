//! The path of one route through its destination: what it passes, by address and ARN.

use super::inspection::Inspection;
use super::judge::{Flaw, missing, wrong};
use crate::address::{AccountId, Address, KindName, Place};
use crate::graph::shards::ShardNames;
use crate::graph::{Route, Shard, arns, shards};
use crate::provider::iam::role::{IamRole, LiveRole};
use crate::requests::{Requests, Role};
use crate::topology::Destination;

/// One route on its way through its destination.
pub(super) struct Way<'a> {
    pub(super) inspection: &'a Inspection<'a>,
    pub(super) route: &'a Route,
    pub(super) destination: &'a Destination,
}

impl Way<'_> {
    pub(super) fn at(&self, place: Place, kind: KindName, name: &str) -> Address {
        Address::new(self.destination.account.clone(), place, kind, name)
    }

    pub(super) fn here(&self, kind: KindName, name: &str) -> Address {
        self.destination.here(kind, name)
    }

    pub(super) fn role(&self, name: &str) -> Address {
        self.at(Place::Global, KindName::IamRole, name)
    }

    pub(super) fn recipient(&self) -> &AccountId {
        &self.inspection.survey.topology.accounts[&self.destination.account].id
    }

    pub(super) fn sender(&self) -> &AccountId {
        &self.inspection.survey.topology.accounts[&self.route.account].id
    }

    pub(super) fn destination_arn(&self) -> String {
        arns::destination(&self.route.region, self.recipient(), &self.destination_name())
    }

    /// The shard of the sender.
    fn shard(&self) -> Shard {
        shards::of_account(&self.inspection.survey.graph.shards, &self.route.destination, &self.route.account)
    }

    /// Name of the CloudWatch Logs destination that the sender's shard has.
    pub(super) fn destination_name(&self) -> String {
        self.shard().name(&self.destination.destination_name)
    }

    /// Name of the role with which CloudWatch Logs puts the records of the sender's shard.
    pub(super) fn cwl_role(&self) -> String {
        self.shard().name(&self.destination.cwl_role)
    }

    /// Name of the stream in use behind the sender's shard.
    pub(super) fn stream_name(&self) -> String {
        let survey = self.inspection.survey;
        let at = ShardNames::of(&survey.topology, self.destination).stream(self.shard());
        survey.lifecycle().streams(&survey.topology, self.destination).swap_remove(at).in_use
    }

    pub(super) fn stream_arn(&self) -> String {
        arns::firehose_stream(&self.destination.region, self.recipient(), &self.stream_name())
    }

    pub(super) fn bucket_arn(&self) -> String {
        arns::bucket(self.destination.region.partition(), &self.destination.bucket.name)
    }

    pub(super) fn live_role(&self, name: &str) -> Result<&LiveRole, Flaw> {
        let live = self.inspection.live(&self.role(name), "role")?;
        live.of::<IamRole>().map_or_else(|| missing("not a role"), Ok)
    }

    /// The recipient's role of this name, as its sessions act.
    pub(super) fn acting<'r>(&'r self, live: &'r LiveRole) -> Role<'r> {
        Role { account: self.recipient(), arn: &live.arn, tags: &live.tags }
    }

    /// The hops of a role are judged by its name in the topology, so it has to be the one in use.
    pub(super) fn acts_as(&self, role: Option<&str>, name: &str) -> Result<(), Flaw> {
        let expected = arns::role(self.destination.region.partition(), self.recipient(), name);
        match role {
            Some(role) if role == expected => Ok(()),
            role => wrong(format!("its role is {}, not {expected}", role.unwrap_or("none"))),
        }
    }

    /// What is known of the requests on the way.
    pub(super) fn requests(&self) -> Requests<'_> {
        self.inspection.requests()
    }
}
