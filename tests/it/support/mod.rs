//! A folder of its own for each test, the command line run in process, and plain SDK clients for assertions.

pub(crate) mod aws;
pub(crate) mod breaks;
pub(crate) mod clients;
pub(crate) mod delivery;
pub(crate) mod engine;
#[cfg(target_os = "linux")]
pub(crate) mod front;
pub(crate) mod kills;
pub(crate) mod lanes;
pub(crate) mod loopback;
pub(crate) mod process;
pub(crate) mod quoting;
pub(crate) mod rights;
pub(crate) mod scanner;
pub(crate) mod senders;
pub(crate) mod served;
pub(crate) mod topologies;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_types::SdkConfig;
use logpipe::cli::{Environment, run};
use logpipe::clock::Clock;
use logpipe::exit::Exit;
use logpipe::files::Disk;
use logpipe::record::{Place, Record};
use logpipe::sandbox::{CallRecord, Cloud, SandboxHttp};
use logpipe::topology::Topology;
use logpipe::ui::{Console, Verbosity};

use engine::OPERATOR;
use scanner::Scanner;

/// Unoptimised futures of the SDK need more than a test thread's two megabytes.
pub(crate) const STACK: usize = 16 * 1024 * 1024;

/// A folder with a topology, and whatever logpipe keeps in it.
pub(crate) struct Bench {
    folder: tempfile::TempDir,
}

/// What one command said.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// The last line of stdout as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        let last = self.out.lines().last().unwrap_or_default();
        serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Every line of stdout as JSON.
    pub(crate) fn json_lines(&self) -> Vec<serde_json::Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        self.out.lines().map(parse).collect()
    }

    /// Everything that was said.
    pub(crate) fn said(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// Fails with everything that was said unless the command ended so.
    #[track_caller]
    pub(crate) fn expect(self, exit: Exit) -> Self {
        assert_eq!(self.exit, exit, "\n--- out\n{}\n--- err\n{}", self.out, self.err);
        self
    }
}

