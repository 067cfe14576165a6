//! What a topology may hold: a table a section, which the readers, JSON Schema and the reference go by.
//!
//! A key is described once, here: its name, what kind of value it takes, what holds without it and what it means.

pub(super) mod accounts;
pub(super) mod agents;
pub(super) mod alarms;
pub(super) mod bucket;
pub(super) mod collected;
pub(super) mod destinations;
pub(super) mod forms;
mod key;
mod kind;
pub(super) mod nearest;
pub(super) mod organization;
pub(super) mod readers;
pub(super) mod root;
pub(super) mod sources;
pub(super) mod stream;
mod table;
pub(super) mod variables;

pub(super) use key::{Default, Described, Key, KeyOr, Row};
pub(super) use kind::{
    Choice, Document, Either, Empty, Flag, Kind, List, ManagedPolicy, Map, Number, Numbers, Plain, Shape,
    Sub, Text,
};
pub(super) use table::Table;
