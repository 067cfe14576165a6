//! What is checked: routes with their patterns, agents, readers, and the permissions of roles.

pub(super) mod agents;
mod alarms;
pub(super) mod pattern_check;
pub(super) mod permission;
pub(super) mod readers;
pub(super) mod route_check;
