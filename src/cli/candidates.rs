//! What a shell proposes for values: addresses, accounts, sources and outputs, from the topology and the record beside
//! it. No call is made to AWS.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap_complete::CompleteEnv;
use clap_complete::engine::CompletionCandidate;

use crate::graph::declared;
use crate::plan::lifecycle_of;
use crate::record::Record;
use crate::topology::{RecordPlace, Topology, load};

use super::args::{Arguments, DEFAULT_TOPOLOGY};

/// The variable by which the script of `logpipe completions` asks for proposals.
pub(crate) const VARIABLE: &str = "LOGPIPE_COMPLETE";

/// Answers a shell that asks for proposals. Whether one did; the error says what it got wrong.
pub(crate) fn answered(raw: &[OsString]) -> Result<bool, clap::Error> {
    let folder = std::env::current_dir().ok();
    CompleteEnv::with_factory(Arguments::command)
        .var(VARIABLE)
        .bin("logpipe")
        .completer("logpipe")
        .try_complete(raw.iter().cloned(), folder.as_deref())
}

/// What `--target` takes.
pub(crate) fn targets() -> Vec<CompletionCandidate> {
    let Some((topology, record)) = known() else { return Vec::new() };
    let graph = declared(&topology);
    let addresses = graph.nodes.keys().chain(record.entries().keys()).map(ToString::to_string);
    let accounts = topology.accounts.keys().map(|name| format!("account={name}"));
    proposed(addresses.chain(accounts))
}

/// The keys of the sources.
pub(crate) fn sources() -> Vec<CompletionCandidate> {
    known().map_or_else(Vec::new, |(topology, _)| proposed(topology.sources.keys()))
}

/// The names of the accounts.
pub(crate) fn accounts() -> Vec<CompletionCandidate> {
    known().map_or_else(Vec::new, |(topology, _)| proposed(topology.accounts.keys()))
}

/// The names of the outputs.
pub(crate) fn outputs() -> Vec<CompletionCandidate> {
    let outputs = known()
        .map(|(topology, record)| {
            crate::outputs::outputs(&topology, &lifecycle_of(&topology, &record), &record)
        })
        .unwrap_or_default();
    proposed(outputs.into_iter().map(|output| output.name))
}

fn proposed(values: impl Iterator<Item: ToString>) -> Vec<CompletionCandidate> {
    // The shell reads one a line.
    let values = values.map(|value| value.to_string());
    let values: BTreeSet<String> = values.filter(|value| !value.contains(char::is_control)).collect();
    values.into_iter().map(CompletionCandidate::new).collect()
}

/// The topology that the line so far is about, and its record where that is a file. A shell is not told about errors.
fn known() -> Option<(Topology, Record)> {
    let line: Vec<String> = std::env::args_os().filter_map(|word| word.into_string().ok()).collect();
    let (folder, file) = named(&line);
    let topology = load(&folder.join(file)).ok()?;
    let record = match &topology.record {
        RecordPlace::File(path) => Record::load_file(&folder.join(path), topology.name.as_str()).ok(),
        RecordPlace::Object { .. } => None,
    };
    Some((topology, record.unwrap_or_default()))
}

/// The folder and the topology that a line names, as far as it is typed.
fn named(line: &[String]) -> (PathBuf, &Path) {
    let value = |flags: [&str; 2]| {
        line.iter().enumerate().find_map(|(index, word)| match word.split_once('=') {
            Some((flag, value)) if flags.contains(&flag) => Some(value),
            _ if flags.contains(&word.as_str()) => line.get(index + 1).map(String::as_str),
            _ => None,
        })
    };
    let folder = value(["-C", "--chdir"]).map(PathBuf::from).unwrap_or_default();
    let named = value(["-f", "--file"]).map(Path::new);
    let positional = || {
        let is_file = |path: &&Path| path.extension().is_some_and(|end| end == "yaml" || end == "yml");
        line.iter().map(|word| Path::new(word.as_str())).find(is_file)
    };
    (folder, named.or_else(positional).unwrap_or(Path::new(DEFAULT_TOPOLOGY)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_so_far_names_the_topology() {
        let check = |line: &str, folder: &str, file: &str| {
            let line: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(named(&line), (PathBuf::from(folder), Path::new(file)), "{line:?}");
        };
        check("logpipe plan --target ", "", "topology.yaml");
        check("logpipe plan other.yml --target ", "", "other.yml");
        check("logpipe -C team plan --file=x.conf --target ", "team", "x.conf");
        check("logpipe plan -f a --target b.yaml", "", "a");
    }
}
