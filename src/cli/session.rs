//! What every command that talks to AWS goes through: topology, accounts, graph, live state.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::address::AccountName;
use crate::aws::{Accounts, Base, NotConnected, Unreachable};
use crate::clock::Clock;
use crate::event::{Events, Verb};
use crate::files::Disk;
use crate::graph::Graph;
use crate::plan::{
    Entered, NoSurvey, Plan, Survey, Surveyor, Targets, accounts_in_doubt, enter_for, observe_doubtful,
    skipped, with_recorded,
};
use crate::record::{Place, Record};
use crate::secrets::Secrets;
use crate::stop::Stop;
use crate::topology::{Account, LARGEST_FILE, Regions, Topology, load_from, load_with};
use crate::ui::{Console, ProgressForm, skipped_text};

use super::args::Common;
use super::error::CommandError;
use super::github::Github;
use super::input;
use super::not_a_topology::NotATopology;
use super::record::RecordPlaces;
use super::settings::Environment;

/// A command under way.
pub(crate) struct Session {
    pub(crate) topology: Topology,
    pub(crate) console: Console,
    pub(crate) base: Base,
    pub(crate) events: Events,
    pub(crate) stop: Stop,
    pub(crate) json: bool,
    pub(crate) parallelism: usize,
    pub(crate) may_ask: bool,
    pub(crate) record_place: Place,
    /// The file of the record where the topology says nothing.
    pub(crate) usual_record: PathBuf,
    /// Who runs this, as others are told that want the record meanwhile.
    pub(crate) who: String,
    pub(crate) github: Github,
    /// The working directory.
    pub(crate) folder: PathBuf,
    /// Where files are kept.
    pub(crate) disk: Disk,
}

