//! `logpipe cost`: what the topology costs in a month, from declared or measured volumes.

use crate::cost::{Assumptions, Flow, Prices, Volumes, estimate, senders};
use crate::exit::Exit;
use crate::plan::{DAYS_MEASURED, Measured, Surveyor, Targets, measure};
use crate::topology::{Topology, nearest};
use crate::ui::{Console, cost_json, cost_text, error_line};

use super::args::{Common, Cost};
use super::error::CommandError;
use super::session::{Session, Situation, read_topology};
use super::settings::Environment;

/// From declared volumes; calls nothing.
pub(crate) fn run(
    args: &Cost,
    console: &Console,
    environment: &Environment,
    common: &Common,
) -> Result<Exit, CommandError> {
    if args.gb_per_month.is_none() && args.volume.is_empty() {
        let message = "say how much is logged: --gb-per-month N in all, --volume SOURCE=GB of one source, or --measure to ask CloudWatch";
        return Err(CommandError::Usage(message.to_owned()));
    }
    let topology = read_topology(&args.topology.topology, environment, common)?;
    let prices = prices(args, &environment.folder)?;
    show(&topology, Volumes::default(), args, &prices, common.json(), console)
}

/// From what CloudWatch has counted, and declared volumes for what it does not tell.
pub(crate) async fn run_measured(session: &Session, args: &Cost) -> Result<Exit, CommandError> {
    let prices = prices(args, &session.folder)?;
    let record = session.record().await?;
    let look = async |surveyor: &Surveyor<'_>| surveyor.graph(&record).await;
    let Situation { accounts, survey } = session.survey(&Targets::default(), look).await?;
    let Measured { volumes, failures } = measure(&survey, &accounts, session.clock()).await;
    session.console.clear();
    for (key, error) in &failures {
        session.console.say(&format!(
            "note: how much {key} logs could not be measured, so what is declared stands: {}",
            error_line(error)
        ));
    }
    show(&survey.topology, volumes, args, &prices, session.json, &session.console)
}

fn show(
    topology: &Topology,
    mut volumes: Volumes,
    args: &Cost,
    prices: &Prices,
    json: bool,
    console: &Console,
) -> Result<Exit, CommandError> {
    let assumptions = assumptions(args);
    declare(topology, &mut volumes, args, &assumptions)?;
    let estimate = estimate(topology, &volumes, &assumptions, prices);
    if json {
        console.data(&cost_json(&estimate).to_string());
    } else {
        console.data(&cost_text(&estimate, DAYS_MEASURED, console.out_paint()));
    }
    Ok(Exit::Done)
}

/// What is declared of one goes before what was measured; what is declared of all is for those of which nothing else is
/// known.
fn declare(
    topology: &Topology,
    volumes: &mut Volumes,
    args: &Cost,
    assumptions: &Assumptions,
) -> Result<(), CommandError> {
    let senders = senders(topology);
    for (name, gigabytes) in &args.volume {
        let Some((key, regions)) = senders.iter().find(|(key, _)| key.as_str() == name) else {
            let known: Vec<&str> = senders.keys().map(|key| key.as_str()).collect();
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("what logs is {}", known.join(", ")),
            };
            return Err(CommandError::Usage(format!("--volume {name}: there is no such source; {help}")));
        };
        volumes.declare(key, regions, Flow::of_gigabytes(*gigabytes, assumptions));
    }
    let Some(all) = args.gb_per_month else { return Ok(()) };
    let unknown: Vec<_> = senders.iter().filter(|(key, _)| !volumes.knows(key)).collect();
    let share = all / f64::from(u32::try_from(unknown.len().max(1)).unwrap_or(u32::MAX));
    for (key, regions) in unknown {
        volumes.declare(key, regions, Flow::of_gigabytes(share, assumptions));
    }
    Ok(())
}

fn assumptions(args: &Cost) -> Assumptions {
    Assumptions {
        event_bytes: args.event_bytes,
        compressed: args.compressed,
        events_per_record: args.events_per_record,
        months: args.months,
        retention_days: args.retention_days,
        partitions: args.partitions,
    }
}

/// The table that comes along, with what a file says of its own.
fn prices(args: &Cost, folder: &std::path::Path) -> Result<Prices, CommandError> {
    let bad = |verb: String| {
        move |error| CommandError::Io { verb, source: std::io::Error::other(format!("{error}")) }
    };
    let embedded = Prices::embedded();
    let Some(file) = &args.prices else {
        return embedded.map_err(bad("read the prices that come with logpipe".to_owned()));
    };
    let verb = || format!("use the prices in {}", file.display());
    let text = std::fs::read_to_string(folder.join(file))
        .map_err(|source| CommandError::Io { verb: verb(), source })?;
    let own = Prices::read(&text).map_err(bad(verb()))?;
    Ok(embedded.map_err(bad(verb()))?.overridden(own))
}
