//! The command line as it was typed, for the commands that hints name.
//!
//! Whoever writes a hint names the bare command in backticks, `logpipe apply --adopt` for one, and knows neither the
//! topology file nor the flags. The console has every such command completed here before it is shown, so that it means
//! the same accounts when it is pasted. `logpipe …` stands for the command that is running.

use clap::{ArgMatches, Command, CommandFactory as _};

use crate::shell;

use super::args::Arguments;
use super::args::parameters::{Given, given};

/// How a command in a hint begins.
const COMMAND: &str = "`logpipe ";

/// What stands for the command that is running.
const SAME: &str = "…";

/// Options that mean the same in front of every command: in which folder and in which AWS it works, and on what.
const EVERYWHERE: [&str; 11] = [
    "chdir",
    "profile",
    "region",
    "var",
    "var_file",
    "allow_unknown_region",
    "endpoint_url",
    "call_timeout",
    "sandbox",
    "target",
    "skip_unreachable",
];

/// What is never passed on: answers to questions, the form of the output, and a plan that was saved before this run.
const NEVER: [&str; 9] = ["yes", "confirm", "output", "json", "quiet", "verbose", "no_color", "plan", "out"];

/// A command line that was understood.
#[derive(Debug, Clone)]
pub(crate) struct CommandLine {
    parser: Command,
    name: String,
    topology: Option<String>,
    given: Vec<Given>,
}

impl CommandLine {
    /// The command line that these matches are of, and the topology it names.
    pub(crate) fn of(matches: &ArgMatches, topology: Option<String>) -> Option<Self> {
        let mut parser = Arguments::command();
        parser.build();
        let (name, matches) = matches.subcommand()?;
        let given = given(parser.find_subcommand(name)?, matches);
        Some(Self { name: name.to_owned(), topology, given, parser })
    }

    /// The text with every command in it completed.
    pub(crate) fn complete(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, from)) = rest.split_once(COMMAND) {
            shown.push_str(before);
            shown.push_str(COMMAND);
            let Some((command, after)) = from.split_once('`') else { return shown + from };
            shown.push_str(&self.completed(command).unwrap_or_else(|| command.to_owned()));
            shown.push('`');
            rest = after;
        }
        shown + rest
    }

    /// A command without its first word, with what was typed and means the same in it. `None` if it is not a command.
    fn completed(&self, hinted: &str) -> Option<String> {
        let mut words: Vec<String> = hinted.split_whitespace().map(str::to_owned).collect();
        let first = words.first_mut()?;
        if first == SAME {
            first.clone_from(&self.name);
        }
        let name = first.clone();
        let command = self.parser.find_subcommand(&name)?;
        let said = given(command, self.understood(&words)?.subcommand()?.1);
        // What was typed as the topology may be what the hint is about.
        let topology =
            self.topology.as_ref().filter(|typed| takes_topology(command) && !words.contains(typed));
        if let Some(topology) = topology {
            words = self.with(words, 1, std::slice::from_ref(topology));
        }
        let mut end = words.len();
        let about = takes_topology(command);
        for given in self.given.iter().filter(|given| self.fits(given, &name, about, &said)) {
            words = self.with(words, end, &given.words);
            end = words.len();
        }
        let added = topology.into_iter().chain(self.given.iter().flat_map(|given| &given.words));
        let added: Vec<&String> = added.collect();
        let shown = words.iter().map(|word| match added.contains(&word) {
            true => shell::quoted(word),
            false => word.clone(),
        });
        Some(shown.collect::<Vec<_>>().join(" "))
    }

    /// Whether what was given belongs into a command that says something already. One that is about no topology works in
    /// a folder and in no AWS.
    fn fits(&self, given: &Given, command: &str, about_a_topology: bool, said: &[Given]) -> bool {
        let id = given.id.as_str();
        let everywhere = if about_a_topology { &EVERYWHERE[..] } else { &EVERYWHERE[..1] };
        let passes = command == self.name || everywhere.contains(&id);
        passes && !NEVER.contains(&id) && said.iter().all(|said| said.id != id)
    }

    /// The words with more of them at a place, or without where the command does not take them.
    fn with(&self, words: Vec<String>, at: usize, more: &[String]) -> Vec<String> {
        let mut longer = words.clone();
        longer.splice(at..at, more.iter().cloned());
        if self.understood(&longer).is_some() { longer } else { words }
    }

    fn understood(&self, words: &[String]) -> Option<ArgMatches> {
        let words = std::iter::once("logpipe").chain(words.iter().map(String::as_str));
        self.parser.clone().try_get_matches_from(words).ok()
    }
}

