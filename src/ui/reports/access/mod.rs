//! The permissions of roles, in the formats that administrators use: text, JSON, a CloudFormation template, a shell
//! script.

mod cloudformation;
mod human;
mod json;
mod markdown;
mod report;
mod script;
mod view;

pub use report::{AccessReport, Documents};
pub use view::AccessView;
