//! Access to AWS: credentials, clients, calls and waiting. SDK types stay here and in `provider/`.

mod calls;
mod connect;
mod reads;

use calls::{answers, date, pace, quota};
pub use calls::{call, meter, moved, server_time, target, wait};
pub(crate) use calls::{fence, limits, pages, slot};
pub(crate) use connect::clients;
pub use connect::{accounts, base, credentials, environment, variables};
use connect::{assume, https, threads};
use reads::metric_data;
pub(crate) use reads::{
    account_summary, counts, instance, instances, log_events, log_group_names, log_groups, metrics,
    object_lock, objects, organization, profiles, reading_probe, role_policies,
};
pub use reads::{reader_role, versioned_object};

pub use accounts::{Accounts, LeftOut, NotConnected, Unreachable};
pub use answers::Patience;
pub use base::{Base, Network, Started};
pub use call::{CallError, Class};
pub use credentials::{AskCode, Mfa};
pub use https::certificates;
pub use moved::{Moved, MovedField};
pub use target::{StepError, Target};
pub use versioned_object::VersionedObject;
