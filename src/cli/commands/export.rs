//! `logpipe export`: the topology in the language of another tool.

use std::path::Path;

use crate::engine::{ExportRequest, Exported, export_offline};
use crate::exit::Exit;
use crate::export::cloudformation::{Members, Options};
use crate::export::terraform::Files;
use crate::export::{Asked, File};
use crate::files::Disk;
use crate::topology::Topology;
use crate::ui::ExportReport;

use crate::cli::answer::error::CommandError;
use crate::cli::answer::presenter::Presenter;
use crate::cli::args::{Cloudformation, Export, ExportFlags, StackSet};
use crate::cli::input::is_there;
use crate::cli::run::CommandContext;
use crate::cli::session::{Session, read_topology};

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe export cloudformation topology.yaml --out templates
  logpipe export cloudformation topology.yaml --stack-set self-managed --out templates
  logpipe export terraform topology.yaml --out terraform
  logpipe export awscli topology.yaml > pipeline.sh";

/// With what is in the accounts.
pub(crate) async fn run(session: &Session, args: &Export) -> Result<Exit, CommandError> {
    let (flags, asked) = (args.flags(), asked(args)?);
    let request =
        ExportRequest { asked, targets: flags.target.targets(), unreachable: flags.reach.unreachable() };
    let exported = session.engine.export(&request).await?;
    let kept = Kept { disk: &session.disk, folder: &session.folder };
    give(&exported, flags, session.topology(), &kept, &session.presenter)
}

/// Of what is declared alone.
pub(crate) fn offline(args: &Export, context: CommandContext<'_>) -> Result<Exit, CommandError> {
    let CommandContext { environment, common, .. } = context;
    if common.endpoint_url.is_some() || common.profile.is_some() || common.call_timeout.is_some() {
        let message = "--offline makes no calls, so --endpoint-url, --profile and --call-timeout have no effect: leave them out";
        return Err(CommandError::Usage(message.to_owned()));
    }
    let (flags, asked) = (args.flags(), asked(args)?);
    let topology = read_topology(flags.topology.path(), environment, common)?;
    let exported = export_offline(&topology, &flags.target.targets(), &asked)?;
    let kept = Kept { disk: &environment.disk, folder: &environment.folder };
    give(&exported, flags, &topology, &kept, &context.presenter())
}

/// The language, with what it takes.
fn asked(args: &Export) -> Result<Asked, CommandError> {
    match args {
        Export::Cloudformation(args) => Ok(Asked::Cloudformation(Options { members: members(args)? })),
        // stdout takes one file, and so do programs that read the answer.
        Export::Terraform(flags) if flags.out.is_none() => Ok(Asked::Terraform(Files::One)),
        Export::Terraform(_) => Ok(Asked::Terraform(Files::Several)),
        Export::Awscli(_) => Ok(Asked::Awscli),
    }
}

fn members(args: &Cloudformation) -> Result<Members, CommandError> {
    let usage = |message: &str| Err(CommandError::Usage(message.to_owned()));
    match (args.stack_set, args.ou.is_empty()) {
        (None, _) => Ok(Members::Stacks),
        (Some(StackSet::SelfManaged), true) => Ok(Members::SelfManaged),
        (Some(StackSet::SelfManaged), false) => usage(
            "--ou is for --stack-set service-managed: a self-managed stack set goes to the accounts of the topology, so leave it out",
        ),
        (Some(StackSet::ServiceManaged), true) => usage(
            "--stack-set service-managed goes to the accounts of organisational units: name them, such as `--ou ou-ab12-34567890`",
        ),
        (Some(StackSet::ServiceManaged), false) => Ok(Members::ServiceManaged { units: args.ou.clone() }),
    }
}

/// Where files are kept.
struct Kept<'a> {
    disk: &'a Disk,
    /// The working directory.
    folder: &'a Path,
}

fn give(
    exported: &Exported,
    flags: &ExportFlags,
    topology: &Topology,
    kept: &Kept<'_>,
    presenter: &Presenter,
) -> Result<Exit, CommandError> {
    let Exported { export, skipped } = exported;
    if let Some(out) = &flags.out {
        kept.write(out, &export.files, flags.force)?;
    }
    let written = flags.out.as_deref();
    let ids = topology.ids_by_name();
    presenter.give(&ExportReport { topology: topology.name.as_str(), export, ids, written, skipped });
    Ok(if skipped.is_empty() { Exit::Done } else { Exit::Incomplete })
}

impl Kept<'_> {
    /// Writes the files into a folder: all of them, or none where one is there already.
    fn write(&self, out: &Path, files: &[File], force: bool) -> Result<(), CommandError> {
        let folder = self.folder.join(out);
        let failed = |verb: String| move |source| CommandError::Io { verb, source };
        if !force {
            let mut there = Vec::new();
            for file in files {
                if is_there(self.disk, &folder.join(&file.name))? {
                    there.push(file.name.as_str());
                }
            }
            if !there.is_empty() {
                return Err(CommandError::Usage(format!(
                    "--out {}: {} already there; name another folder, or write over {} with --force",
                    out.display(),
                    match there.as_slice() {
                        [one] => format!("{one} is"),
                        several => format!("{} are", several.join(", ")),
                    },
                    if there.len() == 1 { "it" } else { "them" },
                )));
            }
        }
        self.disk.create_folder(&folder).map_err(failed(format!("make the folder {}", out.display())))?;
        for file in files {
            let verb = format!("write {}", out.join(&file.name).display());
            let path = folder.join(&file.name);
            self.disk.write_whole_unsynced(&path, file.text.as_bytes()).map_err(failed(verb))?;
        }
        Ok(())
    }
}
