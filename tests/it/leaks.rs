//! Nothing leaked, nothing obeyed: whatever AWS or a file says, no byte that a run writes holds a secret of it, and none
//! steers who reads it.

use logpipe::clock::Clock;
use logpipe::exit::Exit;
use logpipe::sandbox::Cloud;

use crate::support::aws::{ARCHIVE, SOURCE, TOKYO};
use crate::support::delivery::write_event;
use crate::support::process::logpipe;
use crate::support::quoting::{Answer, beside_quoting};
use crate::support::scanner::Scanner;
use crate::support::{Bench, Ran};
use crate::walkthrough::{TOPOLOGY, applied};

const OPERATOR: &str = "000000000000";
const STARTING_SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKE";
const EXTERNAL_ID: &str = "s3cr3t/external+id=47";

fn topology() -> String {
    TOPOLOGY.replace(
        "access: { role_name: LogpipeDeployer }",
        &format!("access: {{ role_name: LogpipeDeployer, external_id: \"{EXTERNAL_ID}\" }}"),
    )
}

fn cloud() -> Cloud {
    let cloud = Cloud::starting_at(Clock::real().now());
    for account in [SOURCE, ARCHIVE] {
        let (account, operator) = (account.parse().unwrap(), OPERATOR.parse().unwrap());
        cloud.prepare_account(&account, "LogpipeDeployer", Some(EXTERNAL_ID), &operator);
    }
    cloud
}

/// Runs a command as a step of a CI job that logs all there is, against an AWS that answers so, and looks for its
/// secrets in everything that it has written.
fn scanned(
    bench: &Bench,
    arguments: &[&str],
    decide: impl Fn(&str) -> Answer + Send + Sync + 'static,
) -> Ran {
    let home = bench.path("");
    let summary = bench.path("summary.md");
    let (ran, issued) = beside_quoting(&cloud(), decide, |url| {
        let environment = [
            ("AWS_ACCESS_KEY_ID", "SANDBOX000000000000"),
            ("AWS_SECRET_ACCESS_KEY", STARTING_SECRET),
            ("AWS_ENDPOINT_URL", url),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_MAX_ATTEMPTS", "1"),
            ("HOME", home.to_str().unwrap()),
            ("LOGPIPE_LOG", "trace"),
            ("CI", "true"),
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
        ];
        logpipe(&home, &environment, arguments)
    });
    let mut scanner = Scanner::default();
    scanner.know("the starting secret", STARTING_SECRET);
    scanner.know("the external id", EXTERNAL_ID);
    issued.iter().for_each(|secret| scanner.know("what STS issued", secret));
    scanner.expect_none("stdout", &ran.out);
    scanner.expect_none("stderr", &ran.err);
    scanner.expect_none_below(&home, &["topology.yaml"]);
    ran
}

#[test]
fn no_secret_is_written_whatever_aws_quotes() {
    let getting_in = |operation: &str| operation == "AssumeRole";
    let reading = |operation: &str| operation.starts_with("Get") || operation.starts_with("Describe");
    for output in ["human", "json", "yaml", "markdown"] {
        let apply = ["apply", "--yes", "--verify", "--verbose", "--output", output];
        let bench = || Bench::new(&topology());

        let ran = scanned(&bench(), &apply, |_| Answer::Quoted("SignatureDoesNotMatch"));
        assert!(ran.said().contains("SignatureDoesNotMatch") && ran.said().contains("***"), "{ran:?}");

        let ran = scanned(&bench(), &apply, move |operation| match getting_in(operation) {
            true => Answer::Made,
            false => Answer::Quoted("AccessDenied"),
        });
        assert_eq!(ran.exit, Exit::Denied, "{ran:?}");
        assert!(ran.said().contains("AccessDenied") && ran.said().contains("***"), "{ran:?}");

        // Only what writes is refused, so that there are a plan, a journal and a report.
        let started = bench();
        let ran =
            scanned(&started, &apply, move |operation| match getting_in(operation) || reading(operation) {
                true => Answer::Made,
                false if operation.starts_with("Create") => Answer::Quoted("SignatureDoesNotMatch"),
                false => Answer::Made,
            });
        assert_eq!(ran.exit, Exit::Incomplete, "{ran:?}");
        assert!(started.path(".logpipe").exists() && started.path("summary.md").exists(), "{ran:?}");
    }
}

