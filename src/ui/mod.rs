//! Everything a person or a machine reads: events and values in, text out.
//!
//! The only module that prints, and within it only [`Console`] does; what a command answers is a [`Report`], which knows
//! how it reads in every form. Sees events, plans, reports and verdicts, never a client, an SDK or the environment.

mod alike;
mod diagnostic;
mod forms;
mod github;
mod markdown;
mod policy;
mod progress;
mod reports;
mod sarif;
mod skipped;
mod terminal;
pub mod text;
mod value;
mod warning;
pub mod wording;

pub use alike::AccountIds;
pub use diagnostic::{ProblemView, diagnostic_text, error_line, error_text};
pub use forms::{Form, Look, Part, Report};
pub use github::{WorkflowCommand, group};
pub use markdown::{Block, Item, Line, Mark, Page, Table};
pub use progress::ProgressForm;
pub use reports::access::{AccessReport, AccessView, Documents};
pub use reports::agent_config::{AgentPart, AgentView, ImportView};
pub use reports::cost::CostReport;
pub use reports::coverage::CoverageReport;
pub use reports::delivery::DeliveryReport;
pub use reports::diagnosis::DoctorReport;
pub use reports::explain::ExplainReport;
pub use reports::export::ExportReport;
pub use reports::failure::{Failure, Hinted};
pub use reports::graph::{Drawing, GraphReport, View};
pub use reports::import::{DiscoveryReport, ImportReport, topology_text};
pub use reports::logs::{EventReport, LogsReport};
pub use reports::outputs::{OutputReport, OutputsReport};
pub use reports::plan::{PlanReport, PlanView, Run, StepView};
pub use reports::profile::{ProfilePart, ProfileView, ProfilesReport};
pub use reports::run::{Effort, Next, RunReport};
pub use reports::sandbox::{SandboxReport, ServedReport};
pub use reports::status::StatusReport;
pub use reports::valid::Valid;
pub use reports::verdict::VerifyReport;
pub use reports::version::VersionReport;
pub use skipped::skipped_text;
pub use terminal::captured::Captured;
pub use terminal::console::{Console, Verbosity};
pub use terminal::log_writer::LogWriter;
pub use terminal::size::Width;
pub use terminal::stream::Stream;
pub use terminal::style::{ColourChoice, Paint, colour};
pub use warning::{WarningView, warning_text};
