//! The arguments, whose doc comments are the help texts.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

pub(crate) use super::args_iam::{Access, AccessForm, Explain, ExplainForm, For, Profile, Via};
use super::moment::{self, Moment};
use super::{examples, values};

use crate::address::{Address, Key};
use crate::plan::{TargetPattern, Targets};

/// The cross-account log pipeline orchestrator for AWS.
///
/// One YAML topology names the accounts; logpipe assumes a role in each, creates bucket, Firehose stream, CloudWatch
/// Logs destination and subscription filters in dependency order, and proves with a real test event that a log line
/// written in a source account lands in the bucket.
#[derive(Debug, Parser)]
#[command(name = "logpipe", version, propagate_version = true, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

const EXAMPLES: &str = "\
Examples:
  logpipe validate topology.yaml                         check a topology offline
  logpipe plan topology.yaml                             show what apply would do
  logpipe apply topology.yaml --verify                   do it, then prove that a log line arrives
  logpipe apply topology.yaml --verify --sandbox --yes   the same in a simulated AWS
  logpipe destroy topology.yaml                          remove what logpipe made; the bucket stays

Exit codes:
  0 done   1 failed before anything was written   2 changes pending (--detailed-exitcode)
  3 written but incomplete   4 a route is broken   64 usage   65 topology invalid
  77 access denied   130 interrupted";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a topology offline: every problem at once, with line and column.
    #[command(after_help = examples::VALIDATE)]
    Validate(Topology),
    /// Show what apply would do. Reads live state, writes nothing.
    #[command(after_help = examples::PLAN)]
    Plan(Plan),
    /// Create and update what the topology declares, after showing the plan and asking.
    #[command(after_help = examples::APPLY)]
    Apply(Apply),
    /// Send a marked test event through every route and find it in the bucket.
    #[command(after_help = examples::VERIFY)]
    Verify(Verify),
    /// Show how every resource stands: in sync, drifted, missing, foreign.
    #[command(after_help = examples::STATUS)]
    Status(Status),
    /// Remove what logpipe made, in reverse order. The bucket and its objects stay.
    #[command(after_help = examples::DESTROY)]
    Destroy(Destroy),
    /// Read log events of all accounts, merged in the order of time, and follow new ones.
    #[command(after_help = examples::LOGS)]
    Logs(Logs),
    /// Print the least that the roles in the accounts must be allowed, for bootstrapping them. Needs no credentials.
    #[command(after_help = examples::ACCESS)]
    Access(Access),
    /// Print the configuration of the CloudWatch agent for an agent of the topology, or store it for the instances.
    ///
    /// It is what goes into amazon-cloudwatch-agent.json. Needs no credentials, unless it is stored.
    #[command(after_help = examples::AGENT_CONFIG)]
    AgentConfig(AgentConfig),
    /// Explain every statement of every policy in plain words: who, where, when, what and want.
    ///
    /// Of the policies that the topology declares, or with --live of those that are there. Needs no credentials
    /// otherwise.
    #[command(after_help = examples::EXPLAIN)]
    Explain(Explain),
    /// Estimate what the topology costs in a month, from volumes that you declare or CloudWatch has measured.
    #[command(after_help = examples::COST)]
    Cost(Cost),
    /// Print the ARNs and names of what the topology makes.
    #[command(after_help = examples::OUTPUTS)]
    Outputs(Outputs),
    /// Print the AWS profiles that lead to the roles of readers, for ~/.aws/config.
    #[command(after_help = examples::PROFILE)]
    Profile(Profile),
    /// Print the completion script of a shell.
    #[command(after_help = examples::COMPLETIONS)]
    Completions(Completions),
    /// Print a manual page.
    #[command(after_help = examples::MAN)]
    Man(Man),
    /// Print the JSON Schema of topologies, for editors.
    #[command(after_help = examples::SCHEMA)]
    Schema(Schema),
    /// Work with the simulated AWS behind --sandbox.
    #[command(subcommand, after_help = examples::SANDBOX)]
    Sandbox(Sandbox),
}

impl Command {
    /// Whether it is there to write to AWS.
    pub(crate) fn writes(&self) -> bool {
        match self {
            Self::Apply(_) | Self::Destroy(_) => true,
            Self::AgentConfig(args) => args.ssm,
            _ => false,
        }
    }

