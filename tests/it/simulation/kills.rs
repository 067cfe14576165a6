//! Killed before and after every single call, reads included: of a first apply, of a destroy, and of every way to give
//! things other names or places. One plain apply brings everything in order each time.

use std::time::Duration;

use logpipe::sandbox::Phase;
use logpipe::topology::{Topology, parse};

use super::faults::{FaultLevel, Interruption};
use super::holdings::{Holdings, gone, holdings, left_behind, lost_track_of, place, touched};
use super::setting;
use super::shared::{BUCKET, KEY};
use super::stage::{Ended, Stage};
use crate::support::engine::Job;
use crate::support::on_a_deep_stack;

/// Unoptimised, only every this many calls are tried where `LOGPIPE_KILL_STEP` says nothing else.
const STEP: u64 = if cfg!(debug_assertions) { 11 } else { 1 };

fn step() -> usize {
    usize::try_from(setting("LOGPIPE_KILL_STEP").unwrap_or(STEP)).unwrap().max(1)
}

/// Where the destination `central` is and what it is called, and what sends to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) key: &'static str,
    pub(super) account: &'static str,
    pub(super) region: &'static str,
    pub(super) more: &'static str,
    pub(super) stream: &'static str,
    pub(super) source: &'static str,
    pub(super) from: &'static str,
    /// Further destinations and sources.
    pub(super) destinations: &'static str,
    pub(super) sources: &'static str,
}

pub(super) const PLAIN: Shape = Shape {
    key: "central",
    account: "archive",
    region: "ap-northeast-1",
    more: "",
    stream: "format: decompressed",
    source: "web",
    from: "log_groups: [/app/web], create: true",
    destinations: "",
    sources: "",
};

impl Shape {
    pub(super) fn topology(self) -> Topology {
        self.with_record("")
    }

    /// The same with its record in S3.
    pub(super) fn shared(self) -> Topology {
        self.with_record(&format!("record: s3://{BUCKET}/{KEY}"))
    }

    fn with_record(self, record: &str) -> Topology {
        let Self { key, account, region, more, stream, source, from, destinations, sources } = self;
        let text = format!(
            r#"version: 1
name: sim
region: ap-northeast-1
access: {{ role_name: LogpipeDeployer }}
organization: {{ id: o-exampleorgid }}
accounts: {{ app: "111111111111", shop: "222222222222", vault: "888888888888", archive: "999999999999" }}
destinations:
  {key}:
    account: {account}
    region: {region}
    {more}
    stream: {{ buffer_seconds: 60, {stream} }}
{destinations}
sources:
  {source}: {{ accounts: [app], destination: {key}, {from} }}
{sources}
{record}
"#
        );
        parse("topology.yaml", &text).unwrap_or_else(|invalid| panic!("{invalid:?}"))
    }
}

/// A stage on which topologies were applied one after the other.
async fn prepared(applied: &[Shape]) -> (Stage, Holdings) {
    let stage = Stage::new(0);
    let foreign = holdings(&stage.cloud);
    for shape in applied {
        finishes(&stage, Job::Apply, *shape, "preparing").await;
    }
    (stage, foreign)
}

/// A stage with a pipeline on it.
pub(super) async fn a_pipeline() -> (Stage, Holdings) {
    prepared(&[PLAIN]).await
}

async fn finishes(stage: &Stage, job: Job, shape: Shape, when: &str) {
    match stage.run(job, &shape.topology(), FaultLevel::None, None).await {
        Ended::Done(_, report) if report.complete() => {}
        other => panic!("{when}: {other:?}\n{}", stage.faults.trace()),
    }
}

/// Kills a job before and after every call, each time on a copy of the stage, and gives the copy to `then`.
fn at_every_call(applied: &[Shape], job: Job, shape: Shape, then: impl AsyncFn(&Stage, &Holdings, &str)) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let (original, foreign) = prepared(applied).await;
        for call in (0..).step_by(step()) {
            for moment in [Phase::Before, Phase::After] {
                let stage = original.fork(0);
                (0..4).for_each(|_| stage.events.write());
                let interruption = Some(Interruption::Kill(call, moment));
                let ended = stage.run(job, &shape.topology(), FaultLevel::None, interruption).await;
                let when = format!("{job:?} killed {moment:?} call {call}");
                then(&stage, &foreign, &when).await;
                if !matches!(ended, Ended::Killed) {
                    assert!(call > 10 && matches!(ended, Ended::Done(..)), "{when}: {ended:?}");
                    return;
                }
            }
        }
    });
}