impl Bench {
    /// A folder with this topology in `topology.yaml`.
    pub(crate) fn new(topology: &str) -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap() };
        bench.write(topology);
        bench
    }

    /// Another folder with the same topology, sandbox and record.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self { folder: tempfile::tempdir().unwrap() };
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            std::fs::create_dir_all(copy.folder.path().join(&folder)).unwrap();
            for entry in std::fs::read_dir(self.folder.path().join(&folder)).unwrap() {
                let (entry, path) =
                    entry.map(|entry| (entry.file_type().unwrap(), folder.join(entry.file_name()))).unwrap();
                if entry.is_dir() {
                    folders.push(path);
                } else {
                    std::fs::copy(self.path(path.to_str().unwrap()), copy.path(path.to_str().unwrap()))
                        .unwrap();
                }
            }
        }
        copy
    }

    /// Replaces the topology.
    pub(crate) fn write(&self, topology: &str) {
        std::fs::write(self.path("topology.yaml"), topology).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs `logpipe <command> topology.yaml --sandbox …`.
    pub(crate) fn sandbox(&self, command: &str, flags: &[&str]) -> Ran {
        let arguments = [&["logpipe", command, "topology.yaml", "--sandbox"], flags].concat();
        self.run(&arguments)
    }

    /// Runs a command line in this folder, with nobody to answer questions and no terminal.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_on(&Disk::real(), arguments)
    }

    /// The same with files on another disk.
    pub(crate) fn run_on(&self, disk: &Disk, arguments: &[&str]) -> Ran {
        self.run_with(Environment { disk: disk.clone(), ..Environment::default() }, arguments)
    }

    /// The same with these variables in the environment.
    pub(crate) fn run_in(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let variables =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.run_with(Environment { variables, ..Environment::default() }, arguments)
    }

    fn run_with(&self, environment: Environment, arguments: &[&str]) -> Ran {
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let environment = Environment { folder: self.folder.path().to_owned(), ..environment };
        let verbosity =
            if arguments.iter().any(|a| a == "-q") { Verbosity::Quiet } else { Verbosity::Normal };
        let ran = on_a_deep_stack(move || {
            let (console, captured) = Console::captured(verbosity, false, 120);
            let exit = run(arguments, &environment, &console);
            Ran { exit, out: captured.out(), err: captured.err() }
        });
        // No run of any test shows what its sandbox has issued.
        if let Ok(state) = std::fs::read_to_string(self.state()) {
            Scanner::of_sandbox(&state).expect_none("the output", ran.said());
        }
        ran
    }

    /// What the record of the sandbox says that a topology owns.
    pub(crate) fn record(&self, topology: &str) -> Record {
        let place = Place::file(self.path(&format!(".logpipe/sandbox/records/{topology}.json")));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(Record::load(&place, topology)).unwrap()
    }

    /// Where the sandbox keeps its state.
    fn state(&self) -> PathBuf {
        self.path(".logpipe/sandbox/state.json")
    }

    /// The simulated AWS as the last command left it.
    pub(crate) fn cloud(&self) -> Cloud {
        open(&self.state())
    }

    /// Nobody gets into an account any more.
    pub(crate) fn suspend(&self, account: &str) {
        let cloud = self.cloud();
        cloud.suspend_account(&account.parse().unwrap());
        cloud.store().unwrap();
    }

    /// They do again.
    pub(crate) fn reopen(&self, account: &str) {
        let cloud = self.cloud();
        cloud.reopen_account(&account.parse().unwrap());
        cloud.store().unwrap();
    }

    /// The calls that were made since a time, in the order they were answered.
    pub(crate) fn calls_since(&self, time: SystemTime) -> Vec<CallRecord> {
        let since = time.duration_since(UNIX_EPOCH).unwrap().as_millis();
        self.cloud().calls().into_iter().filter(|call| u128::from(call.at_ms) > since).collect()
    }

    /// The calls that could change something, made since a time.
    pub(crate) fn written_since(&self, time: SystemTime) -> Vec<String> {
        let writing = self.calls_since(time).into_iter().filter(CallRecord::writes);
        writing.map(|call| format!("{}:{}", call.service, call.operation)).collect()
    }

    /// The simulated time.
    pub(crate) fn now(&self) -> SystemTime {
        self.cloud().now()
    }

    /// Lets simulated time pass.
    pub(crate) fn pass(&self, seconds: u64) {
        let cloud = self.cloud();
        cloud.advance_to(cloud.now() + Duration::from_secs(seconds));
        cloud.store().unwrap();
    }

    /// Looks at the simulated AWS, or changes it, with plain SDK clients of one account's operator.
    pub(crate) fn aws<R: Send + 'static>(
        &self,
        account: &str,
        region: &str,
        work: impl AsyncFnOnce(SdkConfig) -> R + Send + 'static,
    ) -> R {
        let (state, account, region) = (self.state(), account.to_owned(), region.to_owned());
        on_a_deep_stack(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .start_paused(true)
                .build()
                .unwrap();
            runtime.block_on(async {
                let cloud = open(&state);
                let clock = Clock::starting_at(cloud.now());
                let result = work(sdk(&cloud, clock, &account, &region)).await;
                cloud.advance_to(clock.now());
                cloud.store().unwrap();
                result
            })
        })
    }
}

/// Lets an operator of an account do something at once, in the middle of a run.
pub(crate) fn operate<R: Send + 'static>(
    cloud: &Cloud,
    account: &str,
    region: &str,
    work: impl AsyncFnOnce(SdkConfig) -> R + Send + 'static,
) -> R {
    let (cloud, account, region) = (cloud.clone(), account.to_owned(), region.to_owned());
    on_a_deep_stack(move || {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let clock = Clock::starting_at(cloud.now());
        runtime.block_on(work(sdk(&cloud, clock, &account, &region)))
    })
}

/// A trust policy that lets EC2 assume a role.
pub(crate) const EC2_TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// Makes ready what a topology takes for granted: a way into every account, and the bucket of a record in S3.
pub(crate) fn prepare(cloud: &Cloud, topology: &Topology, record_bucket: Option<&str>) {
    let operator = OPERATOR.parse().unwrap();
    for account in topology.accounts.values() {
        cloud.prepare_account(&account.id, "LogpipeDeployer", None, &operator);
    }
    if let Some(bucket) = record_bucket {
        cloud.prepare_bucket(&operator, &topology.region, bucket);
    }
}

fn open(state: &Path) -> Cloud {
    Cloud::open(state, Clock::real().now()).unwrap()
}

/// A configuration for plain SDK clients inside a simulated AWS.
pub(crate) fn sdk(cloud: &Cloud, clock: Clock, account: &str, region: &str) -> SdkConfig {
    let credentials =
        aws_credential_types::Credentials::new(format!("SANDBOX{account}"), "sandbox", None, None, "sandbox");
    SandboxHttp::new(cloud.clone(), clock, Duration::ZERO).sdk_config(credentials, &region.parse().unwrap())
}

pub(crate) fn on_a_deep_stack<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> R {
    std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap()
}
