//! What an agent collects: `files`, `journald`, `windows_events` and `logs` of `agents.<key>`.
//!
//! The agent's own configuration says the same in the same order, and calls a few of the keys something else.

mod common;
mod file;
mod journal;
mod lists;
mod windows;

pub(in crate::topology) use common::*;
pub(in crate::topology) use file::*;
pub(in crate::topology) use journal::*;
pub(in crate::topology) use lists::*;
pub(in crate::topology) use windows::*;
