//! The readers: from the marked tree to the model, one file per section, recording every problem.

pub(super) mod accounts;
pub(super) mod agents;
mod alarms;
mod boundary;
pub(super) mod collected;
pub(super) mod destinations;
pub(super) mod field;
mod managed;
pub(super) mod organization;
pub(super) mod readers;
pub(super) mod record;
mod regions;
pub(super) mod root;
pub(super) mod section;
pub(super) mod sources;
pub(super) mod tags;
mod way;
