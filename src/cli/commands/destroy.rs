//! `logpipe destroy`: removes what logpipe made.

use crate::engine::DestroyRequest;
use crate::exit::Exit;
use crate::plan::Targets;
use crate::ui::Run;

use crate::cli::answer::error::CommandError;
use crate::cli::args;
use crate::cli::asking::approve::{Approver, Deletion};
use crate::cli::session::Session;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe destroy topology.yaml                    the bucket and its objects stay
  logpipe destroy topology.yaml --delete-data --confirm my-bucket --yes
  logpipe destroy topology.yaml --target archive/eu-west-1/s3_bucket.old --delete-data";

/// What is wrong with the arguments whatever the topology says.
pub(crate) fn check(args: &args::Destroy) -> Result<(), CommandError> {
    if args.shard.is_none() {
        return Ok(());
    }
    let message = "destroy takes no --shard, because what receives events goes only when nothing in any account sends to it: run it without --shard, when no shard is running";
    Err(CommandError::Usage(message.to_owned()))
}

pub(crate) async fn run(session: &Session, args: &args::Destroy) -> Result<Exit, CommandError> {
    let targets = args.target.targets();
    let deletion = Deletion { confirmed: &args.confirm, targeted: targets != Targets::default() };
    let (delete_data, lock_timeout) = (args.delete_data, args.lock.lock_timeout);
    let request = DestroyRequest { targets, delete_data, lock_timeout };

    let mut approver = Approver { session, run: Run::Destroy, yes: args.yes, deletion: Some(deletion) };
    let mut applied = session.engine.destroy(&request, &mut approver).await?;

    session.carried_out(&mut applied, Run::Destroy, None)
}
