//! A command that works on a topology: the engine for it, and whom it talks to.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::aws::Base;
use crate::engine::Engine;
use crate::files::Disk;
use crate::lint::Levels;
use crate::plan::SkippedAccount;
use crate::secrets::Secrets;
use crate::stop::Stop;
use crate::topology::{Given, LARGEST_FILE, Regions, Topology, load_from, load_with};
use crate::ui::{Console, Form, ProgressForm, skipped_text};

use super::answer::error::CommandError;
use super::answer::not_a_topology::NotATopology;
use super::answer::presenter::Presenter;
use super::args::Common;
use super::input;
use super::record::records;
use super::settings::Environment;

/// A command under way.
pub(crate) struct Session {
    pub(crate) engine: Engine,
    pub(crate) console: Console,
    pub(crate) presenter: Presenter,
    pub(crate) may_ask: bool,
    /// The working directory.
    pub(crate) folder: PathBuf,
    /// Where files are kept.
    pub(crate) disk: Disk,
}

impl Session {
    pub(crate) fn new(
        topology: Topology,
        base: Base,
        stop: Stop,
        console: &Console,
        environment: &Environment,
        common: &Common,
    ) -> Self {
        let programs = common.form() == Form::Json;
        let form = ProgressForm::choose(programs, environment.live(console), console.verbosity());
        let records = records(&topology, &base, environment, common);
        let engine = Engine::new(topology, base, records)
            .run_by(environment.who())
            .until(stop)
            .telling(form.events(console));
        let engine = match common.parallelism {
            Some(steps) => engine.with_parallelism(usize::from(steps)),
            None => engine,
        };
        Self {
            engine,
            console: console.clone(),
            presenter: Presenter::new(environment, console, common),
            may_ask: environment.interactive && !common.no_input && console.reaches_somebody(),
            folder: environment.folder.clone(),
            disk: environment.disk.clone(),
        }
    }

    pub(crate) fn topology(&self) -> &Topology {
        self.engine.topology()
    }

    /// Says which accounts are left out, where that is not part of what is shown.
    pub(crate) fn tell_skipped(&self, skipped: &[SkippedAccount]) {
        if let Some(text) = skipped_text(skipped, self.console.err_paint()) {
            self.console.error(&text);
        }
    }
}

/// Reads a topology and checks what the flags say of it.
pub(crate) fn read_topology(
    path: &Path,
    environment: &Environment,
    common: &Common,
) -> Result<Topology, CommandError> {
    let regions = if common.allow_unknown_region { Regions::Any } else { Regions::Known };
    let folder = &environment.folder;
    let given = given(path, environment, common)?;
    let read = match input::is_stdin(path) {
        true => load_from(input::STDIN, input::bytes(path, folder, LARGEST_FILE), folder, regions, &given),
        false => load_with(&folder.join(path), regions, &given),
    };
    let topology = read.map_err(|invalid| match NotATopology::at(path, folder) {
        Some(other) => CommandError::from(other),
        None => Box::new(invalid).into(),
    })?;
    match &common.region {
        Some(region) if *region != topology.region.as_str() => Err(CommandError::Usage(format!(
            "--region {region} is not the topology's region, {}: change the topology, or leave the flag out",
            topology.region
        ))),
        _ => {
            keep_external_ids(&topology, &environment.secrets);
            Ok(topology)
        }
    }
}

/// The most bytes of a file of values; a larger one is something else.
const LARGEST_VALUES: u64 = 1024 * 1024;

/// The values that this run gives the variables of a topology.
fn given(topology: &Path, environment: &Environment, common: &Common) -> Result<Given, CommandError> {
    let mut stdin = input::is_stdin(topology);
    let mut files = Vec::new();
    for path in &common.var_file {
        if input::is_stdin(path) && std::mem::replace(&mut stdin, true) {
            let message = "`-` is given twice, but stdin can be read only once: name a file for --var-file";
            return Err(CommandError::Usage(message.to_owned()));
        }
        let called = input::called(path);
        let text = input::text(path, &environment.folder, LARGEST_VALUES)
            .map_err(|error| CommandError::Usage(format!("--var-file {called} cannot be read: {error}")))?;
        files.push((called, text));
    }
    let (flags, secrets) = (common.var.clone(), environment.secrets.clone());
    Ok(Given { flags, files, environment: environment.all(), secrets })
}

/// The same, with lint at these levels.
pub(crate) fn read_at_levels(
    path: &Path,
    levels: &Levels,
    environment: &Environment,
    common: &Common,
) -> Result<Topology, CommandError> {
    match read_topology(path, environment, common) {
        Ok(topology) => Ok(topology.at_levels(levels)),
        Err(CommandError::Invalid(invalid)) => Err(Box::new(invalid.at_levels(levels)).into()),
        Err(error) => Err(error),
    }
}

/// The same, unless lint finds what is denied.
pub(crate) fn read_accepted(
    path: &Path,
    levels: &Levels,
    environment: &Environment,
    common: &Common,
) -> Result<Topology, CommandError> {
    let topology = read_at_levels(path, levels, environment, common)?;
    let denied: Vec<_> = topology.denied().cloned().collect();
    match denied.is_empty() {
        true => Ok(topology),
        false => Err(CommandError::Denied { file: input::called(path), denied }),
    }
}

/// Has the external ids of a topology masked from now on, whatever AWS says of them.
pub(crate) fn keep_external_ids(topology: &Topology, secrets: &Secrets) {
    let ids = topology.accounts.values().filter_map(|account| account.access.external_id.as_deref());
    let ids: BTreeSet<&str> =
        ids.chain(topology.access.as_ref().and_then(|access| access.external_id.as_deref())).collect();
    if ids.is_empty() {
        return;
    }
    // They are the one thing that it leaves out.
    let open = format!("{topology:?}");
    ids.into_iter().for_each(|id| secrets.external_id(id, &open));
}
