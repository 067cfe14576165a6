//! `logpipe explain`: every statement of every policy in plain words. Calls nothing, unless the live policies are asked for.

use std::path::Path;

use serde_json::Value;

use crate::engine::Explained;
use crate::exit::Exit;
use crate::explain::{Explanation, People, distinct_keys, of_documents, of_graph};
use crate::graph::declared;
use crate::plan::sound;
use crate::policy::{Policy, Unwrapped, decoded, unwrapped};
use crate::topology::Topology;
use crate::ui::{Console, explain_json, explain_markdown, explain_text, wording};

use super::args::{Common, Explain, ExplainForm};
use super::error::CommandError;
use super::input::{self, called};
use super::session::{Session, read_topology};
use super::settings::Environment;

/// How it is used, at the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe explain topology.yaml                    every policy that the topology declares, in plain words
  logpipe explain --live                           as they are in the accounts, what others added included
  logpipe explain --policy policy.json             any policy of yours
  aws iam get-role --role-name x --query Role.AssumeRolePolicyDocument | logpipe explain --policy -
  logpipe explain --format markdown > policies.md
  logpipe explain --output json | jq -r '.policies[].statements[] | .who.words + \": \" + .what.words'";

/// The details of a large account have some megabytes; what is larger is something else.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The policies as the topology has them, or the one of a file.
pub(crate) fn run(
    args: &Explain,
    console: &Console,
    environment: &Environment,
    common: &Common,
) -> Result<Exit, CommandError> {
    args.reach.unused("--live").map_err(CommandError::Usage)?;
    let form = form(args, common.json())?;
    if let Some(file) = &args.policy {
        let documents = documents(file, &environment.folder)?;
        show(&of_documents(&documents), (None, false), form, console);
        return Ok(Exit::Done);
    }
    let topology = read_topology(args.topology.path(), environment, common)?;
    let graph = sound(declared(&topology))?;
    let mut explanation = of_graph(&graph, &people(&topology), None);
    explanation.notes.extend(graph.notes.iter().map(wording::meaning));
    show(&explanation, (Some(topology.name.as_str()), false), form, console);
    Ok(Exit::Done)
}

/// The policies as they are in the accounts.
pub(crate) async fn run_live(session: &Session, args: &Explain) -> Result<Exit, CommandError> {
    let form = form(args, session.json)?;
    let Explained { explanation, skipped } = session.engine.explain(args.reach.unreachable()).await?;
    session.tell_skipped(&skipped);
    session.console.clear();
    let name = Some(session.topology().name.as_str());
    show(&explanation, (name, true), form, &session.console);
    Ok(if skipped.is_empty() { Exit::Done } else { Exit::Incomplete })
}

fn people(topology: &Topology) -> People {
    People::of(topology.accounts.values().map(|account| (&account.name, &account.id)))
}

fn form(args: &Explain, json: bool) -> Result<ExplainForm, CommandError> {
    match args.format {
        Some(ExplainForm::Table | ExplainForm::Markdown) if json => {
            let message =
                "--format table and --format markdown print no JSON: leave out --format or --output json";
            Err(CommandError::Usage(message.to_owned()))
        }
        Some(form) => Ok(form),
        None => Ok(if json { ExplainForm::Json } else { ExplainForm::Table }),
    }
}

fn show(
    explanation: &Explanation,
    (topology, live): (Option<&str>, bool),
    form: ExplainForm,
    console: &Console,
) {
    match form {
        ExplainForm::Table => {
            console.table(&explain_text(explanation, console.width(), console.out_paint()));
            explanation.notes.iter().for_each(|note| console.say(&format!("note: {note}")));
        }
        ExplainForm::Json => console.data(&explain_json(explanation, topology, live).to_string()),
        ExplainForm::Markdown => console.data(&explain_markdown(explanation)),
    }
}

/// The policies of a file, or of stdin: one document, or what the AWS CLI has printed around one or several.
fn documents(file: &Path, folder: &Path) -> Result<Vec<(Option<String>, Value)>, CommandError> {
    let io = |source| CommandError::Io { verb: format!("read the policy {}", called(file)), source };
    let text = decoded(&input::text(file, folder, LARGEST).map_err(io)?);
    let bad = |error: &dyn std::fmt::Display| CommandError::Usage(format!("{}: {error}", called(file)));
    let wrapped = serde_json::from_str::<Value>(&text).map(|value| unwrapped(&value)).unwrap_or_default();
    if wrapped.is_empty() {
        // What is no policy in any wrapping is told as a policy that is wrong.
        Policy::parse(&text).map_err(|error| bad(&error))?;
    }
    distinct_keys(&text).map_err(|error| bad(&error))?;
    for Unwrapped { document, text, .. } in &wrapped {
        Policy::from_value(document).map_err(|error| bad(&error))?;
        text.iter().try_for_each(|text| distinct_keys(text).map_err(|error| bad(&error)))?;
    }
    Ok(wrapped.into_iter().map(|one| (one.name, one.document)).collect())
}
