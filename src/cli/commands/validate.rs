//! `logpipe validate`: checks a topology offline.

use crate::exit::Exit;
use crate::graph::declared;
use crate::plan::sound;
use crate::topology::Topology;
use crate::ui::{Failure, Valid, wording};

use crate::cli::answer::error::CommandError;
use crate::cli::args;
use crate::cli::input::called;
use crate::cli::run::CommandContext;
use crate::cli::session::read_at_levels;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe validate                                 check topology.yaml
  logpipe validate --deny all --allow LP007        fail on whatever lint finds, but for unused accounts
  logpipe validate --var-file prod.yaml            with values for variables from a file
  logpipe validate other.yaml --output json        every problem with line and column, for editors and CI
  logpipe validate --output sarif                  the same for code scanning
  logpipe validate --output markdown               the same for a comment on a pull request";

pub(crate) fn run(args: &args::Validate, context: CommandContext<'_>) -> Result<Exit, CommandError> {
    let CommandContext { environment, common, .. } = context;
    let path = args.topology.path();
    let read = read_at_levels(path, &args.lint.levels, environment, common);
    let checked = read.and_then(|topology| {
        let graph = sound(declared(&topology))?;
        Ok((topology, graph))
    });
    let (topology, graph) = match checked {
        // What is wrong with the topology is the answer that was asked for.
        Err(error) if error.exit() == Exit::Invalid => {
            let failure = error.failure("logpipe validate", path, context.console);
            context.presenter().give(&Failure { is_answer: true, ..failure });
            return Ok(error.exit());
        }
        checked => checked?,
    };
    let notes: Vec<String> = graph.notes.iter().map(wording::meaning).collect();
    let (file, holdings) = (called(path), holdings(&topology));
    let (warnings, allowed) = (&topology.warnings, &topology.allowed);
    context.presenter().give(&Valid { file, holdings, warnings, allowed, notes: &notes });
    Ok(if topology.denied().next().is_some() { Exit::Invalid } else { Exit::Done })
}

/// How much of everything there is.
fn holdings(topology: &Topology) -> Vec<(usize, &'static str)> {
    vec![
        (topology.accounts.len(), "account"),
        (topology.destinations.len(), "destination"),
        (topology.sources.len(), "source"),
        (topology.agents.len(), "agent"),
        (topology.readers.len(), "reader"),
    ]
}
