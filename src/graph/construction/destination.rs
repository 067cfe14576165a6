//! What a destination becomes: a bucket, a CloudWatch Logs destination in every region with a source, and the role that
//! CloudWatch Logs has there. The transport decides what lies between the two.

use std::collections::{BTreeMap, BTreeSet};

use super::addresses::{Addresses, cwl_role_address, destination_addresses};
use super::builder::GraphBuilder;
use super::transport::Entrance;
use crate::address::{AccountId, Address, Region};
use crate::graph::policies::Admitted;
use crate::graph::shards::ShardNames;
use crate::graph::{Need, Note, Shard, arns, policies, shards};
use crate::provider::Resource;
use crate::provider::iam::role::IamRole;
use crate::provider::logs::destination::LogsDestination;
use crate::provider::logs::destination_policy::{LogsDestinationPolicy, Migration};
use crate::provider::s3::bucket::{Move, S3Bucket};
use crate::provider::s3::bucket_policy::S3BucketPolicy;
use crate::topology::{Allow, Destination, SMALLEST_MOVED, Transition, literal_prefix};

impl<'a> GraphBuilder<'a> {
    /// Bucket and transport once; a CloudWatch Logs destination in every region that has a source.
    pub(super) fn destination(&mut self, destination: &Destination) {
        let plan = Addresses::of(destination);
        self.bucket(destination, &plan);
        let entrances = self.transport(destination, &plan.bucket);
        let carriers: Vec<_> = entrances.iter().map(|entrance| &entrance.address).collect();
        self.transport_alarms(destination, &carriers);
        let spread = shards::spread(self.topology, &self.graph.shards, destination);
        self.note_shards(destination, &spread.keys().copied().collect::<Vec<_>>());
        let names = ShardNames::of(self.topology, destination);
        for (shard, places) in spread {
            let entrance = &entrances[names.stream(shard)];
            self.cwl_role(destination, shard, places.values().flatten().copied().collect(), entrance);
            for (region, senders) in places {
                self.cwl_destination(destination, &plan.bucket_policy, entrance, (shard, region, senders));
            }
        }
        self.sender_roles(destination);
    }

    fn note_shards(&mut self, destination: &Destination, shards: &[Shard]) {
        let senders = self.graph.shards.get(&destination.key).map_or(0, BTreeMap::len);
        let (key, streams) = (destination.key.clone(), destination.transport.count());
        if 0 < senders && senders < streams {
            self.graph.notes.push(Note::StreamsIdle { destination: key.clone(), senders, streams });
        }
        if shards.len() > 1 {
            let entrances = shards.iter().map(|shard| shard.name(&destination.destination_name)).collect();
            self.graph.notes.push(Note::Sharded { destination: key, senders, entrances, streams });
        }
    }

    fn bucket(&mut self, destination: &Destination, plan: &Addresses) {
        let bucket = &destination.bucket;
        let borrowed_in = (!bucket.create).then(|| destination.region.to_string());
        let resource = S3Bucket {
            borrowed_in,
            taken_over: false,
            account_regional: bucket.account_regional,
            kms_key_arn: bucket.kms_key_arn.clone(),
            tags: self.tags.clone(),
            versioning: bucket.versioning,
            expire_days: bucket.expire_days,
            transitions: bucket.transitions.iter().map(to_move).collect(),
            prefix: literal_prefix(&bucket.prefix).to_owned(),
        };
        if resource.transitions.iter().any(|transition| transition.min_object_size.is_none()) {
            let destination = destination.key.clone();
            self.graph.notes.push(Note::SmallObjectsStay { destination, smallest: SMALLEST_MOVED });
        }
        self.add(&plan.bucket, Resource::from(resource), vec![]);
        if !bucket.create {
            return;
        }
        let statements = policies::bucket_statements(&arns::bucket(self.partition(), &bucket.name));
        let policy = Resource::from(S3BucketPolicy { statements });
        self.add_within(&plan.bucket, &plan.bucket_policy, policy, vec![]);
    }

    fn cwl_role(
        &mut self,
        destination: &Destination,
        shard: Shard,
        mut senders: BTreeSet<&'a AccountId>,
        entrance: &Entrance,
    ) {
        let regions = shards::regions_of_trust(self.topology, destination);
        let (partition, recipient) = (self.partition(), self.account_id(&destination.account));
        senders.insert(recipient);
        let trust = match self.topology.trusted_organization(destination) {
            Some(id) => policies::cwl_trust_in_organization(partition, &regions, recipient, id),
            None => policies::cwl_trust(partition, &regions, &senders),
        };
        let role = IamRole {
            borrowed_arn: None,
            permissions_boundary: None,
            description: format!("CloudWatch Logs puts records on {}", entrance.address.name),
            trust,
            policy: Some(entrance.permission.clone()),
            attachments: BTreeSet::new(),
            sole: false,
            tags: self.tags.clone(),
        };
        self.add(&cwl_role_address(destination, shard), Resource::from(role), vec![]);
    }

    fn cwl_destination(
        &mut self,
        destination: &Destination,
        bucket_policy: &Address,
        entrance: &Entrance,
        (shard, region, senders): (Shard, &Region, BTreeSet<&AccountId>),
    ) {
        let account = self.account_id(&destination.account);
        let (address, policy_address) = destination_addresses(destination, shard, region);
        let role = cwl_role_address(destination, shard);
        let resource = LogsDestination {
            target_arn: entrance.arn.clone(),
            role_arn: arns::role(self.partition(), account, &role.name),
            tags: self.tags.clone(),
        };
        let mut needs = vec![
            Need::new(&entrance.address, "the destination's test message goes to it, so it must be ACTIVE"),
            Need::new(&role, "the destination's test message is sent as it"),
        ];
        if destination.bucket.create {
            needs.push(Need::new(
                bucket_policy,
                "nothing may be delivered to a bucket before it is protected",
            ));
        }
        self.add(&address, Resource::from(resource), needs);

        if senders.is_empty() {
            // AWS accepts no statement without a principal, and without the policy nobody is admitted.
            return;
        }
        let arn = arns::destination(region, account, &address.name);
        let admitted = match &destination.allow {
            Allow::Accounts => Admitted::Accounts(&senders),
            Allow::Organization(id) => Admitted::Organization(id),
        };
        let whole_accounts = self.topology.whole_accounts_into(&destination.key, region);
        let policy = policies::destination_policy(&arn, &admitted, whole_accounts);
        let policy = Resource::from(LogsDestinationPolicy { policy, migration: Migration::None });
        self.add_within(&address, &policy_address, policy, vec![]);
    }
}

fn to_move(transition: &Transition) -> Move {
    Move {
        days: transition.days,
        storage_class: transition.storage_class.clone(),
        min_object_size: transition.min_object_size,
    }
}
