//! The real binary in a process of its own: what only shows over a real connection and in real time.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use logpipe::exit::Exit;

use super::Ran;

/// A command that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(60);

/// One that waits for another one to let go of the record.
const LONG_LIMIT: Duration = Duration::from_secs(300);

/// Every code that a command may end with.
const EXITS: [Exit; 10] = [
    Exit::Done,
    Exit::Failed,
    Exit::Pending,
    Exit::Incomplete,
    Exit::Broken,
    Exit::Usage,
    Exit::Invalid,
    Exit::Fault,
    Exit::Denied,
    Exit::Interrupted,
];

/// Runs `logpipe` in a folder, with these environment variables and no others.
pub(crate) fn logpipe(folder: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Ran {
    ended(start(folder, environment, arguments, Stdio::null()), arguments)
}

/// The same, with something on stdin.
pub(crate) fn logpipe_reading(folder: &Path, input: &[u8], arguments: &[&str]) -> Ran {
    let mut child = start(folder, &[], arguments, Stdio::piped());
    // A command that does not read it all has said why.
    drop(child.stdin.take().unwrap().write_all(input));
    ended(child, arguments)
}

/// Starts a command that waits for the end of stdin, which never comes, and interrupts it again and again once it reads.
#[cfg(unix)]
pub(crate) fn interrupted(folder: &Path, arguments: &[&str]) -> Option<i32> {
    /// More than a pipe holds, so that all of it is written only when somebody reads (pipe(7)).
    const MORE_THAN_A_PIPE: usize = 1024 * 1024;
    let mut child = start(folder, &[], arguments, Stdio::piped());
    let (_out, _err) = (everything(child.stdout.take()), everything(child.stderr.take()));
    let mut stdin = child.stdin.take().unwrap();
    let (read, reads) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        if stdin.write_all(&vec![b' '; MORE_THAN_A_PIPE]).is_ok() {
            // It stays open as long as somebody has it.
            drop(read.send(stdin));
        }
    });
    let mut begun = None;
    let clock = logpipe::clock::Clock::real();
    let began = clock.elapsed();
    while clock.elapsed() - began < LIMIT {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        begun = begun.or_else(|| reads.try_recv().ok());
        if begun.is_some() {
            let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
            assert!(interrupt.is_ok(), "there is a kill(1)");
        }
        std::thread::yield_now();
    }
    end(&mut child);
    panic!("logpipe {arguments:?} did not hear for {LIMIT:?}");
}

fn ended(mut child: Child, arguments: &[&str]) -> Ran {
    let (out, err) = (everything(child.stdout.take()), everything(child.stderr.take()));
    let text = |from: Receiver<String>| from.recv_timeout(LIMIT);
    let (Ok(out), Ok(err)) = (text(out), text(err)) else {
        end(&mut child);
        panic!("logpipe {arguments:?} took longer than {LIMIT:?}");
    };
    let code = child.wait().unwrap().code();
    let exit = EXITS.into_iter().find(|exit| Some(i32::from(exit.code())) == code);
    Ran { exit: exit.unwrap_or_else(|| panic!("exit code {code:?}\n{out}\n{err}")), out, err }
}

/// A command under way, which is killed when it is dropped.
pub(crate) struct Running {
    child: Child,
    said: [Receiver<String>; 2],
}

/// How a command ended that may have been killed.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Nothing when a signal ended it.
    pub(crate) exit: Option<Exit>,
    /// What it said on stdout and stderr.
    pub(crate) said: String,
}

impl Running {
    /// Starts `logpipe` in a folder, with these environment variables and no others.
    pub(crate) fn start(folder: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Self {
        let mut child = start(folder, environment, arguments, Stdio::null());
        let said = [everything(child.stdout.take()), everything(child.stderr.take())];
        Self { child, said }
    }

    /// Sends it a signal, by the name that kill(1) knows.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success(), "kill -s {name}");
    }

