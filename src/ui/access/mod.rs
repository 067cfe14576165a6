//! What roles must be allowed, in the forms that administrators take it in: to read, as JSON, as a CloudFormation
//! template, as a shell script.

mod cloudformation;
mod human;
mod json;
mod script;
mod view;

pub use cloudformation::access_cloudformation;
pub use human::{access_notes, access_text};
pub use json::access_json;
pub use script::access_script;
pub use view::AccessView;
