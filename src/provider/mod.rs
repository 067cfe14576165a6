//! The kinds of resource: one file each, with desired state, live state, diff, read, create, update and delete.
//!
//! `docs/kinds.md` is their table. Knows clients and addresses; knows nothing of graph, plan, apply or ui.

pub(crate) mod change;
pub(crate) mod event_selection;
mod fingerprint;
pub mod firehose_stream;
mod fresh;
mod iam_document;
mod iam_holding;
pub mod iam_instance_profile;
pub mod iam_policy;
pub mod iam_role;
pub mod iam_role_policy_attachment;
pub mod instance_profile_association;
mod kind;
pub mod log_group;
pub mod log_stream;
pub mod logs_account_policy;
mod logs_change;
pub mod logs_destination;
pub mod logs_destination_policy;
mod resource;
pub(crate) mod s3_borrowed;
pub mod s3_bucket;
pub mod s3_bucket_policy;
mod s3_encryption;
mod s3_lifecycle;
mod s3_objects;
mod s3_settings;
pub mod sender_role;
pub mod ssm_parameter;
mod stream_life;
pub mod stream_processing;
mod stream_tags;
pub mod subscription_filter;
mod tags;

pub use change::FieldChange;
pub(crate) use iam_holding::listed;
pub use kind::{Found, Replacement};
pub(crate) use logs_change::{ON_ITS_WAY, let_through};
pub use resource::{Live, Resource};
pub(crate) use resource::{delete, retire, uses};
pub use tags::{ADOPTED_TAG, OwnTags, Tags};