#[test]
fn no_secret_is_written_when_sts_answers_amiss() {
    for (from, to) in [
        ("</SessionToken>", "</SessionToken><Oops>"),
        ("<Expiration>", "<Expiration>never"),
        (
            "<AssumedRoleUser>",
            "<AssumedRoleUser><Arn>arn:aws:sts::333333333333:assumed-role/x/y</Arn></AssumedRoleUser><X>",
        ),
    ] {
        let ran = scanned(&Bench::new(&topology()), &["plan"], move |operation| match operation {
            "AssumeRole" => Answer::Altered(from, to),
            _ => Answer::Made,
        });
        assert_ne!(ran.exit, Exit::Done, "{ran:?}");
    }
}

#[test]
fn passwords_in_the_urls_of_servers_and_proxies_are_not_shown() {
    let bench = Bench::new(TOPOLOGY);
    let mut scanner = Scanner::default();
    scanner.know("the password", "Pa55word!of+ops");
    scanner.know("the user", "ops-user");
    let url = "http://ops-user:Pa55word%21of%2Bops@127.0.0.1:9";
    for (variables, flags) in [
        (&[("HTTPS_PROXY", url), ("HTTP_PROXY", url), ("https_proxy", url)][..], &[][..]),
        (&[("AWS_ENDPOINT_URL", url)][..], &[][..]),
        (&[][..], &["--endpoint-url", url][..]),
    ] {
        let home = bench.path("");
        let fixed = [
            ("AWS_ACCESS_KEY_ID", "SANDBOX000000000000"),
            ("AWS_SECRET_ACCESS_KEY", STARTING_SECRET),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_MAX_ATTEMPTS", "1"),
            ("HOME", home.to_str().unwrap()),
            ("LOGPIPE_LOG", "trace"),
        ];
        for output in ["human", "json", "yaml", "markdown"] {
            let arguments = [&["plan", "--output", output], flags].concat();
            let ran = logpipe(&home, &[&fixed, variables].concat(), &arguments);
            assert_ne!(ran.exit, Exit::Done, "{ran:?}");
            scanner.expect_none("the output", ran.said());
        }
    }
}

#[test]
fn what_aws_says_steers_neither_a_terminal_nor_a_runner_nor_a_shell() {
    let hostile = "no\n::add-mask::x\r\n  ::error::y ##[group]z ##vso[task.setvariable]v \u{1b}]0;t\u{7}\u{1b}[2J\u{9b}2J\u{202e}\u{200b}\u{2028}::stop-commands::s `$(touch pwned)`";
    for output in ["human", "json", "yaml", "markdown"] {
        let bench = Bench::new(&topology());
        let apply = ["apply", "--yes", "--verbose", "--output", output];
        let ran = scanned(&bench, &apply, move |operation| match operation {
            "CreateLogGroup" | "CreateDeliveryStream" => Answer::Said(hostile.to_owned()),
            _ => Answer::Made,
        });
        assert_eq!(ran.exit, Exit::Incomplete, "{ran:?}");
        let summary = std::fs::read_to_string(bench.path("summary.md")).unwrap();
        for text in [&ran.out, &ran.err, &summary] {
            steers_nobody(text);
        }
        assert!(ran.said().contains("add-mask"), "it is told: {ran:?}");
        if output == "json" {
            // The same text for whoever reads the JSON.
            let failed = &ran.json()["failures"][0]["error"];
            assert!(failed.as_str().unwrap().contains("##[group]z"), "{failed}");
        }
    }
}

/// Expects that no line of a text is a command that was not ours, and that no character of it is unseen.
#[track_caller]
fn steers_nobody(text: &str) {
    let ours = ["::error title=", "::error file=", "::warning file=", "::group::Plan", "::endgroup::"];
    for line in text.split(['\n', '\r']) {
        let start = line.trim_start();
        // Written out it would not be obeyed, and still be a line that nobody of ours has begun.
        assert!(!start.starts_with("\\u{3a}:"), "{line:?}");
        let known = ours.iter().any(|command| line.starts_with(command));
        assert!(known || !start.starts_with("::"), "{line:?}");
        assert!(!line.contains("##[") && !line.contains("##vso["), "{line:?}");
    }
    let unseen = |c: &char| c.is_control() && *c != '\n' || "\u{202e}\u{200b}\u{2028}".contains(*c);
    assert_eq!(text.chars().find(unseen), None, "{text:?}");
}

