//! The sandbox driven by the real SDK clients.

mod account_policies;
mod authorization;
mod bench;
mod bucket_settings;
mod bucket_settling;
mod buckets;
mod delivery;
mod directory;
mod filled_keys;
mod firehose;
mod instance_profiles;
#[cfg(feature = "ec2")]
mod instances;
mod keeping;
mod kms;
mod logs;
mod managed_policies;
mod metrics;
mod object_keys;
mod object_versions;
mod objects;
mod organization;
mod paging;
mod parameters;
mod partitions;
mod pipeline;
mod processors;
mod propagation;
mod quotas;
mod roles;
mod serving;
mod sessions;
mod simulation;
mod stream_life;
mod throttling;
mod writing;
