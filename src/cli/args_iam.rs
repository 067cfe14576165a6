//! The arguments of the commands about IAM: `access`, `explain`, `profile`; the doc comments are the help texts.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::args::Topology;
use super::values;

#[derive(Debug, Args)]
pub(crate) struct Access {
    #[command(flatten)]
    pub(crate) topology: Topology,
    /// What the roles are to be good for; `plan` is read-only and does for `status` too.
    #[arg(long = "for", value_enum, value_name = "COMMAND", value_delimiter = ',', default_value = "all")]
    pub(crate) commands: Vec<For>,
    /// Also what `destroy --delete-data` takes: the right to delete every object in the buckets.
    #[arg(long)]
    pub(crate) delete_data: bool,
    /// Form of the policies.
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) format: Option<AccessForm>,
    /// Only this account, by name or id; `organization` for those that only the organisation knows.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// Whom the roles are to trust: ARN of the role or user that runs logpipe, or the id of its account.
    #[arg(long, value_name = "ARN|ID", value_parser = values::trusted)]
    pub(crate) trusted: Option<String>,
}

/// What roles can be good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum For {
    /// `plan` and `status`: reading only.
    Plan,
    /// `apply`, with `--prune` too.
    Apply,
    /// `verify`, and `apply --verify`.
    Verify,
    /// `destroy`; the data stays.
    Destroy,
    /// `logs`: reading log events.
    Logs,
    /// All of these.
    All,
}

/// Forms of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AccessForm {
    /// To read, with documents to paste.
    Text,
    /// One object; see docs/json-output.md.
    Json,
    /// One template for all accounts.
    Cloudformation,
    /// A shell script around the AWS CLI.
    Awscli,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) topology: Topology,
    /// The policies as they are in the accounts, with what others have added to them.
    #[arg(long)]
    pub(crate) live: bool,
    /// A policy of your own in a JSON file, `-` for stdin; no topology is read.
    #[arg(long, value_name = "FILE", conflicts_with = "live", value_hint = ValueHint::FilePath)]
    pub(crate) policy: Option<PathBuf>,
    /// Form of the explanation.
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) format: Option<ExplainForm>,
}

/// Forms of explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainForm {
    /// To read: words and elements side by side.
    Table,
    /// One object; see docs/json-output.md.
    Json,
    /// A table a policy, for wikis and pull requests.
    Markdown,
}

#[derive(Debug, Args)]
pub(crate) struct Profile {
    #[command(flatten)]
    pub(crate) topology: Topology,
    /// Only this reader.
    #[arg(long, value_name = "KEY")]
    pub(crate) reader: Option<String>,
    /// Where the credentials come from that assume the role [default: ec2].
    #[arg(long, value_enum, value_name = "WAY")]
    pub(crate) via: Option<Via>,
    /// The profile whose credentials assume the role.
    #[arg(long, value_name = "NAME")]
    pub(crate) source_profile: Option<String>,
}

/// Where credentials come from that assume the role of a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Via {
    /// The role of the EC2 instance.
    Ec2,
    /// Another profile, given by --source-profile.
    SourceProfile,
    /// IAM Identity Center, with a session and a profile to be filled in.
    Sso,
}

impl Via {
    /// As on the command line.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::SourceProfile => "source-profile",
            Self::Sso => "sso",
        }
    }
}
