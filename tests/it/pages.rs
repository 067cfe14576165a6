//! The Markdown of commands, whole, as files in `golden/`: what a pull request is shown, with two accounts and with many.
//!
//! `LOGPIPE_UPDATE_GOLDEN=1 cargo test --test it -- pages::` writes them again.

use std::path::Path;

use logpipe::exit::Exit;

use crate::alike::topology;
use crate::golden::{QUICKSTART, applied, changed, masked, updating};
use crate::support::{Bench, Ran};

/// The most that GitHub takes of a comment, with room for what a job writes around it.
const COMMENT: usize = 64_000;

fn page(bench: &Bench, command: &str, flags: &[&str]) -> Ran {
    bench.sandbox(command, &[&["--output", "markdown"], flags].concat())
}

/// Compares a page with its file.
#[track_caller]
fn check(name: &str, bench: &Bench, ran: Ran, exit: Exit) {
    let text = ran.expect(exit).out;
    assert!(text.encode_utf16().count() <= COMMENT, "{} characters", text.encode_utf16().count());
    let folder = bench.path("").to_str().unwrap().to_owned();
    let text = masked(&text.replace(&folder, ""));
    let text = if name.starts_with("verify") { timeless(&text) } else { text };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden").join(format!("{name}.md"));
    if updating() {
        std::fs::write(&path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == text, "{} differs\n{text}", path.display());
}

/// The text without what depends on the second at which a run starts: how long things took, and how much is known of it.
fn timeless(text: &str) -> String {
    let is_leg = |line: &&str| {
        let number = line.strip_suffix(" s").and_then(|line| line.rsplit(' ').next());
        number.is_some_and(|number| number.parse::<f64>().is_ok())
    };
    let lines = text.lines().filter(|line| !is_leg(line)).map(|line| {
        let words = line.split(' ').map(|word| match word.parse::<f64>() {
            Ok(_) if word.contains('.') => "0.0",
            _ => word,
        });
        words.collect::<Vec<_>>().join(" ").replace("0.0 to 0.0 s", "0.0 s") + "\n"
    });
    lines.collect()
}

#[test]
fn a_topology_that_is_invalid_says_where_and_what_to_write() {
    let bench = Bench::new(QUICKSTART);
    check("validate", &bench, page(&bench, "validate", &[]), Exit::Done);
    let wrong = QUICKSTART.replace("accounts:\n  archive", "acounts:\n  archive");
    let bench = Bench::new(&wrong.replace("buffer_seconds: 60", "buffer_seconds: 6000"));
    check("validate-invalid", &bench, page(&bench, "validate", &[]), Exit::Invalid);
    let plan = page(&bench, "plan", &[]).expect(Exit::Invalid);
    assert!(plan.out.starts_with("### ❌ ") && plan.out.contains("**fix:**"), "{}", plan.out);
}

#[test]
fn coverage_says_what_is_not_delivered_and_what_leaves() {
    let bench = crate::coverage::met();
    check("coverage", &bench, page(&bench, "coverage", &[]), Exit::Broken);
}

#[test]
fn a_plan_and_a_status_of_two_accounts() {
    let bench = Bench::new(QUICKSTART);
    check("plan", &bench, page(&bench, "plan", &[]), Exit::Done);
    let bench = changed();
    check("plan-changed", &bench, page(&bench, "plan", &["--detailed-exitcode"]), Exit::Pending);
    check("status", &bench, page(&bench, "status", &[]), Exit::Done);
    check("destroy", &bench, page(&bench, "destroy", &["--no-input"]), Exit::Failed);
}

#[test]
fn a_verdict_says_what_is_wrong_first() {
    let bench = applied();
    check("verify", &bench, page(&bench, "verify", &[]), Exit::Done);
    let bench = Bench::new(QUICKSTART);
    check("verify-broken", &bench, page(&bench, "verify", &[]), Exit::Broken);
}

#[test]
fn what_needs_no_credentials() {
    let bench = Bench::new(QUICKSTART);
    check("cost", &bench, page(&bench, "cost", &["--gb-per-month", "100"]), Exit::Done);
    check("explain", &bench, page(&bench, "explain", &[]), Exit::Done);
    check("access", &bench, page(&bench, "access", &["--for", "plan"]), Exit::Done);
}

#[test]
fn forty_accounts_are_read_at_a_glance() {
    let bench = Bench::new(&topology(40));
    check("plan-40", &bench, page(&bench, "plan", &[]), Exit::Done);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws("000000000104", "ap-northeast-1", async |config| {
        let logs = crate::support::aws::logs(&config);
        logs.delete_log_group().log_group_name("/app/web").send().await.unwrap();
    });
    check("status-40", &bench, page(&bench, "status", &[]), Exit::Done);
    check("verify-40", &bench, page(&bench, "verify", &["--sample", "40"]), Exit::Broken);
    for (command, flags) in [("explain", &[][..]), ("access", &[]), ("cost", &["--gb-per-month", "9"])] {
        let out = page(&bench, command, flags).expect(Exit::Done).out;
        assert!(out.encode_utf16().count() <= COMMENT, "{command}");
        assert!(out.starts_with("### "), "{out}");
    }
}

#[test]
fn a_run_is_one_comment() {
    let bench = Bench::new(QUICKSTART);
    let ran = page(&bench, "apply", &["--yes", "--verify"]).expect(Exit::Done);
    let headings: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("### ")).collect();
    assert_eq!(
        headings,
        [
            "### Plan of `quickstart`: 11 to create",
            "### ✅ Apply complete: 11 done",
            "### ✅ Verify: 1 of 1 route delivered"
        ]
    );
    // A heading is one only on a line of its own.
    assert!(
        headings.iter().skip(1).all(|heading| ran.out.contains(&format!("\n\n{heading}\n"))),
        "{}",
        ran.out
    );
}

