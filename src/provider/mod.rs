//! The kinds of resource, by service: one file each, with its facts, desired state, live state, diff, read, create, update
//! and delete.
//!
//! `docs/kinds.md` is their table for people, `table.rs` that for the compiler. Knows clients and addresses; knows nothing of
//! graph, plan, apply or ui.

#[macro_use]
mod table;

pub(crate) mod change;
pub mod cloudwatch;
mod coherence;
pub mod ec2;
mod facts;
mod field;
mod fingerprint;
pub mod firehose;
mod fresh;
pub mod iam;
pub(crate) mod kind;
mod live;
pub mod logs;
mod named;
pub mod notice;
pub mod obstacle;
mod policies;
mod resource;
pub mod s3;
pub mod ssm;
mod tags;

pub use change::FieldChange;
pub use facts::{
    Adoption, Consent, Contents, Drained, Expendable, Facts, Flow, Home, Others, Proof, Reach, Removal,
    Speed, Tagging, Whole, parts_of,
};
pub use field::Field;
pub use kind::{Found, Replacement};
pub(crate) use logs::patience::{ON_ITS_WAY, let_through};
pub(crate) use named::{delete, hint, retire, uses};
pub use notice::Notice;
pub use obstacle::Obstacle;
pub use policies::{PolicyDocument, PolicySlot};
pub use table::{Live, Resource};
pub use tags::{ADOPTED_TAG, OwnTags, Tags};
