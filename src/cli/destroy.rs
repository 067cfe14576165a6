//! `logpipe destroy`: removes what logpipe made.

use crate::engine::DestroyRequest;
use crate::exit::Exit;
use crate::plan::Targets;
use crate::ui::Run;

use super::approve::{Approver, Deletion};
use super::args;
use super::error::CommandError;
use super::session::Session;

pub(crate) async fn run(session: &Session, args: &args::Destroy) -> Result<Exit, CommandError> {
    let targets = args.target.targets();
    let deletion = Deletion { confirmed: &args.confirm, targeted: targets != Targets::default() };
    let (delete_data, lock_timeout) = (args.delete_data, args.lock.lock_timeout);
    let request = DestroyRequest { targets, delete_data, lock_timeout };

    let mut approver = Approver { session, run: Run::Destroy, yes: args.yes, deletion: Some(deletion) };
    let mut applied = session.engine.destroy(&request, &mut approver).await?;

    session.carried_out(&mut applied, Run::Destroy)
}
