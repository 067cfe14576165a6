//! `logpipe outputs`: names and ARNs for whoever builds on the pipeline. Calls nothing: ARNs follow from names.

use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::outputs::Output;
use crate::topology::nearest;
use crate::ui::{OutputReport, OutputsReport};

use crate::cli::answer::error::CommandError;
use crate::cli::args;
use crate::cli::input;
use crate::cli::session::Session;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe outputs                                  every output of topology.yaml
  logpipe outputs other.yaml central.bucket_arn    one bare value
  aws s3 ls \"s3://$(logpipe outputs central.bucket_name)/\"
  logpipe outputs --output json | jq -r '.outputs[\"central.stream_arn\"].value'
  logpipe outputs --output yaml                    for tools that read YAML, such as Ansible";

/// What the words of the command line mean.
#[derive(Debug, PartialEq, Eq)]
struct OutputsQuery<'a> {
    topology: PathBuf,
    name: Option<&'a str>,
}

/// The topology that is asked about.
pub(crate) fn topology(args: &args::Outputs) -> Result<PathBuf, CommandError> {
    asked_for(args).map(|asked| asked.topology)
}

fn asked_for(args: &args::Outputs) -> Result<OutputsQuery<'_>, CommandError> {
    let asked = asked(&args.words)?;
    match &args.file {
        None => Ok(asked),
        Some(file) if asked.topology == Path::new(args::DEFAULT_TOPOLOGY) => {
            Ok(OutputsQuery { topology: file.clone(), ..asked })
        }
        Some(file) => Err(CommandError::Usage(format!(
            "one topology at a time: {} and {} were given",
            asked.topology.display(),
            file.display()
        ))),
    }
}

/// No output has a name that ends like a topology file, so either can be left out.
fn asked(words: &[String]) -> Result<OutputsQuery<'_>, CommandError> {
    let (files, names): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| is_file(word));
    match (files.as_slice(), names.as_slice()) {
        (files @ ([] | [_]), names @ ([] | [_])) => Ok(OutputsQuery {
            topology: files.first().map_or_else(|| PathBuf::from(args::DEFAULT_TOPOLOGY), PathBuf::from),
            name: names.first().map(|name| name.as_str()),
        }),
        ([first, second, ..], _) => {
            Err(CommandError::Usage(format!("one topology at a time: {first} and {second} were given")))
        }
        _ => Err(CommandError::Usage(format!(
            "one output at a time; leave the name out to see all of them ({} were given)",
            names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" and ")
        ))),
    }
}

fn is_file(word: &str) -> bool {
    let path = Path::new(word);
    input::is_stdin(path)
        || word.contains(['/', '\\'])
        || path.extension().is_some_and(|end| end == "yaml" || end == "yml")
}

pub(crate) async fn run(session: &Session, args: &args::Outputs) -> Result<Exit, CommandError> {
    let outputs = session.engine.outputs().await?;
    match asked_for(args)?.name {
        Some(name) => one(session, &outputs, name),
        None => {
            let topology = session.topology().name.as_str();
            session.presenter.give(&OutputsReport { topology, outputs: &outputs });
            Ok(Exit::Done)
        }
    }
}

/// One bare value, and only of what is there: scripts put it into the next command.
fn one(session: &Session, outputs: &[Output], name: &str) -> Result<Exit, CommandError> {
    let Some(output) = outputs.iter().find(|output| output.name == name) else {
        let names = outputs.iter().map(|output| output.name.as_str());
        return Err(CommandError::Usage(match nearest(name, names) {
            Some(near) => format!("there is no output `{name}`; did you mean `{near}`?"),
            None => format!("there is no output `{name}`; `logpipe outputs` lists them"),
        }));
    };
    if !output.applied {
        return Err(CommandError::NotApplied { output: name.to_owned() });
    }
    session.presenter.give(&OutputReport(output));
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], topology: &str, name: Option<&str>) {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let expected = OutputsQuery { topology: topology.into(), name };
        assert_eq!(asked(&words).ok(), Some(expected), "{words:?}");
    }

    #[test]
    fn topology_and_name_can_be_left_out_and_come_in_any_order() {
        check(&[], "topology.yaml", None);
        check(&["central.bucket_arn"], "topology.yaml", Some("central.bucket_arn"));
        check(&["other.yml"], "other.yml", None);
        check(&["./other"], "./other", None);
        check(&["a/b.yaml", "central.bucket_arn"], "a/b.yaml", Some("central.bucket_arn"));
        check(&["central.bucket_arn", "b.yaml"], "b.yaml", Some("central.bucket_arn"));
    }

    #[test]
    fn two_of_a_kind_are_wrong_usage() {
        for words in [["a.yaml", "b.yaml"], ["a", "b"]] {
            let words = words.map(str::to_owned);
            assert_eq!(asked(&words).map_err(|error| error.exit()), Err(Exit::Usage));
        }
    }
}
