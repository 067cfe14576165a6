//! A plan as a person reads it, as JSON, and on a page.

mod human;
mod json;
mod markdown;
mod report;
mod roles;
#[cfg(test)]
mod tests;
mod view;

pub(in crate::ui) use human::sign;
pub use report::PlanReport;
pub use view::{PlanView, Run, StepView};
