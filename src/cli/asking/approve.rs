//! Who says yes on a command line: whoever sits there, or a flag.

use std::collections::BTreeSet;

use crate::engine::{Approve, Proposal};
use crate::plan::Plan;
use crate::ui::{PlanReport, Run};

use crate::cli::answer::error::{CommandError, reasons};
use crate::cli::session::Session;

/// Shows every plan, and asks about those that write.
pub(crate) struct Approver<'a> {
    pub(crate) session: &'a Session,
    pub(crate) run: Run,
    /// Nobody needs to be asked about the plan.
    pub(crate) yes: bool,
    /// How data is deleted, where any may be.
    pub(crate) deletion: Option<Deletion<'a>>,
}

/// What was said about buckets before anybody was asked.
pub(crate) struct Deletion<'a> {
    /// Those that the user has named.
    pub(crate) confirmed: &'a [String],
    /// Whether the command is about a part of the topology.
    pub(crate) targeted: bool,
}

impl Approve for Approver<'_> {
    type Error = CommandError;

    async fn approve(&mut self, proposal: &Proposal<'_>) -> Result<(), CommandError> {
        let plan = proposal.plan;
        let asks = plan.writes() && !self.yes;
        let refused = proposal.refused();
        let report = PlanReport::new(plan, self.run).before_it_is_carried_out();
        // Where nothing will be done, that is the answer.
        let is_answer = !plan.writes() && refused.is_empty();
        self.session.presenter.announce(&report, asks && self.session.may_ask, is_answer);
        if !refused.is_empty() {
            let count = refused.len();
            let heard = self.session.presenter.is_heard();
            let reasons = if heard { Vec::new() } else { reasons(&refused) };
            return Err(CommandError::Refused { count, reasons, missing: proposal.missing });
        }
        match asks {
            true => self.session.confirm(&self.question(plan), "yes", "--yes").await,
            false => Ok(()),
        }
    }

    async fn approve_deletion(&mut self, buckets: &BTreeSet<String>) -> Result<(), CommandError> {
        let Some(Deletion { confirmed, targeted }) = &self.deletion else { return Ok(()) };
        let named: BTreeSet<String> = confirmed.iter().cloned().collect();
        if let Some(stranger) = named.difference(buckets).next() {
            let inside = if *targeted { " inside --target" } else { "" };
            let message = format!("--confirm {stranger}: logpipe made no bucket of that name{inside}");
            return Err(CommandError::Usage(message));
        }
        for bucket in buckets.difference(&named) {
            let question =
                format!("Every object in the bucket {bucket} will be deleted and cannot be recovered.");
            self.session.confirm(&question, bucket, &format!("--confirm {bucket}")).await?;
        }
        Ok(())
    }
}

impl Approver<'_> {
    /// What a yes means, with what it removes.
    fn question(&self, plan: &Plan) -> String {
        let ask = "Do you want to carry this out?";
        match plan.summary().delete {
            1 if self.run == Run::Apply => format!("This deletes 1 resource. {ask}"),
            many if many > 1 && self.run == Run::Apply => format!("This deletes {many} resources. {ask}"),
            _ => ask.to_owned(),
        }
    }
}
