//! Everything a person or a machine reads: events and values in, text out.
//!
//! The only module that prints, and within it only [`Console`] does; the renderers return text. Sees events,
//! plans, reports and verdicts, never a client, an SDK or the environment.

mod console;
mod plan;
mod progress;
mod style;
mod terminal;
pub mod text;
mod value;

pub use console::{Captured, Console, LogWriter, Stream, Verbosity};
pub use plan::{PlanOptions, PlanView, Run, StepView, plan_json, plan_text};
pub use progress::ProgressForm;
pub use style::{ColourChoice, Paint, colour};
pub use terminal::Width;
