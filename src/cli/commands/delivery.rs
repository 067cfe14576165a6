//! `logpipe status --delivery`: how events flow, once or over and over again.

use std::ops::ControlFlow;

use crate::engine::{self, Delivery, DeliveryRequest};
use crate::exit::Exit;
use crate::health::Flow;
use crate::ui::DeliveryReport;

use crate::cli::answer::error::CommandError;
use crate::cli::args;
use crate::cli::session::Session;

pub(super) async fn run(session: &Session, args: &args::Status) -> Result<Exit, CommandError> {
    if session.engine.base().is_simulated() && args.watch.is_some() {
        let message = "--watch has nothing to wait for with --sandbox, whose time passes only while a command runs: use `logpipe sandbox serve` and --endpoint-url";
        return Err(CommandError::Usage(message.to_owned()));
    }
    let unreachable = args.reach.unreachable();
    let request = DeliveryRequest { unreachable, since: args.since, every: args.watch };
    let topology = session.topology().name.as_str();
    // What is on the screen, and whether it goes with the display.
    let mut last: Option<(Delivery, bool)> = None;
    let watched = session.engine.delivery(&request, |delivery| {
        let report = report(topology, &delivery);
        let painted = match request.every {
            Some(_) => session.presenter.repaint(&report, report.lines(session.console.look())),
            None => {
                session.presenter.give(&report);
                false
            }
        };
        last = Some((delivery, painted));
        if session.console.is_unheard() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let watched = watched.await;
    let Some((delivery, painted)) = last else { return watched.map(|()| Exit::Done).map_err(Into::into) };
    if painted {
        // It stays when the display goes.
        session.presenter.give(&report(topology, &delivery));
    }
    match watched {
        Ok(()) => Ok(ending(args, &delivery)),
        Err(engine::Error::Interrupted) if args.watch.is_some() => Ok(Exit::Interrupted),
        Err(error) => Err(error.into()),
    }
}

fn report<'a>(topology: &'a str, delivery: &'a Delivery) -> DeliveryReport<'a> {
    DeliveryReport { topology, health: &delivery.health, skipped: &delivery.skipped }
}

/// 3 where something is unknown, and with `--detailed-exitcode` 2 where something is silent or fails.
fn ending(args: &args::Status, delivery: &Delivery) -> Exit {
    let has = |is: fn(Flow) -> bool| delivery.health.flows().any(is);
    if args.detailed_exitcode && has(Flow::ails) {
        Exit::Pending
    } else if has(|flow| flow == Flow::Unknown) || !delivery.skipped.is_empty() {
        Exit::Incomplete
    } else {
        Exit::Done
    }
}
