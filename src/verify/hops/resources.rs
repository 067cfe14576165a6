//! What a hop rests on. Pure.

use super::inspection::Inspection;
use super::way::Way;
use crate::address::{Address, KindName, Place};
use crate::graph::Route;

impl Inspection<'_> {
    /// The resources that decide about a hop of a route, those first that are its own.
    pub(crate) fn resources(&self, route: &Route, hop: &str) -> Vec<Address> {
        let destination = &self.survey.topology.destinations[&route.destination];
        Way { inspection: self, route, destination }.resources(hop)
    }
}

impl Way<'_> {
    pub(super) fn resources(&self, hop: &str) -> Vec<Address> {
        let destination = self.destination;
        let there = |kind, name: &str| self.at(Place::Region(self.route.region.clone()), kind, name);
        match hop {
            "sender_role_trust" | "sender_role_permission" => {
                vec![Address::global(&self.route.account, KindName::IamRole, &destination.sender_role)]
            }
            "destination" => vec![there(KindName::LogsDestination, &self.destination_name())],
            "destination_policy" => {
                vec![there(KindName::LogsDestinationPolicy, &self.destination_name())]
            }
            "cwl_role_trust" | "cwl_role_permission" => vec![self.role(&self.cwl_role())],
            "bucket" => {
                let kinds = [KindName::S3Bucket, KindName::S3BucketPolicy];
                kinds.map(|kind| self.here(kind, &destination.bucket.name)).into()
            }
            // What is none of the transport's is the first hop, whichever it is on this route.
            _ => self.of_transport(hop).unwrap_or_else(|| vec![self.route.filter.clone()]),
        }
    }
}
