//! What every call passes: pace, leave, meter, the check that AWS answered, classes of errors, waiting.

pub(in crate::aws) mod answers;
pub mod call;
pub(in crate::aws) mod date;
mod denial;
pub(crate) mod fence;
pub(crate) mod limits;
pub mod meter;
pub mod moved;
pub(in crate::aws) mod pace;
pub(crate) mod pages;
pub(in crate::aws) mod quota;
pub mod server_time;
pub(crate) mod slot;
pub mod target;
pub mod wait;
