//! `logpipe coverage`: which log groups are delivered, why the others are not, and what is sent outside.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::coverage::{AllowList, Allowed, Limits};
use crate::engine::{CoverageRequest, Covered};
use crate::exit::Exit;
use crate::ui::CoverageReport;

use crate::cli::answer::error::CommandError;
use crate::cli::args;
use crate::cli::args::values;
use crate::cli::input::{self, called};
use crate::cli::session::Session;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe coverage topology.yaml                   how much is delivered, and why the rest is not
  logpipe coverage --fail-under 95                 for CI: exits with 4 below 95 % of the log groups
  logpipe coverage --fail-under-bytes 99 --days 30
  logpipe coverage --no-volume                     without asking CloudWatch for bytes
  logpipe coverage --allow-destination 333333333333 --allow-list outside.txt
  logpipe coverage --json | jq -r '.groups[] | select(.reason == \"not_named\") | .log_group'

Exits with 4 if less is delivered than --fail-under asks for, or if log events are sent to accounts that are \
neither in the topology nor in its organization nor allowed; with 3 if that is not known because an account could not be \
entered, or something in it could not be read.";

/// Its arguments.
#[derive(Debug, Args)]
pub(crate) struct Coverage {
    #[command(flatten)]
    pub(crate) topology: args::Topology,
    #[command(flatten)]
    pub(crate) reach: args::Reach,
    /// Count the bytes of this many days.
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=455))]
    pub(crate) days: u32,
    /// Count log groups alone, and ask CloudWatch for no bytes.
    #[arg(long, conflicts_with_all = ["days", "fail_under_bytes"])]
    pub(crate) no_volume: bool,
    /// Exit with 4 if less than this percentage of the log groups is delivered that no rule excludes.
    #[arg(long, value_name = "PERCENT", value_parser = values::percent)]
    pub(crate) fail_under: Option<f64>,
    /// Exit with 4 if less than this percentage of their bytes is delivered.
    #[arg(long, value_name = "PERCENT", value_parser = values::percent)]
    pub(crate) fail_under_bytes: Option<f64>,
    /// An account outside, or the ARN of a destination there, that log events may be sent to; may be repeated.
    #[arg(long, value_name = "ACCOUNT|ARN")]
    pub(crate) allow_destination: Vec<Allowed>,
    /// The same from a file with one of them a line, `#` begins a comment, `-` for stdin; may be repeated.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) allow_list: Vec<PathBuf>,
}

pub(crate) async fn run(session: &Session, args: &Coverage) -> Result<Exit, CommandError> {
    let request = CoverageRequest {
        unreachable: args.reach.unreachable(),
        days: (!args.no_volume).then_some(args.days),
        allowed: allowed(session, args)?,
    };

    let Covered { coverage, accounts, skipped } = session.engine.coverage(&request).await?;

    let totals = coverage.totals();
    let limits = Limits { groups: args.fail_under, bytes: args.fail_under_bytes };
    session.presenter.give(&CoverageReport {
        coverage: &coverage,
        totals: &totals,
        limits,
        accounts: &accounts,
        skipped: &skipped,
    });
    let wrong = !limits.missed(&totals).is_empty() || coverage.forbidden().next().is_some();
    let open = coverage.is_partial() || !skipped.is_empty() || limits.are_open(&totals);
    Ok(match (wrong, open) {
        (true, _) => Exit::Broken,
        (false, true) => Exit::Incomplete,
        (false, false) => Exit::Done,
    })
}

/// A list of accounts has some hundred lines.
const LARGEST_LIST: u64 = 1024 * 1024;

fn allowed(session: &Session, args: &Coverage) -> Result<AllowList, CommandError> {
    let mut allowed = AllowList(args.allow_destination.clone());
    for file in &args.allow_list {
        let name = called(file);
        let text = input::text(file, &session.folder, LARGEST_LIST)
            .map_err(|source| CommandError::Io { verb: format!("read the list {name}"), source })?;
        let list = AllowList::parse(&text).map_err(|(line, entry)| {
            CommandError::Usage(format!(
                "{name}:{line}: `{entry}` is neither an account id of 12 digits nor the ARN of a destination"
            ))
        })?;
        allowed.0.extend(list.0);
    }
    Ok(allowed)
}
