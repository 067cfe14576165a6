//! The face of the library: one engine with a verb for each thing that it does. A verb takes a request and returns data;
//! how that is shown and who is asked is for whoever calls it.

mod apply;
mod approve;
mod carry_out;
mod destroy;
mod doctor;
mod error;
mod explain;
mod face;
mod graph;
mod lock;
mod logs;
mod measure;
mod outputs;
mod plan;
mod records;
mod share;
mod status;
mod survey;
mod verify;

pub use apply::{ApplyRequest, Storing, What};
pub use approve::{Always, Approve, Proposal};
pub use carry_out::{Applied, RecordLost};
pub use destroy::DestroyRequest;
pub use doctor::{Diagnosed, DoctorRequest};
pub use error::{Error, Refusal};
pub use explain::Explained;
pub use face::Engine;
pub use graph::Drawn;
pub use logs::{Listen, LogsFound, LogsRead, LogsRequest};
pub use measure::Measurement;
pub use plan::{Planned, plan_offline};
pub use records::Records;
pub use share::OneProcess;
pub use status::{Status, StatusRequest};
pub use verify::{Probe, Verified, VerifyRequest};
