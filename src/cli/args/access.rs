//! The arguments of `access`.

use clap::{Args, ValueEnum};

use super::Topology;
use crate::cli::args::values;

#[derive(Debug, Args)]
pub(crate) struct Access {
    #[command(flatten)]
    pub(crate) topology: Topology,
    /// Which commands the roles are for; `plan` is read-only and covers `status` too.
    #[arg(long = "for", value_enum, value_name = "COMMAND", value_delimiter = ',', default_value = "all")]
    pub(crate) commands: Vec<For>,
    /// Also allow `apply --tighten` to take the policies of others off the roles that log events pass.
    #[arg(long)]
    pub(crate) tighten: bool,
    /// Also allow `destroy --delete-data` to delete every object in the buckets.
    #[arg(long)]
    pub(crate) delete_data: bool,
    /// Format of the policies.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<AccessForm>,
    /// Only this account, by name or id; `organization` for those that are found through the organisation.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// Whom the roles trust: the ARN of the role or user that runs logpipe, or the id of its account.
    #[arg(long, value_name = "ARN|ID", value_parser = values::trusted)]
    pub(crate) trusted: Option<String>,
}

/// What roles can be good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum For {
    /// `plan` and `status`: reading only.
    Plan,
    /// `apply`, including `--prune`.
    Apply,
    /// `verify`, and `apply --verify`.
    Verify,
    /// `doctor`: reading only.
    Doctor,
    /// `destroy`; the data stays.
    Destroy,
    /// `logs`: reading log events.
    Logs,
    /// `cost --measure`: reading how much is logged.
    Cost,
    /// `coverage`: reading what is on every log group.
    Coverage,
    /// `agent-config --ssm`: storing the configuration of agents.
    AgentConfig,
    /// `status --delivery`: reading what was delivered.
    Delivery,
    /// `import`: reading whatever could be part of a pipeline.
    Import,
    /// All of these but `import`.
    All,
}

/// Forms of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AccessForm {
    /// Text to read, with documents to paste.
    Text,
    /// One JSON object; see docs/json-output.md.
    Json,
    /// One template for all accounts.
    Cloudformation,
    /// A shell script around the AWS CLI.
    Awscli,
}
