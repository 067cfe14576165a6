//! `logpipe agent-config`: the configuration of the CloudWatch agent, the commands for it, and where it is stored.

use std::time::Duration;

use clap::{Args, ValueHint};

use crate::address::Key;
use crate::agent::{
    Origin, commands, configuration, configuration_text, obstacles, parameter_name, platform, problems,
};
use crate::engine::{self, ApplyRequest, Storing, What};
use crate::exit::Exit;
use crate::topology::{Account, Agent, Topology, nearest};
use crate::ui::{AgentPart, AgentView, Next, Run};

use super::agent_import;
use crate::cli::answer::error::CommandError;
use crate::cli::args;
use crate::cli::args::values;
use crate::cli::asking::approve::Approver;
use crate::cli::run::CommandContext;
use crate::cli::session::{Session, read_topology};

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe agent-config > amazon-cloudwatch-agent.json
  logpipe agent-config topology.yaml --agent web   one agent, if there are several
  logpipe agent-config --commands > install.sh     run it on each instance
  logpipe agent-config --ssm                       store it in the agent's accounts, after asking
  logpipe agent-config --commands --from ssm       the commands that fetch it from there
  logpipe agent-config --from amazon-cloudwatch-agent.json
                                                   what a topology must declare for that configuration
  ssh web-1 cat /opt/aws/amazon-cloudwatch-agent/bin/config.json | logpipe agent-config --from -";

/// Its arguments.
#[derive(Debug, Args)]
pub(crate) struct AgentConfig {
    #[command(flatten)]
    pub(crate) topology: args::Topology,
    /// Which agent, if the topology has several.
    #[arg(long, value_name = "KEY")]
    pub(crate) agent: Option<Key>,
    /// Only this account of the agent, by name or id.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// Print the commands that install the agent on an instance, configure and start it, and check that it works.
    #[arg(long)]
    pub(crate) commands: bool,
    /// An existing configuration, `-` for stdin: print what a topology must declare for it. With --commands, where they
    /// get the configuration: `file` [default], which they write, or `ssm`, the parameter that --ssm stores.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) from: Option<String>,
    /// Have the agent set the retention of its log groups to this many days.
    #[arg(long, value_name = "DAYS", value_parser = values::retention)]
    pub(crate) retention_days: Option<u32>,
    /// Store the configuration as the SSM parameter AmazonCloudWatch-<topology>-<agent>, after showing the plan and asking.
    #[arg(long, conflicts_with_all = ["commands", "retention_days", "from"])]
    pub(crate) ssm: bool,
    /// Take over an existing parameter of that name.
    #[arg(long, requires = "ssm")]
    pub(crate) adopt: bool,
    /// Do not ask before storing.
    #[arg(long, short, visible_alias = "auto-approve", requires = "ssm")]
    pub(crate) yes: bool,
    /// Wait this long for another run to release the record, e.g. 30s or 5m; 0 fails at once.
    #[arg(long, value_name = "TIME", default_value = "0", value_parser = values::patience, requires = "ssm")]
    pub(crate) lock_timeout: Duration,
}

/// Where an instance takes the configuration from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ConfigPlace {
    /// A file that the commands write.
    File,
    /// The parameter that `--ssm` stores.
    Ssm,
}

/// Prints.
pub(crate) fn run(args: &AgentConfig, context: CommandContext<'_>) -> Result<Exit, CommandError> {
    let CommandContext { environment, common, .. } = context;
    let place = match &args.from {
        Some(from) if !args.commands => {
            if args.retention_days.is_some() {
                let message = "--retention-days has no effect on what --from reads: leave it out";
                return Err(CommandError::Usage(message.to_owned()));
            }
            let file = agent_import::named(from, &environment.folder)?;
            return agent_import::run(&file, args, context);
        }
        from => place(from.as_deref())?,
    };
    let topology = read_topology(args.topology.path(), environment, common)?;
    let agent = chosen(&topology, args)?;
    let accounts = accounts(&topology, agent, args)?;
    let name = parameter_name(&topology.name, &agent.key);
    let from_parameter = place == ConfigPlace::Ssm;
    usable(agent, from_parameter.then_some(name.as_str()))?;
    let origin = match place {
        ConfigPlace::File => Origin::File { retention_days: args.retention_days },
        ConfigPlace::Ssm => Origin::Parameter(name.clone()),
    };
    let shown = match (args.commands, from_parameter) {
        (false, _) => AgentPart::Configuration,
        (true, false) => AgentPart::Commands,
        (true, true) => AgentPart::CommandsFromParameter,
    };
    context.presenter().give(&AgentView {
        topology: topology.name.as_str(),
        agent: agent.key.as_str(),
        region: agent.region.as_str(),
        accounts: accounts.iter().map(|account| (account.name.as_str(), account.id.as_str())).collect(),
        windows: platform(agent) == crate::agent::Platform::Windows,
        parameter: &name,
        configuration: configuration(agent, args.retention_days),
        text: configuration_text(agent, args.retention_days),
        commands: commands(agent, topology.name.as_str(), &origin),
        shown,
    });
    Ok(Exit::Done)
}

