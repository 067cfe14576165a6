//! One schedule: what happens follows from its seed, and at its end everything must be in order.

use std::time::Duration;

use logpipe::event::Verb;
use logpipe::plan::{Plan, Step};
use logpipe::ui::wording;

use super::design::Design;
use super::dice::Dice;
use super::events::Figures;
use super::faults::{FaultLevel, Interruption, SHOWN};
use super::holdings::{gone, holdings, left_behind, lost_track_of, touched, unguarded};
use super::machines::Machines;
use super::others::{Foreign, drift};
use super::setting;
use super::shared::amiss;
use super::stage::{Ended, Stage};
use crate::support::engine::Job;

/// How many applies in fair faults bring everything in order.
const APPLIES: usize = 1;

/// No run takes so long.
pub(super) const ENDLESS: Duration = Duration::from_secs(6 * 60 * 60);

/// How a schedule ended, and all that happened.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) trace: String,
    /// What is not in order.
    pub(super) wrong: Option<String>,
    pub(super) runs: usize,
    pub(super) events: Figures,
    /// How many answers were not AWS's.
    pub(super) mangled: usize,
}

/// Plays the schedule of a seed. Needs a deep stack.
pub(super) fn play(seed: u64) -> Played {
    // The SDK's back-off and its tokens throw dice of this thread.
    fastrand::seed(seed);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let mut schedule = Schedule::new(seed).await;
        let wrong = schedule.play().await.err();
        let events = schedule.stage.events.account();
        let mangled = schedule.stage.faults.mangled();
        Played { trace: schedule.stage.faults.trace(), wrong, runs: schedule.runs, events, mangled }
    })
}

pub(super) struct Schedule {
    dice: Dice,
    /// For agents and readers, and for the last pause.
    machine_dice: Dice,
    /// For faults in which answers are not AWS's.
    hostile_dice: Dice,
    /// Whether every run meets it.
    hostile: bool,
    /// For how many streams there are, and whom roles trust.
    scale_dice: Dice,
    /// For several processes.
    pub(super) shard_dice: Dice,
    pub(super) stage: Stage,
    pub(super) design: Design,
    foreign: Foreign,
    /// What the record knows and the topology no longer names: it stays as it was left.
    orphans: Vec<String>,
    pub(super) runs: usize,
}

