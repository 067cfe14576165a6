//! What is said of the rules of lint: `--deny`, `--warn` and `--allow`, of which the later ones win.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};

use super::values;
use crate::lint::{Level, Levels, Rule, Rules};

/// The flags, by what they make of a rule.
const FLAGS: [(&str, Level, &str); 3] = [
    (
        "deny",
        Level::Deny,
        "Refuse the topology, with exit code 65, if it goes against this rule: a code such as LP007, its name, or `all`; may be repeated, and later flags win",
    ),
    ("warn", Level::Warn, "Only warn of this rule"),
    ("allow", Level::Allow, "Do not mention this rule"),
];

/// What is said of the rules of lint.
#[derive(Debug, Clone, Default)]
pub(crate) struct LintFlags {
    /// In the order of the command line.
    pub(crate) levels: Levels,
}

impl Args for LintFlags {
    fn augment_args(command: Command) -> Command {
        FLAGS.into_iter().fold(command, |command, (name, _, help)| command.arg(flag(name, help)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name("CODE")
        .action(ArgAction::Append)
        .value_delimiter(',')
        .value_parser(values::rules)
        .add(ArgValueCandidates::new(candidates))
        .help(help)
}

fn candidates() -> Vec<CompletionCandidate> {
    let rules =
        Rule::ALL.iter().map(|rule| CompletionCandidate::new(rule.code()).help(Some(rule.name().into())));
    rules.chain([CompletionCandidate::new("all")]).collect()
}

impl FromArgMatches for LintFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut said: Vec<(usize, (Level, Rules))> = FLAGS
            .iter()
            .flat_map(|(name, level, _)| {
                let places = matches.indices_of(name).into_iter().flatten();
                let rules = matches.get_many::<Rules>(name).into_iter().flatten();
                places.zip(rules).map(move |(place, rules)| (place, (*level, *rules)))
            })
            .collect();
        said.sort_by_key(|(place, _)| *place);
        Ok(Self { levels: Levels(said.into_iter().map(|(_, said)| said).collect()) })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::Arguments;
    use crate::cli::command::Command;

    fn levels(words: &str) -> Result<Levels, clap::Error> {
        let words = ["logpipe", "validate"].into_iter().chain(words.split_whitespace());
        match Arguments::try_parse_from(words)?.command {
            Command::Validate(args) => Ok(args.lint.levels),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn flags_keep_the_order_of_the_command_line() {
        let unused = Rules::One(Rule::UnusedAccount);
        assert_eq!(levels("").unwrap(), Levels::default());
        assert_eq!(
            levels("--deny all --allow LP007 --warn=variable_in_text --deny lp005,LP007").unwrap().0,
            [
                (Level::Deny, Rules::All),
                (Level::Allow, unused),
                (Level::Warn, Rules::One(Rule::VariableInText)),
                (Level::Deny, Rules::One(Rule::RetentionWithoutCreate)),
                (Level::Deny, unused),
            ]
        );
        assert_eq!(
            levels("--allow LP007 --deny all").unwrap().0,
            [(Level::Allow, unused), (Level::Deny, Rules::All)]
        );
    }

    #[test]
    fn what_is_no_rule_is_wrong_usage() {
        let check = |word: &str, expect: &str| {
            let error = levels(&format!("--deny {word}")).unwrap_err().to_string();
            assert!(error.contains(expect), "{error}");
        };
        check("LP07", "there is no rule `LP07`: did you mean `LP007`?");
        check("unused_acount", "did you mean `unused_account`?");
        check("everything", "there is no rule `everything`: docs/lint.md has them all");
    }
}
