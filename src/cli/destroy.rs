//! `logpipe destroy`: removes what logpipe made.

use std::collections::BTreeSet;

use crate::address::Address;
use crate::exit::Exit;
use crate::plan::{
    Data, NoSurvey, Observed, Survey, Targets, accounts_of, buckets, destroy, observe_doubtful, observe_uses,
    with_recorded,
};
use crate::record::{Keeper, Record};
use crate::ui::Run as Shown;

use super::apply::carry_out;
use super::args;
use super::error::CommandError;
use super::session::{Session, Situation};

pub(crate) async fn run(session: &Session, args: &args::Destroy) -> Result<Exit, CommandError> {
    let mut keeper = session.keeper(&args.lock).await?;
    let outcome = destroyed(session, args, &mut keeper).await;
    session.hand_back(keeper, outcome).await
}

/// Everything that is done under the lock.
async fn destroyed(
    session: &Session,
    args: &args::Destroy,
    keeper: &mut Keeper,
) -> Result<Exit, CommandError> {
    if keeper.record().entries().is_empty() {
        session.console.say(&format!(
            "note: the record {} owns nothing, and destroy removes only what it owns; `logpipe status` shows what there is",
            session.record_place
        ));
        if let Some(note) = session.left_behind(keeper.record()).await {
            session.console.say(&format!("note: {note}"));
        }
    }
    let data =
        if args.delete_data { confirmed(session, keeper.record(), args).await? } else { Data::default() };
    let topology = with_recorded(&session.topology, keeper.record());
    let targets = args.target.targets();
    let plan = |observed: &Observed| destroy(&topology, keeper.record(), &data, &targets, observed);
    let needed = plan(&Observed::default())?;
    let needed = accounts_of(&needed);
    let accounts = topology.accounts.values().filter(|account| needed.contains(&account.name));
    let accounts =
        crate::aws::Accounts::connect(accounts, &session.topology.region, &session.base, &session.events)
            .await?;
    // Other deletions need no live state: each is right whether or not its resource is still there. Only what others
    // have on it has to be looked at.
    let (clock, events) = (session.clock(), &session.events);
    let observed = observe_doubtful(Observed::default(), keeper.record(), &accounts, clock, events);
    let observed = Box::pin(observed).await.map_err(NoSurvey::from)?;
    let goes = |address: &Address| targets.matches(address);
    let uses = observe_uses(keeper.record(), goes, &accounts, clock, events);
    let observed = observed.with_uses(Box::pin(uses).await.map_err(NoSurvey::from)?);
    let plan = plan(&observed)?;
    let survey = Survey::of_removals(topology, observed);
    let situation = Situation { accounts, survey };
    carry_out(session, &plan, &situation, keeper, args.yes, Shown::Destroy).await
}

/// The buckets that the user has named, which must be all that logpipe made.
async fn confirmed(session: &Session, record: &Record, args: &args::Destroy) -> Result<Data, CommandError> {
    let made = buckets(record, &args.target.targets());
    let named: BTreeSet<String> = args.confirm.iter().cloned().collect();
    if let Some(stranger) = named.difference(&made).next() {
        let inside = if args.target.targets() == Targets::default() { "" } else { " inside --target" };
        let message = format!("--confirm {stranger}: logpipe made no bucket of that name{inside}");
        return Err(CommandError::Usage(message));
    }
    for bucket in made.difference(&named) {
        let question =
            format!("Every object in the bucket {bucket} will be deleted, and cannot be brought back.");
        session.confirm(&question, bucket, &format!("--confirm {bucket}")).await?;
    }
    Ok(Data { buckets: made, of_others: true })
}
