//! `logpipe cost`: what the topology costs in a month, from declared or measured volumes.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::cost::{Assumptions, Estimate, Flow, Prices, Volumes, estimate, senders};
use crate::engine::Measurement;
use crate::exit::Exit;
use crate::plan::{DAYS_MEASURED, Measured};
use crate::topology::{Destination, Topology, nearest};
use crate::ui::{CostReport, error_line};

use crate::cli::answer::error::CommandError;
use crate::cli::args;
use crate::cli::args::values;
use crate::cli::input::{self, called};
use crate::cli::run::CommandContext;
use crate::cli::session::{Session, read_topology};

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe cost topology.yaml --gb-per-month 100    the total that all sources log
  logpipe cost --volume app-logs=80 --volume audit=5
  logpipe cost --measure                           what was logged in the last 14 days
  logpipe cost --gb-per-month 100 --months 36 --retention-days 30
  logpipe cost --gb-per-month 100 --prices ours.json --output json | jq .usd
  logpipe cost --gb-per-month 100 --output markdown   what a change costs, for its pull request";

/// Its arguments.
#[derive(Debug, Args)]
pub(crate) struct Cost {
    #[command(flatten)]
    pub(crate) topology: args::Topology,
    #[command(flatten)]
    pub(crate) reach: args::Reach,
    /// GB logged in a month, in total, by the sources whose volume is neither declared nor measured.
    #[arg(long, value_name = "GB", value_parser = values::amount)]
    pub(crate) gb_per_month: Option<f64>,
    /// GB that one source logs in a month, or one agent, if no source delivers its log groups.
    #[arg(long, value_name = "SOURCE=GB", value_parser = values::volume)]
    pub(crate) volume: Vec<(String, f64)>,
    /// Ask CloudWatch how much the log groups took in over the last 14 days.
    #[arg(long)]
    pub(crate) measure: bool,
    /// Average size of a log event in bytes, where it is not measured.
    #[arg(long, value_name = "BYTES", default_value_t = 256.0, value_parser = values::above_zero)]
    pub(crate) event_bytes: f64,
    /// Share of its size that data keeps when it is compressed with gzip.
    #[arg(long, value_name = "SHARE", default_value_t = 0.15, value_parser = values::share)]
    pub(crate) compressed: f64,
    /// Average number of log events in a record that CloudWatch Logs sends to Firehose.
    #[arg(long, value_name = "N", default_value_t = 50.0, value_parser = values::above_zero)]
    pub(crate) events_per_record: f64,
    /// Estimate the month after this many months of logs have piled up.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=1200))]
    pub(crate) months: u32,
    /// Days that log groups keep events, where the topology does not set their retention [default: for ever].
    #[arg(long, value_name = "DAYS", value_parser = values::retention)]
    pub(crate) retention_days: Option<u32>,
    /// Number of folders that a partitioned stream writes to at once [default: derived from the topology].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) partitions: Option<u32>,
    /// Your own prices, which override those that come with logpipe; see docs/cost.md.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) prices: Option<PathBuf>,
}

/// From declared volumes; calls nothing.
pub(crate) fn run(args: &Cost, context: CommandContext<'_>) -> Result<Exit, CommandError> {
    let CommandContext { environment, common, .. } = context;
    args.reach.unused("--measure").map_err(CommandError::Usage)?;
    if args.gb_per_month.is_none() && args.volume.is_empty() {
        let message = "say how much is logged: --gb-per-month N in total, --volume SOURCE=GB for one source, or --measure to ask CloudWatch";
        return Err(CommandError::Usage(message.to_owned()));
    }
    let topology = read_topology(args.topology.path(), environment, common)?;
    let prices = prices(args, &environment.folder)?;
    let estimate = estimated(&topology, Volumes::default(), args, &prices)?;
    context.presenter().give(&report(&estimate));
    Ok(Exit::Done)
}

