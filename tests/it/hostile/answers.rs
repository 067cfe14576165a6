//! Answers that are no answers of AWS: what a proxy, a captive portal or a broken service may say.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use logpipe::exit::Exit;

use crate::support::process::logpipe;

const QUICKSTART: &str = include_str!("../../../topologies/quickstart.yaml");

/// Serves the same bytes to everybody, until the process ends.
fn serving(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let Ok(mut connection) = connection else { continue };
            let mut request = [0; 65_536];
            let answered = connection.read(&mut request).and_then(|_| connection.write_all(answer));
            drop(answered);
        }
    });
    url
}

/// Plans against a service that answers so, and expects a call error that names what was attempted.
#[track_caller]
fn check(answer: &'static [u8]) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("topology.yaml"), QUICKSTART).unwrap();
    let url = serving(answer);
    let environment = [
        ("AWS_ENDPOINT_URL", url.as_str()),
        ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "example"),
        ("AWS_MAX_ATTEMPTS", "1"),
        ("HOME", "/nonexistent"),
    ];
    let ran = logpipe(folder.path(), &environment, &["plan"]);
    let said = String::from_utf8_lossy(answer).into_owned();
    assert!(matches!(ran.exit, Exit::Failed | Exit::Denied), "{said}\n{ran:?}");
    assert!(!ran.err.contains("panicked") && ran.err.contains("sts:"), "{said}\n{ran:?}");
    assert!(ran.err.contains(&url), "who was asked: {said}\n{ran:?}");
}

#[test]
fn who_never_answers_is_left_when_the_time_of_a_call_is_over() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("topology.yaml"), QUICKSTART).unwrap();
    // Connections are taken by the system, and never served.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let environment = [("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "example")];
    let arguments = ["plan", "--endpoint-url", &url, "--call-timeout", "2s"];
    let ran = logpipe(folder.path(), &environment, &arguments).expect(Exit::Failed);
    assert!(ran.err.contains(&format!("no answer from {url} within 1 s, 2 s over all attempts")), "{ran:?}");
    assert!(ran.err.contains("--call-timeout"), "{ran:?}");
}

#[test]
fn what_is_no_answer_is_an_error_of_the_call() {
    check(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    check(b"HTTP/1.1 200 OK\r\ncontent-length: 24\r\nconnection: close\r\n\r\n<html>please pay</html>\n");
    check(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 20\r\nconnection: close\r\n\r\n<html>nothing</html>");
    check(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    check(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    check(b"HTTP/1.1 200 OK\r\ncontent-length: 80\r\nconnection: close\r\n\r\n<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>");
    check(b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\nconnection: close\r\n\r\n<AssumeRoleResponse><Assume");
    check(b"HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: 6\r\nconnection: close\r\n\r\n\xff\xfe\x00<a>");
    check(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 73\r\nconnection: close\r\n\r\n<ErrorResponse><Error><Code></Code></Error><Error/></ErrorResponse       >");
    check(b"220 mail.example.com ESMTP\r\n");
}
