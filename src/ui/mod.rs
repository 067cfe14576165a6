//! Everything a person or a machine reads: events and values in, text out.
//!
//! The only module that prints, and within it only [`Console`] does; the renderers return text. Sees events,
//! plans, reports and verdicts, never a client, an SDK or the environment.

mod access;
mod agent_config;
mod alike;
mod ascii;
mod canvas;
mod captured;
mod console;
mod cost;
mod diagnostic;
mod explain;
mod github;
mod live;
mod log_writer;
mod logs;
mod markdown;
mod outputs;
mod permissions;
mod plan;
mod policy;
mod profile;
mod progress;
mod question;
mod report;
mod screen;
mod skipped;
mod status;
mod stream;
mod style;
mod summary;
mod terminal;
pub mod text;
mod value;
mod verdict;
mod version;
mod warning;
pub mod wording;

pub use access::{AccessView, access_cloudformation, access_json, access_notes, access_script, access_text};
pub use agent_config::{AgentView, ImportView, agent_config_json, agent_import_json};
pub use alike::AccountIds;
pub use captured::Captured;
pub use console::{Console, Verbosity};
pub use cost::{cost_json, cost_text};
pub use diagnostic::{ProblemView, diagnostic_text, error_json, error_line, error_text, problems_json};
pub use explain::{explain_json, explain_markdown, explain_text};
pub use github::{WorkflowCommand, error_annotation, group, problem_annotation, warning_annotation};
pub use log_writer::LogWriter;
pub use logs::{log_event_json, log_event_text, logs_report_json, unread_text};
pub use markdown::{error_markdown, plan_markdown, report_markdown, verification_markdown};
pub use outputs::{output_json, outputs_json, outputs_text};
pub use plan::{PlanOptions, PlanView, Run, StepView, plan_json, plan_text};
pub use profile::{ProfilePart, ProfileView, profiles_json, profiles_text};
pub use progress::ProgressForm;
pub use report::{ReportOptions, report_json, report_text};
pub use skipped::{skipped_resources_json, skipped_text};
pub use status::{status_json, status_text};
pub use stream::Stream;
pub use style::{ColourChoice, Paint, colour};
pub use summary::{Effort, next_text, summary_text};
pub use terminal::Width;
pub use verdict::{verification_json, verification_text};
pub use version::{version_json, version_text};
pub use warning::{WarningView, warning_text};
