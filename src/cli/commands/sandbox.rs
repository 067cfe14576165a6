//! `logpipe sandbox`, and `--sandbox` for every other command.

use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::access::{Deployment, Wanted};
use crate::address::AccountId;
use crate::aws::Base;
use crate::clock::Clock;
use crate::exit::Exit;
use crate::plan::renamed;
use crate::record::{Record, RecordError};
use crate::sandbox::{Cloud, SandboxHttp, serve};
use crate::shell;
use crate::topology::{Access, Include, RecordPlace, Topology};
use crate::ui::{Console, SandboxReport, ServedReport};

use super::sandbox_existing;
use crate::address::arn;
use crate::cli::answer::error::CommandError;
use crate::cli::args::{Common, Sandbox, Serve};
use crate::cli::record::{records, without_calls};
use crate::cli::run::{CommandContext, until_killed};
use crate::cli::session::{Session, read_topology};
use crate::cli::settings::Environment;
use crate::cli::signals::Signals;

/// Whose credentials a sandbox run starts with, as an operator's account that is in no topology.
const OPERATOR: &str = "000000000000";

/// How long a call takes in the sandbox: about as long as from a workstation to AWS.
const LATENCY: Duration = Duration::from_millis(50);

pub(crate) fn run(command: &Sandbox, context: CommandContext<'_>) -> Result<Exit, CommandError> {
    let CommandContext { console, environment, .. } = context;
    let folder = environment.sandbox_folder();
    match command {
        Sandbox::Serve(args) => serve_on_loopback(args, context),
        Sandbox::Reset => {
            let verb = || format!("remove {}", folder.display());
            environment
                .disk
                .remove_folder(&folder)
                .map_err(|source| CommandError::Io { verb: verb(), source })?;
            console.say("The sandbox is empty, and the records of what was made in it are gone.");
            Ok(Exit::Done)
        }
        Sandbox::Show => {
            let cloud = open(environment)?;
            context.presenter().give(&SandboxReport(cloud.summary()));
            Ok(Exit::Done)
        }
    }
}

fn open(environment: &Environment) -> Result<Cloud, CommandError> {
    let state = environment.sandbox_folder().join("state.json");
    Ok(Cloud::open_on(&environment.disk, &state, Clock::real().now())?)
}

/// Runs a command inside the sandbox: in a runtime of its own whose time is simulated, so that waiting takes none.
pub(crate) fn within(
    topology: Topology,
    console: &Console,
    environment: &Environment,
    common: &Common,
    wanted: &Wanted,
    command: impl AsyncFnOnce(&Session) -> Result<Exit, CommandError>,
) -> Result<Exit, CommandError> {
    let cloud = open(environment)?;
    if let Some(seed) = environment.sandbox_seed().map_err(CommandError::Usage)? {
        cloud.set_seed(seed);
    }
    let latency = environment.sandbox_latency().map_err(CommandError::Usage)?.unwrap_or(LATENCY);
    prepare(&cloud, &topology);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .map_err(|source| CommandError::Io { verb: "start".to_owned(), source })?;
    let result = runtime.block_on(async {
        let clock = Clock::starting_at(cloud.now());
        let http = SandboxHttp::new(cloud.clone(), clock, latency);
        let base = Base::simulated(clock, http, operator());
        let records = records(&topology, &base, environment, common);
        let record = match Record::load(records.place(), topology.name.as_str()).await {
            Ok(record) => record,
            Err(error @ RecordError::Io { .. }) => return Err(error.into()),
            // Whatever else is wrong with the record, the command says it.
            Err(_) => Record::default(),
        };
        let record = record.following(|name, id| renamed(&topology, name, id));
        prepare_policies(&cloud, &topology, &record, wanted);
        let result = until_killed(topology, base, console, environment, common, command).await;
        cloud.advance_to(clock.now());
        result
    });
    runtime.shutdown_background();
    match (result, cloud.store()) {
        (Err(error), Err(unkept)) => {
            console.tell(CommandError::from(unkept).told(console.look()));
            Err(error)
        }
        (result, kept) => kept.map_err(CommandError::from).and(result),
    }
}

fn operator() -> AccountId {
    OPERATOR.parse().expect("the constant is twelve digits")
}

