//! `logpipe explain`: every statement of every policy in plain words. Calls nothing, unless the live policies are asked for.

use std::path::Path;

use serde_json::Value;

use crate::engine::Explained;
use crate::exit::Exit;
use crate::explain::{AccountNames, Explanation, distinct_keys, of_documents, of_graph};
use crate::graph::declared;
use crate::plan::sound;
use crate::policy::{Policy, Unwrapped, decoded, unwrapped};
use crate::topology::Topology;
use crate::ui::{AccountIds, ExplainReport, Form, wording};

use crate::cli::answer::error::CommandError;
use crate::cli::args::{Explain, ExplainForm};
use crate::cli::input::{self, called};
use crate::cli::run::CommandContext;
use crate::cli::session::{Session, read_topology};

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe explain topology.yaml                    every policy that the topology declares, in plain words
  logpipe explain --live                           as they are in the accounts, including what others added
  logpipe explain --policy policy.json             any policy you have
  aws iam get-role --role-name x --query Role.AssumeRolePolicyDocument | logpipe explain --policy -
  logpipe explain --format markdown > policies.md  all of it, for a wiki
  logpipe explain --output markdown                as much as fits into a comment on a pull request
  logpipe explain --output json | jq -r '.policies[].statements[] | .who.words + \": \" + .what.words'";

/// The details of a large account have some megabytes; what is larger is something else.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The policies as the topology has them, or the one of a file.
pub(crate) fn run(args: &Explain, context: CommandContext<'_>) -> Result<Exit, CommandError> {
    let CommandContext { environment, common, .. } = context;
    args.reach.unused("--live").map_err(CommandError::Usage)?;
    let (form, whole) = form(args, common.form())?;
    let presenter = context.presenter().in_form(form);
    if let Some(file) = &args.policy {
        let documents = documents(file, &environment.folder)?;
        let (explanation, accounts) = (of_documents(&documents), AccountIds::new());
        let report = ExplainReport {
            explanation: &explanation,
            topology: None,
            live: false,
            accounts,
            skipped: &[],
            whole,
        };
        presenter.give(&report);
        return Ok(Exit::Done);
    }
    let topology = read_topology(args.topology.path(), environment, common)?;
    let graph = sound(declared(&topology))?;
    let mut explanation = of_graph(&graph, &AccountNames::of(topology.account_ids()), None);
    explanation.notes.extend(graph.notes.iter().map(wording::meaning));
    presenter.give(&report(&explanation, &topology, whole));
    Ok(Exit::Done)
}

/// The policies as they are in the accounts.
pub(crate) async fn run_live(session: &Session, args: &Explain) -> Result<Exit, CommandError> {
    let (form, whole) = form(args, session.presenter.form())?;
    let presenter = session.presenter.clone().in_form(form);

    let Explained { explanation, skipped } = session.engine.explain(args.reach.unreachable()).await?;

    let report = report(&explanation, session.topology(), whole);
    presenter.give(&ExplainReport { live: true, skipped: &skipped, ..report });
    Ok(if skipped.is_empty() { Exit::Done } else { Exit::Incomplete })
}

fn report<'a>(explanation: &'a Explanation, topology: &'a Topology, whole: bool) -> ExplainReport<'a> {
    ExplainReport {
        explanation,
        topology: Some(topology.name.as_str()),
        live: false,
        accounts: topology.ids_by_name(),
        skipped: &[],
        whole,
    }
}

/// The form that both flags mean, and whether a page is for a file.
fn form(args: &Explain, output: Form) -> Result<(Form, bool), CommandError> {
    let (form, whole) = match args.format {
        None => return Ok((output, false)),
        Some(ExplainForm::Table) => (Form::Human, false),
        Some(ExplainForm::Json) => (Form::Json, false),
        Some(ExplainForm::Markdown) => (Form::Markdown, true),
    };
    match output {
        Form::Human => Ok((form, whole)),
        output if output == form => Ok((form, whole)),
        Form::Json => {
            let message =
                "--format table and --format markdown print no JSON: leave out --format or --output json";
            Err(CommandError::Usage(message.to_owned()))
        }
        _ => Err(CommandError::Usage(
            "--format and --output ask for different forms: leave one of them out".to_owned(),
        )),
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
