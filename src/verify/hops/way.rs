//! One route on its way through its destination: what it passes, by address and ARN.

use super::inspection::Inspection;
use super::judge::missing;
use crate::address::{AccountId, Address, KindName, Place};
use crate::graph::{Route, arns};
use crate::policy::Principal;
use crate::provider::Live;
use crate::provider::iam_role::LiveRole;
use crate::topology::Destination;
use crate::verify::verdict::HopVerdict;

/// One route on its way through its destination.
pub(super) struct Way<'a> {
    pub(super) inspection: &'a Inspection<'a>,
    pub(super) route: &'a Route,
    pub(super) destination: &'a Destination,
}

impl Way<'_> {
    pub(super) fn at(&self, place: Place, kind: KindName, name: &str) -> Address {
        Address { account: self.destination.account.clone(), place, kind, name: name.to_owned() }
    }

    pub(super) fn here(&self, kind: KindName, name: &str) -> Address {
        self.at(Place::Region(self.destination.region.clone()), kind, name)
    }

    pub(super) fn role(&self, name: &str) -> Address {
        self.at(Place::Global, KindName::IamRole, name)
    }

    pub(super) fn recipient(&self) -> &AccountId {
        &self.inspection.topology.accounts[&self.destination.account].id
    }

    pub(super) fn sender(&self) -> &AccountId {
        &self.inspection.topology.accounts[&self.route.account].id
    }

    pub(super) fn destination_arn(&self) -> String {
        arns::destination(&self.route.region, self.recipient(), &self.destination.destination_name)
    }

    pub(super) fn stream_arn(&self) -> String {
        arns::firehose_stream(&self.destination.region, self.recipient(), &self.destination.stream.name)
    }

    pub(super) fn bucket_arn(&self) -> String {
        arns::bucket(self.destination.region.partition(), &self.destination.bucket.name)
    }

    pub(super) fn live_role(&self, name: &str) -> Result<&LiveRole, (HopVerdict, String)> {
        match self.inspection.live(&self.role(name), "role")? {
            Live::IamRole(role) => Ok(role),
            _ => missing("not a role"),
        }
    }

    pub(super) fn session(&self, role: &str) -> Principal {
        let partition = self.destination.region.partition();
        Principal::Session {
            account: self.recipient().clone(),
            arn: format!("arn:{partition}:sts::{}:assumed-role/{role}/logpipe-verify", self.recipient()),
            role_arn: arns::role(partition, self.recipient(), role),
        }
    }
}
