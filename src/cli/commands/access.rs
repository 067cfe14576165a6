//! `logpipe access`: what the roles in the accounts must be allowed. Calls nothing, so that it works before there are
//! roles.

use std::collections::BTreeSet;

use crate::access::{Command, Deployment, Need, Needs, Wanted};
use crate::exit::Exit;
use crate::graph::declared;
use crate::plan::sound;
use crate::topology::{RecordPlace, Topology, nearest};
use crate::ui::{AccessReport, AccessView, Documents, Form};

use crate::address::arn;
use crate::cli::answer::error::CommandError;
use crate::cli::args::{Access, AccessForm, For};
use crate::cli::record::without_calls;
use crate::cli::run::CommandContext;
use crate::cli::session::read_topology;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe access topology.yaml                     what each account's role needs, to read and paste
  logpipe access --for plan --account archive      the read-only part, for one account
  logpipe access --trusted arn:aws:iam::444444444444:role/ci --format cloudformation > roles.json
  logpipe access --format awscli > roles.sh        run it once in each account
  logpipe access --output json | jq -r '.roles[].actions[]' | sort -u
  logpipe access --output markdown                 for the pull request that asks for the permissions";

/// What `--account` takes for the accounts that are found through the organisation, as topologies write it.
const MEMBERS: &str = "organization";

pub(crate) fn run(args: &Access, context: CommandContext<'_>) -> Result<Exit, CommandError> {
    let CommandContext { environment, common, .. } = context;
    let (form, documents) = form(args, common.form())?;
    let wanted = wanted(args)?;
    let topology = read_topology(args.topology.path(), environment, common)?;
    sound(declared(&topology))?;
    let record = without_calls(&topology, environment, common)?;
    let unread_record = match &topology.record {
        RecordPlace::Object { bucket, key, .. } => Some(format!("s3://{bucket}/{key}")),
        RecordPlace::File(_) => None,
    };
    let mut needs = Deployment::of(&topology, &record).with_possible_members().needs(&wanted);
    if let Some(account) = &args.account {
        needs = only(needs, account)?;
    }
    let view = AccessView {
        topology: topology.name.to_string(),
        commands: wanted.commands.iter().map(|command| command.as_str()).collect(),
        tighten: wanted.tighten,
        delete_data: wanted.delete_data,
        trusted: args.trusted.as_ref().map(|trusted| principal(trusted, &topology)),
        needs,
    };
    context.presenter().in_form(form).give(&AccessReport { view, documents, unread_record });
    Ok(Exit::Done)
}

fn wanted(args: &Access) -> Result<Wanted, CommandError> {
    let mut commands = BTreeSet::new();
    for wanted in &args.commands {
        match wanted {
            For::Plan => drop(commands.insert(Command::Plan)),
            For::Apply => drop(commands.insert(Command::Apply)),
            For::Verify => drop(commands.insert(Command::Verify)),
            For::Doctor => drop(commands.insert(Command::Doctor)),
            For::Destroy => drop(commands.insert(Command::Destroy)),
            For::Logs => drop(commands.insert(Command::Logs)),
            For::Cost => drop(commands.insert(Command::Cost)),
            For::Coverage => drop(commands.insert(Command::Coverage)),
            For::AgentConfig => drop(commands.insert(Command::AgentConfig)),
            For::Delivery => drop(commands.insert(Command::Delivery)),
            For::Import => drop(commands.insert(Command::Import)),
            For::All => commands.extend(Command::ALL),
        }
    }
    if args.delete_data && !commands.contains(&Command::Destroy) {
        let message = "--delete-data only applies to destroy: use it with --for destroy, or without --for";
        return Err(CommandError::Usage(message.to_owned()));
    }
    if args.tighten && !commands.contains(&Command::Apply) {
        let message = "--tighten only applies to apply: use it with --for apply, or without --for";
        return Err(CommandError::Usage(message.to_owned()));
    }
    Ok(Wanted { commands, tighten: args.tighten, delete_data: args.delete_data })
}

/// The needs in one account.
fn only(all: Needs, account: &str) -> Result<Needs, CommandError> {
    let is_meant = |need: &Need| {
        if need.holder.is_member() {
            return account == MEMBERS;
        }
        need.accounts.iter().any(|name| name.as_str() == account)
            || need.holder.account().is_some_and(|id| id.as_str() == account)
    };
    let mut known: BTreeSet<String> =
        all.needs.iter().flat_map(|need| &need.accounts).map(ToString::to_string).collect();
    if known.remove(crate::access::MEMBER) {
        known.insert(MEMBERS.to_owned());
    }
    let needs: Vec<Need> = all.needs.into_iter().filter(is_meant).collect();
    if needs.is_empty() {
        let listed = known.iter().cloned().collect::<Vec<_>>().join(", ");
        return Err(CommandError::Usage(match nearest(account, known.iter().map(String::as_str)) {
            Some(near) => {
                format!("--account {account}: no permissions are needed there; did you mean `{near}`?")
            }
            None => format!("--account {account}: no permissions are needed there, only in {listed}"),
        }));
    }
    Ok(Needs { needs, notes: all.notes })
}

/// The principal that the user means: an account is its root, which stands for everybody that the account permits.
fn principal(trusted: &str, topology: &Topology) -> String {
    if trusted.contains(':') {
        return trusted.to_owned();
    }
    arn::of(topology.region.partition(), "iam", "", trusted, "root")
}

/// The form that both flags ask for, and the format of the documents for people.
fn form(args: &Access, output: Form) -> Result<(Form, Documents), CommandError> {
    let usage = |message: &str| Err(CommandError::Usage(message.to_owned()));
    match (args.format, output) {
        (None, output) => Ok((output, Documents::Text)),
        (Some(AccessForm::Json), Form::Human | Form::Json) => Ok((Form::Json, Documents::Text)),
        // The template is JSON, unless it is asked for in YAML.
        (Some(AccessForm::Cloudformation), Form::Human | Form::Json) => {
            Ok((Form::Human, Documents::Cloudformation))
        }
        (Some(AccessForm::Cloudformation), Form::Yaml) => Ok((Form::Yaml, Documents::Cloudformation)),
        (Some(AccessForm::Text), Form::Human) => Ok((Form::Human, Documents::Text)),
        (Some(AccessForm::Awscli), Form::Human) => Ok((Form::Human, Documents::Awscli)),
        (Some(AccessForm::Text | AccessForm::Awscli), Form::Json) => {
            usage("--format text and --format awscli print no JSON: leave out --format or --output json")
        }
        (Some(_), _) => usage("--format and --output ask for different forms: leave one of them out"),
    }
}
