//! Live state in, plan out. Reading is `discover` and `observe`; deciding is pure.

mod decide;
mod fleet;
mod lifecycle;
mod model;
mod roles;
mod saved;
pub mod status;
mod survey;
mod targets;

pub use crate::graph::{Instance, OWNERSHIP_TAG, SkippedAccount, note as meaning};
pub use crate::provider::{Field, FieldChange, Notice, Obstacle};
pub use crate::record::{LeftBehind, Remedy};
pub use decide::decision::{Allowed, accounts_of, decide};
pub use decide::destroy::{Data, Undestroyable, buckets, destroy};
pub use decide::names::renamed;
pub use decide::notices::{Amended, notices};
pub use decide::recovery::lost_record;
pub use fleet::{LeftOut, left_out, skipped};
pub use lifecycle::of_record::lifecycle as lifecycle_of;
pub use lifecycle::stored::stored;
pub use model::note::Note;
pub use model::plan::{Action, Change, Meanwhile, Narrowing, Plan, Refusal, Step, Summary};
pub use model::reason::Reason;
pub use model::{note, reason};
pub use roles::{BorrowedRole, Policies};
pub use saved::plan_file::{Moved, SavedPlan, Unusable};
pub use status::standings;
pub use survey::discover::discover;
pub use survey::entry::{Entered, NoEntry, enter, enter_for, with_recorded};
pub use survey::gone::observe_orphans;
pub use survey::measure::{DAYS_MEASURED, Measured, measure};
pub use survey::observe::{Observed, READS_AT_ONCE, ReadFailures, Seen, look, observe, observe_more};
pub use survey::surveyor::{Survey, SurveyError, Surveyor, sound};
pub use survey::unsettled::{accounts_unsettled, observe_unsettled};
pub use survey::uses::{Use, observe_uses};
pub use targets::{MatchesNothing, TargetPattern, Targets};
