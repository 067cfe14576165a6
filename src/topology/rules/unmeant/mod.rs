//! Settings that have no effect, or not the expected one. They are accepted with a warning.
//!
//! Works on the checked model and asks the tree only where to point. A rule says nothing where it could be wrong.

mod access;
mod agents;
mod destinations;
mod lifecycle;
mod prefixes;
mod references;
mod sources;
mod topology;
mod twice;
mod variables;

pub(in crate::topology) use topology::topology;
