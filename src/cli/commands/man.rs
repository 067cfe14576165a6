//! `logpipe man`: manual pages, made from the same texts as `--help`.

use std::path::Path;

use clap::CommandFactory;
use clap_mangen::roff::{Roff, bold, roman};

use crate::exit::Exit;
use crate::topology::nearest;
use crate::ui::Console;

use crate::cli::answer::error::CommandError;
use crate::cli::args::{self, Arguments};
use crate::cli::settings::Environment;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe man | man -l -                           read the page
  logpipe man apply > logpipe-apply.1              that of one command
  logpipe man --out ~/.local/share/man/man1        all of them";

/// The environment variables that logpipe reads, for the page of logpipe itself; docs/ci.md has the same table.
const ENVIRONMENT: [(&str, &str); 13] = [
    (
        "AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION",
        "The starting credentials, as with the AWS CLI. A profile that the topology or --profile names wins over keys \
         in the environment.",
    ),
    (
        "AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE",
        "Where the profiles are, if they are not in the usual files.",
    ),
    (
        "AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE>",
        "Where calls go instead of AWS, as with --endpoint-url.",
    ),
    ("AWS_CA_BUNDLE, HTTPS_PROXY, NO_PROXY", "How to reach AWS from a private network."),
    ("AWS_MFA_CODE", "The code for a profile with mfa_serial, where nobody can be asked for it."),
    (
        "LOGPIPE_LOG",
        "Which log lines go to stderr: debug, or logpipe=debug,aws_config=info. They never hold a secret.",
    ),
    ("LOGPIPE_SANDBOX_SEED", "The seed for what the simulated AWS leaves to chance."),
    (
        "LOGPIPE_SANDBOX_LATENCY",
        "How long a call to the simulated AWS takes, such as 60ms; 50ms if it is not set.",
    ),
    ("CI, TERM=dumb", "Plain lines instead of the live display."),
    ("NO_COLOR, CLICOLOR_FORCE", "No colours, or colours even without a terminal; NO_COLOR wins."),
    (
        "LC_ALL, LC_CTYPE, LANG",
        "If the first one that is set does not name UTF-8, logpipe's own symbols are ASCII.",
    ),
    (
        "GITHUB_ACTIONS, GITHUB_STEP_SUMMARY",
        "Turn on annotations and groups, and name the file for the job summary.",
    ),
    ("RUST_BACKTRACE", "Adds a backtrace to the message about a fault in logpipe itself."),
];

/// The files that logpipe reads and writes.
const FILES: [(&str, &str); 4] = [
    ("topology.yaml", "The topology, unless another file is named."),
    (
        ".logpipe/<name>.json, with .journal and .lock",
        "The record of what logpipe owns, next to the topology, unless the topology's key record names another file or \
         an object in S3. Keep it: without it, logpipe owns nothing.",
    ),
    (
        ".logpipe/sandbox/",
        "The simulated AWS of --sandbox, and the records of what was made in it. You may delete it.",
    ),
    ("~/.aws/config, ~/.aws/credentials, ~/.aws/sso/cache/", "Profiles and sessions, as with the AWS CLI."),
];

pub(crate) fn run(
    args: &args::Man,
    console: &Console,
    environment: &Environment,
) -> Result<Exit, CommandError> {
    let pages = pages();
    let Some(folder) = args.out.as_ref().map(|folder| environment.folder.join(folder)) else {
        let page = match &args.command {
            None => pages.into_iter().next(),
            Some(name) => Some(page_of(name, pages)?),
        };
        let text = page.map(|page| page.roff()).transpose()?.unwrap_or_default();
        console.data(text.trim_end());
        return Ok(Exit::Done);
    };
    let verb = format!("write manual pages into {}", folder.display());
    let wrong = |source| CommandError::Io { verb: verb.clone(), source };
    let number = pages.len();
    for page in pages {
        environment.disk.write_whole(&folder.join(page.file()), page.roff()?.as_bytes()).map_err(wrong)?;
    }
    console.say(&format!("Wrote {number} manual pages; `man -l {}` shows the first.", first(&folder)));
    Ok(Exit::Done)
}

fn first(folder: &Path) -> String {
    folder.join("logpipe.1").display().to_string()
}

/// A page of the manual.
struct Page {
    /// The words that are typed to get there, `sandbox serve` for instance; none for logpipe itself.
    words: String,
    command: clap::Command,
}

impl Page {
    fn file(&self) -> String {
        format!("{}.1", self.name())
    }

    fn name(&self) -> String {
        match self.words.is_empty() {
            true => "logpipe".to_owned(),
            false => format!("logpipe-{}", self.words.replace(' ', "-")),
        }
    }

    fn roff(&self) -> Result<String, CommandError> {
        let mut text = Vec::new();
        let command = self.command.clone().display_name(self.name());
        let rendered = clap_mangen::Man::new(command).render(&mut text);
        rendered
            .and_then(|()| match self.words.is_empty() {
                true => context().to_writer(&mut text),
                false => Ok(()),
            })
            .map_err(|source| CommandError::Io { verb: "render the manual page".to_owned(), source })?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

/// What a run is surrounded by: variables and files.
fn context() -> Roff {
    let mut roff = Roff::default();
    for (title, entries) in [("ENVIRONMENT", &ENVIRONMENT[..]), ("FILES", &FILES[..])] {
        roff.control("SH", [title]);
        for (name, meaning) in entries {
            roff.control("TP", []);
            roff.text([bold(*name)]);
            roff.text([roman(*meaning)]);
        }
    }
    roff
}

/// Every page, that of logpipe itself first.
fn pages() -> Vec<Page> {
    let mut all = Arguments::command();
    // Gives every command its whole name and the common options.
    all.build();
    let mut pages = vec![Page { words: String::new(), command: Arguments::command() }];
    collect(&all, "", &mut pages);
    pages
}

fn collect(command: &clap::Command, above: &str, pages: &mut Vec<Page>) {
    for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
        let words = format!("{above} {}", command.get_name()).trim_start().to_owned();
        collect(command, &words, pages);
        pages.push(Page { words, command: command.clone() });
    }
}

fn page_of(name: &str, pages: Vec<Page>) -> Result<Page, CommandError> {
    let names: Vec<String> = pages.iter().skip(1).map(|page| page.words.clone()).collect();
    pages.into_iter().skip(1).find(|page| page.words == name).ok_or_else(|| {
        CommandError::Usage(match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("there is no command `{name}`; did you mean `{near}`?"),
            None => format!("there is no command `{name}`; `logpipe --help` lists them"),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_logpipe_tells_of_its_surroundings() {
        let text = pages()[0].roff().unwrap();
        for part in [".SH ENVIRONMENT", "AWS_MFA_CODE", ".SH FILES", "topology.yaml"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!pages()[1].roff().unwrap().contains(".SH ENVIRONMENT"));
    }

    #[test]
    fn every_command_has_a_page_under_its_whole_name() {
        let pages = pages();
        let files: Vec<String> = pages.iter().map(Page::file).collect();
        for file in ["logpipe.1", "logpipe-apply.1", "logpipe-sandbox-serve.1", "logpipe-sandbox.1"] {
            assert!(files.iter().any(|there| there == file), "{file}: {files:?}");
        }
        for page in &pages {
            let text = page.roff().unwrap();
            assert!(text.contains(&page.name().replace('-', "\\-")) || text.contains(&page.name()), "{text}");
        }
    }
}
