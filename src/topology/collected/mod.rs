//! What a CloudWatch agent collects: its model, and the one reader of it for topologies and for the agent's own
//! configurations, which say the same in other words.

mod dialect;
mod expression;
mod import;
pub(super) mod keys;
mod model;
pub(super) mod read;
pub(super) mod rules;
mod windows;

pub use dialect::{in_words_of_the_agent, in_words_of_the_topology};
pub use import::{Imported, read_agent_configuration};
pub use model::{
    BackpressureMode, Collected, EventFilter, EventFormat, EventLevel, FilterType, JournaldLog, LogDefaults,
    LogFile, LogGroupClass, LogTarget, Priority, Timezone, WindowsEventLog, with_wildcards,
};
pub(super) use read::CollectedReader;
