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
const APPLY_CALLS: u64 = 36;

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
        let address = self.server.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let ask = format!("POST /_sandbox/advance?seconds={seconds} HTTP/1.1\r\nHost: {address}\r\n");
        stream.write_all(format!("{ask}Content-Length: 0\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
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
