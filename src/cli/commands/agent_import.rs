//! `logpipe agent-config --from FILE`: what a topology must declare for that configuration that is there already.

use std::path::{Path, PathBuf};

use crate::address::Key;
use crate::agent::{fragment, fragment_yaml};
use crate::exit::Exit;
use crate::topology::read_agent_configuration;
use crate::ui::{ImportView, ProblemView};

use super::agent_config::AgentConfig;
use crate::cli::answer::error::CommandError;
use crate::cli::answer::problems;
use crate::cli::input::{self, called};
use crate::cli::run::CommandContext;

/// No configuration of an agent comes near this size.
const LARGEST: u64 = 4 * 1024 * 1024;

/// The key of an agent that is not given one.
const KEY: &str = "imported";

/// The account of an agent that is not given one.
const ACCOUNT: &str = "app";

/// Prints the part of a topology, and says what it leaves out.
pub(crate) fn run(
    file: &Path,
    args: &AgentConfig,
    context: CommandContext<'_>,
) -> Result<Exit, CommandError> {
    let CommandContext { environment, .. } = context;
    let text = text(file, &environment.folder)?;
    let name = called(file);
    let imported = read_agent_configuration(&name, &text).map_err(Box::new)?;
    let key = args.agent.clone().or_else(|| KEY.parse::<Key>().ok());
    let key = key.ok_or_else(|| CommandError::Usage(format!("--agent: {KEY} is not a key")))?;
    let account = args.account.as_deref().unwrap_or(ACCOUNT);
    let fragment = fragment(&imported, &key, account);
    let yaml = fragment_yaml(&fragment).map_err(|error| CommandError::Io {
        verb: format!("write the contents of {name} as YAML"),
        source: std::io::Error::other(error),
    })?;
    let left_out: Vec<ProblemView> = imported.left_out.iter().map(problems::view).collect();
    context.presenter().give(&ImportView {
        file: &name,
        fragment,
        yaml: &yaml,
        left_out: &left_out,
        notes: &imported.notes,
        head: head(&name, args),
    });
    Ok(Exit::Done)
}

/// What is still to be decided, as comments of the YAML.
fn head(name: &str, args: &AgentConfig) -> String {
    let mut head =
        format!("# What {} collects, as a topology declares it.\n", name.replace(['\n', '\r'], " "));
    if args.account.is_none() {
        head += &format!("# Replace `{ACCOUNT}` with the account of the instances.\n");
    }
    head + "# logpipe makes a role for the instances; with `attach_to`, they keep the one they have (docs/agent.md).\n"
}

fn text(file: &Path, folder: &Path) -> Result<String, CommandError> {
    let verb = || format!("read the agent configuration {}", called(file));
    input::text(file, folder, LARGEST).map_err(|source| CommandError::Io { verb: verb(), source })
}

/// The file of the configuration to read; the user may have meant a word for `--commands`.
pub(crate) fn named(from: &str, folder: &Path) -> Result<PathBuf, CommandError> {
    let is_word = ["file", "ssm"].contains(&from);
    if is_word && !folder.join(from).exists() {
        let message = format!(
            "--from {from} says where the commands get the configuration: add --commands, or name a file that holds a configuration"
        );
        return Err(CommandError::Usage(message));
    }
    Ok(from.into())
}
