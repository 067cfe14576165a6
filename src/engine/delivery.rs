//! `status --delivery`: how events flow, by what CloudWatch has counted.

use std::ops::ControlFlow;
use std::time::Duration;

use super::survey::Situation;
use super::{Engine, Error};
use crate::aws::Unreachable;
use crate::aws::wait::{Wait, pass};
use crate::graph::SkippedAccount;
use crate::health::{Health, read};
use crate::plan::{Surveyor, Targets};
use crate::wait_for::WaitFor;

/// What to ask.
#[derive(Debug, Clone)]
pub struct DeliveryRequest {
    /// What becomes of accounts that cannot be entered.
    pub unreachable: Unreachable,
    /// How far back.
    pub since: Duration,
    /// How often to ask again; once without it.
    pub every: Option<Duration>,
}

/// What was counted.
#[derive(Debug)]
pub struct Delivery {
    /// How events flow.
    pub health: Health,
    /// Accounts that were left out.
    pub skipped: Vec<SkippedAccount>,
}

impl Engine {
    /// Asks what was counted, and shows it; over and over again where that is wanted, until `show` breaks off. What is
    /// delivered is looked up once, before the first time.
    ///
    /// # Errors
    /// [`Error`]; [`Error::Interrupted`] when the user stops it.
    pub async fn delivery(
        &self,
        request: &DeliveryRequest,
        mut show: impl FnMut(Delivery) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let record = self.record().await?;
        let look = async |surveyor: &Surveyor<'_>| surveyor.pipeline(&record).await;
        let Situation { accounts, survey } =
            self.survey(&Targets::default(), request.unreachable, look).await?;
        let mut stop = self.stop.clone();
        loop {
            let health = tokio::select! {
                health = read(&survey, &accounts, request.since) => health,
                () = stop.changed() => return Err(Error::Interrupted),
            };
            let skipped = survey.graph.skipped.clone();
            let shown = show(Delivery { health, skipped });
            let Some(every) = request.every.filter(|_| shown.is_continue()) else { return Ok(()) };
            let wait = Wait { what: WaitFor::NextPoll, limit: every, first: every, longest: every };
            tokio::select! {
                () = pass(wait, self.clock(), &"delivery", |_, _| {}) => {}
                () = stop.changed() => return Err(Error::Interrupted),
            }
        }
    }
}
