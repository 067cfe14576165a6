//! `logpipe validate`: checks a topology offline.

use std::path::Path;

use crate::exit::Exit;
use crate::graph::build;
use crate::plan::sound;
use crate::ui::text::count;
use crate::ui::{Console, ProblemView, problems_json};

use super::args::Common;
use super::error::CommandError;
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
    if common.json() {
        console.data(&problems_json(&problems(checked.as_ref().err(), path)).to_string());
        return Ok(checked.map_or_else(|error| error.exit(), |_| Exit::Done));
    }
    let (topology, graph) = checked?;
    for note in &graph.notes {
        console.say(&format!("note: {note}"));
    }
    console.data(&format!(
        "{} is valid: {}, {}, {}.",
        path.display(),
        count(topology.accounts.len(), "account"),
        count(topology.destinations.len(), "destination"),
        count(topology.sources.len(), "source")
    ));
    Ok(Exit::Done)
}

fn problems(error: Option<&CommandError>, path: &Path) -> Vec<ProblemView> {
    match error {
        None => Vec::new(),
        Some(CommandError::Invalid(invalid)) => invalid
            .problems()
            .iter()
            .map(|problem| ProblemView {
                file: problem.file().to_owned(),
                line: problem.line(),
                column: problem.column(),
                problem: problem.message().to_owned(),
                why: Some(problem.why().to_owned()),
                help: Some(problem.help().to_owned()),
            })
            .collect(),
        Some(CommandError::Impossible(problems)) => {
            problems.iter().map(|text| whole_file(path, text)).collect()
        }
        Some(other) => vec![whole_file(path, &other.to_string())],
    }
}

/// A problem of the topology as a whole.
fn whole_file(path: &Path, problem: &str) -> ProblemView {
    ProblemView {
        file: path.display().to_string(),
        line: 1,
        column: 1,
        problem: problem.to_owned(),
        why: None,
        help: None,
    }
}
