//! Health as a value.

use std::time::{Duration, SystemTime};

use crate::address::{AccountName, Key, Region};

/// How events flow through a route or a stream, as far as CloudWatch has counted them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// They come in and go on.
    Flowing,
    /// None came in, so none could go on.
    Idle,
    /// What was counted could not be read.
    Unknown,
    /// They come in, and none goes on.
    Silent,
    /// Some were refused.
    Failing,
}

impl Flow {
    /// Whether somebody has to look.
    pub fn ails(self) -> bool {
        matches!(self, Self::Silent | Self::Failing)
    }
}

/// What was counted of the way from a log group through its subscription.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RouteCounts {
    /// Events that were written to the log group.
    pub incoming: u64,
    /// Events that CloudWatch Logs forwarded.
    pub forwarded: u64,
    /// Events that it could not forward.
    pub errors: u64,
    /// Events that it was throttled for.
    pub throttled: u64,
    /// When the last event was written.
    pub last_incoming: Option<SystemTime>,
    /// When the last one was forwarded.
    pub last_forwarded: Option<SystemTime>,
}

/// A route with what was counted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteHealth {
    /// The source that selects the log group.
    pub source: Key,
    /// The account of the group.
    pub account: AccountName,
    /// Its region.
    pub region: Region,
    /// The group.
    pub log_group: String,
    /// Where its events go.
    pub destination: Key,
    /// Whether what is forwarded is counted for all log groups of the account and region together.
    pub whole_account: bool,
    /// Whether a filter pattern decides which events are forwarded.
    pub has_pattern: bool,
    /// What was counted.
    pub counts: Option<RouteCounts>,
    /// How events flow.
    pub flow: Flow,
    /// Why nothing is known of it.
    pub unread: Option<String>,
}

/// What was counted of a stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StreamCounts {
    /// Records that it took in.
    pub incoming: u64,
    /// Records that it wrote to its bucket.
    pub delivered: u64,
    /// Records that it refused because they were too many.
    pub throttled: u64,
    /// Whether its bucket refused an object.
    pub refused: bool,
    /// The age of its oldest record, as of late.
    pub delay: Option<Duration>,
    /// When it last wrote anything.
    pub last_delivered: Option<SystemTime>,
}

/// A stream of a destination with what was counted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamHealth {
    /// The destination.
    pub destination: Key,
    /// Its account.
    pub account: AccountName,
    /// Its region.
    pub region: Region,
    /// The stream.
    pub stream: String,
    /// How long it collects records.
    pub buffer: Duration,
    /// What was counted.
    pub counts: Option<StreamCounts>,
    /// How records flow.
    pub flow: Flow,
    /// Why nothing is known of it.
    pub unread: Option<String>,
}

/// What was counted of everything that a topology delivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// How far back.
    pub since: Duration,
    /// Until when, by AWS's clock.
    pub at: SystemTime,
    /// Route by route.
    pub routes: Vec<RouteHealth>,
    /// Stream by stream.
    pub streams: Vec<StreamHealth>,
}

impl Health {
    /// How each route and each stream is.
    pub fn flows(&self) -> impl Iterator<Item = Flow> {
        self.routes.iter().map(|route| route.flow).chain(self.streams.iter().map(|stream| stream.flow))
    }
}
