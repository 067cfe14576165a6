//! Killed before and after every single call, reads included: of a first apply, of a destroy, and of every way to give
//! things other names or places. One plain apply brings everything in order each time.

use std::time::{Duration, UNIX_EPOCH};

use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use logpipe::sandbox::Moment;
use logpipe::topology::{Topology, parse};

use super::holdings::{Holdings, gone, holdings, left_behind, lost_track_of, place, touched};
use super::setting;
use super::sky::{Blow, Climate};
use super::stage::{Ended, Stage};
use crate::support::aws;
use crate::support::engine::Job;
use crate::support::on_a_deep_stack;

/// Unoptimised, only every so many calls are tried where `LOGPIPE_KILL_STEP` says nothing else.
const STEP: u64 = if cfg!(debug_assertions) { 7 } else { 1 };

fn step() -> usize {
    usize::try_from(setting("LOGPIPE_KILL_STEP").unwrap_or(STEP)).unwrap().max(1)
}

/// Where the destination `central` is and what it is called, and what sends to it.
#[derive(Debug, Clone, Copy)]
struct Shape {
    key: &'static str,
    account: &'static str,
    region: &'static str,
    more: &'static str,
    stream: &'static str,
    source: &'static str,
    from: &'static str,
}

const PLAIN: Shape = Shape {
    key: "central",
    account: "archive",
    region: "ap-northeast-1",
    more: "",
    stream: "format: decompressed",
    source: "web",
    from: "log_groups: [/app/web], create: true",
};

impl Shape {
    fn topology(self) -> Topology {
        let Self { key, account, region, more, stream, source, from } = self;
        let text = format!(
            r#"version: 1
name: sim
region: ap-northeast-1
access: {{ role_name: LogpipeDeployer }}
organization: {{ id: o-exampleorgid }}
accounts: {{ app: "111111111111", vault: "888888888888", archive: "999999999999" }}
destinations:
  {key}:
    account: {account}
    region: {region}
    {more}
    stream: {{ buffer_seconds: 60, {stream} }}
sources:
  {source}: {{ accounts: [app], destination: {key}, {from} }}
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
    match stage.run(job, &shape.topology(), Climate::Fair, None).await {
        Ended::Done(_, report) if report.complete() => {}
        other => panic!("{when}: {other:?}\n{}", stage.sky.trace()),
    }
}

/// Kills a job before and after every call, each time on a copy of the stage, and gives the copy to `then`.
fn at_every_call(
    applied: &'static [Shape],
    job: Job,
    shape: Shape,
    then: impl AsyncFn(&Stage, &Holdings, &str),
) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let (original, foreign) = prepared(applied).await;
        for call in (0..).step_by(step()) {
            for moment in [Moment::Before, Moment::After] {
                let stage = original.fork(0);
                let blow = Some(Blow::Kill(call, moment));
                let ended = stage.run(job, &shape.topology(), Climate::Fair, blow).await;
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
    assert_eq!(stage.sky.writes(), 0, "{when}\n{}", stage.sky.trace());
    let (there, record) = (tracked(), stage.record());
    let Ended::Done(plan, _) = stage.run(Job::Apply, &shape.topology(), Climate::Fair, None).await else {
        panic!("{when}: no plan");
    };
    let declared = plan.steps.iter().map(|step| place(&step.address, step.account.as_str()));
    let gone = gone(&there, &record);
    assert!(declared.into_iter().all(|key| !gone.contains(&key)), "{when}: {gone:?}");
}

/// The same with `--prune`, after which nothing is left of what was before but buckets and log groups.
fn prune_converges(applied: &'static [Shape], shape: Shape) {
    on_a_deep_stack(move || {
        at_every_call(applied, Job::Prune, shape, async |stage, foreign, when| {
            finishes(stage, Job::Prune, shape, when).await;
            converges(stage, foreign, shape, when).await;
            finishes(stage, Job::Prune, shape, when).await;
            assert_eq!(stage.sky.writes(), 0, "{when}\n{}", stage.sky.trace());
        });
    });
}

fn apply_converges(applied: &'static [Shape], shape: Shape) {
    on_a_deep_stack(move || {
        at_every_call(applied, Job::Apply, shape, async |stage, foreign, when| {
            // What IAM was told has spread by then.
            stage.pass(Duration::from_secs(60)).await;
            if !applied.is_empty() {
                write_event(stage).await;
            }
            converges(stage, foreign, shape, when).await;
            stage.pass(Duration::from_secs(600)).await;
            assert!(applied.is_empty() || has_arrived(stage).await, "{when}: an event is lost");
        });
    });
}

const EVENT: &str = "written in the middle of it";

/// An application goes on writing.
async fn write_event(stage: &Stage) {
    let logs = aws::logs(&stage.operator("111111111111", "ap-northeast-1"));
    let (group, stream) = ("/app/web", "web");
    drop(logs.create_log_stream().log_group_name(group).log_stream_name(stream).send().await);
    let now = i64::try_from(stage.clock.now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    let event = InputLogEvent::builder().timestamp(now).message(EVENT).build().unwrap();
    let call = logs.put_log_events().log_group_name(group).log_stream_name(stream).log_events(event);
    call.send().await.unwrap();
}

/// Whether the event is in any bucket.
async fn has_arrived(stage: &Stage) -> bool {
    for key in holdings(&stage.cloud).keys() {
        let Some((place, bucket)) = key.split_once("/s3_bucket.") else { continue };
        let (account, region) = place.split_once('/').unwrap();
        let s3 = aws::s3(&stage.operator(account, region));
        for object in s3.list_objects_v2().bucket(bucket).send().await.unwrap().contents() {
            let got = s3.get_object().bucket(bucket).key(object.key().unwrap()).send().await.unwrap();
            let bytes = got.body.collect().await.unwrap().to_vec();
            if String::from_utf8_lossy(&bytes).contains(EVENT) {
                return true;
            }
        }
    }
    false
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
