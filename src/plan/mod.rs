//! Live state in, plan out. Reading is `discover` and `observe`; deciding is pure.

mod decide;
mod destroy;
mod discover;
mod entry;
mod former;
mod generations;
mod leaving;
mod model;
mod moves;
mod names;
mod observe;
mod prune;
mod recovery;
mod saved;
pub mod status;
mod stored;
mod survey;
mod targets;
mod turning;

pub use crate::provider::FieldChange;
pub use decide::{ABSENT, Allowed, accounts_of, decide};
pub use destroy::{Data, Undestroyable, buckets, destroy};
pub use discover::discover;
pub use entry::{Entered, NoEntry, enter, with_recorded};
pub use former::with_former;
pub use generations::{in_use, with_successors};
pub use model::{Action, Plan, Step, Summary};
pub use names::renamed;
pub use observe::{Observed, READS_AT_ONCE, ReadFailures, Seen, look, observe, observe_more};
pub use recovery::lost_record;
pub use saved::{Moved, SavedPlan, Unusable};
pub use status::standings;
pub use survey::{NoSurvey, Survey, Surveyor, sound};
pub use targets::{MatchesNothing, TargetPattern, Targets};
