//! What there is to do: every command with its help, what is known of it, and where it goes on.

use std::path::PathBuf;

use clap::Subcommand;

use crate::access::Wanted;
use crate::exit::Exit;

use super::answer::error::CommandError;
use super::args::{
    self, Access, Apply, Completions, DEFAULT_TOPOLOGY, Destroy, Doctor, Explain, Export, Graph, Import,
    Init, Logs, Man, Outputs, Plan, Profile, Sandbox, Schema, Status, Validate, Verify,
};
use super::commands::agent_config::AgentConfig;
use super::commands::cost::Cost;
use super::commands::coverage::Coverage;
use super::commands::{
    access, agent_config, apply, completions, cost, coverage, destroy, doctor, explain, export, graph,
    import, init, logs, man, outputs, plan, profile, sandbox, schema, status, validate, verify, version,
};
use super::run::CommandContext;
use super::session::{Session, read_accepted, read_topology};

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a first topology, commented and valid, from questions or flags.
    #[command(after_help = init::EXAMPLES)]
    Init(Init),
    /// Write a topology from a pipeline that is there, whoever made it, or list the pipelines that are.
    ///
    /// Enters the accounts that --account names and reads: destinations, streams, subscriptions, roles and buckets. Writes
    /// nothing to AWS.
    #[command(after_help = import::EXAMPLES)]
    Import(Import),
    /// Check a topology offline: every problem at once, with line and column.
    #[command(after_help = validate::EXAMPLES)]
    Validate(Validate),
    /// Show what apply would do. Reads live state, writes nothing.
    #[command(after_help = plan::EXAMPLES)]
    Plan(Plan),
    /// Create and update what the topology declares, after showing the plan and asking.
    #[command(after_help = apply::EXAMPLES)]
    Apply(Apply),
    /// Send a marked test event through every route and find it in the bucket.
    #[command(after_help = verify::EXAMPLES)]
    Verify(Verify),
    /// Find out why log lines do not arrive: judge every hop, and say what repairs the first that is wrong. Sends and writes
    /// nothing.
    #[command(after_help = doctor::EXAMPLES)]
    Doctor(Doctor),
    /// Show the state of every resource: in sync, amended by others, drifted, missing, foreign.
    #[command(after_help = status::EXAMPLES)]
    Status(Status),
    /// Tell of every log group whether it is delivered, or why not, by number and by bytes; and what is sent to accounts
    /// outside.
    #[command(after_help = coverage::EXAMPLES)]
    Coverage(Coverage),
    /// Remove what logpipe made, in reverse order. The bucket and its objects stay.
    #[command(after_help = destroy::EXAMPLES)]
    Destroy(Destroy),
    /// Read the log events of all accounts, merged in time order, and follow new ones.
    #[command(after_help = logs::EXAMPLES)]
    Logs(Logs),
    /// Print the least privileges that the roles in the accounts need, for bootstrapping them. Needs no credentials.
    #[command(after_help = access::EXAMPLES)]
    Access(Access),
    /// Print the configuration of the CloudWatch agent for an agent of the topology, or store it for the instances.
    ///
    /// This is what goes into amazon-cloudwatch-agent.json. Needs credentials only to store it.
    #[command(after_help = agent_config::EXAMPLES)]
    AgentConfig(AgentConfig),
    /// Explain every statement of every policy in plain words: who, where, when, what, and allowed or denied.
    ///
    /// Explains the policies that the topology declares, or with --live those that exist. Needs credentials only with
    /// --live.
    #[command(after_help = explain::EXAMPLES)]
    Explain(Explain),
    /// Draw the way of the logs through the accounts, or what each resource needs. Needs credentials only with --live.
    #[command(after_help = graph::EXAMPLES)]
    Graph(Graph),
    /// Write the topology in the language of another tool: the same resources, in the same order, with the same names.
    ///
    /// Reads what globs find and what is there already, or with --offline nothing at all. Writes nothing to AWS.
    #[command(subcommand, after_help = export::EXAMPLES)]
    Export(Export),
    /// Estimate what the topology costs in a month, from volumes that you declare or CloudWatch has measured.
    #[command(after_help = cost::EXAMPLES)]
    Cost(Cost),
    /// Print the ARNs and names of what the topology makes.
    #[command(after_help = outputs::EXAMPLES)]
    Outputs(Outputs),
    /// Print the AWS profiles that assume the roles of readers, for ~/.aws/config.
    #[command(after_help = profile::EXAMPLES)]
    Profile(Profile),
    /// Print the version and what this build can do.
    #[command(after_help = version::EXAMPLES)]
    Version,
    /// Print the completion script for a shell.
    #[command(after_help = completions::EXAMPLES)]
    Completions(Completions),
    /// Print a manual page.
    #[command(after_help = man::EXAMPLES)]
    Man(Man),
    /// Print the JSON Schema of topologies, for editors.
    #[command(after_help = schema::EXAMPLES)]
    Schema(Schema),
    /// Work with the simulated AWS behind --sandbox.
    #[command(subcommand, after_help = args::SANDBOX_EXAMPLES)]
    Sandbox(Sandbox),
}

impl Command {
    /// Whether it is there to write to AWS.
    pub(crate) fn writes(&self) -> bool {
        match self {
            Self::Apply(_) | Self::Destroy(_) => true,
            Self::AgentConfig(args) => args.ssm,
            _ => false,
        }
    }

    /// Whether it finds something in a file, for code scanning to show there.
    pub(crate) fn scans(&self) -> bool {
        matches!(self, Self::Validate(_) | Self::Plan(_))
    }

