//! What a topology may hold: the forms of names.

pub(super) mod aws_managed;
pub(super) mod names;
