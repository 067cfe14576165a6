//! What was seen, before anything is judged.

use std::collections::BTreeMap;

use super::model::Why;
use crate::address::{AccountName, Region};
use crate::provider::logs::subscriptions::Subscription;

/// What was seen in each account and region.
pub(crate) type Places = BTreeMap<(AccountName, Region), SeenPlace>;

/// An account and region.
#[derive(Debug, Clone)]
pub(crate) struct SeenPlace {
    /// Its log groups by name, or why they are not known.
    pub(crate) groups: Result<BTreeMap<String, SeenGroup>, Why>,
    /// Its subscription policies, or why they are not known.
    pub(crate) policies: Result<Vec<Subscription>, Why>,
    /// Why volumes are not known, where they were asked for.
    pub(crate) unmeasured: Option<Why>,
}

/// A log group.
#[derive(Debug, Clone)]
pub(crate) struct SeenGroup {
    /// Its class, in AWS's word.
    pub(crate) class: String,
    /// Bytes that it keeps.
    pub(crate) stored_bytes: Option<u64>,
    /// Bytes that it took in.
    pub(crate) bytes: Option<u64>,
    /// The filters on it.
    pub(crate) filters: Filters,
}

/// The filters on a log group.
#[derive(Debug, Clone)]
pub(crate) enum Filters {
    /// These.
    There(Vec<Subscription>),
    /// Its class takes none.
    NotTaken,
    /// They could not be read.
    Unread(Why),
}
