//! `logpipe init`: questions, and a first topology of the answers.

use std::path::Path;
use std::str::FromStr;

use crate::address::{AccountId, AccountName, BadIdentifier, Region, TopologyName};
use crate::aws::base::profile_names;
use crate::exit::Exit;
use crate::topology::{Given, LARGEST_FILE, Regions, Starter, load_from, nearest, schema};

use crate::cli::answer::error::CommandError;
use crate::cli::args::Init;
use crate::cli::asking::answers::{Answers, Question};
use crate::cli::input::{is_stdin, is_there};
use crate::cli::run::CommandContext;
use crate::cli::settings::Environment;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe init                                     ask, and write topology.yaml
  logpipe init --archive 999999999999 --source app=111111111111 --region ap-northeast-1
  logpipe init team.yaml --archive 999999999999 --source app=111111111111 --source shop=222222222222 --no-input
  logpipe init --archive 999999999999 --source organization --organization 444444444444
  logpipe init --archive 999999999999 --source app=111111111111 --profile ops --log-group '/app/*'";

/// What editors check a topology with, beside it.
const SCHEMA: &str = "topology.schema.json";

/// What keeps the record of one machine, and its sandbox, out of the repository.
const IGNORED: &str = ".logpipe/";

pub(crate) fn run(args: &Init, context: CommandContext<'_>) -> Result<Exit, CommandError> {
    let CommandContext { console, environment, common } = context;
    let file = args.path();
    let path = environment.folder.join(file);
    if is_stdin(file) {
        return Err(CommandError::Usage("init writes a file: name one".to_owned()));
    }
    if !args.force && is_there(&environment.disk, &path)? {
        let message =
            format!("{} is there already: name another file, or write over it with --force", file.display());
        return Err(CommandError::Usage(message));
    }
    let may_ask = environment.interactive && !common.no_input && console.reaches_somebody();
    let read = || {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map(|_| line)
    };
    let starter = asked(args, context, &mut Answers { console, may_ask, read })?;
    let text = starter.text();
    // The answers are right one by one; that they are right together is what the loader says.
    let regions = if common.allow_unknown_region { Regions::Any } else { Regions::Known };
    let (called, read) = (file.display().to_string(), Ok(text.clone().into_bytes()));
    load_from(&called, read, Path::new(""), regions, &Given::default()).map_err(Box::new)?;
    let write = |path: &Path, text: &str| {
        let verb = format!("write {}", path.display());
        environment
            .disk
            .write_whole(path, text.as_bytes())
            .map_err(|source| CommandError::Io { verb, source })
    };
    write(&path, &text)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    write(&folder.join(SCHEMA), &schema::json())?;
    ignore(environment, folder, write)?;
    console.say(&format!(
        "Wrote {} and {SCHEMA}. `logpipe plan --sandbox` rehearses it, `logpipe access` prints what the roles need.",
        file.display()
    ));
    Ok(Exit::Done)
}

/// Has git ignore what logpipe keeps on this machine, unless it does.
fn ignore(
    environment: &Environment,
    folder: &Path,
    write: impl Fn(&Path, &str) -> Result<(), CommandError>,
) -> Result<(), CommandError> {
    let path = folder.join(".gitignore");
    let found = environment.disk.read(&path, LARGEST_FILE);
    let found =
        found.map_err(|source| CommandError::Io { verb: format!("read {}", path.display()), source })?;
    let text = String::from_utf8_lossy(&found.unwrap_or_default()).into_owned();
    if text.lines().any(|line| line.trim().trim_matches('/') == IGNORED.trim_matches('/')) {
        return Ok(());
    }
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    write(&path, &format!("{text}{gap}{IGNORED}\n"))
}

