//! What the process was started with, read once. Commands are given this and read nothing themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use crate::aws;
use crate::aws::variables::Kept;
use crate::files::{Disk, head};
use crate::secrets::Secrets;
use crate::ui::{ColourChoice, Console, Form, Verbosity};

use super::args::Common;

/// No name of a host is longer (gethostname(2)).
const LONGEST_NAME: u64 = 256;

/// What CI jobs set whose runners obey lines: most set the first; Azure Pipelines and TeamCity their own.
const RUNNERS: [&str; 4] = ["CI", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"];

/// The variable that gives --sandbox a seed.
const SEED: &str = "LOGPIPE_SANDBOX_SEED";

/// The variable that says how long a call takes with --sandbox.
const LATENCY: &str = "LOGPIPE_SANDBOX_LATENCY";

/// The context of a run: environment variables, working folder, and whether somebody is there to answer.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// Environment variables.
    pub variables: BTreeMap<String, String>,
    /// The rest of them, which only topologies refer to.
    pub others: BTreeMap<String, String>,
    /// Those whose values are not UTF-8.
    pub unreadable: BTreeSet<String>,
    /// Where `.logpipe/` of the sandbox lies, and what relative paths start from.
    pub folder: PathBuf,
    /// Whether stdin is a terminal.
    pub interactive: bool,
    /// The disk that files are kept on.
    pub disk: Disk,
    /// What must not be shown, as far as it is known yet.
    pub secrets: Secrets,
}

