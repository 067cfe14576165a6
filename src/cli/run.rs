//! From arguments to exit code.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;

use crate::access::Wanted;
use crate::aws::{self, AskCode, Base, Mfa, Network, Patience, Started};
use crate::clock::Clock;
use crate::exit::Exit;
use crate::files::head;
use crate::stop::Stopper;
use crate::topology::{Account, Topology};
use crate::ui::{Console, Form, error_text};

use super::answer::error::CommandError;
use super::answer::fault::LastWords;
use super::answer::presenter::Presenter;
use super::answer::unparsed;
use super::args::{Arguments, Common, DEFAULT_TOPOLOGY};
use super::asking::mfa_prompt::Prompt;
use super::candidates;
use super::command_line::CommandLine;
use super::commands::sandbox;
use super::session::{Session, read_topology};
use super::settings::Environment;
use super::signals::{self, Signals};

/// Runs this process's command line.
pub fn main() -> Exit {
    let environment = Environment::of_process();
    let backtrace = environment.get("RUST_BACKTRACE").is_some_and(|wanted| wanted != "0");
    LastWords::early(&environment.early_console(), backtrace).on_panic();
    let raw: Vec<OsString> = std::env::args_os().collect();
    let understood = match candidates::answered(&raw) {
        Ok(true) => return Exit::Done,
        Ok(false) => understood(&raw),
        Err(error) => Err(error),
    };
    let (arguments, matches) = match understood {
        Ok(understood) => understood,
        Err(error) => {
            let console = environment.early_console();
            let exit = unparsed::tell(&error, &raw, &console);
            return finished(&console, exit, false);
        }
    };
    let console = environment.console(&arguments.common);
    LastWords::of(&arguments.command, &console, arguments.common.form(), backtrace).on_panic();
    log(&console, &environment);
    let writes = arguments.command.writes();
    let exit = execute(arguments, &matches, &environment, &console);
    finished(&console, exit, writes)
}

/// Runs a command line in another context, with its output captured by `console`.
pub fn run<I, T>(arguments: I, environment: &Environment, console: &Console) -> Exit
where
    I: IntoIterator<Item = T>,
    T: Into<OsString>,
{
    let raw: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let (exit, writes) = match understood(&raw) {
        Ok((arguments, matches)) => {
            let writes = arguments.command.writes();
            (execute(arguments, &matches, environment, console), writes)
        }
        Err(error) => (unparsed::tell(&error, &raw, console), false),
    };
    finished(console, exit, writes)
}

/// The arguments, and what of them was typed.
fn understood(raw: &[OsString]) -> Result<(Arguments, ArgMatches), clap::Error> {
    let mut command = Arguments::command();
    let matches = command.try_get_matches_from_mut(raw)?;
    let arguments = Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    let common = &arguments.common;
    for (flag, understood) in [("--var", common.var.len()), ("--var-file", common.var_file.len())] {
        // Of a global option that stands on both sides of the command, clap takes those behind it alone.
        if typed(raw, flag) > understood {
            let message =
                format!("{flag} stands in front of the command and behind it: put all of them behind it");
            return Err(command.error(clap::error::ErrorKind::ArgumentConflict, message));
        }
    }
    Ok((arguments, matches))
}

/// How often an option is typed.
fn typed(raw: &[OsString], flag: &str) -> usize {
    let words = raw.iter().map(|word| word.to_string_lossy()).take_while(|word| word != "--");
    words
        .filter(|word| word.strip_prefix(flag).is_some_and(|rest| rest.is_empty() || rest.starts_with('=')))
        .count()
}

/// The exit code once all is printed: a reader that has gone away, such as `head`, is no failure; a full disk is.
fn finished(console: &Console, exit: Exit, writes: bool) -> Exit {
    let Err(error) = console.finish() else { return exit };
    let error = std::io::Error::other(format!("could not write to stdout: {error}"));
    console.error(&error_text(&error, &[], console.err_paint()));
    match exit {
        Exit::Done if writes => Exit::Incomplete,
        Exit::Done => Exit::Failed,
        other => other,
    }
}

/// `LOGPIPE_LOG=debug` and the like. Never finer than debug: the SDK's traces hold the bodies of requests, and one of
/// them is AssumeRole's with its external id.
fn log(console: &Console, environment: &Environment) {
    let Some(directives) = environment.get("LOGPIPE_LOG") else { return };
    let console = console.clone();
    let lines = tracing_subscriber::fmt::layer().with_writer(move || console.log()).with_ansi(false);
    let subscriber =
        tracing_subscriber::registry().with(EnvFilter::new(directives)).with(LevelFilter::DEBUG).with(lines);
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        tracing::debug!("a subscriber is installed already");
    }
}

fn execute(arguments: Arguments, matches: &ArgMatches, environment: &Environment, console: &Console) -> Exit {
    if let Some(url) = &arguments.common.endpoint_url {
        environment.secrets.url(url);
    }
    let console = environment.kept_from(console.clone());
    let console = &match CommandLine::of(matches, arguments.command.typed_topology()) {
        Some(line) => console.with_commands(move |text| line.complete(text)),
        None => console.clone(),
    };
    let common = &arguments.common;
    let ran =
        environment.inside(common.chdir.as_deref()).map_err(CommandError::Usage).and_then(|environment| {
            let environment = &environment;
            if common.form() == Form::Sarif && !arguments.command.scans() {
                let message = "--output sarif is for what `logpipe validate` and `logpipe plan` find: choose another form";
                return Err(CommandError::Usage(message.to_owned()));
            }
            arguments.command.run(CommandContext { console, environment, common })
        });
    ran.unwrap_or_else(|error| {
        let presenter = Presenter::new(environment, console, common);
        match arguments.command.about() {
            Some((command, topology)) => {
                presenter.give(&error.failure(&format!("logpipe {command}"), &topology, console));
            }
            None => presenter.give_alone(&error.failure("logpipe", Path::new(DEFAULT_TOPOLOGY), console)),
        }
        error.exit()
    })
}