    /// Its name, and the topology it is about, of commands that are about one.
    pub(crate) fn about(&self) -> Option<(&'static str, &Path)> {
        let (name, topology) = match self {
            Self::Validate(args) => ("validate", args),
            Self::Plan(args) => ("plan", &args.topology),
            Self::Apply(args) => ("apply", &args.topology),
            Self::Verify(args) => ("verify", &args.topology),
            Self::Status(args) => ("status", &args.topology),
            Self::Destroy(args) => ("destroy", &args.topology),
            Self::Access(args) => ("access", &args.topology),
            Self::Logs(args) => ("logs", &args.topology),
            Self::AgentConfig(args) => ("agent-config", &args.topology),
            Self::Cost(args) => ("cost", &args.topology),
            Self::Explain(args) => ("explain", &args.topology),
            Self::Profile(args) => ("profile", &args.topology),
            _ => return None,
        };
        Some((name, &topology.topology))
    }
}

/// Which topology.
#[derive(Debug, Args)]
pub(crate) struct Topology {
    /// The topology file.
    #[arg(default_value = "topology.yaml", value_name = "TOPOLOGY", value_hint = ValueHint::FilePath)]
    pub(crate) topology: PathBuf,
}

/// Which part of the topology.
#[derive(Debug, Args)]
pub(crate) struct Target {
    /// Only this, and what it needs: an address, the beginning of one ending in `*`, or `account=app`.
    #[arg(long, value_name = "ADDRESS")]
    target: Vec<TargetPattern>,
}

impl Target {
    /// Exactly these.
    pub(crate) fn at(addresses: impl IntoIterator<Item = Address>) -> Self {
        Self { target: addresses.into_iter().map(TargetPattern::Exact).collect() }
    }

    pub(crate) fn targets(&self) -> Targets {
        Targets(self.target.clone())
    }
}

/// Flags of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Common {
    /// Named profile of the starting credentials, instead of the topology's.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// The topology's region; another one is an error, so that a script notices a mix-up.
    #[arg(long, global = true, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// Endpoint of every AWS service, for emulators; S3 is addressed by path then.
    #[arg(long, global = true, value_name = "URL", value_parser = values::endpoint)]
    pub(crate) endpoint_url: Option<String>,
    /// Run against a simulated AWS in this process: no credentials, no network, minutes in milliseconds.
    #[arg(long, global = true, conflicts_with_all = ["profile", "endpoint_url"])]
    pub(crate) sandbox: bool,
    /// Form of what goes to stdout.
    #[arg(long, global = true, value_enum, default_value_t = Output::Human, value_name = "FORM")]
    pub(crate) output: Output,
    /// Most steps at once.
    #[arg(long, global = true, default_value_t = 32, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) parallelism: u16,
    /// No colours (so does the environment variable NO_COLOR).
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// Say nothing but errors and results.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more: unchanged resources, numbers of calls.
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    /// Never ask; what would need an answer fails.
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
}

/// Form of what goes to stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people.
    Human,
    /// For programs; see docs/json-output.md.
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) topology: Topology,
    #[command(flatten)]
    pub(crate) target: Target,
    /// Take over existing resources of the planned names.
    #[arg(long)]
    pub(crate) adopt: bool,
    /// Plan to remove what logpipe made and the topology no longer names; buckets and log groups stay.
    #[arg(long, conflicts_with = "offline")]
    pub(crate) prune: bool,
    /// Exit with 2 when changes are pending.
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// Save the plan, for `apply --plan`.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Without credentials: take everything as absent.
    #[arg(long, conflicts_with = "out")]
    pub(crate) offline: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Apply {
    #[command(flatten)]
    pub(crate) topology: Topology,
    #[command(flatten)]
    pub(crate) target: Target,
    /// Take over existing resources of the planned names.
    #[arg(long)]
    pub(crate) adopt: bool,
    /// Also remove what logpipe made and the topology no longer names; buckets and log groups stay.
    #[arg(long)]
    pub(crate) prune: bool,
    /// Carry out exactly this saved plan, without asking; refused when what it was made from has moved.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["adopt", "prune", "target"])]
    pub(crate) plan: Option<PathBuf>,
    /// Do not ask before applying.
    #[arg(long, short, visible_alias = "auto-approve")]
    pub(crate) yes: bool,
    /// Verify right after.
    #[arg(long)]
    pub(crate) verify: bool,
    #[command(flatten)]
    pub(crate) probe: Probe,
    #[command(flatten)]
    pub(crate) lock: Lock,
}

