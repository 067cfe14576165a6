//! Arguments and variables that are no Unicode, or absurd: wrong usage or none, never a panic.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Command, Output};

fn run(arguments: &[&OsStr], variable: Option<(&str, &OsStr)>) -> Output {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("topology.yaml"), include_str!("../../../topologies/quickstart.yaml"))
        .unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_logpipe"));
    command.args(arguments).current_dir(folder.path()).env_clear();
    if let Some((name, value)) = variable {
        command.env(name, value);
    }
    command.output().unwrap()
}

#[track_caller]
fn check(arguments: &[&OsStr], variable: Option<(&str, &OsStr)>) {
    let output = run(arguments, variable);
    let said = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 1 | 64 | 65)), "{arguments:?} {variable:?}: {code:?} {said}");
    assert!(!said.contains("panicked"), "{arguments:?} {variable:?}: {said}");
}

#[test]
fn arguments_of_any_bytes() {
    let odd =
        [&b"\xff\xfe"[..], b"", b"\xe2\x80\xae", b"-", b"--", b"--=", b"a\x1b[31m", b"\xf0\x9f\x92\xa5"];
    for bytes in odd {
        let odd = OsStr::from_bytes(bytes);
        check(&[odd], None);
        for command in ["validate", "plan"] {
            check(&[OsStr::new(command), odd, OsStr::new("--sandbox")], None);
        }
        check(&[OsStr::new("plan"), OsStr::new("--sandbox"), OsStr::new("--target"), odd], None);
    }
    let long = OsString::from("x".repeat(100_000));
    check(&[OsStr::new("validate"), &long], None);
}

#[test]
fn variables_of_any_bytes() {
    let odd = OsStr::from_bytes(b"\xff\xfe\x80");
    let plan = [OsStr::new("plan"), OsStr::new("--sandbox")];
    for name in [
        "LOGPIPE_LOG",
        "NO_COLOR",
        "CLICOLOR_FORCE",
        "TERM",
        "CI",
        "COLUMNS",
        "GITHUB_ACTIONS",
        "HOME",
        "AWS_PROFILE",
    ] {
        check(&plan, Some((name, odd)));
    }
    check(&plan, Some(("COLUMNS", OsStr::new("99999999999999999999"))));
    check(&plan, Some(("LOGPIPE_LOG", OsStr::new("=,=,[{"))));
}
