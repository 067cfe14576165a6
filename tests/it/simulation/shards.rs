//! Several processes that apply the topology of a schedule at the same time, each its share: some begin later, some are
//! killed, and most of those are started again.

use std::time::Duration;

use futures_util::future::join_all;
use logpipe::share::Share;
use logpipe::topology::Topology;

use super::design::ACCOUNTS;
use super::dice::Dice;
use super::faults::{FaultLevel, Faults, Interruption};
use super::schedule::{ENDLESS, Schedule};
use super::stage::{Ended, Stage};
use crate::support::engine::Job;

/// How many processes there are: of 4, one has no account, and of 9, each account has one of its own, but for two.
const SIZES: [u32; 7] = [2, 3, 4, 4, 9, 9, 9];
const FEW: u32 = 4;

/// One run of one process, and how long after the last event it begins.
#[derive(Debug, Clone, Copy)]
struct Life {
    pause: Duration,
    level: FaultLevel,
    interruption: Option<Interruption>,
}

/// A process, and its lives: each begins when the one before was killed.
#[derive(Debug)]
struct Process {
    share: Share,
    lives: Vec<Life>,
}

impl Process {
    fn thrown(share: Share, level: FaultLevel, dice: &mut Dice) -> Self {
        let mut lives = Vec::new();
        for again in 0..3 {
            let pauses: &[u64] = if again == 0 { &[0, 0, 0, 1, 20, 300] } else { &[0, 1, 60, 125, 300] };
            let pause = Duration::from_secs(dice.pick(pauses));
            let interruption = dice.percent(40).then(|| Interruption::thrown(dice)).flatten();
            lives.push(Life { pause, level, interruption });
            if dice.percent(20) {
                break;
            }
        }
        Self { share, lives }
    }

    /// Lives, and says how that ended.
    async fn live(&self, stage: &Stage, topology: &Topology) -> Ended {
        let faults: Faults = stage.faults.beside(&self.share.to_string());
        let mut ended = Ended::Killed;
        for life in &self.lives {
            tokio::time::sleep(life.pause).await;
            faults.note(&format!("begins in {:?}, {:?}", life.level, life.interruption));
            let job = Job::Shard(self.share);
            ended = stage.run_in(&faults, job, topology, life.level, life.interruption).await;
            faults.note(&ended.told());
            if !matches!(ended, Ended::Killed) {
                break;
            }
        }
        ended
    }
}

impl Schedule {
    /// Several processes apply the topology, all or all but one of them, which can be any.
    pub(super) async fn in_shards(&mut self) -> Result<(), String> {
        let bad = self.shard_dice.percent(35);
        let of = self.shard_dice.pick(&SIZES);
        let mut processes = Vec::new();
        for share in shares(of) {
            let level = if bad { self.level() } else { self.fair() };
            processes.push(Process::thrown(share, level, &mut self.shard_dice));
        }
        if self.shard_dice.percent(15) {
            processes.remove(self.shard_dice.below(processes.len()));
        }
        self.in_processes(&processes).await?;
        self.tracked()
    }

    /// All processes apply it without a fault. If all of them have done everything, nothing is left for one.
    pub(super) async fn converge_in_shards(&mut self) -> Result<(), String> {
        let of = self.shard_dice.pick(&SIZES);
        let life = Life { pause: Duration::ZERO, level: FaultLevel::None, interruption: None };
        let processes: Vec<Process> = shares(of).map(|share| Process { share, lives: vec![life] }).collect();
        let ended = self.in_processes(&processes).await?;
        self.tracked()?;
        if ended.iter().all(Ended::complete) {
            self.nothing_to_do(&format!("{of} shards")).await?;
        }
        Ok(())
    }

    async fn in_processes(&mut self, processes: &[Process]) -> Result<Vec<Ended>, String> {
        self.runs += processes.len();
        self.stage.faults.note(&format!("{} shards at once", processes.len()));
        let topology = self.design.topology();
        let (stage, topology) = (&self.stage, &topology);
        let running = join_all(processes.iter().map(|process| process.live(stage, topology)));
        let running = async {
            tokio::select! {
                biased;
                () = stage.applications() => Vec::new(),
                ended = running => ended,
            }
        };
        tokio::time::timeout(ENDLESS, running).await.map_err(|_| "a shard has no end".to_owned())
    }
}

/// All of so many. Of many, those without an account are left out, which have nothing to do.
fn shares(of: u32) -> impl Iterator<Item = Share> {
    let all = (1..=of).map(move |number| -> Share { format!("{number}/{of}").parse().unwrap() });
    all.filter(move |share| of <= FEW || ACCOUNTS.iter().any(|(_, id)| share.has(&id.parse().unwrap())))
}
