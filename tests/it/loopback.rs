//! The served sandbox and the binary as two processes, over a real connection and in real time.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use logpipe::exit::Exit;
use serde_json::Value;

use crate::support::Ran;
use crate::support::process::{Server, logpipe};

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");

/// The first apply of the quickstart may take this many calls.
const APPLY_CALLS: u64 = 40;

/// A plan without changes may take this many calls.
const PLAN_CALLS: u64 = 24;

struct Loopback {
    folder: tempfile::TempDir,
    server: Server,
}

impl Loopback {
    /// A sandbox in which 100 seconds pass in one: a buffer of a minute is flushed soon, and sessions of an hour outlive
    /// a command on a busy machine.
    fn serving(topology: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("topology.yaml"), topology).unwrap();
        let serve = ["sandbox", "serve", "topology.yaml", "--port", "0", "--speed", "100"];
        let server = Server::start(folder.path(), &serve);
        Self { folder, server }
    }

    /// Lets simulated time jump ahead of this machine's clock.
    fn advance(&self, seconds: u32) {
        let answer = posted(&self.server, &format!("advance?seconds={seconds}"), &[]);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let environment = [
            ("AWS_ENDPOINT_URL", self.server.url.as_str()),
            ("AWS_ACCESS_KEY_ID", "SANDBOX000000000000"),
            ("AWS_SECRET_ACCESS_KEY", "sandbox"),
        ];
        logpipe(self.folder.path(), &environment, arguments)
    }
}

/// The answer to a control call with these headers, of which `Host` is right where none is given.
fn posted(server: &Server, control: &str, headers: &[(&str, &str)]) -> String {
    let address = server.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let host = if headers.iter().any(|(name, _)| *name == "Host") { None } else { Some(("Host", address)) };
    let headers: Vec<String> =
        host.iter().chain(headers).map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!("POST /_sandbox/{control} HTTP/1.1\r\n{}", headers.concat());
    // A server that has read enough of it closes the connection.
    drop(stream.write_all(format!("{head}Content-Length: 0\r\nConnection: close\r\n\r\n").as_bytes()));
    let mut answer = String::new();
    drop(stream.read_to_string(&mut answer));
    answer
}

#[test]
fn web_pages_of_elsewhere_do_not_reach_the_sandbox() {
    let loopback = Loopback::serving(QUICKSTART);
    let check = |headers: &[(&str, &str)], status: &str| {
        let answer = posted(&loopback.server, "reset", headers);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{headers:?}: {answer}");
    };
    check(&[("Origin", "https://evil.example")], "403");
    check(&[("Sec-Fetch-Site", "cross-site")], "403");
    check(&[("Host", "evil.example")], "403");
    let long = "x".repeat(1_000_000);
    let answer = posted(&loopback.server, "reset", &[("X-Long", &long)]);
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    // The account is still there.
    loopback.run(&["plan"]).expect(Exit::Done);
    check(&[], "200");
    loopback.run(&["plan"]).expect(Exit::Denied);
}

#[cfg(unix)]
#[test]
fn a_server_that_had_no_file_handles_left_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let serve = ["sandbox", "serve", "--port", "0"];
    let server = Server::start_with_handles(24, folder.path(), &serve);
    let address = server.url.strip_prefix("http://").unwrap();
    let many: Vec<TcpStream> = (0..60).map(|_| TcpStream::connect(address).unwrap()).collect();
    drop(many);
    let answer = posted(&server, "advance?seconds=1", &[]);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn the_whole_job_over_loopback() {
    let loopback = Loopback::serving(QUICKSTART);
    assert!(loopback.server.url.starts_with("http://127.0.0.1:"), "{}", loopback.server.url);

    let applied = loopback.run(&["apply", "--yes", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!(applied["failed"], 0, "{applied}");
    assert!(applied["calls"]["total"].as_u64().unwrap() <= APPLY_CALLS, "{applied}");

    let planned = loopback.run(&["plan", "--detailed-exitcode", "--verbose"]).expect(Exit::Done);
    assert!(calls(&planned) <= PLAN_CALLS, "{}", planned.err);

    // Objects lie in folders of the hour, and that hour is the sandbox's.
    loopback.advance(7 * 3600);
    let verified =
        loopback.run(&["verify", "--timeout", "30s", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!(verified["verdict"], "delivered", "{verified}");

    loopback.run(&["destroy", "--yes"]).expect(Exit::Done);
    let after = loopback.run(&["status", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!(left(&after), ["s3_bucket", "s3_bucket_policy"], "{after}");
    assert!(loopback.folder.path().join(".logpipe/quickstart.json").exists(), "the bucket's record is gone");
}

#[test]
fn an_unknown_caller_is_refused_by_exit_code() {
    let loopback = Loopback::serving(QUICKSTART);
    let environment = [
        ("AWS_ENDPOINT_URL", loopback.server.url.as_str()),
        ("AWS_ACCESS_KEY_ID", "AKIANOBODY"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
    ];
    let folder: &Path = loopback.folder.path();
    let ran = logpipe(folder, &environment, &["apply", "--yes"]).expect(Exit::Denied);
    assert!(ran.err.contains("InvalidClientTokenId"), "{}", ran.err);
}

/// The number in `24 calls to AWS`.
fn calls(ran: &Ran) -> u64 {
    let line = ran.err.lines().find(|line| line.contains("calls to AWS")).unwrap();
    line.split(' ').next().unwrap().parse().unwrap()
}

/// The kinds that a status finds in sync.
fn left(status: &Value) -> Vec<&str> {
    let resources = status["resources"].as_array().unwrap().iter();
    resources.filter(|one| one["status"] == "in_sync").map(|one| one["kind"].as_str().unwrap()).collect()
}
