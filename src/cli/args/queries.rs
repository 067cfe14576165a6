//! The arguments of commands that tell something: what policies mean, who reads, and what is in the logs.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use clap_complete::engine::ArgValueCandidates;

use super::{Reach, Topology, TopologyFlag};
use crate::address::Key;
use crate::cli::args::time_argument;
use crate::cli::args::values;
use crate::cli::candidates;
use crate::reading::When;

#[derive(Debug, Args)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) topology: Topology,
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// Explain the policies as they are in the accounts, with what others have added to them.
    #[arg(long)]
    pub(crate) live: bool,
    /// Explain the policy in this JSON file instead, `-` for stdin; no topology is read.
    #[arg(long, value_name = "FILE", conflicts_with = "live", value_hint = ValueHint::FilePath)]
    pub(crate) policy: Option<PathBuf>,
    /// Format of the explanation.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<ExplainForm>,
}

/// Forms of explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainForm {
    /// Text to read: words and policy elements side by side.
    Table,
    /// One JSON object; see docs/json-output.md.
    Json,
    /// One table for each policy, for wikis and pull requests.
    Markdown,
}

#[derive(Debug, Args)]
pub(crate) struct Profile {
    #[command(flatten)]
    pub(crate) topology: Topology,
    /// Only this reader.
    #[arg(long, value_name = "KEY")]
    pub(crate) reader: Option<String>,
    /// Where the credentials that assume the role come from [default: ec2].
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
    /// IAM Identity Center, with a session and a profile to fill in.
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

#[derive(Debug, Args)]
pub(crate) struct Logs {
    #[command(flatten)]
    pub(crate) topology: TopologyFlag,
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// Only log groups of this source.
    #[arg(long, value_name = "KEY", add = ArgValueCandidates::new(candidates::sources))]
    pub(crate) source: Vec<Key>,
    /// Only log groups of this account, by its name in the topology.
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(candidates::accounts))]
    pub(crate) account: Vec<crate::address::AccountName>,
    /// Only this log group, or those that match a glob; in accounts of agents and readers, any log group there.
    #[arg(long, value_name = "NAME|GLOB")]
    pub(crate) log_group: Vec<String>,
    /// Only this log stream, or with a `*` at the end, those whose names start like that.
    #[arg(long, value_name = "NAME|PREFIX*")]
    pub(crate) stream: Option<String>,
    /// Start with events from this long ago (30s, 10m, 2h, 7d), or from a time such as 2026-11-22T10:00:00Z.
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = time_argument::parse)]
    pub(crate) since: When,
    /// End with events from this long ago, or from a time like that.
    #[arg(long, value_name = "TIME", value_parser = time_argument::parse, conflicts_with = "follow")]
    pub(crate) until: Option<When>,
    /// Only events that match this CloudWatch Logs filter pattern.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) filter: Option<String>,
    /// Keep printing new events until Ctrl-C.
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// Stop after this many events.
    #[arg(long, value_name = "N", value_parser = values::count)]
    pub(crate) limit: Option<usize>,
    /// Read as this reader of the topology: assume its role with your own credentials.
    #[arg(long = "as", value_name = "READER", conflicts_with = "account")]
    pub(crate) reader: Option<Key>,
}
