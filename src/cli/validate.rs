//! `logpipe validate`: checks a topology offline.

use std::path::Path;

use crate::exit::Exit;
use crate::graph::declared;
use crate::plan::sound;
use crate::topology::Topology;
use crate::ui::text::count;
use crate::ui::{Console, WarningView, problems_json, warning_text, wording};

use super::args::Common;
use super::error::CommandError;
use super::github::Github;
use super::input::called;
use super::session::read_topology;
use super::settings::Environment;

/// How it is used, at the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe validate                                 check topology.yaml
  logpipe validate other.yaml --output json        every problem with line and column, for editors and CI";

pub(crate) fn run(
    path: &Path,
    console: &Console,
    environment: &Environment,
    common: &Common,
) -> Result<Exit, CommandError> {
    let checked = read_topology(path, environment, common).and_then(|topology| {
        let graph = sound(declared(&topology))?;
        Ok((topology, graph))
    });
    let (topology, graph) = match checked {
        // What is wrong with the topology is the answer that was asked for.
        Err(error) if common.json() && error.exit() == Exit::Invalid => {
            let problems = error.problems(path);
            Github::new(environment, console).error("validate", &error, &problems);
            console.data(&problems_json(&problems, &error.warnings()).to_string());
            return Ok(error.exit());
        }
        checked => checked?,
    };
    let warnings: Vec<WarningView> = topology.warnings.iter().map(WarningView::from).collect();
    Github::new(environment, console).warnings(&warnings);
    if common.json() {
        console.data(&problems_json(&[], &warnings).to_string());
        return Ok(Exit::Done);
    }
    for warning in &topology.warnings {
        console.say(&warning_text(warning, console.width(), console.err_paint()));
    }
    for note in &graph.notes {
        console.say(&format!("note: {}", wording::meaning(note)));
    }
    let warned = match warnings.len() {
        0 => String::new(),
        many => format!(" ({})", count(many, "warning")),
    };
    console.answer(&format!("{} is valid: {}.{warned}", called(path), holdings(&topology)));
    Ok(Exit::Done)
}

/// How much of everything there is; parts that a topology goes without are not mentioned.
fn holdings(topology: &Topology) -> String {
    let parts = [
        (topology.accounts.len(), "account"),
        (topology.destinations.len(), "destination"),
        (topology.sources.len(), "source"),
        (topology.agents.len(), "agent"),
        (topology.readers.len(), "reader"),
    ];
    let there = parts.into_iter().filter(|(number, _)| *number > 0);
    there.map(|(number, noun)| count(number, noun)).collect::<Vec<_>>().join(", ")
}
