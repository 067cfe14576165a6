//! Live state in, plan out.

pub mod model;
pub mod status;
pub use crate::provider::FieldChange;
pub use model::{Action, Plan, Step, Summary};
