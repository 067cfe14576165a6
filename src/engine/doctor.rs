//! `doctor`: what is wrong, without sending or writing anything.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{Engine, Error, Planned, Probe};
use crate::address::{AccountId, AccountName, Address, Key};
use crate::aws::Unreachable;
use crate::graph::SkippedAccount;
use crate::plan::{Allowed, Surveyor, TargetPattern, Targets};
use crate::verify::diagnose;
use crate::verify::diagnosis::Diagnosis;
use crate::verify::verdict::Fix;

/// What to look at.
#[derive(Debug, Clone)]
pub struct DoctorRequest {
    /// Which part.
    pub targets: Targets,
    /// Only the routes of this source.
    pub source: Option<Key>,
    /// How far back failures of Firehose are told.
    pub lately: Duration,
    /// Whether to plan what repairs what was found.
    pub plan: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct Diagnosed {
    /// The diagnosis.
    pub diagnosis: Diagnosis,
    /// What apply would change for what was found, if that was asked for and is anything.
    pub plan: Option<Planned>,
    /// The accounts by their names.
    pub accounts: BTreeMap<AccountName, AccountId>,
    /// Accounts that could not be entered, of whose hops nothing is known.
    pub skipped: Vec<SkippedAccount>,
}

impl Engine {
    /// Judges every hop, and reads what Firehose has failed to deliver. An account that cannot be entered is part of the
    /// answer.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn doctor(&self, request: &DoctorRequest) -> Result<Diagnosed, Error> {
        let record = self.record().await?;
        let look = async |surveyor: &Surveyor<'_>| surveyor.graph(&record).await;
        let situation = self.survey(&request.targets, Unreachable::LeftOut, look).await?;
        self.check_routes(&situation)?;
        // A look costs no event, so every route gets one.
        let probe = Probe { sample: Some(usize::MAX), ..Probe::default() };
        let verify = self.checking(&situation, &record, request.source.clone(), &probe);
        let diagnosis = diagnose(&verify, request.lately, self.stop.clone()).await;
        if self.stop.times() > 0 {
            return Err(Error::Interrupted);
        }
        let skipped = situation.survey.graph.skipped.clone();
        let targets = Targets(repairable(&diagnosis).into_iter().map(TargetPattern::Exact).collect());
        let plan = match request.plan && !targets.0.is_empty() {
            true => {
                let skip_unreachable = !skipped.is_empty();
                Some(self.plan(&Allowed { targets, skip_unreachable, ..Allowed::default() }).await?)
            }
            false => None,
        };
        Ok(Diagnosed { diagnosis, plan, accounts: situation.ids(), skipped })
    }
}

/// What apply repairs of what was found.
fn repairable(diagnosis: &Diagnosis) -> BTreeSet<Address> {
    let of_routes = diagnosis.routes.iter().filter_map(|route| route.fix.as_ref());
    let of_alarms = diagnosis.alarms.iter().filter_map(|alarm| alarm.fix.as_ref());
    let fixes = of_routes.chain(of_alarms);
    let repaired = fixes.filter_map(|fix| match fix {
        Fix::Apply { resources } => Some(resources),
        Fix::Refused { .. } | Fix::LeaveOut { .. } | Fix::Foreign { .. } => None,
    });
    repaired.flatten().cloned().collect()
}