/// Where the commands take the configuration from.
fn place(from: Option<&str>) -> Result<ConfigPlace, CommandError> {
    match from {
        None | Some("file") => Ok(ConfigPlace::File),
        Some("ssm") => Ok(ConfigPlace::Ssm),
        Some(other) => Err(CommandError::Usage(format!(
            "--from {other}: with --commands, use `file` or `ssm`; without, name the file of an existing configuration"
        ))),
    }
}

/// What to store, checked as far as that takes no call.
pub(crate) fn storing(topology: &Topology, args: &AgentConfig) -> Result<Storing, CommandError> {
    let agent = chosen(topology, args)?;
    let accounts = accounts(topology, agent, args)?;
    usable(agent, Some(&parameter_name(&topology.name, &agent.key)))?;
    let only = args.account.as_ref().and_then(|_| accounts.first());
    let account = only.map(|account| account.name.clone());
    Ok(Storing { agent: agent.key.clone(), account, adopt: args.adopt })
}

/// Stores: an apply of nothing but the parameter.
pub(crate) async fn store(
    session: &Session,
    args: &AgentConfig,
    storing: &Storing,
) -> Result<Exit, CommandError> {
    let what = What::Storing(storing.clone());
    let request = ApplyRequest { what, verified: false, lock_timeout: args.lock_timeout };

    let mut approver = Approver { session, run: Run::Apply, yes: args.yes, deletion: None };
    let mut applied = session.engine.apply(&request, &mut approver).await?;

    session.carried_out(&mut applied, Run::Apply, Some(Next::Instances(storing.agent.clone())))
}

/// The agent that is meant: the only one, or the one that is named.
fn chosen<'t>(topology: &'t Topology, args: &AgentConfig) -> Result<&'t Agent, CommandError> {
    let mut agents = topology.agents.values();
    let known = topology.agents.keys().map(|key| key.as_str());
    let listed = || known.clone().collect::<Vec<_>>().join(", ");
    let problem = match (&args.agent, agents.next(), agents.next()) {
        (_, None, _) => "the topology has no `agents`, so there is nothing to configure".to_owned(),
        (None, Some(only), None) => return Ok(only),
        (None, ..) => format!("the topology has several agents: choose one of {} with --agent", listed()),
        (Some(key), ..) => match topology.agents.get(key) {
            Some(agent) => return Ok(agent),
            None => match nearest(key.as_str(), known.clone()) {
                Some(near) => format!("--agent {key}: there is no such agent; did you mean `{near}`?"),
                None => format!("--agent {key}: there is no such agent; the topology has {}", listed()),
            },
        },
    };
    Err(CommandError::Usage(problem))
}

/// The accounts that are meant: those of the agent, or the one of them that is named.
fn accounts<'t>(
    topology: &'t Topology,
    agent: &Agent,
    args: &AgentConfig,
) -> Result<Vec<&'t Account>, CommandError> {
    let all: Vec<&Account> = agent.accounts.iter().map(|name| &topology.accounts[name]).collect();
    let Some(wanted) = &args.account else { return Ok(all) };
    let is_meant = |account: &&Account| account.name.as_str() == wanted || account.id.as_str() == wanted;
    match all.iter().copied().find(is_meant) {
        Some(account) => Ok(vec![account]),
        None => {
            let names: Vec<&str> = all.iter().map(|account| account.name.as_str()).collect();
            let (key, names) = (&agent.key, names.join(", "));
            Err(CommandError::Usage(format!(
                "--account {wanted}: agent `{key}` is not in that account; it is in {names}"
            )))
        }
    }
}

/// An error with everything that would keep the agent from using its configuration, from the parameter if it is there.
fn usable(agent: &Agent, parameter: Option<&str>) -> Result<(), CommandError> {
    let problems = parameter.map_or_else(|| problems(agent), |name| obstacles(agent, name));
    if problems.is_empty() { Ok(()) } else { Err(engine::Error::Impossible(problems).into()) }
}
