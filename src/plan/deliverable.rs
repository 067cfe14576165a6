//! What a plan cannot make good: policies and keys of others that keep Firehose from writing to its bucket. Pure.

use serde_json::Value;

use super::Survey;
use crate::address::{Address, KindName, Place};
use crate::graph::arns;
use crate::policy::{Decision, Policy};
use crate::provider::s3::borrowed::Told;
use crate::provider::s3::bucket::LiveBucket;
use crate::provider::s3::bucket_policy::S3BucketPolicy;
use crate::provider::{Live, Resource};
use crate::requests::{Delivery, KeyName, Requests, Role, Write};
use crate::topology::{Destination, literal_prefix};

/// A note on each destination whose bucket will not take what its stream delivers, or of which that is not known.
pub(super) fn notes(survey: &Survey) -> Vec<String> {
    survey
        .topology
        .destinations
        .values()
        .flat_map(|destination| of_destination(survey, destination))
        .collect()
}

fn of_destination(survey: &Survey, destination: &Destination) -> Vec<String> {
    let here = Place::Region(destination.region.clone());
    let (name, account) = (destination.bucket.name.clone(), destination.account.clone());
    let bucket = Address { account: account.clone(), place: here, kind: KindName::S3Bucket, name };
    let role = Address::global(&account, KindName::IamRole, destination.transport.writer());
    let (Some(Live::S3Bucket(live)), Some(node)) =
        (survey.observed.live(&bucket), survey.graph.nodes.get(&role))
    else {
        return Vec::new();
    };
    let Resource::IamRole(wanted) = &node.resource else { return Vec::new() };
    let (owner, partition) = (&survey.topology.accounts[&account].id, destination.region.partition());
    let bucket_arn = arns::bucket(partition, &destination.bucket.name);
    let object = format!("{bucket_arn}/{}any", literal_prefix(&destination.bucket.prefix));
    let arn = arns::role(partition, owner, destination.transport.writer());
    let key = destination.bucket.kms_key_arn.as_deref();
    let delivery = Delivery {
        requests: Requests { organization: survey.topology.organization_id() },
        role: Role { account: owner, arn: &arn, tags: &wanted.tags.wanted },
        write: Write { object: &object, key, owner, region: &destination.region },
        bucket: &bucket_arn,
    };
    let found = Judged { survey, destination, bucket, live, delivery };
    let of_key = wanted.policy.as_ref().and_then(|policy| found.key(policy));
    found.policy().into_iter().chain(of_key).collect()
}

/// A destination whose bucket is there.
struct Judged<'a> {
    survey: &'a Survey,
    destination: &'a Destination,
    bucket: Address,
    live: &'a LiveBucket,
    delivery: Delivery<'a>,
}

impl Judged<'_> {
    /// What the policy of the bucket says. That of a bucket of ours is written anew, the statements of others in it stay.
    fn policy(&self) -> Option<String> {
        let (bucket, role) = (&self.bucket, self.delivery.role.arn);
        let document = match self.live.borrowed().map(|borrowed| &borrowed.policy) {
            Some(Told::Known(policy)) => policy.as_ref()?,
            Some(Told::Unread(why)) => {
                return Some(format!(
                    "whether the policy of {bucket} lets {role} write is not known, because it could not be read: {why}"
                ));
            }
            None => self.written()?,
        };
        let policy = match Policy::from_value(document) {
            Ok(policy) => policy,
            Err(error) => return Some(format!("the policy of {bucket} cannot be read: {error}")),
        };
        match self.delivery.by_bucket(&policy) {
            Decision::ExplicitDeny { statement } => Some(format!(
                "{bucket} will refuse what is delivered: {statement} of its policy denies s3:PutObject to {role}, so whoever owns that statement has to leave the role out of it"
            )),
            Decision::Unknown { depends_on, because } => {
                let depends: Vec<String> = depends_on.into_iter().collect();
                Some(format!(
                    "whether the policy of {bucket} lets {role} write depends on {} ({}): `logpipe verify` proves it",
                    depends.join(", "),
                    because.join("; ")
                ))
            }
            Decision::Allow { .. } | Decision::ImplicitDeny { .. } => None,
        }
    }

    fn written(&self) -> Option<&Value> {
        let address = Address { kind: KindName::S3BucketPolicy, ..self.bucket.clone() };
        Some(&self.survey.observed.live(&address)?.of::<S3BucketPolicy>()?.document)
    }

    /// Whether the role will have the rights that the key of a bucket which is only used takes.
    fn key(&self, role_policy: &Value) -> Option<String> {
        let bucket = &self.bucket;
        self.live.borrowed()?;
        let default = match self.live.default_key() {
            Told::Known(default) => default?,
            Told::Unread(why) => {
                return Some(format!(
                    "which key {bucket} encrypts with is not known, because its encryption could not be read: {why}"
                ));
            }
        };
        if self.delivery.write.key.is_some() {
            return None;
        }
        let key = match KeyName::of_bucket(default.named.as_deref(), &self.delivery.write) {
            KeyName::Managed => return None,
            KeyName::Arn(key) => key,
            KeyName::Alias(alias) => {
                return Some(format!(
                    "{bucket} encrypts with the KMS key {alias}: give its ARN as `kms_key_arn` of destinations.{}, so that the role may use it",
                    self.destination.key
                ));
            }
        };
        let policy = [("logpipe".to_owned(), Policy::from_value(role_policy).ok()?)];
        let (what, _) = self.delivery.key_refused(&key, Some(default.bucket_key), &policy)?;
        Some(format!(
            "{bucket} encrypts with the KMS key {key}, and {} will lack {what}: add `kms_key_arn: {key}` to the bucket of destinations.{}, and let the key policy admit the role",
            self.delivery.role.arn, self.destination.key
        ))
    }
}
