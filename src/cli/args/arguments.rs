//! The arguments, whose doc comments are the help texts.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, ValueHint};
use clap_complete::engine::ArgValueCandidates;

use super::values;
use super::{LintFlags, Topology};
use crate::cli::candidates;
use crate::cli::command::Command;

use crate::address::Key;
use crate::aws::Unreachable;
use crate::plan::{TargetPattern, Targets};
use crate::share::Share;
use crate::ui::Form;

/// The cross-account log pipeline orchestrator for AWS.
///
/// One YAML topology names the accounts; logpipe assumes a role in each, creates the bucket, the Firehose stream, the
/// CloudWatch Logs destination and the subscription filters in dependency order, and proves with a real test event that
/// a log line written in a source account lands in the bucket.
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
  70 a fault in logpipe   77 access denied   130 interrupted";

/// Which part of the topology.
#[derive(Debug, Args)]
pub(crate) struct Target {
    /// Only this and what it needs: an address, the start of one followed by `*`, or `account=app`.
    #[arg(long, value_name = "ADDRESS", add = ArgValueCandidates::new(candidates::targets))]
    target: Vec<TargetPattern>,
}

impl Target {
    pub(crate) fn targets(&self) -> Targets {
        Targets(self.target.clone())
    }
}

/// What to do about accounts that cannot be entered.
#[derive(Debug, Args)]
pub(crate) struct Reach {
    /// Leave out accounts that cannot be entered, and whatever needs a log group or bucket that is missing; exits with 3
    /// then.
    #[arg(long)]
    pub(crate) skip_unreachable: bool,
}

impl Reach {
    /// Refuses the flag where no account is entered.
    pub(crate) fn unused(&self, without: &str) -> Result<(), String> {
        match self.skip_unreachable {
            true => Err(format!(
                "without {without} no account is entered, so --skip-unreachable has no effect: leave it out"
            )),
            false => Ok(()),
        }
    }

    pub(crate) fn unreachable(&self) -> Unreachable {
        if self.skip_unreachable { Unreachable::LeftOut } else { Unreachable::Fails }
    }
}

/// Flags of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Common {
    /// Profile to take the starting credentials from, instead of the topology's.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// The region that the topology must have; any other is an error, so that a script notices a mix-up.
    #[arg(long, global = true, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// Give a variable of the topology a value; LOGPIPE_VAR_NAME in the environment does the same.
    #[arg(long, global = true, value_name = "NAME=VALUE", value_parser = values::variable)]
    pub(crate) var: Vec<(String, String)>,
    /// Take the values of variables from a YAML or JSON file; of several, later ones win. `-` is stdin.
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) var_file: Vec<PathBuf>,
    /// Accept regions that this version of logpipe does not know yet.
    #[arg(long, global = true)]
    pub(crate) allow_unknown_region: bool,
    /// Endpoint for every AWS service, for emulators; S3 then uses path-style addresses.
    #[arg(long, global = true, value_name = "URL", value_parser = values::endpoint)]
    pub(crate) endpoint_url: Option<String>,
    /// How long a call may wait for AWS, all its attempts together, e.g. 90s or 5m [default: 60s].
    #[arg(long, global = true, value_name = "TIME", value_parser = values::call_timeout)]
    pub(crate) call_timeout: Option<Duration>,
    /// Run against a simulated AWS in this process: no credentials, no network, minutes in milliseconds.
    #[arg(long, global = true, conflicts_with_all = ["profile", "endpoint_url", "call_timeout"])]
    pub(crate) sandbox: bool,
    /// Work as if started in this folder: relative paths start there.
    #[arg(long, short = 'C', global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) chdir: Option<PathBuf>,
    /// Format of the output on stdout.
    #[arg(long, short, global = true, value_enum, default_value_t = Form::Human, value_name = "FORMAT")]
    pub(crate) output: Form,
    /// The same as `--output json`.
    #[arg(long, global = true, conflicts_with = "output")]
    pub(crate) json: bool,
    /// How many steps may run at once; by default 32, or one for each account of the plan, up to 1,000.
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) parallelism: Option<u16>,
    /// No colours (the environment variable NO_COLOR does the same).
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// Print only errors and results.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print more: unchanged resources, numbers of calls.
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    /// Never ask; fail where an answer is needed.
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Validate {
    #[command(flatten)]
    pub(crate) topology: Topology,
    #[command(flatten)]
    pub(crate) lint: LintFlags,
}