#[test]
fn log_lines_that_are_read_back_steer_nobody() {
    let bench = applied();
    let hostile = "one\r\n::add-mask::x\n\t::error::y ##[group]z\u{1b}[2J\u{9b}2J\u{202e}\u{2028}";
    write_event(&bench, SOURCE, TOKYO, "/delivery/test", hostile);
    for flags in [&[][..], &["--output", "json"], &["--output", "yaml"], &["--output", "markdown"]] {
        let variables = [("CI", "true"), ("GITHUB_ACTIONS", "true")];
        let arguments = [&["logs", "--sandbox"], flags].concat();
        let ran = logpipe(&bench.path(""), &variables, &arguments).expect(Exit::Done);
        // Further lines of a message are set in, so those are written out.
        let set_in = [4, 8, 12].map(|columns| format!("\n{}", " ".repeat(columns)));
        let shown = set_in
            .iter()
            .fold(ran.out.clone(), |out, start| out.replace(&format!("{start}\\u{{3a}}:"), start));
        steers_nobody(&shown);
        assert!(ran.out.contains("add-mask"), "{ran:?}");
        if flags != ["--output", "json"] {
            continue;
        }
        let read = ran.json_lines().into_iter().find(|line| line["type"] == "event").unwrap();
        assert_eq!(read["message"], hostile, "the same for whoever reads the JSON");
    }
}

#[test]
fn values_of_a_topology_steer_nobody_either() {
    let hostile = "\"a\\e[2J\\u202E\\n::error::x\\n##[group]y\"";
    for (from, to) in [
        ("name: delivery-test", format!("name: {hostile}")),
        ("region: ap-northeast-1", format!("region: {hostile}")),
        ("role_name: LogpipeDeployer", format!("role_name: {hostile}")),
        ("version: 1", format!("version: 1\n{hostile}: 1")),
    ] {
        let text = TOPOLOGY.replacen(from, &to, 1);
        assert_ne!(text, TOPOLOGY, "{from}");
        let bench = Bench::new(&text);
        for arguments in [
            &["validate"][..],
            &["validate", "--output", "json"],
            &["validate", "--output", "yaml"],
            &["validate", "--output", "markdown"],
            &["plan", "--sandbox"],
        ] {
            let variables = [("CI", "true"), ("GITHUB_ACTIONS", "true"), ("CLICOLOR_FORCE", "1")];
            let ran = logpipe(&bench.path(""), &variables, arguments).expect(Exit::Invalid);
            let without_colours = ran.err.replace("\u{1b}[", "").replace("\u{1b}", "ESC");
            steers_nobody(&ran.out);
            steers_nobody(&without_colours);
            assert!(!ran.err.contains("\u{1b}[2J"), "{ran:?}");
        }
    }
}

#[test]
fn near_misses_of_secret_keys_are_masked_beside_any_problem() {
    let secret = "s3cr3t-value";
    let mut scanner = Scanner::default();
    scanner.know("the secret", secret);
    for line in [
        "EXTERNAL_ID: s3cr3t-value",
        "externalId: s3cr3t-value",
        "\"external-id\": 's3cr3t-value'",
        "# external_id: s3cr3t-value",
        "exernal_id:\n    s3cr3t-value",
        "external_id s3cr3t-value",
        "external_id: [s3cr3t-value",
        "via: { externalID: s3cr3t-value }",
        "aws_secret_access_key: s3cr3t-value",
    ] {
        // Beside a slip that leaves it YAML, and beside one that does not.
        for slip in ["rgion: x", "a: b: c"] {
            let text = format!("version: 1\naccess:\n  role_name: x\n  {line}\n{slip}\n");
            let bench = Bench::new(&text);
            for flags in [&["validate"][..], &["validate", "--output", "json"]] {
                let ran = bench.run(&[&["logpipe"], flags].concat()).expect(Exit::Invalid);
                scanner.expect_none(line, ran.said());
            }
        }
    }
}

#[test]
fn ten_megabytes_of_an_error_are_cut() {
    let long = format!("it is {}", "very ".repeat(2_000_000));
    for output in ["human", "json"] {
        let answer = long.clone();
        let bench = Bench::new(&topology());
        let ran = scanned(&bench, &["plan", "--output", output], move |_| Answer::Said(answer.clone()));
        assert!(ran.said().contains("more characters)"), "{output}");
        assert!(ran.out.len() + ran.err.len() < 200_000, "{} and {}", ran.out.len(), ran.err.len());
    }
}
