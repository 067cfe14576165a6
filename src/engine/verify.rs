//! `verify`: proves that log lines arrive.

use std::collections::BTreeMap;
use std::time::Duration;

use super::survey::Situation;
use super::{Applied, Engine, Error};
use crate::address::{AccountId, AccountName, Key};
use crate::aws::Unreachable;
use crate::event::Event;
use crate::graph::SkippedAccount;
use crate::plan::{Surveyor, Targets, left_out};
use crate::record::Record;
use crate::verify::verdict::Verification;
use crate::verify::{Verify, verify};

/// What to verify.
#[derive(Debug, Clone)]
pub struct VerifyRequest {
    /// Which part.
    pub targets: Targets,
    /// What becomes of accounts that cannot be entered.
    pub unreachable: Unreachable,
    /// Only the routes of this source.
    pub source: Option<Key>,
    /// How.
    pub probe: Probe,
}

/// How test events are sent.
#[derive(Debug, Clone, Default)]
pub struct Probe {
    /// Text of the test event, for filter patterns that do not match the default text.
    pub message: Option<String>,
    /// When to give up on a test event instead of what the buffers suggest.
    pub timeout: Option<Duration>,
    /// How many routes to probe; left out, all of them, or a part where there are many.
    pub sample: Option<usize>,
}

/// What came of it.
#[derive(Debug)]
pub struct Verified {
    /// The verdict.
    pub verification: Verification,
    /// The accounts by their names.
    pub accounts: BTreeMap<AccountName, AccountId>,
    /// Accounts that were left out.
    pub skipped: Vec<SkippedAccount>,
    /// Whether anything was left out.
    pub partial: bool,
}

impl Engine {
    /// Judges every hop, sends test events and finds them.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn verify(&self, request: &VerifyRequest) -> Result<Verified, Error> {
        let record = self.record().await?;
        // The hops are looked at later, and with other eyes.
        let skips = request.unreachable == Unreachable::LeftOut;
        let look = async |surveyor: &Surveyor<'_>| match skips {
            true => surveyor.as_it_stands(&record).await,
            false => surveyor.graph(&record).await,
        };
        let mut situation = self.survey(&request.targets, request.unreachable, look).await?;
        let left = if skips { left_out(&situation.survey) } else { BTreeMap::new() };
        for (address, why) in &left {
            self.events.send(Event::LeftOut { address: address.clone(), why: why.to_string() });
        }
        situation.survey.graph = situation.survey.graph.without(left.keys());
        self.check_routes(&situation)?;
        let verified = self.prove(&situation, &record, request.source.clone(), &request.probe).await;
        Ok(Verified { partial: verified.partial || !left.is_empty(), ..verified })
    }

    /// Verifies what was applied.
    ///
    /// # Errors
    /// [`Error::Record`] and [`Error::Interrupted`].
    pub async fn verify_applied(&self, applied: &Applied, probe: &Probe) -> Result<Verified, Error> {
        let record = self.record().await?;
        Ok(self.prove(&applied.situation, &record, None, probe).await)
    }

    /// Refuses to verify no route at all, before anything is written.
    pub(super) fn check_routes(&self, situation: &Situation) -> Result<(), Error> {
        let graph = &situation.survey.graph;
        let has_roles = !self.topology.agents.is_empty() || !self.topology.readers.is_empty();
        match graph.routes.is_empty() && !graph.outside.is_empty() && !has_roles {
            true => Err(Error::NoRoute),
            false => Ok(()),
        }
    }

    /// What verify and doctor look at, and how.
    pub(super) fn checking<'a>(
        &'a self,
        situation: &'a Situation,
        record: &'a Record,
        source: Option<Key>,
        probe: &Probe,
    ) -> Verify<'a> {
        Verify {
            survey: &situation.survey,
            accounts: &situation.accounts,
            record,
            base: &self.base,
            clock: self.clock(),
            events: &self.events,
            source,
            timeout: probe.timeout,
            message: probe.message.clone(),
            sample: probe.sample,
        }
    }

    async fn prove(
        &self,
        situation: &Situation,
        record: &Record,
        source: Option<Key>,
        probe: &Probe,
    ) -> Verified {
        let request = self.checking(situation, record, source, probe);
        if let Some((probed, routes)) = request.sampled_unasked() {
            self.events.send(Event::Sampled { probed, routes });
        }
        let verification = verify(&request, self.stop.clone()).await;
        let skipped = situation.survey.graph.skipped.clone();
        Verified { verification, accounts: situation.ids(), partial: !skipped.is_empty(), skipped }
    }
}
