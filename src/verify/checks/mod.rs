//! What is checked: routes with their patterns, agents, readers, and the permissions of roles, and what CloudWatch counts of streams.

pub(super) mod agents;
mod alarms;
pub(super) mod buckets;
pub(super) mod pattern_check;
pub(super) mod permission;
pub(super) mod quotas;
pub(super) mod readers;
pub(super) mod route_check;
pub(super) mod streams;