impl Schedule {
    async fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed, 0);
        let mut shard_dice = Dice::new(seed, 5);
        let sometimes = shard_dice.percent(10);
        let shared = setting("LOGPIPE_SHARDS").map_or(sometimes, |always| always > 0);
        let stage = if shared { Stage::shared(seed) } else { Stage::new(seed) };
        let mut machine_dice = Dice::new(seed, 2);
        let mut design = Design::new(&mut dice);
        design.machines = Machines::new(&mut machine_dice);
        design.shared = shared;
        let foreign = Foreign::settle(&stage, &mut dice).await;
        // What was there before was made in calmer days.
        stage.cloud.set_seed(seed);
        let (hostile_dice, hostile) = (Dice::new(seed, 3), setting("LOGPIPE_HOSTILE").is_some());
        let mut scale_dice = Dice::new(seed, 4);
        if scale_dice.percent(40) {
            design.change_scale(&mut scale_dice);
        }
        let (orphans, runs) = (Vec::new(), 0);
        Self {
            dice,
            machine_dice,
            hostile_dice,
            hostile,
            scale_dice,
            shard_dice,
            stage,
            design,
            foreign,
            orphans,
            runs,
        }
    }

    async fn play(&mut self) -> Result<(), String> {
        self.stage.faults.note(&format!("the topology:\n{}", self.design.yaml()));
        for _ in 0..2 + self.dice.below(5) {
            self.act().await?;
            self.tracked()?;
            (0..2).for_each(|_| self.stage.events.write());
            let pause = self.dice.pick(&[0, 0, 1, 10, 60, 600]);
            self.stage.pass(Duration::from_secs(pause)).await;
            self.stage.events.write();
        }
        self.converge().await?;
        // What is in order goes on delivering.
        (0..4).for_each(|_| self.stage.events.write());
        self.stage.pass(Duration::from_secs(self.dice.pick(&[0, 600]))).await;
        self.destroy().await?;
        let figures = self.stage.events.account();
        self.stage.faults.note(&figures.to_string());
        nothing("events that are lost", figures.lost)
    }

    /// One thing happens.
    async fn act(&mut self) -> Result<(), String> {
        if self.design.shared && self.shard_dice.percent(40) {
            return self.in_shards().await;
        }
        match self.dice.below(100) {
            0..38 => {
                let (job, interruption, level) = (self.job(), self.interruption(), self.fair());
                self.run(job, level, interruption).await?;
            }
            38..55 => {
                let (job, level) = (self.job(), self.level());
                let interruption = self.dice.percent(30).then(|| self.interruption()).flatten();
                self.run(job, level, interruption).await?;
            }
            55..75 => {
                let of_machines = !self.design.machines.is_empty() && self.machine_dice.percent(50);
                let what = if of_machines {
                    self.design.change_machines(&mut self.machine_dice)
                } else {
                    self.design.change(&mut self.dice)
                };
                let scale =
                    self.scale_dice.percent(40).then(|| self.design.change_scale(&mut self.scale_dice));
                let what = [Some(what), scale].into_iter().flatten().collect::<Vec<_>>().join("; ");
                self.stage.faults.note(&format!("{what}; the topology:\n{}", self.design.yaml()));
                // A setting that is taken back before S3 shows it is one that no run can see.
                self.stage.pass(self.stage.faults.until_buckets_are_shown()).await;
            }
            75..83 => {
                let since = self.stage.events.now();
                let what = drift(&self.stage, &mut self.foreign, &mut self.dice).await;
                if what.as_ref().is_some_and(|what| !is_harmless(what)) {
                    self.stage
                        .events
                        .interfered(since, "an operator changed something of ours while it was under way");
                }
                self.until_shown(what.as_deref()).await;
                self.stage.faults.note(&what.unwrap_or("nothing of ours can be changed".to_owned()));
            }
            83..90 => {
                let what = self.foreign.mark(&self.stage, &mut self.dice).await;
                self.until_shown(what.as_deref()).await;
                self.stage.faults.note(&what.unwrap_or("nothing of ours can be marked".to_owned()));
            }
            90..95 => {
                let interruption = if self.dice.percent(80) { self.interruption() } else { None };
                let level = if self.dice.percent(20) { self.level() } else { FaultLevel::None };
                self.run(Job::Destroy, level, interruption).await?;
            }
            _ if self.design.shared => self.in_shards().await?,
            _ => self.two_at_once().await?,
        }
        Ok(())
    }

    /// Waits where somebody has changed the configuration of a bucket: it reads as it was for a while, and nobody can tell.
    async fn until_shown(&self, what: Option<&str>) {
        if what.is_some_and(|what| what.contains("/s3_bucket")) {
            self.stage.pass(SHOWN).await;
        }
    }

    /// How an apply is called.
    fn job(&mut self) -> Job {
        if self.dice.percent(20) { Job::Prune } else { Job::Apply }
    }

    /// Where a run is killed or stopped, if it is.
    fn interruption(&mut self) -> Option<Interruption> {
        Interruption::thrown(&mut self.dice)
    }

    pub(super) fn level(&mut self) -> FaultLevel {
        let usual = self.usual_climate();
        let hostile = self.hostile || self.hostile_dice.percent(40);
        if hostile { FaultLevel::Hostile(self.hostile_dice.pick(&[3, 10, 40])) } else { usual }
    }

    /// Nothing goes wrong, unless answers shall be mangled all the time.
    pub(super) fn fair(&mut self) -> FaultLevel {
        if self.hostile { FaultLevel::Hostile(self.hostile_dice.pick(&[1, 3])) } else { FaultLevel::None }
    }

    fn usual_climate(&mut self) -> FaultLevel {
        FaultLevel::thrown(&mut self.dice)
    }

    /// Carries something out, which must come to an end.
    async fn run(
        &mut self,
        job: Job,
        level: FaultLevel,
        interruption: Option<Interruption>,
    ) -> Result<Ended, String> {
        self.runs += 1;
        if job != Job::Apply {
            self.foreign.forget_what_destroy_takes();
        }
        self.stage.faults.note(&format!("{job:?} in {level:?}, {interruption:?}"));
        let topology = self.design.topology();
        let since = self.stage.events.now();
        let run = self.stage.run(job, &topology, level, interruption);
        let ended = tokio::time::timeout(ENDLESS, run).await.map_err(|_| "a run has no end".to_owned())?;
        if job == Job::Destroy {
            self.stage.events.interfered(since, "the pipeline was destroyed while it was under way");
        }
        if matches!(ended, Ended::Killed) && self.dice.percent(25) {
            self.stage.tear_journal();
        }
        self.stage.faults.note(&ended.told());
        Ok(ended)
    }

    /// Two applies share the record: the second fails at once.
    async fn two_at_once(&mut self) -> Result<(), String> {
        self.runs += 1;
        self.stage.faults.note("two applies at once");
        let topology = self.design.topology();
        let (stage, over) = (&self.stage, std::cell::Cell::new(false));
        let first = async {
            let ended = stage.run(Job::Apply, &topology, FaultLevel::None, None).await;
            over.set(true);
            ended
        };
        let second = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            over.get() || stage.lock().is_err()
        };
        let (_, kept_out) = tokio::join!(first, second);
        if kept_out { Ok(()) } else { Err("two runs hold the record".to_owned()) }
    }

    /// Nothing that there is may be unknown to the record, whatever has happened just now.
    pub(super) fn tracked(&self) -> Result<(), String> {
        let there = holdings(&self.stage.cloud);
        nothing(
            "neither recorded nor foreign",
            lost_track_of(&there, &self.stage.record(), &self.foreign.things),
        )?;
        nothing("foreign and touched", touched(&there, &self.foreign.things))?;
        nothing("put there by others and gone", self.foreign.missing(&there))
    }

    /// The faults cease: this many applies bring everything in order, and one more has nothing to do.
    async fn converge(&mut self) -> Result<(), String> {
        let pause = self.machine_dice.pick(&[0, 0, 1, 10, 60, 600]);
        self.stage.pass(Duration::from_secs(pause)).await;
        if self.design.shared && self.shard_dice.percent(60) {
            self.converge_in_shards().await?;
        }
        for last in 1..=APPLIES {
            match self.run(Job::Apply, FaultLevel::None, None).await? {
                Ended::Done(_, report) if report.complete() => break,
                other if last == APPLIES => return Err(format!("apply does not converge: {other:?}")),
                _ => {}
            }
        }
        self.tracked()?;
        let plan = self.nothing_to_do("convergence").await?;
        if self.stage.faults.writes() > 0 {
            return Err(format!("{} writing calls after convergence", self.stage.faults.writes()));
        }
        self.record_is_free()?;
        self.all_is_there(&plan)
    }

    /// Nothing of a shared record is locked, and its parts agree.
    fn record_is_free(&self) -> Result<(), String> {
        let amiss = if self.design.shared { amiss(&self.stage.cloud) } else { Vec::new() };
        nothing("in a record that nobody uses", amiss)
    }

    /// A plan of one process for everything has nothing to do.
    pub(super) async fn nothing_to_do(&mut self, after: &str) -> Result<Plan, String> {
        // Configuration of buckets reads as it was for a while (Amazon S3 User Guide, "Amazon S3 data consistency
        // model"), and what reads so is written again.
        self.stage.pass(SHOWN).await;
        let Ended::Done(plan, _) = self.run(Job::Apply, FaultLevel::None, None).await? else {
            return Err(format!("the apply after {after} fails"));
        };
        // What is gone is forgotten ten minutes after its last change, which may just have passed.
        let forgets = |step: &Step| step.action.verb() == Verb::Forget;
        let writing = plan.steps.iter().filter(|step| step.writes() && !forgets(step));
        nothing(
            &format!("still to do after {after}"),
            writing.map(|step| format!("{} ({})", step.address, wording::reason(&step.reason))).collect(),
        )?;
        Ok(*plan)
    }

    /// What is declared is there and in the record; what else the record knows, the plan lists.
    fn all_is_there(&mut self, plan: &Plan) -> Result<(), String> {
        let (there, record) = (holdings(&self.stage.cloud), self.stage.record());
        let gone = gone(&there, &record);
        let orphans: Vec<String> = plan
            .orphans
            .iter()
            .filter_map(|address| {
                Some(super::holdings::place(address, record.get(address)?.account_id.as_str()))
            })
            .collect();
        nothing("declared and not there", gone.into_iter().filter(|key| !orphans.contains(key)).collect())?;
        let declared: Vec<_> = plan.steps.iter().map(|step| &step.address).collect();
        let known = |address| declared.contains(&address) || plan.orphans.contains(address);
        let unknown = record.entries().keys().filter(|address| !known(address));
        nothing("in the record and not in the plan", unknown.map(ToString::to_string).collect())?;
        self.orphans = orphans;
        Ok(())
    }

    /// At last everything is destroyed, sometimes not at the first attempt.
    async fn destroy(&mut self) -> Result<(), String> {
        if self.dice.percent(40) {
            let interruption = self.interruption();
            self.run(Job::Destroy, FaultLevel::None, interruption).await?;
            self.tracked()?;
            self.stage.pass(Duration::from_secs(600)).await;
        }
        match self.run(Job::Destroy, FaultLevel::None, None).await? {
            Ended::Done(_, report) if report.complete() => {}
            other => return Err(format!("destroy does not converge: {other:?}")),
        }
        self.stage.pass(Duration::from_secs(600)).await;
        self.tracked()?;
        self.record_is_free()?;
        let there = holdings(&self.stage.cloud);
        nothing("left behind by destroy", left_behind(&there, &self.foreign.things))?;
        let mut unguarded = unguarded(&there, &self.foreign.things);
        unguarded.retain(|key| !self.orphans.contains(key));
        nothing("a bucket without its guards", unguarded)
    }
}

/// Whether what an operator did to something of ours changes nothing about delivery.
fn is_harmless(what: &str) -> bool {
    let harmless = [
        "untags",
        "sets the retention",
        "/iam_policy.",
        "/iam_instance_profile.",
        "/iam_role_policy_attachment.",
        "/log_stream.",
    ];
    harmless.iter().any(|word| what.contains(word)) || what.contains("opens") && what.contains("/s3_bucket.")
}

pub(super) fn nothing(what: &str, found: Vec<String>) -> Result<(), String> {
    if found.is_empty() { Ok(()) } else { Err(format!("{what}:\n  {}", found.join("\n  "))) }
}
