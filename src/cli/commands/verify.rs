//! `logpipe verify`: proves that a log line arrives.

use crate::address::Key;
use crate::engine::{Probe, Verified, VerifyRequest};
use crate::exit::Exit;
use crate::ui::VerifyReport;
use crate::verify::verdict::Verdict;

use crate::cli::answer::error::CommandError;
use crate::cli::args;
use crate::cli::session::Session;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe verify topology.yaml                     a test event through every route
  logpipe verify topology.yaml --source app-logs   the routes of one source
  logpipe verify --message 'ERROR test' --timeout 90s
  logpipe verify --output markdown > verdict.md    the verdict for a comment on a pull request";

pub(crate) async fn run(session: &Session, args: &args::Verify) -> Result<Exit, CommandError> {
    known_source(session, args.source.as_ref())?;
    let request = VerifyRequest {
        targets: args.target.targets(),
        unreachable: args.reach.unreachable(),
        source: args.source.clone(),
        probe: args.probe.probe(),
    };

    let verified = session.engine.verify(&request).await?;

    let exit = session.verified(&verified, false);
    Ok(if exit == Exit::Done && verified.partial { Exit::Incomplete } else { exit })
}

/// Refuses a source that the topology does not have.
pub(super) fn known_source(session: &Session, source: Option<&Key>) -> Result<(), CommandError> {
    let sources = &session.topology().sources;
    let Some(source) = source.filter(|source| !sources.contains_key(*source)) else { return Ok(()) };
    let known: Vec<&str> = sources.keys().map(Key::as_str).collect();
    let message = format!("the topology has no source `{source}`; it has {}", known.join(", "));
    Err(CommandError::Usage(message))
}

impl args::Probe {
    pub(crate) fn probe(&self) -> Probe {
        let sample = self.sample.and_then(|sample| usize::try_from(sample).ok());
        Probe { message: self.message.clone(), timeout: self.timeout, sample }
    }
}

impl Session {
    /// Shows the verdict, and says what it means to a script.
    pub(crate) fn verified(&self, verified: &Verified, of_a_run: bool) -> Exit {
        let Verified { verification, accounts, skipped, .. } = verified;
        self.presenter.give(&VerifyReport { verification, accounts, skipped, of_a_run });
        match verification.verdict {
            _ if self.engine.stop().times() > 0 => Exit::Interrupted,
            Verdict::Delivered => Exit::Done,
            Verdict::Broken | Verdict::Timeout | Verdict::Unknown => Exit::Broken,
        }
    }
}