    /// Its name, and the topology it is about, of commands that are about one.
    pub(crate) fn about(&self) -> Option<(&'static str, PathBuf)> {
        let (name, topology) = match self {
            Self::Outputs(args) => return Some(("outputs", outputs::topology(args).ok()?)),
            Self::Init(args) => return Some(("init", args.path().to_owned())),
            Self::Import(_) => return Some(("import", PathBuf::from(DEFAULT_TOPOLOGY))),
            Self::Validate(args) => ("validate", &args.topology),
            Self::Plan(args) => ("plan", &args.topology),
            Self::Apply(args) => ("apply", &args.topology),
            Self::Verify(args) => ("verify", &args.topology),
            Self::Doctor(args) => ("doctor", &args.topology),
            Self::Status(args) => ("status", &args.topology),
            Self::Coverage(args) => ("coverage", &args.topology),
            Self::Destroy(args) => ("destroy", &args.topology),
            Self::Access(args) => ("access", &args.topology),
            Self::Logs(args) => ("logs", args.topology.as_ref()),
            Self::AgentConfig(args) => ("agent-config", &args.topology),
            Self::Cost(args) => ("cost", &args.topology),
            Self::Explain(args) => ("explain", &args.topology),
            Self::Graph(args) => ("graph", &args.topology),
            Self::Export(args) => ("export", &args.flags().topology),
            Self::Profile(args) => ("profile", &args.topology),
            Self::Version | Self::Completions(_) | Self::Man(_) | Self::Schema(_) | Self::Sandbox(_) => {
                return None;
            }
        };
        Some((name, topology.path().to_owned()))
    }

    /// The topology as the command line names it, unless it is the usual one.
    pub(crate) fn typed_topology(&self) -> Option<String> {
        let (_, path) = self.about()?;
        (path != std::path::Path::new(DEFAULT_TOPOLOGY)).then(|| path.to_string_lossy().into_owned())
    }

    /// Runs it.
    pub(crate) fn run(&self, context: CommandContext<'_>) -> Result<Exit, CommandError> {
        let CommandContext { console, environment, common } = context;
        match self {
            Self::Init(args) => init::run(args, context),
            Self::Import(args) => {
                let prepared = import::prepared(args, context)?;
                let topology = prepared.topology.clone();
                context.session_for(topology, &Wanted::import(), async |session: &Session| {
                    import::run(session, args, &prepared).await
                })
            }
            Self::Validate(args) => validate::run(args, context),
            Self::Access(args) => access::run(args, context),
            Self::AgentConfig(args) if args.ssm => {
                let topology = read_topology(args.topology.path(), environment, common)?;
                let storing = agent_config::storing(&topology, args)?;
                context.session_of(topology, async |session: &Session| {
                    agent_config::store(session, args, &storing).await
                })
            }
            Self::AgentConfig(args) => agent_config::run(args, context),
            Self::Cost(args) if args.measure => context
                .session(args.topology.path(), async |session: &Session| {
                    cost::run_measured(session, args).await
                }),
            Self::Cost(args) => cost::run(args, context),
            Self::Explain(args) if args.live => context
                .session(args.topology.path(), async |session: &Session| {
                    explain::run_live(session, args).await
                }),
            Self::Explain(args) => explain::run(args, context),
            Self::Graph(args) if args.live => context
                .session(args.topology.path(), async |session: &Session| {
                    graph::run_live(session, args).await
                }),
            Self::Graph(args) => graph::run(args, context),
            Self::Export(args) if args.flags().offline => export::offline(args, context),
            Self::Export(args) => context.session(args.flags().topology.path(), async |session: &Session| {
                export::run(session, args).await
            }),
            Self::Profile(args) => profile::run(args, context),
            Self::Version => Ok(version::run(context)),
            Self::Schema(args) => Ok(schema::run(args, console)),
            Self::Completions(args) => completions::run(args, console),
            Self::Man(args) => man::run(args, console, environment),
            Self::Sandbox(args) => sandbox::run(args, context),
            Self::Plan(args) if args.offline => plan::offline(args, context),
            Self::Plan(args) => {
                let topology = read_accepted(args.topology.path(), &args.lint.levels, environment, common)?;
                context.session_of(topology, async |session: &Session| plan::run(session, args).await)
            }
            Self::Apply(args) => {
                apply::check(args)?;
                let topology = read_accepted(args.topology.path(), &args.lint.levels, environment, common)?;
                context.session_of(topology, async |session: &Session| apply::run(session, args).await)
            }
            Self::Verify(args) => context
                .session(args.topology.path(), async |session: &Session| verify::run(session, args).await),
            Self::Doctor(args) => context
                .session(args.topology.path(), async |session: &Session| doctor::run(session, args).await),
            Self::Status(args) => context
                .session(args.topology.path(), async |session: &Session| status::run(session, args).await),
            Self::Coverage(args) => context
                .session(args.topology.path(), async |session: &Session| coverage::run(session, args).await),
            Self::Destroy(args) => {
                destroy::check(args)?;
                context.session(args.topology.path(), async |session: &Session| {
                    destroy::run(session, args).await
                })
            }
            Self::Logs(args) => context.session(args.topology.as_ref().path(), async |session: &Session| {
                logs::run(session, args).await
            }),
            Self::Outputs(args) => context.session(&outputs::topology(args)?, async |session: &Session| {
                outputs::run(session, args).await
            }),
        }
    }
}
