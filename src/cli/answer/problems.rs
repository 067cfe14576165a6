//! What is wrong with a topology, by place in the file, for `validate` and for annotations.

use std::path::Path;

use crate::engine;
use crate::exit::Exit;
use crate::topology::Problem;
use crate::ui::{ProblemView, WarningView};

use super::error::CommandError;
use crate::cli::input::called;

impl CommandError {
    /// The problems of the topology at `path` that this error is about, none of an error that is not about it.
    pub(crate) fn problems(&self, path: &Path) -> Vec<ProblemView> {
        match self {
            Self::Invalid(invalid) => invalid.problems().iter().map(view).collect(),
            Self::Engine(engine::Error::Impossible(problems)) => {
                problems.iter().map(|text| whole_file(path, text)).collect()
            }
            // Its findings say where.
            Self::Denied { .. } => Vec::new(),
            // Whatever else makes a topology invalid, being missing for instance, is a problem of it too.
            error if error.exit() == Exit::Invalid => vec![whole_file(path, &error.to_string())],
            _ => Vec::new(),
        }
    }

    /// What the topology says beside its problems that is most likely not meant.
    pub(crate) fn warnings(&self) -> Vec<WarningView> {
        match self {
            Self::Invalid(invalid) => invalid.warnings().iter().map(WarningView::from).collect(),
            Self::Denied { denied, .. } => denied.iter().map(WarningView::from).collect(),
            _ => Vec::new(),
        }
    }
}

/// A problem as it is shown.
pub(crate) fn view(problem: &Problem) -> ProblemView {
    ProblemView {
        file: problem.file().to_owned(),
        line: problem.line(),
        column: problem.column(),
        problem: problem.message().to_owned(),
        why: Some(problem.why().to_owned()),
        help: Some(problem.help().to_owned()),
    }
}

/// A problem of the topology as a whole.
fn whole_file(path: &Path, problem: &str) -> ProblemView {
    ProblemView { file: called(path), line: 1, column: 1, problem: problem.to_owned(), why: None, help: None }
}
