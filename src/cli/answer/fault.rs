//! The last words of a process that panics: what went wrong in logpipe itself, what is left behind, and exit code 70.
//!
//! The record is written before each step, so that a process may end anywhere; the journal needs no closing.

use std::backtrace::Backtrace;
use std::panic::{PanicHookInfo, set_hook};

use crate::exit::Exit;
use crate::ui::{Console, Failure, Form, error_text};

use crate::cli::command::Command;

/// What is known of the process when it panics.
#[derive(Debug, Clone)]
pub(crate) struct LastWords {
    console: Console,
    form: Form,
    left: &'static str,
    backtrace: bool,
}

impl LastWords {
    /// Before the arguments are understood.
    pub(crate) fn early(console: &Console, backtrace: bool) -> Self {
        Self { console: console.clone(), form: Form::Human, left: NOTHING, backtrace }
    }

    /// Of a command.
    pub(crate) fn of(command: &Command, console: &Console, form: Form, backtrace: bool) -> Self {
        let left = match command {
            command if command.writes() => WRITTEN,
            Command::Verify(_) => {
                "a test log stream `logpipe-verify/…` may be left behind; the next `logpipe verify` removes it"
            }
            _ => NOTHING,
        };
        Self { console: console.clone(), form, left, backtrace }
    }

    /// Has them said in place of Rust's own words, whichever thread or task panics.
    pub(crate) fn on_panic(self) {
        set_hook(Box::new(move |info| {
            self.say(&what(info));
            leave();
        }));
    }

    fn say(&self, what: &str) {
        let error = std::io::Error::other(format!("logpipe has a fault and had to stop: {what}"));
        let hints = [self.left.to_owned(), REPORT.to_owned()];
        let mut told = error_text(&error, &hints, self.console.err_paint());
        if self.backtrace {
            told = format!("{}\n{told}", Backtrace::force_capture());
        }
        let failure = Failure {
            hints: hints.into(),
            ..Failure::new("logpipe", error.to_string(), Exit::Fault, Vec::new())
        };
        let data = self.console.rendered(self.form, &failure);
        self.console.last_words(data.as_deref(), &told);
    }
}

const NOTHING: &str = "nothing was written to AWS";
const WRITTEN: &str =
    "the record holds what was under way: run the same command again, and it continues from what is there";
const REPORT: &str = "please report it with the lines above, the output of `logpipe version` and, if it happens again, the log of LOGPIPE_LOG=debug";

/// What was said when it panicked, and where.
fn what(info: &PanicHookInfo<'_>) -> String {
    let said = info.payload_as_str().unwrap_or("a panic without a message");
    match info.location() {
        Some(place) => format!("{said} ({}:{})", place.file(), place.line()),
        None => said.to_owned(),
    }
}

/// A panic in a task would leave the others waiting, and Rust's own code for one on the main thread is no promise of
/// ours.
#[expect(
    clippy::disallowed_methods,
    clippy::exit,
    reason = "a panic has no way back to main.rs: the release aborts, and tokio keeps a task's to itself"
)]
fn leave() -> ! {
    std::process::exit(i32::from(Exit::Fault.code()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::{ColourChoice, Verbosity};

    fn install() {
        let console =
            Console::of_process(ColourChoice { never: true, ..ColourChoice::default() }, Verbosity::Quiet);
        LastWords { console, form: Form::Json, left: WRITTEN, backtrace: false }.on_panic();
    }

    #[test]
    #[ignore = "ends its process: the tests below run it in one of its own"]
    fn on_the_main_thread() {
        install();
        panic!("something with the key AKIAIOSFODNN7EXAMPLE");
    }

    #[test]
    #[ignore = "ends its process: the tests below run it in one of its own"]
    fn in_a_task() {
        install();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            drop(tokio::spawn(async { panic!("in a task") }));
            std::future::pending::<()>().await;
        });
    }

    /// Exit code, stdout and stderr of one of them.
    fn run(test: &str) -> (Option<i32>, String, String) {
        let name = format!("{}::{test}", module_path!().split_once("::").unwrap().1);
        let ran = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &name, "--ignored", "--nocapture", "--test-threads=1"])
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (ran.status.code(), text(ran.stdout), text(ran.stderr))
    }

    #[test]
    fn a_panic_is_worded_and_ends_with_70() {
        for (test, said) in
            [("on_the_main_thread", "something with the key AKIA***"), ("in_a_task", "in a task")]
        {
            let (code, out, err) = run(test);
            assert_eq!(code, Some(70), "{out}\n{err}");
            assert!(
                err.starts_with(&format!(
                    "error: logpipe has a fault and had to stop: {said} (src/cli/answer/fault.rs:"
                )),
                "{err}"
            );
            assert!(
                err.contains("hint: the record holds what was under way: run the same command again"),
                "{err}"
            );
            assert!(!err.contains("panicked") && !err.contains("RUST_BACKTRACE"), "{err}");
            // The test harness starts the line.
            let last: serde_json::Value =
                serde_json::from_str(&out[out.rfind("{\"format\"").unwrap()..]).unwrap();
            assert_eq!((&last["type"], &last["exit"]), (&"error".into(), &70.into()));
        }
    }
}
