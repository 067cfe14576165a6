//! The answers of commands: what a report is, the forms it is given in, and the one place that gives it.

mod form;
mod report;
mod show;

pub(super) use form::PAGES_OF_A_RUN;
pub use form::{Form, Look};
pub use report::{Part, Report};
