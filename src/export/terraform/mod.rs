//! A topology as a configuration of Terraform, in its JSON syntax: a provider for each account and region, the resources of
//! each, and blocks that import what is there already.
//!
//! ARNs and names are written out, as logpipe derives them, so that no resource has to be made before another one can be
//! planned; what has to be there first is said by `depends_on`.

mod bucket;
mod configuration;
mod iam;
mod logs;
mod named;
mod part;
mod parts;
mod providers;
mod stream;
mod syntax;

pub use configuration::{Files, write};
