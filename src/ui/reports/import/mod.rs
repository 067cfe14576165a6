//! Which pipelines there are, and a topology of one, as a person reads it, as JSON, and on a page.

mod json;
mod report;
mod text;

pub use report::{DiscoveryReport, ImportReport};
pub use text::topology_text;
