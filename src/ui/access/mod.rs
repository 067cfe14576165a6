//! What roles must be allowed, in the forms that administrators take it in: to read, as JSON, as a CloudFormation
//! template, as a shell script.

mod cloudformation;
mod human;
mod json;
mod markdown;
mod report;
mod script;
mod view;

pub use report::{AccessReport, Documents};
pub use view::AccessView;
