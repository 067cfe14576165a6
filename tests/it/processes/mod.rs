//! The real binary in processes of its own, killed and stopped in the middle of calls over real connections.
//!
//! `LOGPIPE_PROCESS_KILLS` says how many are killed, `LOGPIPE_STOPS` how many are stopped, `LOGPIPE_SEED` with which seed
//! they begin, and `LOGPIPE_LANES` how many at once.

mod kills;
mod stops;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use logpipe::exit::Exit;
use logpipe::sandbox::{CallRecord, Cloud, Timing};
use logpipe::topology::parse;

use crate::simulation::setting;
use crate::support::engine::OPERATOR;
use crate::support::front::Front;
use crate::support::{STACK, on_a_deep_stack};

const BUCKET: &str = "logpipe-records";
const KEY: &str = "processes.json";

/// A topology of this name, with what is put in.
fn topology(more: &str, record: &str) -> String {
    format!(
        r#"version: 1
name: processes
region: ap-northeast-1
access: {{ role_name: LogpipeDeployer }}
accounts: {{ app: "111111111111", shop: "222222222222", archive: "999999999999" }}
{record}
{more}"#
    )
}

const PLAIN: &str = r#"
destinations:
  central: { account: archive, stream: { buffer_seconds: 60, format: decompressed } }
sources:
  web: { accounts: [app], destination: central, log_groups: [/app/web], create: true }
  shop: { accounts: [shop], destination: central, scope: account }
"#;

/// An AWS in which nothing takes time and nothing has been made.
fn cloud() -> Cloud {
    let cloud = Cloud::starting_at(UNIX_EPOCH + Duration::from_secs(1_767_225_600));
    cloud.set_timing(Timing {
        iam_propagation_ms: 0,
        profile_association_ms: 0,
        stream_creating_ms: 0,
        stream_deleting_ms: 0,
        ..Timing::default()
    });
    let topology = parse("topology.yaml", &topology(PLAIN, "")).unwrap();
    let operator = OPERATOR.parse().unwrap();
    for account in topology.accounts.values() {
        cloud.prepare_account(&account.id, "LogpipeDeployer", None, &operator);
    }
    cloud.prepare_role(&"222222222222".parse().unwrap(), "reading", TRUST, &[], &[]);
    cloud.prepare_bucket(&operator, &topology.region, BUCKET);
    cloud
}

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// A folder with a topology.
fn folder(topology: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("topology.yaml"), topology).unwrap();
    folder
}

/// Runs a command to its end, which has to be a good one.
#[track_caller]
fn done(front: &Front, folder: &Path, arguments: &[&str], when: &str) {
    let ended = front.start(folder, arguments).ended();
    assert_eq!(ended.exit, Some(Exit::Done), "{when}: {arguments:?}\n{}", ended.said);
}

/// Whether a call was a write of the record.
fn of_the_record(call: &CallRecord) -> bool {
    call.operation == "PutObject" && call.account.as_ref().is_some_and(|id| id.as_str() == OPERATOR)
}

/// Tries `count` cases, `lanes` at once, and gives back what is wrong with those that end badly.
fn all(count: u64, lanes: u64, case: impl Fn(u64) -> Result<(), String> + Sync) -> Vec<String> {
    let first = setting("LOGPIPE_SEED").unwrap_or(0);
    let lanes = setting("LOGPIPE_LANES").unwrap_or(lanes);
    let (next, bad) = (AtomicU64::new(first), Mutex::new(Vec::new()));
    let work = || {
        while let Some(seed) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < first + count)
        {
            let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| case(seed)));
            let wrong = match tried {
                Ok(Ok(())) => continue,
                Ok(Err(wrong)) => wrong,
                Err(panic) => panic.downcast_ref::<String>().cloned().unwrap_or_default(),
            };
            bad.lock().unwrap().push(format!("seed {seed}: {wrong}"));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..lanes.min(count) {
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap();
        }
    });
    bad.into_inner().unwrap()
}

/// Runs `work` where there is room for what the SDK needs.
fn deep<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> R {
    on_a_deep_stack(work)
}
