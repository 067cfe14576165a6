//! The arguments of `init`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::DEFAULT_TOPOLOGY;

/// What is not given is asked, or is as usual.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The file to write [default: topology.yaml].
    #[arg(value_name = "TOPOLOGY", value_hint = ValueHint::FilePath)]
    topology: Option<PathBuf>,
    /// The topology's name [default: central-logs].
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Id of the account that logs go to.
    #[arg(long, value_name = "ACCOUNT_ID")]
    pub(crate) archive: Option<String>,
    /// An account that logs come from, as NAME=ACCOUNT_ID, or `organization` for every account of the AWS organisation; several
    /// times for several.
    #[arg(long, value_name = "NAME=ACCOUNT_ID")]
    pub(crate) source: Vec<String>,
    /// Id of the account that may list the accounts of the organisation: the management account or a delegated administrator.
    #[arg(long, value_name = "ACCOUNT_ID")]
    pub(crate) organization: Option<String>,
    /// A log group to deliver, by its name or a glob; several times for several [default: /aws/lambda/*].
    #[arg(long, value_name = "GLOB")]
    pub(crate) log_group: Vec<String>,
    /// The role to assume in every account [default: LogpipeDeployer].
    #[arg(long, value_name = "ROLE")]
    pub(crate) role_name: Option<String>,
    /// Write over a file that is there.
    #[arg(long)]
    pub(crate) force: bool,
}

impl Init {
    /// The file to write.
    pub(crate) fn path(&self) -> &Path {
        self.topology.as_deref().unwrap_or(Path::new(DEFAULT_TOPOLOGY))
    }
}
