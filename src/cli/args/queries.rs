//! The arguments of commands that tell something: what agents run with, what it costs, what policies mean, who reads and
//! what is in the logs.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::{Lock, Topology};
use crate::address::Key;
use crate::cli::moment::{self, Moment};
use crate::cli::values;

#[derive(Debug, Args)]
pub(crate) struct AgentConfig {
    #[command(flatten)]
    pub(crate) topology: Topology,
    /// Which agent, where the topology has several.
    #[arg(long, value_name = "KEY")]
    pub(crate) agent: Option<Key>,
    /// Only in this account of the agent, by name or id.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// Print the commands that install the agent on an instance, configure and start it, and check that it works.
    #[arg(long)]
    pub(crate) commands: bool,
    /// Where those commands take the configuration from.
    #[arg(long, value_enum, value_name = "PLACE", requires = "commands", default_value_t = ConfigPlace::File)]
    pub(crate) from: ConfigPlace,
    /// Have the agent set the retention of its log groups to so many days.
    #[arg(long, value_name = "DAYS", value_parser = values::retention)]
    pub(crate) retention_days: Option<u32>,
    /// Store the configuration as the SSM parameter AmazonCloudWatch-<topology>-<agent>, after showing the plan and asking.
    #[arg(long, conflicts_with_all = ["commands", "retention_days"])]
    pub(crate) ssm: bool,
    /// Take over a parameter of that name that is there.
    #[arg(long, requires = "ssm")]
    pub(crate) adopt: bool,
    /// Do not ask before storing.
    #[arg(long, short, visible_alias = "auto-approve", requires = "ssm")]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) lock: Lock,
}

/// Where an instance takes the configuration from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConfigPlace {
    /// A file that the commands write.
    File,
    /// The parameter that `--ssm` stores.
    Ssm,
}

#[derive(Debug, Args)]
pub(crate) struct Cost {
    #[command(flatten)]
    pub(crate) topology: Topology,
    /// What is logged in a month, in GB, by all sources together of which nothing else is known.
    #[arg(long, value_name = "GB", value_parser = values::amount)]
    pub(crate) gb_per_month: Option<f64>,
    /// What one source logs in a month, in GB; an agent too, whose log groups are no source's.
    #[arg(long, value_name = "SOURCE=GB", value_parser = values::volume)]
    pub(crate) volume: Vec<(String, f64)>,
    /// Ask CloudWatch what the log groups have taken in over the last 14 days.
    #[arg(long)]
    pub(crate) measure: bool,
    /// Average bytes of a log event, where that is not measured.
    #[arg(long, value_name = "BYTES", default_value_t = 256.0, value_parser = values::above_zero)]
    pub(crate) event_bytes: f64,
    /// What gzip leaves of a byte.
    #[arg(long, value_name = "SHARE", default_value_t = 0.15, value_parser = values::share)]
    pub(crate) compressed: f64,
    /// Log events in each record that CloudWatch Logs sends to Firehose, on average.
    #[arg(long, value_name = "N", default_value_t = 50.0, value_parser = values::above_zero)]
    pub(crate) events_per_record: f64,
    /// Estimate the month after so many, in which that much has piled up.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=1200))]
    pub(crate) months: u32,
    /// How long log groups keep events whose retention the topology does not say [default: for ever].
    #[arg(long, value_name = "DAYS", value_parser = values::retention)]
    pub(crate) retention_days: Option<u32>,
    /// Folders that a partitioned stream writes to at once [default: as the topology tells].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) partitions: Option<u32>,
    /// Prices of your own, which go before those that come with logpipe; see docs/cost.md.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) prices: Option<PathBuf>,
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

#[derive(Debug, Args)]
pub(crate) struct Logs {
    #[command(flatten)]
    pub(crate) topology: Topology,
    /// Only log groups of this source.
    #[arg(long, value_name = "KEY")]
    pub(crate) source: Vec<crate::address::Key>,
    /// Only log groups of this account, by its name in the topology.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Vec<crate::address::AccountName>,
    /// Only this log group, or those that fit a glob; in accounts of agents and readers any that is there.
    #[arg(long, value_name = "NAME|GLOB")]
    pub(crate) log_group: Vec<String>,
    /// Only this log stream, or those whose names start so when it ends in `*`.
    #[arg(long, value_name = "NAME|PREFIX*")]
    pub(crate) stream: Option<String>,
    /// From when on: so long ago (30s, 10m, 2h, 7d), or a time such as 2026-11-22T10:00:00Z.
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = moment::parse)]
    pub(crate) since: Moment,
    /// Until when, likewise.
    #[arg(long, value_name = "TIME", value_parser = moment::parse, conflicts_with = "follow")]
    pub(crate) until: Option<Moment>,
    /// Only events that match this filter pattern of CloudWatch Logs.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) filter: Option<String>,
    /// Go on with new events until Ctrl-C.
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// End after so many events.
    #[arg(long, value_name = "N", value_parser = values::count)]
    pub(crate) limit: Option<usize>,
    /// Read as this reader of the topology: with its role, assumed by whoever runs this.
    #[arg(long = "as", value_name = "READER", conflicts_with = "account")]
    pub(crate) reader: Option<crate::address::Key>,
}
