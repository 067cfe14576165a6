//! CloudWatch Logs: groups, streams, events, destinations and subscription filters.
//!
//! Knows what a caller asks for. How events travel on from here is `delivery`'s business.

mod account_policies;
mod account_policy_rules;
mod destination_policy;
mod destinations;
mod groups;
mod ingest;
mod listing;
mod operations;
mod pages;
mod pattern;
mod reading;
mod retention;
mod rights;
mod routes;
mod rules;
mod service;
mod state;
mod streams;
mod subscriptions;
mod summary;
mod system_fields;
mod tags;

pub(crate) use account_policies::POLICY_ACTIONS;
pub(crate) use ingest::ingest;
pub(crate) use pattern::compile;
pub(crate) use service::Logs;
pub(crate) use state::{
    Destination, Event, Forwarded, LogGroup, LogsState, SubscriptionFilter, destination_arn, group_arn,
};
pub(crate) use subscriptions::FILTER_ACTIONS;
