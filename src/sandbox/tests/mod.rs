//! The sandbox driven by the real SDK clients.

mod account_policies;
mod authorization;
mod bench;
mod bucket_settings;
mod bucket_settling;
mod buckets;
mod delivery;
mod directory;
mod firehose;
mod kms;
mod logs;
mod objects;
mod organization;
mod paging;
mod partitions;
mod pipeline;
mod processors;
mod propagation;
mod quotas;
mod roles;
mod serving;
mod sessions;
mod stream_life;
mod throttling;
mod writing;
