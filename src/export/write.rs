//! What is asked for, and who writes it.

use super::cloudformation;
use super::model::{Export, Pipeline};

/// The language that is asked for, with what it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Templates of CloudFormation.
    Cloudformation(cloudformation::Options),
}

/// Writes a topology in another language.
pub fn write(pipeline: Pipeline<'_>, asked: &Asked) -> Export {
    match asked {
        Asked::Cloudformation(options) => cloudformation::write(pipeline, options),
    }
}
