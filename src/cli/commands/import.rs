//! `logpipe import`: a topology from a pipeline that is there, or a list of the pipelines that are.

use std::path::Path;

use crate::address::{AccountName, Region};
use crate::engine::ImportRequest;
use crate::exit::Exit;
use crate::import::{Found, Pipeline, Way, Ways};
use crate::shell::quoted;
use crate::topology::{Draft, Given, Regions, Topology};
use crate::ui::{DiscoveryReport, ImportReport, topology_text, wording};

use crate::cli::answer::error::CommandError;
use crate::cli::args::Import;
use crate::cli::input::{is_stdin, is_there};
use crate::cli::run::CommandContext;
use crate::cli::session::{Session, keep_external_ids};
use crate::cli::settings::Environment;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe import --account archive=999999999999 --account app=111111111111 --region ap-northeast-1 \\
      --role-name LogpipeDeployer > topology.yaml
  logpipe import … --discover                      which pipelines there are
  logpipe import … --from arn:aws:logs:ap-northeast-1:999999999999:destination:central-logs
  logpipe import … --from /app/web --out topology.yaml
  logpipe import … --also-region us-east-1 --json | jq .inexpressible

Then `logpipe plan --adopt` takes over what is there, and shows what it would change first. Exits with 3 if an account \
could not be entered, or something could not be read, so that it may be missing.";

/// The variable in the environment that holds the external id, as it does for the topology that is written.
const EXTERNAL_ID: &str = "LOGPIPE_VAR_external_id";

/// What an import works with.
pub(crate) struct Prepared {
    /// A topology of the accounts, to enter them by.
    pub(crate) topology: Topology,
    ways: Ways,
    regions: Regions,
}

/// Understands the flags.
pub(crate) fn prepared(args: &Import, context: CommandContext<'_>) -> Result<Prepared, CommandError> {
    let CommandContext { environment, common, .. } = context;
    if !common.var.is_empty() || !common.var_file.is_empty() {
        let message = "import reads no topology, so --var and --var-file have no effect: leave them out";
        return Err(CommandError::Usage(message.to_owned()));
    }
    if let Some(out) = &args.out {
        is_free(environment, out)?;
    }
    let usual = environment.get("AWS_REGION").or(environment.get("AWS_DEFAULT_REGION"));
    let region = region(args, common.region.as_deref().or(usual)).map_err(CommandError::Usage)?;
    let accounts = args.account.iter().map(|account| Way {
        name: account.name.clone(),
        id: account.id.clone(),
        role_arn: account.role_arn.clone(),
        profile: args
            .account_profile
            .iter()
            .find(|(name, _)| *name == account.name)
            .map(|(_, of)| of.clone()),
        as_is: args.as_is.contains(&account.name),
    });
    let external_id = args.external_id.clone().or_else(|| environment.get(EXTERNAL_ID).map(str::to_owned));
    let ways = Ways {
        profile: common.profile.clone(),
        role_name: args.role_name.clone(),
        external_id,
        session_name: args.session_name.clone(),
        via: args.via.clone(),
        region,
        regions: args.also_region.clone(),
        accounts: accounts.collect(),
    };
    let regions = if common.allow_unknown_region { Regions::Any } else { Regions::Known };
    let given = Given { flags: ways.variables(), secrets: environment.secrets.clone(), ..Given::default() };
    let topology = Draft::new(ways.to_look(), given).read(regions).map_err(|invalid| {
        let problems = invalid.problems().iter();
        let said =
            problems.map(|problem| format!("{}: {}; {}", problem.message(), problem.why(), problem.help()));
        CommandError::Usage(said.collect::<Vec<_>>().join("\n"))
    })?;
    keep_external_ids(&topology, &environment.secrets);
    Ok(Prepared { topology, ways, regions })
}

/// The region of what is written, where the flags say where to look at all.
fn region(args: &Import, named: Option<&str>) -> Result<Region, String> {
    let mut wrong = Vec::new();
    if args.account.is_empty() {
        wrong.push("no account to look in: add --account NAME=ID for each".to_owned());
    }
    let known = |name: &&AccountName| args.account.iter().any(|account| account.name == **name);
    let of_accounts = args.account_profile.iter().map(|(name, _)| name).chain(&args.as_is);
    for name in of_accounts.filter(|name| !known(name)) {
        wrong.push(format!("--account names no account `{name}`: add --account {name}=ID"));
    }
    let region = match named.map(str::parse::<Region>) {
        None => Err("no region to look in: add --region REGION".to_owned()),
        Some(parsed) => parsed.map_err(|error| format!("--region: {error}")),
    };
    match (region, wrong.as_slice()) {
        (Ok(region), []) => Ok(region),
        (Ok(_), _) => Err(wrong.join("; ")),
        (Err(why), _) => Err(wrong.into_iter().chain([why]).collect::<Vec<_>>().join("; ")),
    }
}

