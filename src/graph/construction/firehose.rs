//! Firehose as a transport: its streams, the role they write with, where they log errors, and streams on their way out.

use std::collections::BTreeSet;

use super::addresses::destination_addresses;
use super::builder::GraphBuilder;
use super::transport::Entrance;
use crate::address::{Address, KindName};
use crate::graph::{Need, Note, Retirement, Succession, arns, policies, shards};
use crate::provider::Resource;
use crate::provider::firehose::processing::Processing;
use crate::provider::firehose::stream::FirehoseStream;
use crate::provider::iam::role::IamRole;
use crate::provider::logs::log_group::LogGroup;
use crate::provider::logs::log_stream::LogStream;
use crate::topology::{Compression, Destination, Firehose, Format, Stream, hour_behind};

/// Name of the log stream for delivery errors, as Firehose's console names it.
const ERROR_STREAM: &str = "DestinationDelivery";

/// The addresses of what Firehose needs, whichever stream writes.
struct Parts {
    role: Address,
    error_group: Address,
    error_stream: Address,
}

impl Parts {
    fn of(destination: &Destination, firehose: &Firehose) -> Self {
        let errors = &firehose.stream.error_log_group;
        Self {
            role: Address::global(&destination.account, KindName::IamRole, &firehose.role),
            error_stream: destination.here(KindName::LogStream, &format!("{errors}:{ERROR_STREAM}")),
            error_group: destination.here(KindName::LogGroup, errors),
        }
    }
}

impl GraphBuilder<'_> {
    pub(super) fn firehose(
        &mut self,
        destination: &Destination,
        firehose: &Firehose,
        bucket: &Address,
    ) -> Vec<Entrance> {
        let parts = Parts::of(destination, firehose);
        let streams = self.lifecycle.streams(self.topology, destination);
        let error_log = firehose.stream.error_log.then(|| self.error_log(&firehose.stream, &parts));
        self.firehose_role(destination, &parts, &streams[0].in_use, error_log.as_ref());
        self.graph.notes.extend(undated(destination));
        let account = self.account_id(&destination.account);
        let mut entrances = Vec::with_capacity(streams.len());
        for Succession { in_use, predecessors } in streams {
            let address = destination.here(KindName::FirehoseStream, &in_use);
            self.stream(destination, firehose, &parts, (&address, bucket), error_log.clone());
            self.retire(destination, &address, &predecessors);
            let arn = arns::firehose_stream(&destination.region, account, &in_use);
            entrances.push(Entrance { permission: policies::cwl_permissions(&arn), arn, address });
        }
        entrances
    }

    /// The group and stream that Firehose logs errors to; never subscribed.
    fn error_log(&mut self, stream: &Stream, parts: &Parts) -> (String, String) {
        let group = LogGroup { retention_days: None, tags: self.tags.clone(), use_existing: false };
        self.add(&parts.error_group, Resource::from(group), vec![]);
        self.add_within(&parts.error_group, &parts.error_stream, Resource::from(LogStream), vec![]);
        (stream.error_log_group.clone(), ERROR_STREAM.to_owned())
    }

    fn firehose_role(
        &mut self,
        destination: &Destination,
        parts: &Parts,
        stream: &str,
        error_log: Option<&(String, String)>,
    ) {
        let account = self.account_id(&destination.account);
        let bucket_arn = arns::bucket(self.partition(), &destination.bucket.name);
        let error_stream_arn =
            error_log.map(|(group, stream)| arns::log_stream(&destination.region, account, group, stream));
        let key = destination.bucket.kms_key_arn.as_deref().map(|arn| (arn, &destination.region));
        let role = IamRole {
            borrowed_arn: None,
            permissions_boundary: None,
            description: format!("Firehose writes {stream} to its bucket"),
            trust: policies::firehose_trust(account),
            policy: Some(policies::firehose_permissions(&bucket_arn, error_stream_arn.as_deref(), key)),
            attachments: BTreeSet::new(),
            sole: false,
            tags: self.tags.clone(),
        };
        self.add(&parts.role, Resource::from(role), vec![]);
    }

    fn stream(
        &mut self,
        destination: &Destination,
        firehose: &Firehose,
        parts: &Parts,
        (address, bucket): (&Address, &Address),
        error_log: Option<(String, String)>,
    ) {
        let mut needs = vec![
            Need::new(bucket, "the stream writes to it"),
            Need::new(&parts.role, "the stream writes as it"),
        ];
        if error_log.is_some() {
            needs.push(Need::new(&parts.error_stream, "the stream logs to it, so it must exist"));
        }
        let account = self.account_id(&destination.account);
        let stream = FirehoseStream {
            bucket_arn: arns::bucket(self.partition(), &destination.bucket.name),
            role_arn: arns::role(self.partition(), account, &firehose.role),
            prefix: destination.object_prefix(),
            error_prefix: destination.bucket.error_prefix.clone(),
            buffer_mb: firehose.stream.buffer_mb,
            buffer_seconds: firehose.stream.buffer_seconds,
            processing: processing(&firehose.stream),
            gzip: firehose.stream.compression == Compression::Gzip,
            kms_key_arn: destination.bucket.kms_key_arn.clone(),
            file_extension: firehose.stream.file_extension.clone(),
            error_log,
            taken_over: false,
            tags: self.tags.clone(),
        };
        self.add(address, Resource::from(stream), needs);
    }

    /// What a stream has taken over from goes, one after the other, once every CloudWatch Logs destination points at a
    /// stream in use.
    fn retire(&mut self, destination: &Destination, in_use: &Address, predecessors: &[String]) {
        let entrances = shards::entrances(self.topology, &self.graph.shards, destination);
        let address = |(shard, region)| destination_addresses(destination, shard, region).0;
        let mut after: Vec<Address> = entrances.into_iter().map(address).collect();
        for name in predecessors {
            let address = in_use.named(name.as_str());
            if let Some(holder) = self.lifecycle.keeps(destination, &address) {
                self.graph.kept.insert(address, holder.clone());
                continue;
            }
            self.graph.retiring.push(Retirement {
                address: address.clone(),
                successor: in_use.clone(),
                after: after.clone(),
            });
            after.push(address);
        }
    }
}

/// What to say of a prefix that a user has written with an expression and without a time. Not of partition keys, which
/// `partition_by` puts behind the prefix anyway.
fn undated(destination: &Destination) -> Option<Note> {
    let (destination, prefix) = (destination.key.clone(), destination.bucket.prefix.clone());
    let hour = hour_behind(&prefix);
    (!hour.is_empty()).then_some(Note::PrefixDated { destination, prefix, hour })
}

/// What makes records into what the topology wants objects to hold.
fn processing(stream: &Stream) -> Processing {
    Processing {
        decompress: stream.format != Format::Envelope,
        extract_messages: stream.format == Format::Messages,
        partition_by: stream.partition_by.iter().map(|key| key.as_str()).collect(),
    }
}
