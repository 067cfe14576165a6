//! Stopped (SIGSTOP) until another run has taken the record over and ended, and woken up again (SIGCONT): no writing call
//! comes after that but one of the record, which is refused.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use logpipe::sandbox::Cloud;

use super::{all, cloud, done, folder, of_the_record, topology};
use crate::simulation::{setting, show};
use crate::support::front::{Front, How};
use crate::support::on_a_deep_stack;
use crate::support::topologies::PIPELINE;

/// How many are stopped where nobody says so.
const STOPS: u64 = 6;

/// How many at once: most of the time each waits for a lease to run out.
const LANES: u64 = 6;

/// The shortest lease that a topology may have.
const RECORD: &str = "record: s3://logpipe-records/processes.json\nrecord_lease_seconds: 10";

const APPLY: &[&str] = &["apply", "topology.yaml", "--yes", "--lock-timeout", "4m"];
const DESTROY: &[&str] = &["destroy", "topology.yaml", "--yes", "--lock-timeout", "4m"];

/// A command, what is there before it, and who takes over from it.
struct Flow {
    cloud: Cloud,
    command: &'static [&'static str],
    heirs: &'static [&'static str],
    /// How many calls it makes when nobody stops it.
    calls: usize,
}

impl Flow {
    fn new(before: &[&[&str]], command: &'static [&str], heirs: &'static [&str]) -> Self {
        let (cloud, folder) = (cloud(), folder(&topology(PIPELINE, RECORD)));
        for command in before {
            done(&Front::serving(cloud.clone()), folder.path(), command, "before");
        }
        let front = Front::serving(cloud.fork());
        done(&front, folder.path(), command, "undisturbed");
        Self { cloud, command, heirs, calls: front.calls() }
    }
}

/// What the stops came to.
#[derive(Default)]
struct Figures {
    stops: AtomicUsize,
    /// Stopped runs that said they had lost the record.
    lost: AtomicUsize,
    /// Writes of the record that came late and were refused.
    refused: AtomicUsize,
}

/// Stops a command at its call of this number.
fn stopped(flow: &Flow, at: usize, how: How, figures: &Figures) -> Result<(), String> {
    let (here, there) = (folder(&topology(PIPELINE, RECORD)), folder(&topology(PIPELINE, RECORD)));
    let front = Front::serving(flow.cloud.fork());
    let mut held = front.hold(at, how);
    let mut sleeper = front.start(here.path(), flow.command);
    if !held.reached(&mut sleeper) {
        return Ok(());
    }
    sleeper.signal("STOP");
    while !sleeper.is_stopped() {
        std::thread::yield_now();
    }
    let when = format!("{:?} stopped at call {at} ({how:?})", flow.command);
    done(&front, there.path(), flow.heirs, &when);
    let mark = front.mark();
    held.go_on();
    sleeper.signal("CONT");
    let ended = sleeper.ended();
    let (refused, late): (Vec<_>, Vec<_>) =
        front.written_since(mark).into_iter().partition(|call| of_the_record(call) && call.status == 412);
    figures.stops.fetch_add(1, Ordering::Relaxed);
    figures.refused.fetch_add(refused.len(), Ordering::Relaxed);
    let lost = ["this run no longer holds the record", "ran out before it could be renewed"];
    figures.lost.fetch_add(usize::from(lost.iter().any(|lost| ended.said.contains(lost))), Ordering::Relaxed);
    if late.is_empty() { Ok(()) } else { Err(format!("{when}: {late:#?}\n{}", ended.said)) }
}

#[test]
fn whoever_wakes_up_after_another_run_has_taken_over_writes_nothing() {
    on_a_deep_stack(|| {
        let flows = [Flow::new(&[], APPLY, DESTROY), Flow::new(&[APPLY], DESTROY, APPLY)];
        let count = setting("LOGPIPE_STOPS").unwrap_or(STOPS);
        let figures = Figures::default();
        let bad = all(count, LANES, |seed| {
            let mut dice = fastrand::Rng::with_seed(seed);
            let flow = &flows[usize::try_from(seed % 2).unwrap()];
            // With its second call it has the record; the last two give it back.
            let at = dice.usize(2..flow.calls - 2);
            let how = dice.choice([How::Answered, How::Refused, How::CutOff]).unwrap();
            stopped(flow, at, how, &figures)
        });
        let Figures { stops, lost, refused } = figures;
        let (stops, lost, refused) = (stops.into_inner(), lost.into_inner(), refused.into_inner());
        show(&format!(
            "{stops} stops, {lost} runs that noticed, {refused} late writes of the record refused, {} stops with a late write",
            bad.len()
        ));
        assert!(bad.is_empty(), "{}", bad.join("\n"));
        assert!(stops * 2 > usize::try_from(count).unwrap(), "{stops} of {count} were stopped at all");
        assert!(lost * 2 > stops, "{lost} of {stops} had something left to do");
    });
}

#[test]
fn whoever_wakes_up_and_still_has_the_record_goes_on() {
    on_a_deep_stack(|| {
        let folder = folder(&topology(PIPELINE, RECORD));
        let front = Front::serving(cloud());
        let mut held = front.hold(12, How::CutOff);
        let mut sleeper = front.start(folder.path(), APPLY);
        assert!(held.reached(&mut sleeper));
        sleeper.signal("STOP");
        while !sleeper.is_stopped() {
            std::thread::yield_now();
        }
        rest(Duration::from_secs(11));
        held.go_on();
        sleeper.signal("CONT");
        let ended = sleeper.ended();
        assert_eq!(ended.exit, Some(logpipe::exit::Exit::Done), "{}", ended.said);
    });
}

#[expect(clippy::disallowed_methods, reason = "a stopped process is stopped in real time")]
fn rest(time: Duration) {
    std::thread::sleep(time);
}
