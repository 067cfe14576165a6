//! `graph`: the way of the logs and what resources need, in every form.
//!
//! `LOGPIPE_UPDATE_GOLDEN=1 cargo test --test it -- graph::` writes the pictures of the shipped topologies again.

use std::path::Path;

use logpipe::exit::Exit;

use crate::alike::topology;
use crate::golden::updating;
use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");

fn drawn(bench: &Bench, flags: &[&str]) -> String {
    bench.run(&[&["logpipe", "graph"], flags].concat()).expect(Exit::Done).out
}

/// The shipped topologies, by the names of their files.
pub(crate) fn shipped() -> Vec<(String, Bench)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("topologies");
    let mut all: Vec<(String, Bench)> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .map(|path| {
            let bench = Bench::new(&std::fs::read_to_string(&path).unwrap());
            std::fs::create_dir(bench.path("policies")).unwrap();
            std::fs::copy(folder.join("policies/s3.json"), bench.path("policies/s3.json")).unwrap();
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), bench)
        })
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    assert!(all.len() > 10);
    all
}

/// Compares a picture with its file.
#[track_caller]
fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden/graph").join(name);
    if updating() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == text, "{} differs\n{text}", path.display());
}

#[test]
fn the_shipped_topologies_are_drawn_in_every_form() {
    for (name, bench) in shipped() {
        check(&format!("{name}.txt"), &drawn(&bench, &[]));
        check(&format!("{name}.mmd"), &drawn(&bench, &["--format", "mermaid"]));
        check(&format!("{name}.dot"), &drawn(&bench, &["--format", "dot"]));
    }
}

#[test]
fn what_each_resource_needs_is_drawn_with_the_reason() {
    let bench = Bench::new(QUICKSTART);
    check("quickstart-resources.txt", &drawn(&bench, &["--view", "resources"]));
    check("quickstart-resources.dot", &drawn(&bench, &["--view", "resources", "--format", "dot"]));
}

#[test]
fn a_thousand_like_accounts_are_one_with_their_number() {
    let bench = Bench::new(&topology(1000));
    for flags in [&[][..], &["--view", "resources"]] {
        let text = drawn(&bench, flags);
        assert!(text.contains("999 more accounts like team-001: team-002, team-003 … team-999"), "{text}");
        assert!(text.lines().count() < 400, "{} lines\n{text}", text.lines().count());
    }
    let route = drawn(&bench, &[]);
    assert!(route.lines().count() < 20, "{route}");
}

