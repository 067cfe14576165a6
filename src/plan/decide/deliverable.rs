//! Problems that a plan cannot fix: policies and keys of others that prevent Firehose from writing to its bucket. Pure.

use serde_json::Value;

use crate::address::{Address, KindName};
use crate::graph::arns;
use crate::plan::model::note::Delivery;
use crate::plan::{Note, Survey};
use crate::policy::{Decision, Policy};
use crate::provider::s3::borrowed::Told;
use crate::provider::s3::bucket::LiveBucket;
use crate::provider::s3::bucket_policy::S3BucketPolicy;
use crate::provider::{Live, Resource};
use crate::requests::{self, KeyName, Requests, Role, Write};
use crate::topology::{Destination, literal_prefix};

/// A note on each destination whose bucket will refuse deliveries, or may refuse them.
pub(crate) fn notes(survey: &Survey) -> Vec<Note> {
    survey
        .topology
        .destinations
        .values()
        .flat_map(|destination| of_destination(survey, destination))
        .collect()
}

fn of_destination(survey: &Survey, destination: &Destination) -> Vec<Note> {
    let bucket = destination.here(KindName::S3Bucket, &destination.bucket.name);
    let role = Address::global(&destination.account, KindName::IamRole, destination.transport.writer());
    let (Some(Live::S3Bucket(live)), Some(node)) =
        (survey.observed.live(&bucket), survey.graph.nodes.get(&role))
    else {
        return Vec::new();
    };
    let Resource::IamRole(wanted) = &node.resource else { return Vec::new() };
    let (owner, partition) =
        (&survey.topology.accounts[&destination.account].id, destination.region.partition());
    let bucket_arn = arns::bucket(partition, &destination.bucket.name);
    let object = format!("{bucket_arn}/{}any", literal_prefix(&destination.bucket.prefix));
    let arn = arns::role(partition, owner, destination.transport.writer());
    let key = destination.bucket.kms_key_arn.as_deref();
    let delivery = requests::Delivery {
        requests: Requests { organization: survey.topology.organization_id() },
        role: Role { account: owner, arn: &arn, tags: &wanted.tags.wanted },
        write: Write { object: &object, key, owner, region: &destination.region },
        bucket: &bucket_arn,
    };
    let found = Judged { survey, destination, bucket, live, delivery };
    let of_key = wanted.policy.as_ref().and_then(|policy| found.key(policy));
    let bucket = found.bucket.clone();
    let told = found.policy().into_iter().chain(of_key);
    told.map(|what| Note::Delivery { bucket: bucket.clone(), what }).collect()
}

/// A destination whose bucket is there.
struct Judged<'a> {
    survey: &'a Survey,
    destination: &'a Destination,
    bucket: Address,
    live: &'a LiveBucket,
    delivery: requests::Delivery<'a>,
}

impl Judged<'_> {
    /// The policy of the bucket. For our own bucket logpipe rewrites it and keeps the statements of others.
    fn policy(&self) -> Option<Delivery> {
        let role = self.delivery.role.arn.to_owned();
        let document = match self.live.borrowed().map(|borrowed| &borrowed.policy) {
            Some(Told::Known(policy)) => policy.as_ref()?,
            Some(Told::Unread(why)) => {
                return Some(Delivery::PolicyUnread { role, why: why.clone() });
            }
            None => self.written()?,
        };
        let policy = match Policy::from_value(document) {
            Ok(policy) => policy,
            Err(error) => return Some(Delivery::PolicyUnreadable { error: error.to_string() }),
        };
        match self.delivery.by_bucket(&policy) {
            Decision::ExplicitDeny { statement } => Some(Delivery::Denied { role, statement }),
            Decision::Unknown { depends_on, because } => {
                Some(Delivery::Undecided { role, depends_on: depends_on.into_iter().collect(), because })
            }
            Decision::Allow { .. } | Decision::ImplicitDeny { .. } => None,
        }
    }

    fn written(&self) -> Option<&Value> {
        let address = self.bucket.of_kind(KindName::S3BucketPolicy);
        Some(&self.survey.observed.live(&address)?.of::<S3BucketPolicy>()?.document)
    }

    /// Whether the role will have the rights that the key of a bucket which is only used takes.
    fn key(&self, role_policy: &Value) -> Option<Delivery> {
        self.live.borrowed()?;
        let default = match self.live.default_key() {
            Told::Known(default) => default?,
            Told::Unread(why) => {
                return Some(Delivery::EncryptionUnread { why: why.clone() });
            }
        };
        if self.delivery.write.key.is_some() {
            return None;
        }
        let key = match KeyName::of_bucket(default.named.as_deref(), &self.delivery.write) {
            KeyName::Managed => return None,
            KeyName::Arn(key) => key,
            KeyName::Alias(alias) => {
                return Some(Delivery::KeyAlias { alias, destination: self.destination.key.clone() });
            }
        };
        let policy = [("logpipe".to_owned(), Policy::from_value(role_policy).ok()?)];
        let (lacks, _) = self.delivery.key_refused(&key, Some(default.bucket_key), &policy)?;
        Some(Delivery::KeyRefused {
            key,
            role: self.delivery.role.arn.to_owned(),
            lacks,
            destination: self.destination.key.clone(),
        })
    }
}
