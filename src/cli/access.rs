//! `logpipe access`: what the roles in the accounts must be allowed. Calls nothing, so that it works before there are
//! roles.

use std::collections::BTreeSet;

use crate::access::{Command, Deployment, Need, Needs, Wanted};
use crate::exit::Exit;
use crate::graph::declared;
use crate::plan::sound;
use crate::topology::{RecordPlace, Topology, nearest};
use crate::ui::{
    AccessView, Console, access_cloudformation, access_json, access_notes, access_script, access_text,
};

use super::args::{Access, AccessForm, Common, For};
use super::error::CommandError;
use super::record::without_calls;
use super::session::read_topology;
use super::settings::Environment;
use crate::address::arn;

/// How it is used, at the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe access topology.yaml                     what each account's role needs, to read and paste
  logpipe access --for plan --account archive      the read-only part, of one account
  logpipe access --trusted arn:aws:iam::444444444444:role/ci --format cloudformation > roles.json
  logpipe access --format awscli > roles.sh        to be run once in each account
  logpipe access --output json | jq -r '.roles[].actions[]' | sort -u";

/// What `--account` calls the accounts that only the organisation knows, as topologies do.
const MEMBERS: &str = "organization";

pub(crate) fn run(
    args: &Access,
    console: &Console,
    environment: &Environment,
    common: &Common,
) -> Result<Exit, CommandError> {
    if common.json() && matches!(args.format, Some(AccessForm::Text | AccessForm::Awscli)) {
        let message = "--format text and --format awscli print no JSON: leave out --format or --output json";
        return Err(CommandError::Usage(message.to_owned()));
    }
    let wanted = wanted(args)?;
    let topology = read_topology(args.topology.path(), environment, common)?;
    sound(declared(&topology))?;
    let record = without_calls(&topology, environment, common)?;
    if let RecordPlace::Object { bucket, key, .. } = &topology.record {
        console.say(&format!(
            "note: s3://{bucket}/{key} is not read, so what the topology no longer names and the record still owns is not in it"
        ));
    }
    let mut needs = Deployment::of(&topology, &record).with_possible_members().needs(&wanted);
    if let Some(account) = &args.account {
        needs = only(needs, account)?;
    }
    let view = AccessView {
        topology: topology.name.to_string(),
        commands: wanted.commands.iter().map(|command| command.as_str()).collect(),
        delete_data: wanted.delete_data,
        trusted: args.trusted.as_ref().map(|trusted| principal(trusted, &topology)),
        needs,
    };
    show(&view, form(args, common), console);
    Ok(Exit::Done)
}

fn wanted(args: &Access) -> Result<Wanted, CommandError> {
    let mut commands = BTreeSet::new();
    for wanted in &args.commands {
        match wanted {
            For::Plan => drop(commands.insert(Command::Plan)),
            For::Apply => drop(commands.insert(Command::Apply)),
            For::Verify => drop(commands.insert(Command::Verify)),
            For::Destroy => drop(commands.insert(Command::Destroy)),
            For::Logs => drop(commands.insert(Command::Logs)),
            For::Cost => drop(commands.insert(Command::Cost)),
            For::AgentConfig => drop(commands.insert(Command::AgentConfig)),
            For::All => commands.extend(Command::ALL),
        }
    }
    if args.delete_data && !commands.contains(&Command::Destroy) {
        let message = "--delete-data is about destroy: give it with --for destroy, or without --for";
        return Err(CommandError::Usage(message.to_owned()));
    }
    Ok(Wanted { commands, delete_data: args.delete_data })
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
            Some(near) => format!("--account {account}: nothing is needed there; did you mean `{near}`?"),
            None => format!("--account {account}: nothing is needed there, but in {listed}"),
        }));
    }
    Ok(Needs { needs, notes: all.notes })
}

/// The principal that a user means: an account is its root, which stands for whatever the account lets go on.
fn principal(trusted: &str, topology: &Topology) -> String {
    if trusted.contains(':') {
        return trusted.to_owned();
    }
    arn::of(topology.region.partition(), "iam", "", trusted, "root")
}

fn form(args: &Access, common: &Common) -> AccessForm {
    args.format.unwrap_or(if common.json() { AccessForm::Json } else { AccessForm::Text })
}

fn show(view: &AccessView, form: AccessForm, console: &Console) {
    match form {
        AccessForm::Text => console.table(&access_text(view, console.out_paint())),
        AccessForm::Json => console.data(&access_json(view).to_string()),
        AccessForm::Cloudformation => console.data(&format!("{:#}", access_cloudformation(view))),
        AccessForm::Awscli => console.data(access_script(view).trim_end()),
    }
    if form == AccessForm::Text {
        for note in access_notes(view) {
            console.say(&format!("note: {note}"));
        }
    }
}