#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) topology: Topology,
    #[command(flatten)]
    pub(crate) lint: LintFlags,
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// Take over existing resources that have the planned names.
    #[arg(long)]
    pub(crate) adopt: bool,
    /// Also take the policies of others off the roles that log events pass, once logpipe's own are in force.
    #[arg(long)]
    pub(crate) tighten: bool,
    /// Plan to remove what logpipe made and the topology no longer names; buckets and log groups stay.
    #[arg(long, conflicts_with = "offline")]
    pub(crate) prune: bool,
    /// Exit with 2 when changes are pending.
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// Save the plan, for `apply --plan`.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Plan without credentials, as if nothing existed yet.
    #[arg(long, conflicts_with_all = ["out", "skip_unreachable"])]
    pub(crate) offline: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Apply {
    #[command(flatten)]
    pub(crate) topology: Topology,
    #[command(flatten)]
    pub(crate) lint: LintFlags,
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// Take over existing resources that have the planned names.
    #[arg(long)]
    pub(crate) adopt: bool,
    /// Also take the policies of others off the roles that log events pass, once logpipe's own are in force.
    #[arg(long)]
    pub(crate) tighten: bool,
    /// Also remove what logpipe made and the topology no longer names; buckets and log groups stay.
    #[arg(long)]
    pub(crate) prune: bool,
    /// Carry out exactly this saved plan, without asking; refused if anything it was made from has changed.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["adopt", "tighten", "prune", "target", "skip_unreachable"])]
    pub(crate) plan: Option<PathBuf>,
    /// Be one of several processes that apply at the same time, each with a part of the accounts: the second of eight is
    /// `2/8`. Needs a record in S3, and takes no --prune and no --adopt.
    #[arg(long, value_name = "NUMBER/OF", conflicts_with_all = ["plan", "target", "verify"])]
    pub(crate) shard: Option<Share>,
    /// Do not ask before applying.
    #[arg(long, short, visible_alias = "auto-approve")]
    pub(crate) yes: bool,
    /// Verify afterwards.
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
    /// Wait this long for another run to release the record, e.g. 30s or 5m; 0 fails at once.
    #[arg(long, value_name = "TIME", default_value = "0", value_parser = values::patience)]
    pub(crate) lock_timeout: Duration,
}

/// How test events are sent.
#[derive(Debug, Args)]
pub(crate) struct Probe {
    /// Text of the test event, for filter patterns that the usual text does not match.
    #[arg(long, value_name = "TEXT")]
    pub(crate) message: Option<String>,
    /// Give up on a test event after this time, e.g. 90s or 10m [default: 5 min plus the buffer time].
    #[arg(long, value_name = "TIME", value_parser = values::duration)]
    pub(crate) timeout: Option<Duration>,
    /// Probe this many routes, spread over sources, accounts and regions [default: all of them, 20 at most].
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
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// Only the routes of this source.
    #[arg(long, value_name = "KEY", add = ArgValueCandidates::new(candidates::sources))]
    pub(crate) source: Option<Key>,
    #[command(flatten)]
    pub(crate) probe: Probe,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) topology: Topology,
    #[command(flatten)]
    pub(crate) target: Target,
    /// Only the routes of this source.
    #[arg(long, value_name = "KEY", add = ArgValueCandidates::new(candidates::sources))]
    pub(crate) source: Option<Key>,
    /// How far back to tell what Firehose failed to deliver, e.g. 90m or 3d.
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = values::duration)]
    pub(crate) since: Duration,
    /// Also show what apply would change for what was found.
    #[arg(long)]
    pub(crate) fix_plan: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) topology: Topology,
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// Exit with 2 when anything is not in sync; with --delivery, when anything is silent or fails.
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// Tell how events flow, by CloudWatch's metrics: written, forwarded, delivered, refused, and what is silent.
    #[arg(long, conflicts_with = "target")]
    pub(crate) delivery: bool,
    /// With --delivery, how far back to count, e.g. 90m or 3d; CloudWatch is a few minutes late.
    #[arg(long, value_name = "TIME", default_value = "1h", requires = "delivery", value_parser = values::lately)]
    pub(crate) since: Duration,
    /// With --delivery, tell it again every 60 seconds, or as often as this, until Ctrl-C.
    #[arg(
        long,
        value_name = "TIME",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "60s",
        requires = "delivery",
        value_parser = values::pause
    )]
    pub(crate) watch: Option<Duration>,
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
    /// Also delete the buckets that logpipe made, with every object in them, after you name each bucket; and log groups
    /// that logpipe made, along with what others have put on them.
    #[arg(long)]
    pub(crate) delete_data: bool,
    /// Name of a bucket that --delete-data may delete, instead of typing it when asked.
    #[arg(long, value_name = "BUCKET", requires = "delete_data")]
    pub(crate) confirm: Vec<String>,
    /// Refused with the reason.
    #[arg(long, value_name = "NUMBER/OF", hide = true)]
    pub(crate) shard: Option<String>,
    #[command(flatten)]
    pub(crate) lock: Lock,
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
        fn check(command: &clap::Command) {
            for command in command.get_subcommands() {
                let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(examples.starts_with("Examples:\n  logpipe "), "{}: {examples}", command.get_name());
                check(command);
            }
        }
        check(&Arguments::command());
    }
}
