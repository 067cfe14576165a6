//! `logpipe validate`: checks a topology offline.

use std::path::Path;

use crate::exit::Exit;
use crate::graph::build;
use crate::plan::sound;
use crate::topology::Topology;
use crate::ui::text::count;
use crate::ui::{Console, problems_json};

use super::args::Common;
use super::error::CommandError;
use super::github::Github;
use super::session::read_topology;
use super::settings::Environment;

pub(crate) fn run(
    path: &Path,
    console: &Console,
    environment: &Environment,
    common: &Common,
) -> Result<Exit, CommandError> {
    let checked = read_topology(path, environment, common).and_then(|topology| {
        let graph = sound(build(&topology, None))?;
        Ok((topology, graph))
    });
    let (topology, graph) = match checked {
        // What is wrong with the topology is the answer that was asked for.
        Err(error) if common.json() && error.exit() == Exit::Invalid => {
            let problems = error.problems(path);
            Github::new(environment, console).error("validate", &error, &problems);
            console.data(&problems_json(&problems).to_string());
            return Ok(error.exit());
        }
        checked => checked?,
    };
    if common.json() {
        console.data(&problems_json(&[]).to_string());
        return Ok(Exit::Done);
    }
    for note in &graph.notes {
        console.say(&format!("note: {note}"));
    }
    console.answer(&format!("{} is valid: {}.", path.display(), holdings(&topology)));
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
