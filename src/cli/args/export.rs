//! The arguments of `export`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::Topology;
use super::arguments::{Reach, Target};
use crate::address::OrganizationalUnitId;

/// Examples for the end of its help.
const CLOUDFORMATION_EXAMPLES: &str = "\
Examples:
  logpipe export cloudformation topology.yaml --out templates
  logpipe export cloudformation topology.yaml --offline --out templates    without credentials
  logpipe export cloudformation --target account=archive > archive.yaml    one account alone
  logpipe export cloudformation --stack-set self-managed --out templates   one template for all senders
  logpipe export cloudformation --stack-set service-managed --ou ou-ab12-34567890 --out templates
  logpipe export cloudformation --output json | jq -r '.files[].name'";

/// And for that of Terraform.
const TERRAFORM_EXAMPLES: &str = "\
Examples:
  logpipe export terraform topology.yaml --out terraform
  logpipe export terraform topology.yaml --offline --out terraform    without credentials, and without imports
  logpipe export terraform --target account=archive --out archive     one account alone
  logpipe export terraform --output json | jq -r '.left_out[].address'";

/// And for that of the AWS CLI.
const AWSCLI_EXAMPLES: &str = "\
Examples:
  logpipe export awscli topology.yaml > pipeline.sh
  logpipe export awscli topology.yaml --offline | less    what logpipe does, call by call
  bash pipeline.sh && logpipe plan topology.yaml --adopt  makes it, and tells what differs";

/// The topology in the language of another tool.
#[derive(Debug, Subcommand)]
pub(crate) enum Export {
    /// Write templates for CloudFormation: one for each account and region, or one for all senders as a stack set.
    #[command(after_help = CLOUDFORMATION_EXAMPLES)]
    Cloudformation(Cloudformation),
    /// Write a configuration for Terraform, with blocks that import what is there already.
    #[command(after_help = TERRAFORM_EXAMPLES)]
    Terraform(ExportFlags),
    /// Write a script around the AWS CLI that makes what is missing.
    #[command(after_help = AWSCLI_EXAMPLES)]
    Awscli(ExportFlags),
}

impl Export {
    /// The flags that all languages have.
    pub(crate) fn flags(&self) -> &ExportFlags {
        match self {
            Self::Cloudformation(args) => &args.flags,
            Self::Terraform(flags) | Self::Awscli(flags) => flags,
        }
    }
}

/// What is written, from what, and where.
#[derive(Debug, Args)]
pub(crate) struct ExportFlags {
    #[command(flatten)]
    pub(crate) topology: Topology,
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// Write what is declared alone, without credentials: what globs and the organisation would find is left out.
    #[arg(long, conflicts_with = "skip_unreachable")]
    pub(crate) offline: bool,
    /// Write the files into this folder instead of stdout. A file that is there already is left alone, and an error.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out: Option<PathBuf>,
    /// With --out, write over files that are there already.
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Cloudformation {
    #[command(flatten)]
    pub(crate) flags: ExportFlags,
    /// Write one template for all accounts that send, and the commands that make a stack set of it.
    #[arg(long, value_enum, value_name = "PERMISSIONS")]
    pub(crate) stack_set: Option<StackSet>,
    /// With --stack-set service-managed, the organisational units whose accounts get it, those to come included.
    #[arg(long, value_name = "OU", value_delimiter = ',', requires = "stack_set")]
    pub(crate) ou: Vec<OrganizationalUnitId>,
}

/// Who permits a stack set to work in its accounts (CloudFormation User Guide, "Permission models for StackSets").
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StackSet {
    /// Roles that somebody has made in each account; the accounts are those of the topology.
    SelfManaged,
    /// The organisation; the accounts are those of its units.
    ServiceManaged,
}