/// Refuses a file that is there: what somebody has written is not written over.
fn is_free(environment: &Environment, file: &Path) -> Result<(), CommandError> {
    if is_stdin(file) {
        return Err(CommandError::Usage("--out names a file; leave it out for stdout".to_owned()));
    }
    if is_there(&environment.disk, &environment.folder.join(file))? {
        let message = format!("{} is there already: name another file", file.display());
        return Err(CommandError::Usage(message));
    }
    Ok(())
}

pub(crate) async fn run(session: &Session, args: &Import, prepared: &Prepared) -> Result<Exit, CommandError> {
    let unreachable = args.reach.unreachable();
    let discovery = session.engine.discover(unreachable).await?;
    let found = &discovery.found;
    if args.discover {
        session.presenter.give(&DiscoveryReport { found });
        return Ok(exit(found, false));
    }
    let pipeline = chosen(session, found, args.from.as_deref()).await?;
    let request = ImportRequest {
        pipeline,
        ways: &prepared.ways,
        name: args.name.as_ref(),
        regions: prepared.regions,
        unreachable,
    };
    let imported = session.engine.import(&discovery, &request).await?;

    let file = args.out.as_ref().map(|out| {
        let text = topology_text(&imported, pipeline);
        let verb = format!("write {}", out.display());
        let written = session.disk.write_whole(&session.folder.join(out), text.as_bytes());
        written.map(|()| out.display().to_string()).map_err(|source| CommandError::Io { verb, source })
    });
    let file = file.transpose()?;
    session.presenter.give(&ImportReport { found, pipeline, imported: &imported, file });
    Ok(exit(found, !imported.unread.is_empty()))
}

fn exit(found: &Found, partial: bool) -> Exit {
    let partial = partial || !found.skipped.is_empty() || !found.unread.is_empty();
    if partial { Exit::Incomplete } else { Exit::Done }
}

/// The pipeline that is meant: the one that is named, the only one that a topology can be written of, or the one that
/// whoever sits there chooses.
async fn chosen<'f>(
    session: &Session,
    found: &'f Found,
    from: Option<&str>,
) -> Result<&'f Pipeline, CommandError> {
    let all: Vec<&Pipeline> = match from {
        Some(from) => found.pipelines.iter().filter(|pipeline| pipeline.has(from)).collect(),
        None => found.pipelines.iter().collect(),
    };
    let writable: Vec<&Pipeline> =
        all.iter().copied().filter(|pipeline| pipeline.hindrance.is_none()).collect();
    match writable.as_slice() {
        [one] => Ok(one),
        [] => Err(none(&all, found, from)),
        several if session.may_ask => ask(session, several).await,
        several => {
            let arns = several.iter().map(|pipeline| pipeline.arn().to_owned());
            Err(CommandError::SeveralPipelines(arns.collect()))
        }
    }
}

/// Why there is none to write a topology of.
fn none(all: &[&Pipeline], found: &Found, from: Option<&str>) -> CommandError {
    let hints: Vec<String> = all
        .iter()
        .filter_map(|pipeline| {
            Some(format!("{}: {}", pipeline.arn(), wording::hindrance(pipeline.hindrance.as_ref()?)))
        })
        .collect();
    if !hints.is_empty() {
        return CommandError::NoPipeline {
            why: "no topology can be written of what is there".to_owned(),
            hints,
        };
    }
    let names: Vec<&str> = found.accounts.keys().map(|name| name.as_str()).collect();
    let (why, hint) = match from {
        Some(from) => (
            format!("no pipeline in {} has anything called {}", names.join(", "), quoted(from)),
            "`logpipe import --discover` lists the pipelines that are there".to_owned(),
        ),
        None => (
            format!(
                "there is no pipeline in {}: no destination, and no filter that sends to one",
                names.join(", ")
            ),
            "add accounts with --account, or regions with --also-region".to_owned(),
        ),
    };
    CommandError::NoPipeline { why, hints: vec![hint] }
}

/// Asks which one.
async fn ask<'f>(session: &Session, several: &[&'f Pipeline]) -> Result<&'f Pipeline, CommandError> {
    let lines = several.iter().zip(1..).map(|(pipeline, number): (_, usize)| {
        format!("  {number}  {}", crate::ui::text::clean(pipeline.arn()))
    });
    let lines: Vec<String> = lines.collect();
    let question = format!("Of which pipeline?\n{}\nIts number: ", lines.join("\n"));
    let answer = session.answer(&question).await?;
    let chosen = answer.trim().parse::<usize>().ok().and_then(|number| several.get(number.checked_sub(1)?));
    chosen.copied().ok_or_else(|| {
        let arns = several.iter().map(|pipeline| pipeline.arn().to_owned());
        CommandError::SeveralPipelines(arns.collect())
    })
}
