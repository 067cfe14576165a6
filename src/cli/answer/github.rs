//! What a command tells GitHub Actions besides its output: annotations in the log, and the summary page of the job.

use std::path::PathBuf;

use crate::files::Disk;
use crate::ui::{Console, Report, Verbosity, group};

use crate::cli::settings::Environment;

/// The CI job that a command runs in, if it is one.
#[derive(Debug, Clone)]
pub(crate) struct Github {
    console: Console,
    /// Whether lines of the log may be workflow commands.
    annotates: bool,
    /// The Markdown file that becomes the summary.
    summary: Option<PathBuf>,
    disk: Disk,
}

impl Github {
    pub(crate) fn new(environment: &Environment, console: &Console) -> Self {
        Self {
            console: console.clone(),
            annotates: environment.get("GITHUB_ACTIONS") == Some("true"),
            summary: environment.get("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            disk: environment.disk.clone(),
        }
    }

    /// Says the text, in a group that can be folded away where there are groups.
    pub(crate) fn say(&self, title: &str, text: &str) {
        if self.annotates && self.console.verbosity() >= Verbosity::Normal {
            let [begin, end] = group(title);
            self.console.command(&begin);
            self.console.say(text);
            self.console.command(&end);
        } else {
            self.console.say(text);
        }
    }

    /// Annotates what a report says of files, steps and routes, and has its page in the summary where it is news.
    pub(crate) fn tell(&self, report: &dyn Report) {
        if self.annotates {
            report.annotations().iter().for_each(|annotation| self.console.command(annotation));
        }
        if report.is_news() {
            self.summarise(report);
        }
    }

    /// Appends to the summary, which other steps of the job write to as well. It is not worth failing for.
    fn summarise(&self, report: &dyn Report) {
        let Some(path) = &self.summary else { return };
        let page = self.console.page(&report.markdown(self.console.look()));
        if let Err(error) = self.disk.append(path, &format!("{page}\n")) {
            self.console
                .say(&format!("note: the job summary {} could not be written: {error}", path.display()));
        }
    }
}