/// What the flags, or whoever is asked, say.
fn asked<R: FnMut() -> std::io::Result<String>>(
    args: &Init,
    context: CommandContext<'_>,
    answers: &mut Answers<'_, R>,
) -> Result<Starter, CommandError> {
    let CommandContext { environment, common, .. } = context;
    let name = answers.one(
        Question {
            flag: "--name",
            given: args.name.as_deref(),
            words: "Name of the topology, the start of every derived name",
            usual: Some("central-logs"),
        },
        identifier::<TopologyName>,
    )?;
    let usual = environment.get("AWS_REGION").or(environment.get("AWS_DEFAULT_REGION"));
    let any_region = common.allow_unknown_region;
    let region = answers.one(
        Question {
            flag: "--region",
            given: common.region.as_deref(),
            words: "Region of the bucket and of everything that does not set its own",
            usual,
        },
        |text| region(text, any_region),
    )?;
    let archive = answers.one(
        Question {
            flag: "--archive",
            given: args.archive.as_deref(),
            words: "Id of the account that logs go to",
            usual: None,
        },
        identifier::<AccountId>,
    )?;
    let (sources, all) = senders(args, &archive, answers)?;
    let organization = if all { Some(lister(args, answers)?) } else { None };
    let role_name = answers.one(
        Question {
            flag: "--role-name",
            given: args.role_name.as_deref(),
            words: "Role that logpipe assumes in every account",
            usual: Some("LogpipeDeployer"),
        },
        |text| Ok(text.to_owned()),
    )?;
    let known = if answers.may_ask && common.profile.is_none() { profiles() } else { Vec::new() };
    let known = if known.is_empty() { String::new() } else { format!(" (there are {})", known.join(", ")) };
    let profile = answers.one(
        Question {
            flag: "--profile",
            given: common.profile.as_deref(),
            words: &format!(
                "Profile of the starting credentials{known}, or Return for the AWS default chain"
            ),
            usual: Some(environment.get("AWS_PROFILE").unwrap_or_default()),
        },
        |text| Ok(Some(text.to_owned()).filter(|text| !text.is_empty())),
    )?;
    let log_groups = match args.log_group.is_empty() {
        false => args.log_group.clone(),
        true => answers.one(
            Question {
                flag: "--log-group",
                given: None,
                words: "Log groups to deliver, names or globs with commas between them",
                usual: Some("/aws/lambda/*"),
            },
            |text| Ok(text.split(',').map(|group| group.trim().to_owned()).collect()),
        )?,
    };
    Ok(Starter { name, region, profile, role_name, archive, sources, organization, log_groups })
}

/// The profiles that there are to choose from.
fn profiles() -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map(|runtime| runtime.block_on(profile_names())).unwrap_or_default()
}

/// The account that lists those of the organisation.
fn lister<R: FnMut() -> std::io::Result<String>>(
    args: &Init,
    answers: &mut Answers<'_, R>,
) -> Result<AccountId, CommandError> {
    let question = Question {
        flag: "--organization",
        given: args.organization.as_deref(),
        words: "Id of the account that may list the organisation's accounts: the management account or a delegated administrator",
        usual: None,
    };
    answers.one(question, identifier::<AccountId>)
}

/// The accounts that logs come from by name, and whether all of the organisation are among them.
fn senders<R: FnMut() -> std::io::Result<String>>(
    args: &Init,
    archive: &AccountId,
    answers: &mut Answers<'_, R>,
) -> Result<(Vec<(AccountName, AccountId)>, bool), CommandError> {
    let question = |given, words, usual| Question { flag: "--source", given, words, usual };
    let (mut senders, mut all) = (Vec::new(), args.organization.is_some());
    for given in &args.source {
        match answers.one(question(Some(given), "", None), |text| sender(text, archive, &senders))? {
            Sender::Account(name, id) => senders.push((name, id)),
            Sender::Organization => all = true,
        }
    }
    if all || !senders.is_empty() {
        return Ok((senders, all));
    }
    let words = "An account that logs come from, such as app=111111111111, or `organization` for all of the AWS organisation";
    match answers.one(question(None, words, None), |text| sender(text, archive, &[]))? {
        Sender::Account(name, id) => senders.push((name, id)),
        Sender::Organization => return Ok((senders, true)),
    }
    while answers.may_ask {
        let more = question(None, "Another one, or Return to go on", Some(""));
        let next = answers.one(more, |text| match text {
            "" => Ok(None),
            text => sender(text, archive, &senders).map(Some),
        })?;
        match next {
            None => break,
            Some(Sender::Account(name, id)) => senders.push((name, id)),
            Some(Sender::Organization) => all = true,
        }
    }
    Ok((senders, all))
}

/// Whom logs come from.
enum Sender {
    /// From this account.
    Account(AccountName, AccountId),
    /// From every account of the organisation.
    Organization,
}

/// An account by its name and id, or the word for all of them.
fn sender(text: &str, archive: &AccountId, known: &[(AccountName, AccountId)]) -> Result<Sender, String> {
    if text == "organization" {
        return Ok(Sender::Organization);
    }
    let (name, id) = text.split_once('=').ok_or("expected a name and an id, such as app=111111111111")?;
    let (name, id) = (identifier::<AccountName>(name.trim())?, identifier::<AccountId>(id.trim())?);
    if name.as_str() == "archive" || id == *archive {
        return Err("this is the account that logs go to, which is called `archive`".to_owned());
    }
    match known.iter().find(|(other, of)| *other == name || *of == id) {
        Some((other, _)) => Err(format!("`{other}` has the same name or id")),
        None => Ok(Sender::Account(name, id)),
    }
}

fn identifier<T: FromStr<Err = BadIdentifier>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: BadIdentifier| error.to_string())
}

/// A region that there is.
fn region(text: &str, any: bool) -> Result<Region, String> {
    let region: Region = identifier(text)?;
    if any || region.is_known() {
        return Ok(region);
    }
    let meant = nearest(region.as_str(), Region::known());
    let meant = meant.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
    Err(format!("there is no region `{region}`{meant}"))
}
