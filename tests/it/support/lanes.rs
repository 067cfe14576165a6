//! Cases that follow from seeds, tried on several threads at once.

use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use super::STACK;

/// As many threads as there are cores.
pub(crate) fn cores() -> u64 {
    std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64)
}

/// Tries every seed on one of this many threads, each of which has a state of its own, and gives back the seeds that
/// end badly with what is wrong. A panic is wrong too.
pub(crate) fn each_seed<S>(
    seeds: Range<u64>,
    lanes: u64,
    state: impl Fn() -> S + Sync,
    case: impl Fn(&mut S, u64) -> Option<String> + Sync,
) -> BTreeMap<u64, String> {
    let lanes = lanes.min(seeds.end.saturating_sub(seeds.start));
    let (seeds, bad) = (Mutex::new(seeds), Mutex::new(BTreeMap::new()));
    let work = || {
        let mut state = state();
        loop {
            let next = seeds.lock().unwrap().next();
            let Some(seed) = next else { return };
            let wrong = catch_unwind(AssertUnwindSafe(|| case(&mut state, seed)));
            let wrong = wrong.unwrap_or_else(|panic| {
                let said = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                Some(format!("it panics: {said}"))
            });
            if let Some(wrong) = wrong {
                bad.lock().unwrap().insert(seed, wrong);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..lanes {
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap();
        }
    });
    bad.into_inner().unwrap()
}