/// Everything that carrying out a plan needs.
pub(crate) struct Situation {
    pub(crate) accounts: Accounts,
    pub(crate) survey: Survey,
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
        let form = ProgressForm::choose(common.json(), environment.live(console), console.verbosity());
        let RecordPlaces { record_place, usual_record } =
            RecordPlaces::of(&topology, &base, environment, common);
        Self {
            topology,
            console: console.clone(),
            base,
            events: form.events(console),
            stop,
            json: common.json(),
            parallelism: usize::from(common.parallelism),
            may_ask: environment.interactive && !common.no_input && console.reaches_somebody(),
            record_place,
            usual_record,
            who: environment.who(),
            github: Github::new(environment, console),
            folder: environment.folder.clone(),
            disk: environment.disk.clone(),
        }
    }

    pub(crate) fn clock(&self) -> Clock {
        self.base.clock()
    }

    /// Gets into the accounts and looks around. Read-only, so a stop ends it at once.
    pub(crate) async fn survey(
        &self,
        targets: &Targets,
        unreachable: Unreachable,
        look: impl AsyncFn(&Surveyor<'_>) -> Result<Survey, NoSurvey>,
    ) -> Result<Situation, CommandError> {
        let mut stop = self.stop.clone();
        let looking = async {
            let (base, events, clock) = (&self.base, &self.events, self.clock());
            let entering = enter_for(&self.topology, base, events, targets, unreachable).await;
            let mut entered = entering.map_err(|error| CommandError::no_entry(error, unreachable))?;
            loop {
                let Entered { topology, accounts } = &entered;
                let looked = look(&Surveyor { topology, accounts, clock, events, targets }).await;
                match looked {
                    Ok(survey) => return Ok(Situation { accounts: entered.accounts, survey }),
                    Err(NoSurvey::NotEntered(names)) => {
                        let further = entered.with(&names, base, events, unreachable).await;
                        entered = further.map_err(|error| CommandError::no_entry(error, unreachable))?;
                    }
                    Err(error) => {
                        let skips = unreachable == Unreachable::LeftOut;
                        let denied = error.unreadable(topology).filter(|_| skips).unwrap_or_default();
                        if !entered.leave_out(denied) {
                            return Err(error.into());
                        }
                    }
                }
            }
        };
        tokio::select! {
            situation = looking => situation,
            () = stop.changed() => Err(CommandError::Interrupted),
        }
    }

    /// Looks at what `--prune` may only remove once it is known whose it is, in accounts that the topology has no other
    /// use for. One that cannot be entered keeps what is in it.
    pub(crate) async fn in_doubt(&self, situation: Situation, record: &Record) -> Situation {
        let Situation { accounts, mut survey } = situation;
        let names = accounts_in_doubt(record, &accounts);
        let further = self.further(&survey.topology, record, names, Unreachable::Fails).await;
        let Ok(Some(further)) = further else {
            return Situation { accounts, survey };
        };
        let accounts = accounts.and(further);
        let looking =
            observe_doubtful(survey.observed.clone(), record, &accounts, self.clock(), &self.events);
        if let Ok(observed) = Box::pin(looking).await {
            survey.observed = observed;
        }
        Situation { accounts, survey }
    }

    /// Gets into the accounts that only the record knows, of which those that cannot be entered are left out too: what
    /// `--prune` would remove there stays.
    pub(crate) async fn with_owned(
        &self,
        situation: Situation,
        record: &Record,
        targets: &Targets,
    ) -> Result<Situation, CommandError> {
        let Situation { accounts, mut survey } = situation;
        let met = |name: &AccountName| accounts.get(name).is_some() || accounts.left_out().contains_key(name);
        let owned = record.entries().keys().filter(|address| targets.matches(address));
        let names = owned.map(|address| &address.account).filter(|name| !met(name)).collect();
        let accounts = match self.further(&survey.topology, record, names, Unreachable::LeftOut).await? {
            Some(further) => accounts.and(further),
            None => accounts,
        };
        survey.graph.skipped = skipped(&accounts);
        Ok(Situation { accounts, survey })
    }

    /// Gets into the accounts that a plan has something to remove in and the topology has no other use for.
    pub(crate) async fn reach(
        &self,
        situation: Situation,
        plan: &Plan,
        record: &Record,
    ) -> Result<Situation, CommandError> {
        let Situation { accounts, survey } = situation;
        let removing = plan.steps.iter().filter(|step| step.action.verb() == Verb::Delete);
        let names = removing.map(|step| &step.address.account);
        let names = names.filter(|name| accounts.get(name).is_none()).collect();
        let accounts = match self.further(&survey.topology, record, names, Unreachable::Fails).await? {
            Some(further) => accounts.and(further),
            None => accounts,
        };
        Ok(Situation { accounts, survey })
    }

    /// Says which accounts are left out, where that is not part of what is shown.
    pub(crate) fn tell_skipped(&self, graph: &Graph) {
        if let Some(text) = skipped_text(&graph.skipped, self.console.err_paint()) {
            self.console.error(&text);
        }
    }

    /// Enters accounts of these names, which the topology or only the record knows. `None` when it knows none of them.
    async fn further(
        &self,
        topology: &Topology,
        record: &Record,
        names: BTreeSet<&AccountName>,
        unreachable: Unreachable,
    ) -> Result<Option<Accounts>, NotConnected> {
        let topology = with_recorded(topology, record);
        let further: Vec<&Account> =
            names.into_iter().filter_map(|name| topology.accounts.get(name)).collect();
        if further.is_empty() {
            return Ok(None);
        }
        let (base, events) = (&self.base, &self.events);
        Accounts::reach(further, &topology.region, base, events, unreachable).await.map(Some)
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
    let read = match input::is_stdin(path) {
        true => load_from(input::STDIN, input::bytes(path, folder, LARGEST_FILE), folder, regions),
        false => load_with(&folder.join(path), regions),
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

/// Has the external ids of a topology masked from now on, whatever AWS says of them.
fn keep_external_ids(topology: &Topology, secrets: &Secrets) {
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
