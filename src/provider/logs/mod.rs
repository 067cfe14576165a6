//! The kinds of CloudWatch Logs, and what they share.

pub mod account_policy;
pub mod destination;
pub mod destination_policy;
pub(crate) mod event_selection;
pub mod log_group;
pub mod log_stream;
pub(super) mod patience;
pub mod sender_role;
pub mod subscription_filter;
pub mod subscriptions;
