//! Why a command ended without doing what it was asked, with the exit code that says so.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::aws::CallError;
use crate::engine::{self, RecordLost};
use crate::exit::Exit;
use crate::lint::{Rule, Warning};
use crate::plan::{SurveyError, Unusable};
use crate::record::RecordError;
use crate::shell::quoted;
use crate::topology::Invalid;
use crate::ui::{
    Console, Failure, Look, Part, diagnostic_text, error_line, error_text, warning_text, wording,
};

use super::not_a_topology::NotATopology;

/// A command's failure. Every lower error has one way in, which chooses the exit code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error("the topology is invalid")]
    Invalid(#[from] Box<Invalid>),
    /// What lint finds in it against rules that are denied.
    #[error("{file} goes against {}", listed(.denied))]
    Denied { file: String, denied: Vec<Warning> },
    #[error(transparent)]
    NotATopology(#[from] NotATopology),
    #[error(transparent)]
    Engine(#[from] engine::Error),
    #[error(transparent)]
    RecordLost(#[from] RecordLost),
    /// How many are refused, and the reasons where the plan has not shown them.
    #[error("nothing was changed, because the plan refuses {count} of its resources")]
    Refused { count: usize, reasons: Vec<String>, missing: bool },
    #[error("not confirmed, so nothing was written")]
    NotConfirmed,
    #[error("this needs an answer, but there is nobody to ask")]
    NeedsAnswer { flag: String },
    #[error("nothing was written, because the plan {} cannot be carried out: {source}", file.display())]
    UnusablePlan { file: PathBuf, source: Unusable },
    #[error("{0}")]
    Usage(String),
    /// Of which pipelines one has to be chosen.
    #[error("there are {} pipelines, and a topology is written of one", .0.len())]
    SeveralPipelines(Vec<String>),
    /// There is none; how to look further.
    #[error("{why}")]
    NoPipeline { why: String, hints: Vec<String> },
    /// What is wrong with it, a sentence each.
    #[error("the environment does not say how to reach AWS: {}", .0.join("; "))]
    Environment(Vec<String>),
    #[error("`{output}` belongs to something that has not been applied yet")]
    NotApplied { output: String },
    #[cfg(feature = "sandbox")]
    #[error(transparent)]
    Store(#[from] crate::sandbox::StoreError),
    #[cfg(feature = "sandbox")]
    #[error(transparent)]
    Serve(#[from] crate::sandbox::ServeError),
    #[error("could not {verb}")]
    Io { verb: String, source: std::io::Error },
}

impl From<SurveyError> for CommandError {
    fn from(error: SurveyError) -> Self {
        engine::Error::from(error).into()
    }
}

impl From<RecordError> for CommandError {
    fn from(error: RecordError) -> Self {
        engine::Error::from(error).into()
    }
}

impl CommandError {
    /// Names the file of a saved plan that cannot be carried out.
    pub(crate) fn of_saved_plan(file: &Path) -> impl FnOnce(Self) -> Self {
        move |error| match error {
            Self::Engine(engine::Error::UnusablePlan(source)) => {
                Self::UnusablePlan { file: file.to_owned(), source }
            }
            other => other,
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Invalid(_) | Self::Denied { .. } => Exit::Invalid,
            Self::Engine(engine::Error::Unwritable(_)) => Exit::Fault,
            Self::Engine(error) => engine_exit(error),
            Self::RecordLost(lost) if lost.written => Exit::Incomplete,
            Self::RecordLost(lost) if lost.source.denied() => Exit::Denied,
            Self::NotATopology(error) => error.exit(),
            Self::Usage(_) | Self::Environment(_) | Self::SeveralPipelines(_) => Exit::Usage,
            _ => Exit::Failed,
        }
    }

    /// How people are told.
    pub(crate) fn told(&self, look: Look) -> Vec<Part> {
        let paint = look.aside;
        if let Self::Invalid(invalid) = self {
            let problems = invalid.problems().iter();
            let problems = problems.map(|problem| Part::Error(diagnostic_text(problem, look.width, paint)));
            let warnings = invalid.warnings().iter();
            let warnings = warnings.map(|warning| Part::Say(warning_text(warning, look.width, paint)));
            let last = Part::Error(error_text(invalid.as_ref(), &[], paint));
            return problems.chain(warnings).chain([last]).collect();
        }
        let first = Part::Error(error_text(self, &self.hints(), paint));
        if let Self::Denied { denied, .. } = self {
            let found = denied.iter().map(|warning| Part::Error(warning_text(warning, look.width, paint)));
            return found.chain([first]).collect();
        }
        let detail = |detail: CallError| {
            Part::Error(error_text(&detail, &detail.hint().into_iter().collect::<Vec<_>>(), paint))
        };
        std::iter::once(first).chain(self.details().into_iter().map(detail)).collect()
    }

    /// Why `command` ended, for every form. `topology` is the file that it is about.
    pub(crate) fn failure(&self, command: &str, topology: &Path, console: &Console) -> Failure {
        let detail = |detail: CallError| (error_line(&detail), detail.hint().into_iter().collect());
        Failure {
            hints: self.hints(),
            details: self.details().into_iter().map(detail).collect(),
            problems: self.problems(topology),
            warnings: self.warnings(),
            ..Failure::new(command, error_line(self), self.exit(), self.told(console.look()))
        }
    }

    /// The calls that failed, where there may be several.
    fn details(&self) -> Vec<CallError> {
        if let Self::Engine(error) = self { error.calls() } else { Vec::new() }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Engine(error) => engine_hints(error),
            Self::RecordLost(lost) => record_hint(&lost.source).into_iter().collect(),
            Self::Refused { reasons, missing, .. } => {
                let skip = missing.then(|| {
                    "use --skip-unreachable to leave out what is missing and go on with the rest".to_owned()
                });
                reasons.iter().cloned().chain(skip).collect()
            }
            Self::UnusablePlan { source: Unusable::Stale(moved), .. } => {
                moved.iter().map(wording::moved).collect()
            }
            Self::UnusablePlan {
                file,
                source:
                    Unusable::OldFormat(_)
                    | Unusable::OtherVersion(_)
                    | Unusable::Changed
                    | Unusable::TopologyChanged,
            } => vec![format!(
                "make it again with `logpipe plan --out {}`",
                quoted(&file.display().to_string())
            )],
            Self::NotATopology(error) => error.hints(),
            Self::SeveralPipelines(ones) => {
                ones.iter().map(|one| format!("`logpipe import --from {}`", quoted(one))).collect()
            }
            Self::NoPipeline { hints, .. } => hints.clone(),
            Self::Denied { .. } => vec![
                "to go on all the same, allow a finding where it is with a comment, `# logpipe: allow CODE -- the reason`, or leave `--deny` out"
                    .to_owned(),
            ],
            Self::NotConfirmed => {
                vec!["answer `yes`, or run `logpipe … --yes` where nobody can answer".to_owned()]
            }
            Self::NotApplied { .. } => {
                vec!["run `logpipe apply` first; `logpipe outputs` shows what every value will be".to_owned()]
            }
            Self::NeedsAnswer { flag } => vec![format!("run `logpipe … {flag}` where nobody can answer")],
            #[cfg(feature = "sandbox")]
            Self::Store(crate::sandbox::StoreError::Io { cause, .. }) => {
                disk_hint(cause).map(str::to_owned).into_iter().collect()
            }
            Self::Io { source, .. } => disk_hint(source).map(str::to_owned).into_iter().collect(),
            _ => Vec::new(),
        }
    }
}

/// The rules that findings are against, each once.
fn listed(denied: &[Warning]) -> String {
    let rules: BTreeSet<Rule> = denied.iter().map(Warning::rule).collect();
    let rules: Vec<String> = rules.iter().map(ToString::to_string).collect();
    format!("{}, which {} denied", rules.join(", "), if rules.len() == 1 { "is" } else { "are" })
}

/// What the failure of a verb means to a script.
fn engine_exit(error: &engine::Error) -> Exit {
    use engine::Error;
    match error {
        Error::Impossible(_) => Exit::Invalid,
        Error::MatchesNothing(_)
        | Error::NoRoute
        | Error::NothingToRead(_)
        | Error::NoneFits(_)
        | Error::EndsBeforeStart
        | Error::OneProcess(_) => Exit::Usage,
        Error::Interrupted => Exit::Interrupted,
        error if error.denied() => Exit::Denied,
        _ => Exit::Failed,
    }
}

/// What to do about the failure of a verb.
fn engine_hints(error: &engine::Error) -> Vec<String> {
    use engine::Error;
    match error {
        Error::Impossible(problems) => problems.clone(),
        Error::NotReached(error) if error.denied() => {
            vec!["use --skip-unreachable to go on without accounts that cannot be entered".to_owned()]
        }
        Error::Record(error) => record_hint(error).into_iter().collect(),
        Error::Unwritable(invalid) => {
            let problems = invalid.problems().iter();
            problems.map(|problem| format!("{}: {}", problem.message(), problem.why())).collect()
        }
        Error::Refused(refused) => reasons(refused),
        _ => Vec::new(),
    }
}

/// What a plan refuses, a sentence each.
pub(crate) fn reasons(refused: &[engine::Refusal]) -> Vec<String> {
    refused.iter().map(|refused| wording::refusal(&refused.address, &refused.reason)).collect()
}

/// What to do about a disk that refuses, before the command is typed again.
fn disk_hint(error: &std::io::Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::StorageFull => Some("free some space on that disk, then run `logpipe …` again"),
        ErrorKind::QuotaExceeded => {
            Some("your quota on that disk is used up: free some space, then run `logpipe …` again")
        }
        ErrorKind::ReadOnlyFilesystem => {
            Some("that disk is read-only: mount it for writing, then run `logpipe …` again")
        }
        ErrorKind::PermissionDenied => Some("check who may write there, then run `logpipe …` again"),
        ErrorKind::Unsupported => {
            Some("that file system lacks a feature, such as locks: keep the file on another one")
        }
        // What is no regular file has been named, and stays so.
        ErrorKind::InvalidInput | ErrorKind::NotFound => None,
        _ => Some("check that disk, then run `logpipe …` again: it continues from what is there"),
    }
}

/// The command that lists what was in S3 under a name.
fn versions(place: &str) -> Option<String> {
    let (bucket, key) = place.strip_prefix("s3://")?.split_once('/')?;
    Some(format!("`aws s3api list-object-versions --bucket {} --prefix {}`", quoted(bucket), quoted(key)))
}

/// What to do about a record that cannot be locked or kept.
fn record_hint(error: &RecordError) -> Option<String> {
    match error {
        RecordError::Locked { left: None, .. } => Some(
            "wait for it to end, for example with `logpipe … --lock-timeout 10m`; a lock ends with its process, so it is never stale"
                .to_owned(),
        ),
        RecordError::Locked { left: Some(left), .. } => Some(format!(
            "wait for it to end, for example with `logpipe … --lock-timeout 10m`; if it was killed, the record is free in {} s",
            left.as_secs().max(1)
        )),
        RecordError::Splitting { left, .. } => Some(format!(
            "wait for it to end, for example with `logpipe … --lock-timeout 10m`; if it was killed, the record is free in {} s",
            left.as_secs().max(1)
        )),
        RecordError::NotShared { .. } => Some(
            "keep it in S3: set `record: s3://bucket/key` in the topology, and copy the file there if there is one"
                .to_owned(),
        ),
        RecordError::NoPart { part, .. } => Some(match versions(part) {
            Some(versions) => format!("if the bucket keeps versions, you can restore it: {versions}"),
            None => "a record in parts is for S3: use it where it is".to_owned(),
        }),
        RecordError::TakenOver { .. } | RecordError::RanOut { .. } => {
            Some("run `logpipe …` again: it starts from what the other run left".to_owned())
        }
        RecordError::Unreachable { source, .. } => source.hint.clone(),
        RecordError::Io { source, .. } => disk_hint(source).map(str::to_owned),
        RecordError::OfNobody { record, wanted, .. } => Some(format!(
            "if it belongs to `{wanted}`, say so with `echo '{{\"format\":1,\"topology\":\"{wanted}\",\"resources\":{{}}}}' > {}`; if not, give this topology a `record` of its own",
            quoted(&record.display().to_string())
        )),
        RecordError::Corrupt { place, .. } => Some(format!(
            "if the bucket keeps versions, you can restore an earlier record: {}",
            versions(place)?
        )),
        RecordError::NoBase { base, .. } => Some(match versions(base) {
            Some(versions) => format!("if the bucket keeps versions, you can restore it: {versions}"),
            None => "copy it from where the record was copied from".to_owned(),
        }),
        _ => None,
    }
}