fn takes_topology(command: &Command) -> bool {
    command.get_arguments().any(|argument| ["topology", "words"].contains(&argument.get_id().as_str()))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn typed(words: &str) -> CommandLine {
        let matches = Arguments::command().try_get_matches_from(words.split(' ')).unwrap();
        let arguments = Arguments::try_parse_from(words.split(' ')).unwrap();
        CommandLine::of(&matches, arguments.command.typed_topology()).unwrap()
    }

    #[test]
    fn commands_in_hints_mean_what_was_typed() {
        let check = |words: &str, hint: &str, expect: &str| {
            assert_eq!(typed(words).complete(hint), expect, "{words}");
        };
        check("logpipe apply", "run `logpipe verify` next", "run `logpipe verify` next");
        check(
            "logpipe apply t.yaml --sandbox",
            "`logpipe verify` next",
            "`logpipe verify t.yaml --sandbox` next",
        );
        check("logpipe apply -f t.yaml -C ops", "`logpipe verify`", "`logpipe verify t.yaml --chdir ops`");
        check(
            "logpipe plan t.yaml --profile ops --target account=app --out p",
            "`logpipe apply --plan p`, then `logpipe verify`",
            "`logpipe apply t.yaml --plan p --profile ops`, then `logpipe verify t.yaml --target account=app --profile ops`",
        );
        check("logpipe apply my*.yaml --yes", "`logpipe apply`", "`logpipe apply 'my*.yaml'`");
        check("logpipe apply c.plan", "`logpipe apply --plan c.plan`", "`logpipe apply --plan c.plan`");
        check(
            "logpipe apply --target a/global/iam_role.*",
            "`logpipe …`",
            "`logpipe apply --target 'a/global/iam_role.*'`",
        );
        check("logpipe apply --prune --adopt -q --yes", "`logpipe …`", "`logpipe apply --adopt --prune`");
        check(
            "logpipe plan --var a=1 --var b=2 --var-file prod.yaml",
            "`logpipe apply`",
            "`logpipe apply --var a=1 --var b=2 --var-file prod.yaml`",
        );
        check("logpipe apply --prune", "`logpipe … --yes`", "`logpipe apply --yes --prune`");
        check("logpipe apply --prune", "`logpipe plan`", "`logpipe plan`");
        check(
            "logpipe plan t.yaml --target account=a",
            "`logpipe plan --target account=b`",
            "`logpipe plan t.yaml --target account=b`",
        );
        check(
            "logpipe outputs t.yaml central.arn",
            "`logpipe apply` makes it",
            "`logpipe apply t.yaml` makes it",
        );
        check("logpipe apply t.yaml", "`logpipe outputs`", "`logpipe outputs t.yaml`");
    }

    #[test]
    fn what_is_no_command_stays_as_it_is() {
        let line = typed("logpipe apply t.yaml --sandbox");
        for hint in [
            "`logpipe frobnicate`",
            "`logpipe sandbox reset`",
            "`logpipe apply",
            "`logpipe schema`",
            "logpipe",
        ] {
            assert_eq!(line.complete(hint), hint);
        }
        let line = typed("logpipe apply t.yaml --sandbox -C ops");
        assert_eq!(line.complete("`logpipe sandbox reset`"), "`logpipe sandbox reset --chdir ops`");
    }

    /// Every command that a text of this crate names, with something in the place of what is filled in.
    fn named() -> Vec<(String, String)> {
        let mut files = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        let mut named = Vec::new();
        while let Some(path) = files.pop() {
            if path.is_dir() {
                files.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let code: String = code.map(|line| line.trim_end_matches('\\').to_owned() + " ").collect();
            let code = code.split("#[cfg(test)]").next().unwrap_or_default();
            let commands = code.split(COMMAND).skip(1).filter_map(|rest| rest.split('`').next());
            named.extend(commands.map(|command| (path.display().to_string(), command.to_owned())));
        }
        named
    }

    #[test]
    fn every_command_in_a_hint_is_one() {
        let line = typed("logpipe apply");
        let named = named();
        assert!(named.len() > 10, "{named:?}");
        let of_tests = |file: &str| {
            file.contains("/tests") || file.ends_with("_tests.rs") || file.ends_with("command_line.rs")
        };
        // `logpipe --help` and the like name no command.
        let named = named.into_iter().filter(|(file, command)| !of_tests(file) && !command.starts_with("--"));
        for (file, command) in named {
            let mut filled = String::new();
            let mut rest = command.as_str();
            while let Some((before, after)) = rest.split_once('{') {
                filled.push_str(before);
                filled.push_str("FILLED");
                rest = after.split_once('}').map_or("", |(_, after)| after);
            }
            filled.push_str(rest);
            // An option may be named without its value.
            let whole = |value: &&str| filled.replace("FILLED", value);
            let values = ["x", "a/global/iam_role.x", "1", "--yes"];
            let fits = values.iter().map(whole).any(|command| {
                let with_value = format!("{command} x");
                line.completed(&command).is_some() || line.completed(&with_value).is_some()
            });
            assert!(fits, "{file}: `logpipe {command}` is no command");
        }
    }
}
