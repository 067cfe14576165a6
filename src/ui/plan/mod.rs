//! A plan as a person reads it, and as JSON.

mod human;
mod json;
mod roles;
#[cfg(test)]
mod tests;
mod view;

pub(super) use human::sign;
pub use human::{PlanOptions, plan_text};
pub use json::plan_json;
pub use view::{PlanView, Run, StepView};