/// Makes what the topology expects to be there: the roles that it assumes, as a real organisation has them, the buckets
/// that it only uses, the instances and roles of its agents and readers, and in the operator's account the bucket of its
/// record.
fn prepare(cloud: &Cloud, topology: &Topology) {
    cloud.set_partition(topology.region.partition());
    prepare_roles(cloud, topology);
    prepare_organization(cloud, topology);
    // That a quota was raised is something the topology expects as well.
    cloud.raise_trust_quota(usize::try_from(topology.role_trust_characters).unwrap_or(usize::MAX));
    for destination in topology.destinations.values().filter(|destination| !destination.bucket.create) {
        let account = &topology.accounts[&destination.account].id;
        cloud.prepare_bucket(account, &destination.region, &destination.bucket.name);
    }
    sandbox_existing::prepare(cloud, topology);
    if let RecordPlace::Object { bucket, .. } = &topology.record {
        cloud.prepare_bucket(&operator(), &topology.region, bucket);
    }
}

fn prepare_roles(cloud: &Cloud, topology: &Topology) {
    for account in topology.accounts.values() {
        let Access { role_arn, via, external_id, .. } = &account.access;
        let mut trusted = operator();
        for (index, arn) in via.iter().chain(role_arn).enumerate() {
            let Some((owner, role)) = owner_and_name(arn) else { continue };
            let external_id = external_id.as_deref().filter(|_| index == via.len());
            cloud.prepare_account(&owner, role, external_id, &trusted);
            trusted = owner;
        }
    }
}

/// Gives every role exactly what `logpipe access --delete-data` prints, or for `import` what it does with `--for import`, so
/// that a right which is missing there is missed here.
fn prepare_policies(cloud: &Cloud, topology: &Topology, record: &Record, wanted: &Wanted) {
    let deployment = Deployment::of(topology, record).with_possible_members().with_members(&cloud.members());
    for need in deployment.needs(wanted).needs {
        let (Some(account), Some(role)) = (need.holder.account(), need.holder.role()) else { continue };
        let texts: Vec<(String, String)> =
            need.policies.into_iter().map(|policy| (policy.name, policy.document.to_string())).collect();
        let policies: Vec<(&str, &str)> =
            texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        cloud.prepare_policies(account, role, &policies);
    }
}

/// An organisation of what the topology names, which the account that it says may list. Whoever simulates a larger one
/// adds to it.
fn prepare_organization(cloud: &Cloud, topology: &Topology) {
    let Some((lister, organization)) = topology.lister() else { return };
    cloud.prepare_management_account(&topology.accounts[lister].id);
    for account in topology.accounts.values() {
        cloud.add_member(&account.id, None);
        cloud.name_member(&account.id, account.name.as_str());
    }
    for include in &organization.include {
        if let Include::Unit(unit) = include {
            cloud.add_unit(unit.as_str(), None);
        }
    }
}

fn owner_and_name(arn: &str) -> Option<(AccountId, &str)> {
    Some((arn::account_of(arn)?, arn::role_in(arn)?))
}

/// What a shell needs to be an operator of the sandbox. A profile or a session of its owner would win over the keys, or
/// spoil them.
fn exports(url: &str) -> String {
    [
        "unset AWS_PROFILE AWS_SESSION_TOKEN".to_owned(),
        format!("export AWS_ENDPOINT_URL={}", shell::quoted(url)),
        format!("export AWS_ACCESS_KEY_ID=SANDBOX{OPERATOR}"),
        "export AWS_SECRET_ACCESS_KEY=sandbox".to_owned(),
    ]
    .join("\n")
}

fn serve_on_loopback(args: &Serve, context: CommandContext<'_>) -> Result<Exit, CommandError> {
    let CommandContext { console, environment, common } = context;
    let cloud = open(environment)?;
    if let Some(seed) = args.seed {
        cloud.set_seed(seed);
    }
    if let Some(path) = &args.topology {
        let topology = read_topology(path, environment, common)?;
        prepare(&cloud, &topology);
        let record = without_calls(&topology, environment, common)?;
        prepare_policies(&cloud, &topology, &record, &Wanted::everything());
    }
    let io = |verb: &str| {
        let verb = verb.to_owned();
        move |source| CommandError::Io { verb, source }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(io("start"))?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).await;
        let listener = listener.map_err(io(&format!("listen on 127.0.0.1:{}", args.port)))?;
        let address = listener.local_addr().map_err(io("find the port"))?;
        let url = format!("http://{address}");
        context.presenter().give(&ServedReport { url: &url });
        console.say("To use it, paste these lines into another shell:");
        console.to_paste(&exports(&url));
        console.say("Ctrl-C stops it; its state is kept.");
        let shutdown = async {
            Signals::new().next().await;
        };
        serve(cloud, listener, Clock::real(), args.speed, shutdown).await?;
        Ok(Exit::Done)
    })
}
