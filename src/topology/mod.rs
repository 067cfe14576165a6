//! The topology file: its checked model, and the loader that produces one or reports every problem.

mod allowances;
mod draft;
mod finding;
mod include;
mod keys;
mod levels;
mod load;
pub mod model;
mod policy_files;
mod problem;
mod read;
mod rules;
pub mod schema;
mod starter;
#[cfg(test)]
mod tests;
mod texts;
mod variables;
mod yaml;

pub use draft::{Draft, Drafted, Entry, RefusedKey};
pub(crate) use keys::nearest::nearest;
pub(crate) use keys::sources::RETENTION_DAYS;
pub use load::{LARGEST_FILE, Regions, load, load_from, load_with, parse, parse_with};
pub use model::*;
pub use policy_files::PolicyFiles;
pub use problem::{Invalid, Problem};
pub use read::collected::{Imported, read_agent_configuration};
pub use starter::Starter;
pub use variables::Given;
