//! Verify through the library, over a network that refuses some calls and with a user who stops it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use logpipe::aws::{Base, Unreachable};
use logpipe::clock::Clock;
use logpipe::engine::{Engine, Probe, Records, VerifyRequest};
use logpipe::event::{Event, Events};
use logpipe::files::Disk;
use logpipe::plan::Targets;
use logpipe::sandbox::{Cloud, FaultInjection, InjectedFault, PendingCall, SandboxHttp, Treatment};
use logpipe::stop::Stopper;
use logpipe::topology::load;
use logpipe::verify::verdict::Verification;

use crate::support::aws::{ARCHIVE, SOURCE, TOKYO};
use crate::support::{Bench, sdk};

const LATENCY: Duration = Duration::from_millis(50);

/// What to refuse: part of an operation's name, how often, and with which status.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refused(pub(super) &'static str, pub(super) usize, pub(super) u16);

/// What came of it.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) verification: Verification,
    /// Operations and S3 requests, by how often they were made.
    pub(super) calls: BTreeMap<String, usize>,
    /// What the log group holds afterwards.
    pub(super) streams: Vec<String>,
}

/// Verifies the topology of a bench in a copy of its sandbox. `stop_at` tells when the user asks to stop.
pub(super) fn prove(
    bench: &Bench,
    refused: Option<Refused>,
    stop_at: impl Fn(&Event) -> bool + Send + Sync + 'static,
) -> Proof {
    let proof = begin(bench, refused, stop_at, || false);
    proof.expect("only a killed run ends without a verdict")
}

/// Verifies until the first event is awaited, and is killed then; the sandbox keeps what was done.
pub(super) fn kill(bench: &Bench) {
    let killed = Arc::<AtomicBool>::default();
    let waiting = killed.clone();
    let hear = move |event: &Event| {
        waiting.fetch_or(matches!(event, Event::ProbeWaiting { .. }), Ordering::Relaxed);
        false
    };
    assert!(begin(bench, None, hear, move || killed.load(Ordering::Relaxed)).is_none());
}

/// Verifies until it ends or is killed.
fn begin(
    bench: &Bench,
    refused: Option<Refused>,
    stop_at: impl Fn(&Event) -> bool + Send + Sync + 'static,
    killed: impl Fn() -> bool + Send + 'static,
) -> Option<Proof> {
    let topology = load(&bench.path("topology.yaml")).unwrap();
    let state = bench.path(".logpipe/sandbox/state.json");
    let record = bench.path(&format!(".logpipe/sandbox/records/{}.json", topology.name));
    let (proof, cloud) = bench.aws(ARCHIVE, TOKYO, async move |_| {
        let cloud = Cloud::open(&state, Clock::real().now()).unwrap();
        let clock = Clock::starting_at(cloud.now());
        let calls = Arc::<Mutex<BTreeMap<String, usize>>>::default();
        let faults = Tampered { refused, calls: calls.clone() };
        let http = SandboxHttp::new(cloud.clone(), clock, LATENCY).with_faults(faults);
        let base = Base::simulated(clock, http, "000000000000".parse().unwrap());
        let (stopper, stop) = Stopper::new();
        let events = Events::to(move |event| {
            if stop_at(&event) {
                stopper.ask();
            }
        });
        let records = Records::of(&topology, &base, &Disk::real(), |_| record.clone());
        let engine = Engine::new(topology, base, records).until(stop).telling(events);
        let request = VerifyRequest {
            targets: Targets::default(),
            unreachable: Unreachable::Fails,
            source: None,
            probe: Probe::default(),
        };
        let kill = async {
            while !killed() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        let verification = tokio::select! {
            verified = engine.verify(&request) => Some(verified.unwrap().verification),
            () = kill => None,
        };
        cloud.advance_to(clock.now());
        let calls = calls.lock().unwrap().clone();
        let streams = super::stream_names(&sdk(&cloud, clock, SOURCE, TOKYO)).await;
        (verification.map(|verification| Proof { verification, calls, streams }), cloud)
    });
    if proof.is_none() {
        cloud.store().unwrap();
    }
    proof
}

/// Counts the calls, and refuses some.
#[derive(Debug)]
struct Tampered {
    refused: Option<Refused>,
    calls: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl FaultInjection for Tampered {
    fn inject(&self, call: &PendingCall) -> Treatment {
        let mut calls = self.calls.lock().unwrap();
        let times = calls.entry(call.operation.clone()).or_default();
        *times += 1;
        match self.refused {
            Some(Refused(part, most, status)) if call.operation.contains(part) && *times <= most => {
                Treatment { fault: refusal(status), ..Treatment::answered(Duration::ZERO) }
            }
            _ => Treatment::answered(LATENCY),
        }
    }
}

fn refusal(status: u16) -> InjectedFault {
    let code = if status == 400 { "AccessDeniedException" } else { "InternalFailure" };
    InjectedFault::Refused { code: code.to_owned(), message: "refused by the test".to_owned(), status }
}
