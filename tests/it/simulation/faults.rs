//! The faults of a schedule: what happens to each call, drawn from its seed and written down.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use logpipe::clock::Clock;
use logpipe::sandbox::{Answered, FaultInjection, InjectedFault, Mangled, PendingCall, Phase, Treatment};
use logpipe::stop::Stopper;
use tokio::sync::Notify;

use super::dice::Dice;
use super::events::Events;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaultLevel {
    /// Nothing goes wrong.
    None,
    /// This many calls of a hundred are in fault.
    Flaky(usize),
    /// From a call on, every call of a service is in fault.
    Outage(&'static str, usize),
    /// This many answers of a hundred are not AWS's, or not what AWS said.
    Hostile(usize),
}

/// What is to happen at a call of a run, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interruption {
    /// The process is killed.
    Kill(usize, Phase),
    /// The user asks to stop this many times.
    Stop(usize, u32),
}

impl FaultLevel {
    /// Some, none of whose answers is somebody else's.
    pub(super) fn thrown(dice: &mut Dice) -> Self {
        match dice.below(10) {
            0..5 => Self::Flaky(8),
            5..8 => Self::Flaky(30),
            8 => Self::Flaky(60),
            _ => Self::Outage(dice.pick(&["iam", "s3", "logs", "firehose", "sts"]), dice.below(40)),
        }
    }
}

impl Interruption {
    /// One at any of the first calls, or none.
    pub(super) fn thrown(dice: &mut Dice) -> Option<Self> {
        let most = dice.pick(&[20, 60, 120]);
        let at = dice.below(most);
        Some(match dice.below(10) {
            0..4 => Self::Kill(at, Phase::Before),
            4..8 => Self::Kill(at, Phase::After),
            8 => Self::Stop(at, 1 + u32::from(dice.percent(40))),
            _ => return None,
        })
    }
}

/// After so long S3 shows the configuration of a bucket as it is.
pub(super) const SHOWN: Duration = Duration::from_secs(120);

/// The faults over all runs of a schedule, which befall one run after the other, or several at the same time.
#[derive(Debug, Clone)]
pub(super) struct Faults {
    clock: Clock,
    events: Events,
    /// Of all runs.
    state: Arc<Mutex<State>>,
    /// Of the run that these befall now.
    run: Arc<Mutex<Run>>,
}

#[derive(Debug)]
struct Run {
    /// What traces call it where there are several at the same time.
    name: String,
    level: FaultLevel,
    interruption: Option<Interruption>,
    stopper: Option<Stopper>,
    killed: Arc<Notify>,
    /// How many calls it has made.
    calls: usize,
    /// How many of them could change something other than a record in S3.
    writes: usize,
}

#[derive(Debug)]
struct State {
    dice: Dice,
    /// How many answers of all runs were not AWS's.
    mangled: usize,
    /// When the configuration of a bucket was last changed.
    bucket_changed: Option<Duration>,
    trace: Vec<String>,
}

impl Faults {
    pub(super) fn new(clock: Clock, dice: Dice, events: Events) -> Self {
        let state = State { dice, mangled: 0, bucket_changed: None, trace: Vec::new() };
        let run = Arc::new(Mutex::new(Run::called(String::new())));
        Self { clock, events, state: Arc::new(Mutex::new(state)), run }
    }

    /// The same for another run at the same time.
    pub(super) fn beside(&self, name: &str) -> Self {
        Self { run: Arc::new(Mutex::new(Run::called(format!("{name} ")))), ..self.clone() }
    }

    /// A run begins. Whoever is given back is told when it is killed.
    pub(super) fn begin(
        &self,
        level: FaultLevel,
        interruption: Option<Interruption>,
        stopper: Stopper,
    ) -> Arc<Notify> {
        let mut run = self.run.lock().unwrap();
        *run = Run { level, interruption, stopper: Some(stopper), ..Run::called(run.name.clone()) };
        run.killed.clone()
    }

    /// How many calls of the last run could change something.
    pub(super) fn writes(&self) -> usize {
        self.run.lock().unwrap().writes
    }

    /// How many answers were not AWS's, over all runs.
    pub(super) fn mangled(&self) -> usize {
        self.state.lock().unwrap().mangled
    }

    /// How long until every bucket certainly reads as the last run left it.
    pub(super) fn until_buckets_are_shown(&self) -> Duration {
        let changed = self.state.lock().unwrap().bucket_changed;
        changed.map_or(Duration::ZERO, |at| (at + SHOWN).saturating_sub(self.clock.elapsed()))
    }

    /// Notes something beside the calls.
    pub(super) fn note(&self, what: &str) {
        let line = format!("{} {}{what}", self.at(), self.run.lock().unwrap().name);
        self.state.lock().unwrap().trace.push(line);
    }

