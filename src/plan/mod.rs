//! Live state in, plan out.

pub mod model;
pub mod status;
pub use model::{Action, FieldChange, Plan, Step, Summary};