    /// Whether a signal has stopped it (proc_pid_stat(5)).
    pub(crate) fn is_stopped(&self) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        stat.rsplit_once(") ").unwrap().1.starts_with('T')
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Ends it at once.
    pub(crate) fn kill(&mut self) {
        end(&mut self.child);
    }

    /// Waits for its end.
    pub(crate) fn ended(mut self) -> Ended {
        let said: Vec<String> =
            self.said.iter().map_while(|said| said.recv_timeout(LONG_LIMIT).ok()).collect();
        assert_eq!(said.len(), 2, "logpipe took longer than {LONG_LIMIT:?}");
        let code = self.child.wait().unwrap().code();
        let exit = EXITS.into_iter().find(|exit| Some(i32::from(exit.code())) == code);
        let said = said.concat();
        assert_eq!(exit.is_none(), code.is_none(), "exit code {code:?}: {said}");
        Ended { exit, said }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// A process that serves until it is dropped.
pub(crate) struct Server {
    child: Child,
    /// The first line it said on stdout.
    pub(crate) url: String,
}

impl Server {
    /// Starts `logpipe` with arguments that make it a server, and waits until it says where.
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Self {
        Self::saying_where(start(folder, &[], arguments, Stdio::null()), arguments)
    }

    /// The same, with so few file handles.
    #[cfg(unix)]
    pub(crate) fn start_with_handles(handles: usize, folder: &Path, arguments: &[&str]) -> Self {
        let mut shell = Command::new("sh");
        shell.args([
            "-c",
            &format!("ulimit -n {handles} && exec \"$0\" \"$@\""),
            env!("CARGO_BIN_EXE_logpipe"),
        ]);
        Self::saying_where(spawned(&mut shell, folder, &[], arguments, Stdio::null()), arguments)
    }

    fn saying_where(mut child: Child, arguments: &[&str]) -> Self {
        let err = everything(child.stderr.take());
        let url = first_line(child.stdout.take()).recv_timeout(LIMIT).unwrap_or_default();
        if url.is_empty() {
            end(&mut child);
            panic!("logpipe {arguments:?} said nothing: {:?}", err.recv_timeout(LIMIT));
        }
        Self { child, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

fn start(folder: &Path, environment: &[(&str, &str)], arguments: &[&str], stdin: Stdio) -> Child {
    spawned(&mut Command::new(env!("CARGO_BIN_EXE_logpipe")), folder, environment, arguments, stdin)
}

fn spawned(
    command: &mut Command,
    folder: &Path,
    environment: &[(&str, &str)],
    arguments: &[&str],
    stdin: Stdio,
) -> Child {
    command
        .args(arguments)
        .current_dir(folder)
        // Neither somebody's AWS settings nor a proxy may get into a test.
        .env_clear()
        .envs(environment.iter().copied())
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Kills a process that may have ended already, and waits for it so that it does not stay as a zombie.
fn end(child: &mut Child) {
    drop(child.kill());
    drop(child.wait());
}

fn everything(from: Option<impl Read + Send + 'static>) -> Receiver<String> {
    reading(from, |mut from, text| from.read_to_string(text))
}

fn first_line(from: Option<impl Read + Send + 'static>) -> Receiver<String> {
    reading(from, |from, text| {
        let read = BufReader::new(from).read_line(text);
        text.truncate(text.trim_end().len());
        read
    })
}

/// Reads on a thread of its own, so that the reader of the answer can give up, and so that no pipe runs full.
fn reading<R: Read + Send + 'static>(
    from: Option<R>,
    read: fn(R, &mut String) -> std::io::Result<usize>,
) -> Receiver<String> {
    let (sender, receiver) = channel();
    let from = from.expect("the stream is piped and taken once");
    std::thread::spawn(move || {
        let mut text = String::new();
        // What was read before an error still tells something; whoever gave up waiting needs no answer.
        drop(read(from, &mut text));
        drop(sender.send(text));
    });
    receiver
}
