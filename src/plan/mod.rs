//! Live state in, plan out. Reading is `discover` and `observe`; deciding is pure.

mod decide;
mod destroy;
mod discover;
mod model;
mod observe;
pub mod status;

pub use crate::provider::FieldChange;
pub use decide::{Allowed, accounts_of, decide, standings};
pub use destroy::{Data, buckets, destroy};
pub use discover::discover;
pub use model::{Action, Plan, Step, Summary};
pub use observe::{Observed, READS_AT_ONCE, ReadFailures, Seen, look, observe};