/// The next apply converges, and the one after it makes no writing call.
async fn converges(stage: &Stage, foreign: &Holdings, shape: Shape, when: &str) {
    let tracked = || {
        let there = holdings(&stage.cloud);
        assert_eq!(lost_track_of(&there, &stage.record(), foreign), [""; 0], "{when}");
        assert_eq!(touched(&there, foreign), [""; 0], "{when}");
        there
    };
    tracked();
    finishes(stage, Job::Apply, shape, when).await;
    finishes(stage, Job::Apply, shape, when).await;
    assert_eq!(stage.faults.writes(), 0, "{when}\n{}", stage.faults.trace());
    let (there, record) = (tracked(), stage.record());
    let Ended::Done(plan, _) = stage.run(Job::Apply, &shape.topology(), FaultLevel::None, None).await else {
        panic!("{when}: no plan");
    };
    let declared = plan.steps.iter().map(|step| place(&step.address, step.account.as_str()));
    let gone = gone(&there, &record);
    assert!(declared.into_iter().all(|key| !gone.contains(&key)), "{when}: {gone:?}");
}

/// The same with `--prune`, after which nothing is left of what was before but buckets and log groups.
fn prune_converges(applied: &[Shape], shape: Shape) {
    let applied = applied.to_vec();
    on_a_deep_stack(move || {
        at_every_call(&applied, Job::Prune, shape, async |stage, foreign, when| {
            stage.events.write();
            finishes(stage, Job::Prune, shape, when).await;
            converges(stage, foreign, shape, when).await;
            finishes(stage, Job::Prune, shape, when).await;
            assert_eq!(stage.faults.writes(), 0, "{when}\n{}", stage.faults.trace());
            nothing_is_lost(stage, when).await;
        });
    });
}

fn apply_converges(applied: &[Shape], shape: Shape) {
    let applied = applied.to_vec();
    on_a_deep_stack(move || {
        at_every_call(&applied, Job::Apply, shape, async |stage, foreign, when| {
            // What IAM was told has spread by then, in one case of two.
            let spread = if when.contains("After") { 60 } else { 0 };
            stage.pass(Duration::from_secs(spread)).await;
            (0..3).for_each(|_| stage.events.write());
            converges(stage, foreign, shape, when).await;
            let delivered = nothing_is_lost(stage, when).await;
            assert!(applied.is_empty() || delivered > 0, "{when}: nothing has arrived");
        });
    });
}

/// What was changed, with `--prune` and without.
fn change_converges(applied: &[Shape], shape: Shape) {
    apply_converges(applied, shape);
    prune_converges(applied, shape);
}

/// Every event that was promised to be is in a bucket; how many there are.
async fn nothing_is_lost(stage: &Stage, when: &str) -> usize {
    stage.pass(Duration::from_secs(600)).await;
    let figures = stage.events.account();
    assert_eq!(figures.lost, [""; 0], "{when}: {figures}\n{}", stage.faults.trace());
    figures.delivered
}

#[test]
fn a_first_apply_killed_at_any_call() {
    apply_converges(&[], PLAIN);
}

#[test]
fn a_first_apply_for_an_organisation_killed_at_any_call() {
    apply_converges(&[], Shape { more: "allow: organization", ..PLAIN });
}

#[test]
fn a_destroy_killed_at_any_call_is_finished_by_the_next() {
    on_a_deep_stack(|| {
        at_every_call(&[PLAIN], Job::Destroy, PLAIN, async |stage, foreign, when| {
            assert_eq!(lost_track_of(&holdings(&stage.cloud), &stage.record(), foreign), [""; 0], "{when}");
            finishes(stage, Job::Destroy, PLAIN, when).await;
            stage.pass(Duration::from_secs(300)).await;
            assert_eq!(left_behind(&holdings(&stage.cloud), foreign), [""; 0], "{when}");
        });
    });
}

#[test]
fn a_destroy_killed_at_any_call_is_undone_by_an_apply() {
    on_a_deep_stack(|| {
        at_every_call(&[PLAIN], Job::Destroy, PLAIN, async |stage, foreign, when| {
            converges(stage, foreign, PLAIN, when).await;
        });
    });
}

#[test]
fn a_renamed_source_killed_at_any_call() {
    apply_converges(&[PLAIN], Shape { source: "web-2", ..PLAIN });
}

#[test]
fn a_renamed_destination_killed_at_any_call() {
    apply_converges(&[PLAIN], Shape { key: "other", ..PLAIN });
}

#[test]
fn a_destination_that_moves_to_another_account_killed_at_any_call() {
    apply_converges(&[PLAIN], Shape { account: "vault", ..PLAIN });
}

#[test]
fn a_destination_that_moves_to_another_region_killed_at_any_call() {
    apply_converges(&[PLAIN], Shape { region: "eu-west-1", ..PLAIN });
}

