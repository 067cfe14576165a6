//! What the record only intends, or was about to delete: whose the thing of its name is has to be asked before it is
//! deleted. A run may have been killed before its call took effect, and somebody else may have made one since.
//!
//! The record says what was to be made, and the tag that most kinds bear from their first moment says who did.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Survey;
use super::observe::{Observed, ReadFailures, observe_more};
use crate::address::{AccountId, AccountName, Address, KindName, Place};
use crate::aws::Accounts;
use crate::clock::Clock;
use crate::event::Events;
use crate::graph::{ADOPTED_TAG, Graph, Node, OWNERSHIP_TAG, arns};
use crate::provider::ec2::instance_profile_association::InstanceProfileAssociation;
use crate::provider::firehose::stream::FirehoseStream;
use crate::provider::iam::instance_profile::IamInstanceProfile;
use crate::provider::iam::policy::IamPolicy;
use crate::provider::iam::role::IamRole;
use crate::provider::iam::role_policy_attachment::IamRolePolicyAttachment;
use crate::provider::logs::account_policy::LogsAccountPolicy;
use crate::provider::logs::destination::LogsDestination;
use crate::provider::logs::log_group::LogGroup;
use crate::provider::logs::log_stream::LogStream;
use crate::provider::logs::sender_role::SenderRole;
use crate::provider::logs::subscription_filter::SubscriptionFilter;
use crate::provider::ssm::parameter::SsmParameter;
use crate::provider::{Live, OwnTags, Resource, Tags};
use crate::record::{Entry, Origin, Record, State};
use crate::topology::Topology;

/// What to say of something that turns out to be somebody else's.
pub(super) const THEIRS: &str = "an earlier run stopped before it was done with it, and what is there now is not logpipe's: it stays, and is no longer in the record";

/// Whether the record alone does not say whose the thing of this name is. Of a bucket the user gives the name.
pub(super) fn is_doubtful(address: &Address, entry: &Entry) -> bool {
    entry.origin.is_ours() && entry.state != State::Present && stand_in(address.kind).is_some()
}

/// Looks at everything of which the record alone does not say whose it is, and that has not been looked at.
///
/// # Errors
/// Every read that failed: what cannot be looked at may not be deleted.
pub async fn observe_doubtful(
    observed: Observed,
    record: &Record,
    accounts: &Accounts,
    clock: Clock,
    events: &Events,
) -> Result<Observed, ReadFailures> {
    let doubtful = record.entries().iter().filter(|(address, entry)| is_doubtful(address, entry));
    let all = doubtful.flat_map(|(address, entry)| std::iter::once(address).chain(witness(address, entry)));
    let known: BTreeSet<&Address> = all.filter(|address| accounts.get(&address.account).is_some()).collect();
    let nodes: BTreeMap<Address, Node> =
        known.into_iter().filter_map(|address| Some((address.clone(), node(address)?))).collect();
    if nodes.is_empty() {
        return Ok(observed);
    }
    let graph = Graph { nodes, ..Graph::default() };
    observe_more(observed, &graph, accounts, clock, events).await
}

/// The accounts of such things that have not been entered, because the topology has no other use for them.
pub fn accounts_in_doubt<'r>(record: &'r Record, accounts: &Accounts) -> BTreeSet<&'r AccountName> {
    let doubtful = record.entries().iter().filter(|(address, entry)| is_doubtful(address, entry));
    doubtful.map(|(address, _)| &address.account).filter(|name| accounts.get(name).is_none()).collect()
}

/// Whether all that is there says that logpipe made it. What is not there is nobody's.
pub(super) fn is_ours(
    address: &Address,
    entry: &Entry,
    topology: &Topology,
    record: &Record,
    observed: &Observed,
) -> bool {
    let Some(live) = observed.live(address) else { return true };
    if let Some(owner) = live.tags().and_then(|tags| tags.get(OWNERSHIP_TAG)) {
        return owner == topology.name.as_str() && !bears(live, ADOPTED_TAG);
    }
    match live {
        // It is on its way out already.
        Live::FirehoseStream(stream) => stream.status == "DELETING",
        // What it was to be is known, so that it is this or somebody else's.
        _ if !entry.fingerprints.is_empty() && live.fingerprint().is_some() => {
            live.fingerprint().is_some_and(|fingerprint| entry.fingerprints.contains(&fingerprint))
        }
        Live::SubscriptionFilter(filter) => {
            leads_there(filter.destination_arn.as_deref(), entry, topology, record)
        }
        Live::LogsAccountPolicy(policy) => {
            leads_there(policy.destination_arn.as_deref(), entry, topology, record)
        }
        // It is tagged in a call of its own, after it was made.
        Live::LogsDestination(destination) => {
            leads_there(destination.target_arn.as_deref(), entry, topology, record)
        }
        _ => witness(address, entry).and_then(|witness| observed.live(witness)).is_some_and(|live| {
            let owner = live.tags().and_then(|tags| tags.get(OWNERSHIP_TAG));
            owner.is_some_and(|owner| owner == topology.name.as_str())
        }),
    }
}

