//! The forms of texts, each with the page that states it.

pub(in crate::topology) mod agent;
pub(in crate::topology) mod aws_managed;
mod characters;
mod form;
pub(in crate::topology) mod identifiers;
pub(in crate::topology) mod names;

pub(in crate::topology) use form::{Condition, Form, lacks, matches};
