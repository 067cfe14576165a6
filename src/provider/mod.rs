//! The kinds of resource, by service: one file each, with desired state, live state, diff, read, create, update and delete.
//!
//! `docs/kinds.md` is their table. Knows clients and addresses; knows nothing of graph, plan, apply or ui.

pub(crate) mod change;
pub mod ec2;
mod fingerprint;
pub mod firehose;
mod fresh;
pub mod iam;
mod kind;
pub mod logs;
mod resource;
pub mod s3;
pub mod ssm;
mod tags;

pub use change::FieldChange;
pub(crate) use iam::holding::listed;
pub use kind::{Found, Replacement};
pub(crate) use logs::patience::{ON_ITS_WAY, let_through};
pub use resource::{Live, Resource};
pub(crate) use resource::{delete, retire, uses};
pub use tags::{ADOPTED_TAG, OwnTags, Tags};