/// What every command runs in.
#[derive(Clone, Copy)]
pub(crate) struct CommandContext<'a> {
    pub(crate) console: &'a Console,
    pub(crate) environment: &'a Environment,
    pub(crate) common: &'a Common,
}

impl CommandContext<'_> {
    /// Where the answer goes.
    pub(crate) fn presenter(self) -> Presenter {
        Presenter::new(self.environment, self.console, self.common)
    }

    /// Runs a command that talks to AWS: the real one, or the sandbox with its own time.
    pub(crate) fn session(
        self,
        path: &Path,
        command: impl AsyncFnOnce(&Session) -> Result<Exit, CommandError>,
    ) -> Result<Exit, CommandError> {
        self.session_of(read_topology(path, self.environment, self.common)?, command)
    }

    /// The same, of a topology that was read.
    pub(crate) fn session_of(
        self,
        topology: Topology,
        command: impl AsyncFnOnce(&Session) -> Result<Exit, CommandError>,
    ) -> Result<Exit, CommandError> {
        self.session_for(topology, &Wanted::everything(), command)
    }

    /// The same, where the roles of the sandbox are to have the rights for certain commands alone.
    pub(crate) fn session_for(
        self,
        topology: Topology,
        wanted: &Wanted,
        command: impl AsyncFnOnce(&Session) -> Result<Exit, CommandError>,
    ) -> Result<Exit, CommandError> {
        let Self { console, environment, common } = self;
        if common.sandbox {
            return sandbox::within(topology, console, environment, common, wanted, command);
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|source| CommandError::Io { verb: "start".to_owned(), source })?;
        let network = network(&topology, console, environment, common)?;
        let base = Base::network(Clock::real(), network);
        let base = match common.call_timeout {
            Some(time) => base.with_patience(Patience::of_a_call(time)),
            None => base,
        };
        let result = runtime.block_on(until_killed(topology, base, console, environment, common, command));
        // A question that was interrupted still reads stdin on its thread; nobody waits for that.
        runtime.shutdown_background();
        result
    }
}

/// How AWS is reached, once the environment is known to be in order.
fn network(
    topology: &Topology,
    console: &Console,
    environment: &Environment,
    common: &Common,
) -> Result<Network, CommandError> {
    let named = |account: &Account| account.access.profile.is_some();
    let keys_unused = common.profile.is_some() || topology.accounts_in_use().into_values().all(named);
    let sdk_environment = aws::environment::SdkEnvironment {
        variables: &environment.variables,
        unreadable: &environment.unreadable,
        keys_unused,
    };
    let flaws = sdk_environment.flaws();
    if !flaws.is_empty() {
        return Err(CommandError::Environment(flaws));
    }
    let may_ask = environment.interactive && !common.no_input;
    let ask = may_ask.then(|| Arc::new(Prompt::new(console)) as Arc<dyn AskCode>);
    Ok(Network {
        profile: common.profile.clone(),
        endpoint_url: common.endpoint_url.clone(),
        ca_bundle: ca_bundle(environment)?,
        retries: sdk_environment.retries(),
        selected_profile: environment.get("AWS_PROFILE").map(str::to_owned),
        keys_in_environment: sdk_environment.has_keys(),
        mfa: Mfa { code: environment.get("AWS_MFA_CODE").map(str::to_owned), ask },
        started: Started::default(),
    })
}

/// A larger one was refused with the rest of the environment.
const LARGEST_BUNDLE: u64 = 16 * 1024 * 1024;

/// The certificates of `AWS_CA_BUNDLE`.
fn ca_bundle(environment: &Environment) -> Result<Option<Vec<u8>>, CommandError> {
    let Some(path) = environment.get("AWS_CA_BUNDLE") else { return Ok(None) };
    let flaw =
        |why: String| CommandError::Environment(vec![format!("AWS_CA_BUNDLE names {path}, and {why}")]);
    let pem =
        head(Path::new(path), LARGEST_BUNDLE).map_err(|error| flaw(format!("it cannot be read: {error}")))?;
    aws::certificates(&pem).map_err(flaw)?;
    Ok(Some(pem))
}

/// Runs a session under the user's signals: the third one ends it where it stands.
pub(crate) async fn until_killed(
    topology: Topology,
    base: Base,
    console: &Console,
    environment: &Environment,
    common: &Common,
    command: impl AsyncFnOnce(&Session) -> Result<Exit, CommandError>,
) -> Result<Exit, CommandError> {
    let signals = Signals::new();
    let (stopper, stop) = Stopper::new();
    let base = base.telling(&environment.secrets);
    let session = Session::new(topology, base, stop, console, environment, common);
    tokio::select! {
        result = command(&session) => result,
        () = third_signal(signals, stopper) => Ok(Exit::Interrupted),
    }
}

/// Passes signals on; returns at the third.
async fn third_signal(mut signals: Signals, stopper: Stopper) {
    loop {
        signals.next().await;
        if stopper.ask() >= signals::LAST {
            return;
        }
    }
}
