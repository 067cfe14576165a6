//! The checked topology: what the rest of logpipe works from.
//!
//! Every value here has been validated and every default filled in, so no later layer has to ask again. Owns meaning, not
//! text: positions, YAML and diagnostics stay with the readers beside it.

mod agent;
mod alarms;
mod boundary;
mod collected;
mod dialect;
mod organization;
mod reader;
mod topology;
mod transport;

pub use agent::{Agent, AgentPolicy, Check, ExtraPolicy, Holder, OwnRole};
pub use alarms::{Alarms, SourceAlarms};
pub use boundary::PermissionsBoundary;
pub use collected::{
    BackpressureMode, Collected, EventFilter, EventFormat, EventLevel, FilterType, JournaldLog, LogDefaults,
    LogFile, LogGroupClass, LogTarget, Priority, Timezone, WindowsEventLog, with_wildcards,
};
pub(super) use dialect::Dialect;
pub use dialect::{in_words_of_the_agent, in_words_of_the_topology};
pub use organization::{Include, MemberAccess, Organization};
pub use reader::{Reader, Trusted, permission_set, role_of_permission_set};
pub use topology::{
    Access, Account, Allow, Bucket, Destination, Distribution, Filter, LogGroupSelector, RecordPlace,
    SMALLEST_MOVED, Scope, Source, TIMESTAMP_FOLDERS, Topology, Transition, hour_behind, literal_prefix,
    partition_folder, prefix_to_write,
};
pub use transport::{Compression, Firehose, Format, MOST_STREAMS, PartitionKey, Stream, Transport};
