//! `explain`: every policy in plain words, in every form, and as it is in the accounts.

use logpipe::exit::Exit;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, TOKYO};

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");
const READER: &str = include_str!("../../topologies/reader.yaml");

fn explained(bench: &Bench, flags: &[&str]) -> String {
    bench.run(&[&["logpipe", "explain"], flags].concat()).expect(Exit::Done).out
}

#[test]
fn a_pipeline_is_explained_without_credentials() {
    let text = explained(&Bench::new(QUICKSTART), &[]);
    for words in [
        "iam_role.quickstart-central-firehose, trust policy",
        "the service Firehose",
        "s3_bucket_policy",
        "logs_destination_policy",
        "denied, whatever else allows it",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
}

#[test]
fn a_table_in_markdown_has_a_row_for_every_statement() {
    let text = explained(&Bench::new(READER), &["--format", "markdown"]);
    assert!(text.contains("| who (Principal) | where (Resource) | when (Condition) |"), "{text}");
    assert!(text.contains("the role monitor-iam-ec2 of monitor<br>`Principal: AWS: arn:aws:iam::222222222222:role/monitor-iam-ec2`"), "{text}");
    assert_eq!(
        text.matches("\n| ").count(),
        2 * 3,
        "two policies, each of a head, a rule and a statement\n{text}"
    );
}

#[test]
fn any_policy_in_a_file() {
    let bench = Bench::new("no topology at all");
    let policy = r#"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#;
    std::fs::write(bench.path("p.json"), policy).unwrap();
    let text = explained(&bench, &["--policy", "p.json"]);
    for words in [
        "everyone",
        "every object in the bucket b",
        "without encryption in transit (TLS)",
        "do everything in S3",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
    std::fs::write(bench.path("p.json"), r#"{"Statement":[{"Effect":"Maybe"}]}"#).unwrap();
    let ran = bench.run(&["logpipe", "explain", "--policy", "p.json"]).expect(Exit::Usage);
    assert!(ran.err.contains("Effect must be"), "{}", ran.err);
    let twice = r#"{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}],"Statement":[]}"#;
    std::fs::write(bench.path("p.json"), twice).unwrap();
    let ran = bench.run(&["logpipe", "explain", "--policy", "p.json"]).expect(Exit::Usage);
    assert!(ran.err.contains("the key \"Statement\" is given twice"), "{}", ran.err);
    let ran = bench.run(&["logpipe", "explain", "--policy", "absent.json"]).expect(Exit::Failed);
    assert!(ran.err.contains("could not read the policy absent.json"), "{}", ran.err);
}

#[test]
fn live_policies_are_those_that_are_there() {
    let bench = Bench::new(QUICKSTART);
    let before = bench.sandbox("explain", &["--live", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!((&before["live"], before["policies"].as_array().unwrap().len()), (&true.into(), 0));
    assert!(before["notes"][0].as_str().unwrap().ends_with("does not exist yet"), "{before}");
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let applied = bench.sandbox("explain", &["--live", "--output", "json"]).expect(Exit::Done).json();
    let declared = bench.sandbox("explain", &["--output", "json"]).expect(Exit::Done).json();
    assert_eq!(applied["policies"].as_array().unwrap().len(), declared["policies"].as_array().unwrap().len());
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
        let call = aws::iam(&config).update_assume_role_policy().role_name("quickstart-central-firehose");
        call.policy_document(document).send().await.unwrap();
    });
    let text = bench.sandbox("explain", &["--live"]).expect(Exit::Done).out;
    assert!(text.contains("the service EC2"), "{text}");
}