/// From what CloudWatch has counted, and declared volumes for what it does not tell.
pub(crate) async fn run_measured(session: &Session, args: &Cost) -> Result<Exit, CommandError> {
    let prices = prices(args, &session.folder)?;

    let measurement = session.engine.measure(args.reach.unreachable()).await?;

    let Measurement { topology, measured: Measured { volumes, failures }, skipped } = measurement;
    let estimate = estimated(&topology, volumes, args, &prices)?;
    let unmeasured = failures.iter().map(|(key, error)| (key.to_string(), error_line(error))).collect();
    session.presenter.give(&CostReport { unmeasured, skipped: &skipped, ..report(&estimate) });
    Ok(if skipped.is_empty() { Exit::Done } else { Exit::Incomplete })
}

fn report(estimate: &Estimate) -> CostReport<'_> {
    CostReport { estimate, days_measured: DAYS_MEASURED, unmeasured: Vec::new(), skipped: &[] }
}

fn estimated(
    topology: &Topology,
    mut volumes: Volumes,
    args: &Cost,
    prices: &Prices,
) -> Result<Estimate, CommandError> {
    let assumptions = assumptions(args);
    declare(topology, &mut volumes, args, &assumptions)?;
    Ok(estimate(topology, &volumes, &assumptions, prices))
}

/// What is declared for one goes before what was measured; what is declared for all is shared by those of which nothing
/// else is known.
fn declare(
    topology: &Topology,
    volumes: &mut Volumes,
    args: &Cost,
    assumptions: &Assumptions,
) -> Result<(), CommandError> {
    if args.partitions.is_some() && !topology.destinations.values().any(is_parted) {
        let message = "--partitions has no effect: no stream has `partition_by`, so leave it out";
        return Err(CommandError::Usage(message.to_owned()));
    }
    let senders = senders(topology);
    for (name, gigabytes) in &args.volume {
        let Some((key, regions)) = senders.iter().find(|(key, _)| key.as_str() == name) else {
            let known: Vec<&str> = senders.keys().map(|key| key.as_str()).collect();
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the topology has {}", known.join(", ")),
            };
            return Err(CommandError::Usage(format!("--volume {name}: there is no such source; {help}")));
        };
        volumes.declare(key, regions, Flow::of_gigabytes(*gigabytes, assumptions));
    }
    let Some(all) = args.gb_per_month else { return Ok(()) };
    let unknown: Vec<_> = senders.iter().filter(|(key, _)| !volumes.knows(key)).collect();
    // What is to be measured may not come, and then it is declared.
    if unknown.is_empty() && !args.measure {
        let message = "--gb-per-month has no effect, because --volume covers every source: leave it out";
        return Err(CommandError::Usage(message.to_owned()));
    }
    let share = all / f64::from(u32::try_from(unknown.len().max(1)).unwrap_or(u32::MAX));
    for (key, regions) in unknown {
        volumes.declare(key, regions, Flow::of_gigabytes(share, assumptions));
    }
    Ok(())
}

fn is_parted(destination: &Destination) -> bool {
    !destination.transport.partition_by().is_empty()
}

fn assumptions(args: &Cost) -> Assumptions {
    Assumptions {
        event_bytes: args.event_bytes,
        compressed: args.compressed,
        events_per_record: args.events_per_record,
        months: args.months,
        retention_days: args.retention_days,
        partitions: args.partitions,
    }
}

/// A table of prices has some hundred lines.
const LARGEST_PRICES: u64 = 16 * 1024 * 1024;

/// The table that comes along, with what a file says of its own.
fn prices(args: &Cost, folder: &std::path::Path) -> Result<Prices, CommandError> {
    let bad = |verb: String| {
        move |error| CommandError::Io { verb, source: std::io::Error::other(format!("{error}")) }
    };
    let embedded = Prices::embedded();
    let Some(file) = &args.prices else {
        return embedded.map_err(bad("read the prices that come with logpipe".to_owned()));
    };
    let verb = || format!("use the prices in {}", called(file));
    let text = input::text(file, folder, LARGEST_PRICES)
        .map_err(|source| CommandError::Io { verb: verb(), source })?;
    let own = Prices::read(&text).map_err(bad(verb()))?;
    Ok(embedded.map_err(bad(verb()))?.overridden(own))
}
