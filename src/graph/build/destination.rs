//! What a destination becomes: bucket, roles, stream, and a CloudWatch Logs destination in every region with a source.

use std::collections::BTreeSet;

use super::addresses::{Addresses, destination_addresses};
use super::{Building, ERROR_STREAM};
use crate::address::{Address, Region};
use crate::graph::policies::Admitted;
use crate::graph::{Need, Retirement, arns, policies};
use crate::provider::Resource;
use crate::provider::firehose::processing::Processing;
use crate::provider::firehose::stream::FirehoseStream;
use crate::provider::iam::role::IamRole;
use crate::provider::logs::destination::LogsDestination;
use crate::provider::logs::destination_policy::{LogsDestinationPolicy, Turn};
use crate::provider::logs::log_group::LogGroup;
use crate::provider::logs::log_stream::LogStream;
use crate::provider::s3::bucket::{Move, S3Bucket};
use crate::provider::s3::bucket_policy::S3BucketPolicy;
use crate::topology::{
    Allow, Compression, Destination, Format, SMALLEST_MOVED, Stream, Transition, hour_behind, literal_prefix,
};

impl Building<'_> {
    /// Bucket, roles and stream once; a CloudWatch Logs destination in every region that has a source.
    pub(super) fn destination(&mut self, destination: &Destination) {
        let plan = Addresses::of(destination, self.lifecycle.stream(destination));
        self.bucket(destination, &plan);
        let error_log = destination.stream.error_log.then(|| self.error_log(destination, &plan));
        self.firehose(destination, &plan, error_log);
        self.cwl_role(destination, &plan);
        for region in self.topology.regions_into(&destination.key) {
            self.cwl_destination(destination, &plan, region);
        }
        self.sender_roles(destination);
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
            self.graph.notes.push(format!(
                "destinations.{}: S3 moves no object under {} KB, unless its bucket was set otherwise; `min_object_size` of a transition says from which size on (`min_object_size: {SMALLEST_MOVED}` keeps it so)",
                destination.key,
                SMALLEST_MOVED / 1024
            ));
        }
        self.add(&plan.bucket, Resource::S3Bucket(resource), vec![]);
        if !bucket.create {
            return;
        }
        let statements = policies::bucket_statements(&arns::bucket(self.partition(), &bucket.name));
        let policy = Resource::S3BucketPolicy(S3BucketPolicy { statements });
        self.add_within(&plan.bucket, &plan.bucket_policy, policy, vec![]);
    }

    /// The group and stream that Firehose logs errors to; never subscribed.
    fn error_log(&mut self, destination: &Destination, plan: &Addresses) -> (String, String) {
        let name = destination.stream.error_log_group.clone();
        let group = LogGroup { retention_days: None, tags: self.tags.clone(), use_existing: false };
        self.add(&plan.error_group, Resource::LogGroup(group), vec![]);
        self.add_within(&plan.error_group, &plan.error_stream, Resource::LogStream(LogStream), vec![]);
        (name, ERROR_STREAM.to_owned())
    }

    fn firehose(&mut self, destination: &Destination, plan: &Addresses, error_log: Option<(String, String)>) {
        let account = self.account_id(&destination.account);
        let bucket_arn = arns::bucket(self.partition(), &destination.bucket.name);
        let error_stream_arn = error_log
            .as_ref()
            .map(|(group, stream)| arns::log_stream(&destination.region, account, group, stream));
        let key = destination.bucket.kms_key_arn.as_deref().map(|arn| (arn, &destination.region));
        let role = IamRole {
            borrowed_arn: None,
            permissions_boundary: None,
            description: format!("Firehose writes {} to its bucket", plan.stream.name),
            trust: policies::firehose_trust(account),
            policy: Some(policies::firehose_permissions(&bucket_arn, error_stream_arn.as_deref(), key)),
            attachments: BTreeSet::new(),
            tags: self.tags.clone(),
        };
        self.add(&plan.firehose_role, Resource::IamRole(role), vec![]);

        let mut needs = vec![
            Need::new(&plan.bucket, "the stream writes to it"),
            Need::new(&plan.firehose_role, "the stream writes as it"),
        ];
        if error_log.is_some() {
            needs.push(Need::new(&plan.error_stream, "it must be there before the stream logs to it"));
        }
        self.graph.notes.extend(undated(destination));
        let stream = FirehoseStream {
            bucket_arn,
            role_arn: arns::role(self.partition(), account, &destination.firehose_role),
            prefix: destination.object_prefix(),
            error_prefix: destination.bucket.error_prefix.clone(),
            buffer_mb: destination.stream.buffer_mb,
            buffer_seconds: destination.stream.buffer_seconds,
            processing: processing(&destination.stream),
            gzip: destination.stream.compression == Compression::Gzip,
            kms_key_arn: destination.bucket.kms_key_arn.clone(),
            file_extension: destination.stream.file_extension.clone(),
            error_log,
            taken_over: false,
            tags: self.tags.clone(),
        };
        self.add(&plan.stream, Resource::FirehoseStream(stream), needs);
    }

    fn cwl_role(&mut self, destination: &Destination, plan: &Addresses) {
        let account = self.account_id(&destination.account);
        let regions = self.topology.regions_into(&destination.key);
        // With no source yet the trust still needs a principal: that of the stream's region.
        let regions = if regions.is_empty() { BTreeSet::from([&destination.region]) } else { regions };
        let mut senders = self.topology.senders_into(&destination.key, None);
        senders.insert(account);
        let trust = policies::cwl_trust(self.partition(), &regions, &senders);
        let role = IamRole {
            borrowed_arn: None,
            permissions_boundary: None,
            description: format!("CloudWatch Logs puts records on {}", plan.stream.name),
            trust,
            policy: Some(policies::cwl_permissions(&self.stream_arn(destination, &plan.stream.name))),
            attachments: BTreeSet::new(),
            tags: self.tags.clone(),
        };
        self.add(&plan.cwl_role, Resource::IamRole(role), vec![]);
        self.retire(destination, plan);
    }

    /// What the stream has taken over from goes, one after the other, once every CloudWatch Logs destination points at
    /// the stream.
    fn retire(&mut self, destination: &Destination, plan: &Addresses) {
        let regions = self.topology.regions_into(&destination.key);
        let mut after: Vec<Address> =
            regions.into_iter().map(|region| destination_addresses(destination, region).0).collect();
        for name in self.lifecycle.predecessors(destination) {
            let address = Address { name: name.clone(), ..plan.stream.clone() };
            if let Some(holder) = self.lifecycle.keeps(destination, &address) {
                self.graph.kept.insert(address, holder.clone());
                continue;
            }
            let successor = plan.stream.clone();
            self.graph.retiring.push(Retirement {
                address: address.clone(),
                successor,
                after: after.clone(),
            });
            after.push(address);
        }
    }

    fn cwl_destination(&mut self, destination: &Destination, plan: &Addresses, region: &Region) {
        let account = self.account_id(&destination.account);
        let (address, policy_address) = destination_addresses(destination, region);
        let resource = LogsDestination {
            target_arn: self.stream_arn(destination, &plan.stream.name),
            role_arn: arns::role(self.partition(), account, &destination.cwl_role),
            tags: self.tags.clone(),
        };
        let mut needs = vec![
            Need::new(&plan.stream, "the destination's test message goes to it, so it must be ACTIVE"),
            Need::new(&plan.cwl_role, "the destination's test message is sent as it"),
        ];
        if destination.bucket.create {
            needs.push(Need::new(&plan.bucket_policy, "nothing is delivered to a bucket without its guard"));
        }
        self.add(&address, Resource::LogsDestination(resource), needs);

        let senders = self.topology.senders_into(&destination.key, Some(region));
        if senders.is_empty() {
            // AWS takes no statement without a principal, and without the policy nobody is admitted.
            return;
        }
        let arn = arns::destination(region, account, &destination.destination_name);
        let admitted = match &destination.allow {
            Allow::Accounts => Admitted::Accounts(&senders),
            Allow::Organization(id) => Admitted::Organization(id),
        };
        let whole_accounts = self.topology.whole_accounts_into(&destination.key, region);
        let policy = policies::destination_policy(&arn, &admitted, whole_accounts);
        let policy = Resource::LogsDestinationPolicy(LogsDestinationPolicy { policy, turn: Turn::Neither });
        self.add_within(&address, &policy_address, policy, vec![]);
    }

    fn stream_arn(&self, destination: &Destination, name: &str) -> String {
        let account = self.account_id(&destination.account);
        arns::firehose_stream(&destination.region, account, name)
    }
}

fn to_move(transition: &Transition) -> Move {
    Move {
        days: transition.days,
        storage_class: transition.storage_class.clone(),
        min_object_size: transition.min_object_size,
    }
}

/// What to say of a prefix that a user has written with an expression and without a time. Not of partition keys, which
/// `partition_by` puts behind the prefix anyway.
fn undated(destination: &Destination) -> Option<String> {
    let prefix = &destination.bucket.prefix;
    let hour = hour_behind(prefix);
    (!hour.is_empty()).then(|| {
        format!(
            "destinations.{}: the prefix `{prefix}` has an expression and no timestamp, and Firehose adds no date to such a prefix, so logpipe writes `{hour}` behind it; write a `!{{timestamp:…}}` into it to say where and how",
            destination.key
        )
    })
}

/// What makes records into what the topology wants objects to hold.
fn processing(stream: &Stream) -> Processing {
    Processing {
        decompress: stream.format != Format::Envelope,
        extract_messages: stream.format == Format::Messages,
        partition_by: stream.partition_by.iter().map(|key| key.as_str()).collect(),
    }
}