#[test]
fn every_command_has_every_form() {
    let bench = applied();
    std::fs::write(
        bench.path("policy.json"),
        r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
    )
    .unwrap();
    let commands: [(&str, &[&str]); 7] = [
        ("outputs", &[]),
        ("outputs", &["central.bucket_arn"]),
        ("status", &[]),
        ("plan", &[]),
        ("explain", &["--policy", "policy.json"]),
        ("logs", &["--since", "1m"]),
        ("apply", &["--yes"]),
    ];
    for (command, flags) in commands {
        let ran = page(&bench, command, flags).expect(Exit::Done);
        assert!(ran.out.contains("### ") && !ran.out.contains("\"format\""), "{command}: {}", ran.out);
        let json = bench.sandbox(command, &[&["--json"], flags].concat()).expect(Exit::Done);
        let yaml = bench.sandbox(command, &[&["--output", "yaml"], flags].concat()).expect(Exit::Done);
        let documents = yaml.out.split("---\n").skip(1).map(|text| {
            serde_yaml::from_str::<serde_json::Value>(text).unwrap_or_else(|error| panic!("{error}: {text}"))
        });
        let mut documents: Vec<_> = documents.collect();
        let mut lines = json.json_lines();
        for value in documents.iter_mut().chain(&mut lines) {
            if let Some(object) = value.as_object_mut() {
                object.remove("calls");
            }
        }
        assert_eq!(documents, lines, "{command}");
    }
    for flag in ["markdown", "yaml"] {
        let ran = bench.run(&["logpipe", "plan", "--frobnicate", "--output", flag]).expect(Exit::Usage);
        let start = if flag == "yaml" {
            "---\nformat: 1\ntype: error\n"
        } else {
            "### ❌ logpipe failed (exit code 64)\n"
        };
        assert!(ran.out.starts_with(start), "{}", ran.out);
        assert!(!ran.err.is_empty());
    }
}

#[test]
fn what_is_called_oddly_is_still_a_name() {
    let odd = "/app/<b>@org|x";
    let bench = Bench::new(&QUICKSTART.replace("/app/web", odd));
    // Log groups have no such names; whatever is said of it must not become markup.
    let out = page(&bench, "validate", &[]).expect(Exit::Invalid).out;
    assert!(out.contains("&#60;b&#62;") && !out.contains("<b>@org"), "{out}");
}