/// Whether it is proved that an earlier run made what it intended and the topology still names. Everything else that is
/// there is somebody else's.
pub(super) fn is_proved(node: &Node, entry: &Entry, live: &Live, survey: &Survey, record: &Record) -> bool {
    let Survey { topology, observed, .. } = survey;
    if entry.state == State::Present || entry.origin != Origin::Created {
        return true;
    }
    match (node.address.kind, live) {
        // It is tagged last of all, so that what a run leaves of it without a tag bears nothing that anybody else has put
        // there.
        (KindName::S3Bucket, _) => match owner(live) {
            Some(owner) => owner == topology.name.as_str(),
            None => live.tags().is_some_and(Tags::is_empty) && node.resource.foreign(live).is_empty(),
        },
        // They say nothing of their own: they are part of what bears a tag, or tie two things together.
        (
            KindName::S3BucketPolicy
            | KindName::LogsDestinationPolicy
            | KindName::LogStream
            | KindName::IamRolePolicyAttachment
            | KindName::InstanceProfileAssociation,
            _,
        ) => true,
        // That it is going does not tell whose it was; it has its tag until it is gone.
        (_, Live::FirehoseStream(_)) => tagged(live, topology),
        _ => tagged(live, topology) || is_ours(&node.address, entry, topology, record, observed),
    }
}

fn tagged(live: &Live, topology: &Topology) -> bool {
    owner(live).is_some_and(|owner| owner == topology.name.as_str())
}

/// The topology that made it, as its tag says.
pub(super) fn owner(live: &Live) -> Option<&str> {
    live.tags()?.get(OWNERSHIP_TAG).map(String::as_str)
}

fn bears(live: &Live, tag: &str) -> bool {
    live.tags().is_some_and(|tags| tags.contains_key(tag))
}

/// What bears a tag in place of something that has none: the group of a stream, the policy of an attachment, or its role
/// where the policy is AWS's, the profile of an association.
fn witness<'e>(address: &Address, entry: &'e Entry) -> Option<&'e Address> {
    let kinds: &[KindName] = match address.kind {
        KindName::LogStream => &[KindName::LogGroup],
        KindName::IamRolePolicyAttachment => &[KindName::IamPolicy, KindName::IamRole],
        KindName::InstanceProfileAssociation => &[KindName::IamInstanceProfile],
        _ => &[],
    };
    kinds.iter().find_map(|kind| entry.needs.iter().find(|need| need.kind == *kind))
}

/// Whether an ARN is that of something that the record says was to be sent to.
fn leads_there(arn: Option<&str>, entry: &Entry, topology: &Topology, record: &Record) -> bool {
    let id = |need: &Address| -> Option<AccountId> {
        let known = record.get(need).map(|entry| entry.account_id.clone());
        known.or_else(|| topology.accounts.get(&need.account).map(|account| account.id.clone()))
    };
    entry.needs.iter().any(|need| {
        let (Place::Region(region), Some(id)) = (&need.place, id(need)) else { return false };
        let meant = match need.kind {
            KindName::LogsDestinationPolicy => arns::destination(region, &id, &need.name),
            KindName::FirehoseStream => arns::firehose_stream(region, &id, &need.name),
            _ => return false,
        };
        arn == Some(meant.as_str())
    })
}

fn node(address: &Address) -> Option<Node> {
    let resource = stand_in(address.kind)?;
    Some(Node { address: address.clone(), resource, needs: Vec::new(), container: None, found: false })
}

/// A resource of a kind, to be looked at and never to be made. `None` for what is not asked about.
pub(super) fn stand_in(kind: KindName) -> Option<Resource> {
    let (tags, role) = (OwnTags::default(), SenderRole { arn: String::new(), shown: false });
    Some(match kind {
        // A bucket goes only by its name, which the user gives; policies go with what they are of.
        KindName::S3Bucket | KindName::S3BucketPolicy | KindName::LogsDestinationPolicy => return None,
        KindName::IamRole => Resource::IamRole(IamRole {
            borrowed_arn: None,
            permissions_boundary: None,
            description: String::new(),
            trust: Value::Null,
            policy: None,
            attachments: BTreeSet::new(),
            tags,
        }),
        KindName::LogGroup => {
            Resource::LogGroup(LogGroup { retention_days: None, tags, use_existing: false })
        }
        KindName::LogStream => Resource::LogStream(LogStream),
        KindName::FirehoseStream => Resource::FirehoseStream(FirehoseStream::default()),
        KindName::LogsDestination => Resource::LogsDestination(LogsDestination {
            target_arn: String::new(),
            role_arn: String::new(),
            tags,
        }),
        KindName::SubscriptionFilter => Resource::SubscriptionFilter(SubscriptionFilter {
            destination_arn: String::new(),
            pattern: String::new(),
            role,
            distribution: None,
            slots: u32::MAX,
            planned: BTreeSet::new(),
        }),
        KindName::LogsAccountPolicy => Resource::LogsAccountPolicy(LogsAccountPolicy {
            destination_arn: String::new(),
            pattern: String::new(),
            role,
            distribution: None,
            excluded: BTreeSet::new(),
        }),
        KindName::IamPolicy => {
            Resource::IamPolicy(IamPolicy { description: String::new(), document: Value::Null, tags })
        }
        KindName::IamRolePolicyAttachment => Resource::IamRolePolicyAttachment(IamRolePolicyAttachment),
        KindName::IamInstanceProfile => Resource::IamInstanceProfile(IamInstanceProfile {
            role: String::new(),
            former: BTreeSet::new(),
            tags,
        }),
        KindName::InstanceProfileAssociation => {
            Resource::InstanceProfileAssociation(InstanceProfileAssociation {
                profile_arn: String::new(),
                role_arn: String::new(),
                replace: false,
            })
        }
        KindName::SsmParameter => Resource::SsmParameter(SsmParameter { value: String::new(), tags }),
    })
}
