//! The role that a sender passes to a destination that admits an organisation, in every account that sends to it.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::GraphBuilder;
use crate::address::{AccountName, Address, KindName, Region};
use crate::graph::{Need, arns, policies};
use crate::provider::Resource;
use crate::provider::iam::role::IamRole;
use crate::provider::logs::sender_role::SenderRole;
use crate::topology::{Destination, LogGroupSelector, Source};

/// Most log groups of a region that the role names one by one: of these, two regions fit into an inline policy even
/// under long names (IAM User Guide, "IAM and AWS STS quotas").
const NAMED: usize = 20;

/// The log groups of a region that are named in full; `None` once others are meant too.
type Named<'a> = Option<BTreeSet<&'a str>>;

impl<'a> GraphBuilder<'a> {
    pub(super) fn sender_roles(&mut self, destination: &Destination) {
        if !destination.wants_roles() {
            return;
        }
        let mut senders: BTreeMap<&AccountName, BTreeMap<&Region, Named<'_>>> = BTreeMap::new();
        let sources = self.topology.sources.values();
        for source in sources.filter(|source| source.destination == destination.key) {
            for account in &source.accounts {
                let regions = senders.entry(account).or_default();
                for region in &source.regions {
                    let named = regions.entry(region).or_insert_with(|| Some(BTreeSet::new()));
                    *named = named.take().zip(in_full(source)).map(|(named, more)| &named | &more);
                }
            }
        }
        for (account, regions) in senders {
            self.role_of_sender(destination, account, &regions);
        }
    }

    fn role_of_sender(
        &mut self,
        destination: &Destination,
        account: &AccountName,
        regions: &BTreeMap<&Region, Named<'_>>,
    ) {
        let id = self.account_id(account);
        let log_groups = regions.iter().flat_map(|(region, named)| match named {
            Some(named) if named.len() <= NAMED => {
                named.iter().map(|name| arns::log_groups(region, id, Some(name))).collect()
            }
            _ => vec![arns::log_groups(region, id, None)],
        });
        let role = IamRole {
            borrowed_arn: None,
            permissions_boundary: None,
            description: format!("CloudWatch Logs sends to {} as it", destination.destination_name),
            trust: policies::cwl_trust(
                self.partition(),
                &regions.keys().copied().collect(),
                &BTreeSet::from([id]),
            ),
            policy: Some(policies::sender_permissions(log_groups.collect())),
            attachments: BTreeSet::new(),
            sole: false,
            tags: self.tags.clone(),
        };
        self.add(&address(destination, account), Resource::from(role), vec![]);
    }

    /// The role that a subscription shows, and what follows from that.
    pub(super) fn sender_role(
        &self,
        destination: &Destination,
        account: &AccountName,
    ) -> (SenderRole, Option<Need>) {
        let arn = arns::role(self.partition(), self.account_id(account), &destination.sender_role);
        let shown = destination.wants_roles();
        let need = shown.then(|| Need::new(&address(destination, account), "CloudWatch Logs sends as it"));
        (SenderRole { arn: arn.into(), shown }, need)
    }
}

fn address(destination: &Destination, account: &AccountName) -> Address {
    Address::global(account, KindName::IamRole, &destination.sender_role)
}

fn in_full(source: &Source) -> Named<'_> {
    if source.whole_account() {
        return None;
    }
    let names = source.log_groups.iter().map(|selector| match selector {
        LogGroupSelector::Exact(name) => Some(name.as_str()),
        LogGroupSelector::Glob(_) => None,
    });
    names.collect()
}