impl Environment {
    /// That of this process.
    pub fn of_process() -> Self {
        let names = [
            "NO_COLOR",
            "CLICOLOR_FORCE",
            "TERM",
            "CI",
            "GITHUB_ACTIONS",
            "GITHUB_STEP_SUMMARY",
            "TF_BUILD",
            "TEAMCITY_VERSION",
            "LC_ALL",
            "LC_CTYPE",
            "LANG",
            "LOGPIPE_LOG",
            "RUST_BACKTRACE",
            SEED,
            LATENCY,
            "USER",
            "USERNAME",
            "HOSTNAME",
            "COMPUTERNAME",
        ];
        let (mut variables, mut others, mut unreadable) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            if !names.contains(&name.as_str()) && !aws::variables::is_read(&name) {
                others.extend(value.into_string().ok().map(|value| (name, value)));
                continue;
            }
            match value.into_string() {
                Ok(value) => drop(variables.insert(name, value)),
                Err(_) => drop(unreadable.insert(name)),
            }
        }
        let interactive = std::io::stdin().is_terminal();
        let (disk, secrets) = (Disk::real(), Secrets::default());
        Self { variables, others, unreadable, folder: PathBuf::new(), interactive, disk, secrets }
    }

    /// A variable that is set and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// All of it, as topologies may refer to it.
    pub(crate) fn all(&self) -> BTreeMap<String, String> {
        self.others.iter().chain(&self.variables).map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// A console on this process's streams, as the flags and variables ask for it.
    pub(crate) fn console(&self, common: &Common) -> Console {
        self.fitted(Console::of_process(self.colours(common.no_color), verbosity(common)))
    }

    /// The same, before any flags are understood.
    pub(crate) fn early_console(&self) -> Console {
        self.fitted(Console::of_process(self.colours(false), Verbosity::Normal))
    }

    fn fitted(&self, console: Console) -> Console {
        let console = self.kept_from(console);
        if self.utf8() { console } else { console.in_ascii() }
    }

    /// A console that shows no secret of this context, and nothing that a CI job would obey.
    pub(crate) fn kept_from(&self, console: Console) -> Console {
        for (name, value) in &self.variables {
            match aws::variables::kept(name) {
                Some(Kept::Credential) => self.secrets.credential(value),
                Some(Kept::Code) => self.secrets.code(value),
                Some(Kept::Url) => self.secrets.url(value),
                None => {}
            }
        }
        let console = console.masking(&self.secrets);
        if RUNNERS.iter().any(|name| self.get(name).is_some()) { console.under_a_runner() } else { console }
    }

    /// Whether terminals and logs take more than ASCII. The first of these variables that is set decides, by the POSIX
    /// order (Base Definitions, "Environment Variables"); if none is, as in many containers, nothing speaks against it.
    fn utf8(&self) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| self.get(name));
        locale.is_none_or(|locale| {
            let charset = locale.to_ascii_lowercase().replace('-', "");
            charset.contains("utf8")
        })
    }

    /// The same, working in another folder.
    pub(crate) fn inside(&self, folder: Option<&Path>) -> Result<Self, String> {
        let Some(folder) = folder else { return Ok(self.clone()) };
        let inside = self.folder.join(folder);
        match inside.is_dir() {
            true => Ok(Self { folder: inside, ..self.clone() }),
            false => Err(format!("--chdir {}: there is no such folder", folder.display())),
        }
    }

    fn colours(&self, never: bool) -> ColourChoice<'_> {
        ColourChoice {
            never,
            no_color: self.get("NO_COLOR"),
            clicolor_force: self.get("CLICOLOR_FORCE"),
            term: self.get("TERM"),
        }
    }

    /// Whether a live display makes sense on stderr.
    pub(crate) fn live(&self, console: &Console) -> bool {
        console.err_is_terminal() && self.get("TERM") != Some("dumb") && self.get("CI").is_none()
    }

    /// The seed for what AWS leaves to chance in the sandbox, if there is one.
    #[cfg(feature = "sandbox")]
    pub(crate) fn sandbox_seed(&self) -> Result<Option<u64>, String> {
        let read = |text: &str| text.parse().map_err(|_| format!("{SEED} must be a number, not `{text}`"));
        self.get(SEED).map(read).transpose()
    }

    /// How long a call takes in the sandbox, if that is said.
    #[cfg(feature = "sandbox")]
    pub(crate) fn sandbox_latency(&self) -> Result<Option<std::time::Duration>, String> {
        let read = |text: &str| {
            humantime::parse_duration(text)
                .map_err(|_| format!("{LATENCY} must be a time such as 60ms, not `{text}`"))
        };
        self.get(LATENCY).map(read).transpose()
    }

    /// Who runs this and on which machine, as far as that is known.
    pub(crate) fn who(&self) -> String {
        let user = self.get("USER").or(self.get("USERNAME")).unwrap_or("somebody");
        // Few shells export HOSTNAME; where it is not, the system says.
        let said = head(Path::new("/etc/hostname"), LONGEST_NAME).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let host = self.get("HOSTNAME").or(self.get("COMPUTERNAME")).unwrap_or(said.trim());
        if host.is_empty() { user.to_owned() } else { format!("{user}@{host}") }
    }

    /// Where the sandbox keeps its state and the records of what was made in it.
    pub(crate) fn sandbox_folder(&self) -> PathBuf {
        self.folder.join(".logpipe").join("sandbox")
    }
}

pub(crate) fn verbosity(common: &Common) -> Verbosity {
    match (common.quiet, common.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    }
}

impl Common {
    /// The form of the answer.
    pub(crate) fn form(&self) -> Form {
        if self.json { Form::Json } else { self.output }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_that_is_set_decides_about_letters() {
        let check = |variables: &[(&str, &str)], expect: bool| {
            let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let environment = Environment { variables: variables.collect(), ..Environment::default() };
            assert_eq!(environment.utf8(), expect, "{environment:?}");
        };
        check(&[], true);
        check(&[("LANG", "en_GB.UTF-8")], true);
        check(&[("LANG", "ja_JP.utf8")], true);
        check(&[("LANG", "C")], false);
        check(&[("LANG", "de_DE.ISO-8859-1")], false);
        check(&[("LC_ALL", "C"), ("LANG", "C.UTF-8")], false);
        check(&[("LC_ALL", ""), ("LC_CTYPE", "C.UTF-8"), ("LANG", "POSIX")], true);
    }
}