    /// Everything that happened so far.
    pub(super) fn trace(&self) -> String {
        self.state.lock().unwrap().trace.join("\n")
    }

    fn at(&self) -> String {
        format!("{:>9.3}", self.clock.elapsed().as_secs_f64())
    }
}

impl FaultInjection for Faults {
    fn inject(&self, call: &PendingCall) -> Treatment {
        // Applications write between any two calls, and more so while something changes.
        self.events.perhaps(if call.writes() { 30 } else { 4 });
        let (mut run, mut state) = (self.run.lock().unwrap(), self.state.lock().unwrap());
        let number = run.calls;
        run.calls += 1;
        run.writes += usize::from(call.writes() && !is_of_object(call));
        let interruption = match run.interruption {
            Some(Interruption::Kill(at, moment)) if at == number => Some(InjectedFault::Killed(moment)),
            Some(Interruption::Stop(at, times)) if at == number => {
                if let Some(stopper) = &run.stopper {
                    (0..times).for_each(|_| assert!(stopper.ask() > 0));
                }
                let line = format!("{} {}the user asks to stop, {times} times", self.at(), run.name);
                state.trace.push(line);
                None
            }
            _ => None,
        };
        let latency = Duration::from_millis(5 + u64::try_from(state.dice.below(196)).unwrap());
        let fault = interruption.unwrap_or_else(|| state.fault(run.level, call, number));
        let lands = state.dice.percent(50);
        Treatment { latency, fault, lands }
    }

    fn observe(&self, call: &PendingCall, treatment: &Treatment, answer: Option<Answered<'_>>) {
        let account = call.account.as_ref().map(ToString::to_string).unwrap_or_default();
        let fault = if treatment.fault == InjectedFault::None {
            String::new()
        } else {
            format!(" {:?}", treatment.fault)
        };
        let answer = answer.map_or("-".to_owned(), |answer| {
            format!("{}{}", answer.status, answer.error.map(|code| format!(" {code}")).unwrap_or_default())
        });
        let (run, mut state) = (self.run.lock().unwrap(), self.state.lock().unwrap());
        if call.service == "s3" && call.writes() && !is_of_object(call) {
            state.bucket_changed = Some(self.clock.elapsed());
        }
        state.trace.push(format!(
            "{}   {}{account} {} {}:{}{fault} → {answer}",
            self.at(),
            run.name,
            call.region,
            call.service,
            call.operation
        ));
        if matches!(treatment.fault, InjectedFault::Killed(_)) {
            run.killed.notify_one();
        }
    }
}

/// Whether it is about the content of a bucket.
fn is_of_object(call: &PendingCall) -> bool {
    call.service == "s3" && call.operation.contains("Object")
}

impl Run {
    /// One that nothing befalls yet.
    fn called(name: String) -> Self {
        Self {
            name,
            level: FaultLevel::None,
            interruption: None,
            stopper: None,
            killed: Arc::default(),
            calls: 0,
            writes: 0,
        }
    }
}

impl State {
    fn fault(&mut self, level: FaultLevel, call: &PendingCall, number: usize) -> InjectedFault {
        let strikes = match level {
            FaultLevel::None => false,
            FaultLevel::Flaky(cases) | FaultLevel::Hostile(cases) => self.dice.percent(cases),
            FaultLevel::Outage(service, from) => call.service == service && number >= from,
        };
        if !strikes {
            return InjectedFault::None;
        }
        let moment = if self.dice.percent(50) { Phase::Before } else { Phase::After };
        if matches!(level, FaultLevel::Hostile(_)) {
            self.mangled += 1;
            return InjectedFault::Mangled(self.mangled(), moment);
        }
        match self.dice.below(10) {
            0..3 => InjectedFault::Throttled,
            3..5 => InjectedFault::Failed(moment),
            5..7 => InjectedFault::Unavailable(moment),
            7..9 => InjectedFault::Reset(moment),
            _ => InjectedFault::Lost(moment),
        }
    }

    fn mangled(&mut self) -> Mangled {
        match self.dice.below(24) {
            0..6 => Mangled::Page(self.dice.pick(&[200, 403, 404, 407, 502, 503])),
            6..8 => Mangled::Bare(self.dice.pick(&[200, 204, 404, 429, 500])),
            8..12 => Mangled::Cut(u8::try_from(self.dice.below(100)).unwrap()),
            12..14 => Mangled::Longer,
            14..16 => Mangled::Another,
            16..18 => Mangled::Again,
            18 => Mangled::Elsewhere,
            19 => Mangled::Endless,
            20 => Mangled::Trickling,
            21 => Mangled::Quoting,
            _ => Mangled::Obeyed,
        }
    }
}