#[test]
fn a_destination_that_moves_and_comes_back_killed_at_any_call() {
    apply_converges(&[PLAIN, Shape { account: "vault", ..PLAIN }], PLAIN);
}

#[test]
fn a_renamed_bucket_killed_at_any_call() {
    apply_converges(&[PLAIN], Shape { more: "bucket: { name: another-bucket }", ..PLAIN });
}

#[test]
fn a_renamed_stream_killed_at_any_call() {
    apply_converges(&[PLAIN], Shape { stream: "format: decompressed, name: another", ..PLAIN });
}

#[test]
fn a_renamed_role_killed_at_any_call() {
    apply_converges(&[PLAIN], Shape { more: "cwl_role: another", ..PLAIN });
}

#[test]
fn a_renamed_logs_destination_killed_at_any_call() {
    apply_converges(&[PLAIN], Shape { more: "destination_name: another", ..PLAIN });
}

#[test]
fn a_stream_replaced_by_a_successor_killed_at_any_call() {
    let parted = "format: decompressed, partition_by: [owner], buffer_mb: 64";
    apply_converges(&[PLAIN], Shape { stream: parted, ..PLAIN });
}

#[test]
fn a_destination_that_turns_to_an_organisation_killed_at_any_call() {
    apply_converges(&[PLAIN], Shape { more: "allow: organization", ..PLAIN });
}

#[test]
fn a_source_that_turns_to_its_whole_account_killed_at_any_call() {
    apply_converges(&[PLAIN], Shape { from: "scope: account", ..PLAIN });
}

#[test]
fn what_a_renamed_destination_leaves_pruned_and_killed_at_any_call() {
    prune_converges(&[PLAIN], Shape { key: "other", ..PLAIN });
}

#[test]
fn what_a_moved_destination_leaves_pruned_and_killed_at_any_call() {
    prune_converges(&[PLAIN, Shape { account: "vault", ..PLAIN }], Shape { account: "vault", ..PLAIN });
}

/// A second account that sends to the destination.
const SHOP: &str =
    "  shop: { accounts: [shop], destination: central, log_groups: [/app/shop], create: true }\n";
const WITH_SHOP: Shape = Shape { sources: SHOP, ..PLAIN };

#[test]
fn a_source_that_goes_killed_at_any_call() {
    change_converges(&[WITH_SHOP], PLAIN);
}

#[test]
fn a_source_of_an_organisation_that_goes_killed_at_any_call() {
    let organization = "allow: organization";
    change_converges(&[Shape { more: organization, ..WITH_SHOP }], Shape { more: organization, ..PLAIN });
}

#[test]
fn a_source_that_goes_while_another_comes_killed_at_any_call() {
    let shop = "  web: { accounts: [shop], destination: central, log_groups: [/app/web], create: true }\n";
    let (leaving, coming) = (
        Shape { source: "old", ..PLAIN },
        Shape { source: "all", from: "scope: account", sources: shop, ..PLAIN },
    );
    change_converges(&[leaving], coming);
}

#[test]
fn a_region_that_goes_killed_at_any_call() {
    let both = "log_groups: [/app/web], create: true, regions: [ap-northeast-1, eu-west-1]";
    change_converges(&[Shape { from: both, ..PLAIN }], PLAIN);
}

#[test]
fn a_log_group_of_an_organisation_that_goes_killed_at_any_call() {
    let (organization, both) = ("allow: organization", "log_groups: [/app/web, /app/more], create: true");
    change_converges(
        &[Shape { more: organization, from: both, ..PLAIN }],
        Shape { more: organization, ..PLAIN },
    );
}

#[test]
fn a_whole_account_that_turns_to_log_groups_killed_at_any_call() {
    change_converges(&[Shape { from: "scope: account", ..PLAIN }], PLAIN);
}

#[test]
fn a_destination_that_turns_back_to_accounts_while_a_source_goes_killed_at_any_call() {
    change_converges(&[Shape { more: "allow: organization", ..WITH_SHOP }], PLAIN);
}

#[test]
fn a_destination_that_turns_to_an_organisation_while_a_source_goes_killed_at_any_call() {
    change_converges(&[WITH_SHOP], Shape { more: "allow: organization", ..PLAIN });
}

const OTHER: &str = "  other: { account: archive, stream: { buffer_seconds: 60 } }\n";

#[test]
fn a_source_that_goes_to_another_destination_killed_at_any_call() {
    let to_other =
        "  shop: { accounts: [shop], destination: other, log_groups: [/app/shop], create: true }\n";
    change_converges(
        &[Shape { destinations: OTHER, ..WITH_SHOP }],
        Shape { destinations: OTHER, sources: to_other, ..PLAIN },
    );
}