#[test]
fn text_fits_into_eighty_columns() {
    for topology in [QUICKSTART, &topology(2)] {
        for line in drawn(&Bench::new(topology), &[]).lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

#[test]
fn a_page_has_a_diagram_that_github_draws() {
    let bench = Bench::new(QUICKSTART);
    let page = drawn(&bench, &["--output", "markdown"]);
    assert!(page.contains("```mermaid\nflowchart LR\n"), "{page}");
    let both = bench.run(&["logpipe", "graph", "--format", "dot", "--output", "json"]).expect(Exit::Usage);
    assert!(both.err.contains("leave one of them out"), "{}", both.err);
}

#[test]
fn drawings_are_well_formed() {
    for (name, bench) in shipped() {
        for view in ["route", "resources"] {
            let drawn = drawn(&bench, &["--format", "svg", "--view", view]);
            for token in xmlparser::Tokenizer::from(drawn.as_str()) {
                token.unwrap_or_else(|error| panic!("{name}: {error}\n{drawn}"));
            }
        }
    }
    let shown = drawn(&Bench::new(QUICKSTART), &["--format", "svg"]);
    for words in
        ["app (111111111111)", "/app/web", "subscription filter quickstart", "prefers-color-scheme: dark"]
    {
        assert!(shown.contains(words), "{words} is not in\n{shown}");
    }
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/images/graph.svg");
    if updating() {
        std::fs::write(&docs, &shown).unwrap();
    }
    assert!(
        std::fs::read_to_string(&docs).unwrap_or_default() == shown,
        "docs/images/graph.svg shows something else"
    );
}

#[test]
fn a_page_asks_nobody_for_anything() {
    let bench = Bench::new(QUICKSTART);
    let page = drawn(&bench, &["--format", "html"]);
    assert!(page.contains("default-src 'none'; script-src 'sha256-"), "{page}");
    for asking in ["http://", "https://", "src=", "href=", "url(", "@import", "fetch(", "innerHTML"] {
        let asks = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!asks.contains(asking), "{asking}");
    }
    let resources = ["logpipe", "graph", "--format", "html", "--view", "resources"];
    let ran = bench.run(&resources).expect(Exit::Usage);
    assert!(ran.err.contains("draws the route alone"), "{}", ran.err);
}

#[test]
fn a_page_of_a_thousand_accounts_is_small() {
    let groups: Vec<String> = (1..=20).map(|number| format!("/app/service-{number}")).collect();
    let topology = topology(1000).replace("/app/web, /app/api", &groups.join(", "));
    let page = drawn(&Bench::new(&topology), &["--format", "html"]);
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
}

/// The verdicts of a live picture, by what happens on a hop.
fn verdicts(bench: &Bench) -> Vec<(String, String)> {
    let drawn = bench.sandbox("graph", &["--live", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!(drawn["live"], true);
    let hops = drawn["hops"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("nothing").to_owned();
    hops.map(|hop| (text(&hop["kind"]), text(&hop["verdict"]))).collect()
}

fn all(verdicts: [&str; 3]) -> Vec<(String, String)> {
    let hops = ["delivery", "put", "subscription"].into_iter().zip(verdicts);
    hops.map(|(hop, verdict)| (hop.to_owned(), verdict.to_owned())).collect()
}

#[test]
fn a_live_picture_judges_every_hop_and_writes_nothing() {
    let bench = Bench::new(QUICKSTART);
    assert_eq!(verdicts(&bench), all(["missing", "missing", "missing"]));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let applied = bench.now();
    assert_eq!(verdicts(&bench), all(["correct", "correct", "correct"]));
    assert_eq!(bench.written_since(applied), [""; 0], "no test event is sent");
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
        let call = aws::iam(&config).update_assume_role_policy().role_name("quickstart-central-firehose");
        call.policy_document(document).send().await.unwrap();
    });
    bench.pass(60);
    assert_eq!(verdicts(&bench), all(["incorrect", "correct", "correct"]));
    let text = bench.sandbox("graph", &["--live"]).expect(Exit::Done).out;
    assert!(
        text.contains("→ S3 bucket quickstart-central-999999999999-ap-northeast-1  ✗ incorrect"),
        "{text}"
    );
    let page = bench.sandbox("graph", &["--live", "--format", "html"]).expect(Exit::Done).out;
    assert!(
        page.contains("firehose_role_trust") && page.contains("the service EC2"),
        "what is there is explained"
    );
}

#[test]
fn one_of_many_accounts_in_which_a_hop_is_wrong_is_drawn_by_itself() {
    let bench = Bench::new(&topology(3));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let whole = bench.sandbox("graph", &["--live"]).expect(Exit::Done).out;
    assert!(whole.contains("2 more accounts like team-001: team-002, team-003"), "{whole}");
    bench.aws("000000000101", "eu-west-1", async |config| {
        let call = aws::logs(&config).delete_subscription_filter().log_group_name("/app/api");
        call.filter_name("many").send().await.unwrap();
    });
    bench.pass(60);
    let text = bench.sandbox("graph", &["--live"]).expect(Exit::Done).out;
    assert!(text.contains("1 more account like team-001: team-003"), "{text}");
    let own = text.split("\n\n").find(|frame| frame.starts_with("team-002")).unwrap();
    assert!(own.contains("✗ missing"), "{own}");
    assert_eq!(text.matches("✗ missing").count(), 1, "{text}");
    let drawn = bench.sandbox("graph", &["--live", "--output", "json"]).expect(Exit::Done).json();
    let checks = drawn["hops"].as_array().unwrap().iter().flat_map(|hop| hop["checks"].as_array().unwrap());
    let wrong: Vec<_> = checks.filter(|check| check["verdict"] == "missing").collect();
    assert_eq!(
        (wrong.len(), &wrong[0]["log_groups"], &wrong[0]["of"]),
        (1, &1.into(), &2.into()),
        "{wrong:?}"
    );
}

#[test]
fn accounts_that_cannot_be_entered_are_left_out_and_named() {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("plan", &[]).expect(Exit::Done);
    bench.suspend(SOURCE);
    let refused = bench.sandbox("graph", &["--live"]).expect(Exit::Denied);
    assert!(refused.err.contains("--skip-unreachable"), "{}", refused.err);
    let ran = bench.sandbox("graph", &["--live", "--skip-unreachable"]).expect(Exit::Incomplete);
    assert!(ran.err.contains("Accounts left out") && !ran.out.contains("/app/web"), "{ran:?}");
    let unused = bench.sandbox("graph", &["--skip-unreachable"]).expect(Exit::Usage);
    assert!(unused.err.contains("without --live"), "{}", unused.err);
}