/// What to do when another run holds the record.
#[derive(Debug, Args)]
pub(crate) struct Lock {
    /// Wait so long for another run to let go of the record, e.g. 30s or 5m; 0 fails at once.
    #[arg(long, value_name = "TIME", default_value = "0", value_parser = values::patience)]
    pub(crate) lock_timeout: Duration,
}

/// How test events are sent.
#[derive(Debug, Args)]
pub(crate) struct Probe {
    /// Text of the test event, for filter patterns that the usual one does not match.
    #[arg(long, value_name = "TEXT")]
    pub(crate) message: Option<String>,
    /// Give up on a test event after this time, e.g. 90s or 10m [default: 5 min and the buffer time].
    #[arg(long, value_name = "TIME", value_parser = values::duration)]
    pub(crate) timeout: Option<Duration>,
    /// Probe so many routes, spread over sources, accounts and regions. Needed where there are more than 20.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) sample: Option<u32>,
}

impl Probe {
    /// Whether nothing is said about it.
    pub(crate) fn is_default(&self) -> bool {
        self.message.is_none() && self.timeout.is_none() && self.sample.is_none()
    }
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) topology: Topology,
    #[command(flatten)]
    pub(crate) target: Target,
    /// Only the routes of this source.
    #[arg(long, value_name = "KEY")]
    pub(crate) source: Option<Key>,
    #[command(flatten)]
    pub(crate) probe: Probe,
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

#[derive(Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) topology: Topology,
    #[command(flatten)]
    pub(crate) target: Target,
    /// Exit with 2 when anything is not in sync.
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Destroy {
    #[command(flatten)]
    pub(crate) topology: Topology,
    #[command(flatten)]
    pub(crate) target: Target,
    /// Do not ask before destroying.
    #[arg(long, short, visible_alias = "auto-approve")]
    pub(crate) yes: bool,
    /// Delete the buckets that logpipe made, with every object in them. Each has to be named.
    #[arg(long)]
    pub(crate) delete_data: bool,
    /// Name of a bucket that --delete-data may delete, instead of typing it when asked.
    #[arg(long, value_name = "BUCKET", requires = "delete_data")]
    pub(crate) confirm: Vec<String>,
    #[command(flatten)]
    pub(crate) lock: Lock,
}

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
pub(crate) struct Schema {
    /// Print the reference of the topology file instead, in Markdown.
    #[arg(long)]
    pub(crate) markdown: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Outputs {
    /// The topology file, the name of one output, or both: what ends in .yaml or .yml is the file.
    #[arg(value_name = "TOPOLOGY|NAME", num_args = 0..=2, value_hint = ValueHint::FilePath)]
    pub(crate) words: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The command whose page is printed; without one, that of logpipe itself.
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}

/// The simulated AWS.
#[derive(Debug, Subcommand)]
pub(crate) enum Sandbox {
    /// Serve it on loopback, for other clients and for --endpoint-url.
    #[command(after_help = examples::SERVE)]
    Serve(Serve),
    /// Forget everything in it, and the records of what was made in it.
    Reset,
    /// Show what is in it.
    Show,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// A topology whose accounts get the roles that logpipe assumes, with what `logpipe access` prints for it.
    #[arg(value_name = "TOPOLOGY", value_hint = ValueHint::FilePath)]
    pub(crate) topology: Option<PathBuf>,
    /// Port on 127.0.0.1; 0 takes a free one and prints it.
    #[arg(long, default_value_t = 4567)]
    pub(crate) port: u16,
    /// How many simulated seconds pass in a real one.
    ///
    /// Sessions last an hour of simulated time: at 60, a command has a minute before it must sign in again.
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR", value_parser = values::speed)]
    pub(crate) speed: f64,
    /// Let this number decide what AWS leaves to chance: delays, refusals that pass, how lists are cut.
    ///
    /// The same number and the same calls give the same answers. Without one, everything goes as it usually does.
    /// LOGPIPE_SANDBOX_SEED does the same for --sandbox.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_shows_how_it_is_used() {
        let command = Arguments::command();
        for command in command.get_subcommands() {
            let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(examples.starts_with("Examples:\n  logpipe "), "{}: {examples}", command.get_name());
        }
    }
}
