//! What is asked for, and who writes it.

use super::model::{Export, Pipeline};
use super::{awscli, cloudformation, terraform};

/// The language that is asked for, with what it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Templates of CloudFormation.
    Cloudformation(cloudformation::Options),
    /// A configuration of Terraform.
    Terraform(terraform::Files),
    /// A script around the AWS CLI.
    Awscli,
}

/// Writes a topology in another language.
pub fn write(pipeline: Pipeline<'_>, asked: &Asked) -> Export {
    match asked {
        Asked::Cloudformation(options) => cloudformation::write(pipeline, options),
        Asked::Terraform(files) => terraform::write(pipeline, *files),
        Asked::Awscli => awscli::write(pipeline),
    }
}
