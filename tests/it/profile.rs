//! `profile`: what goes into `~/.aws/config` for a reader.

use logpipe::exit::Exit;

use crate::support::{Bench, Ran};

const READER: &str = include_str!("../../topologies/reader.yaml");

fn profile(flags: &[&str]) -> Ran {
    Bench::new(READER).run(&[&["logpipe", "profile"], flags].concat())
}

#[test]
fn an_instance_reads_by_its_own_role() {
    let ran = profile(&[]).expect(Exit::Done);
    let expected = "\
# Reads the logs of app (111111111111), as the role monitor-iam-ec2 of monitor (222222222222)
[profile reader-ops]
role_arn = arn:aws:iam::111111111111:role/reader-ops
credential_source = Ec2InstanceMetadata
region = ap-northeast-1
";
    assert_eq!(ran.out, expected);
    assert!(ran.err.contains("~/.aws/config"), "{}", ran.err);
    assert!(ran.err.contains("aws sts get-caller-identity --profile reader-ops"), "{}", ran.err);
}

#[test]
fn another_profile_gives_the_credentials() {
    let ran = profile(&["--reader", "ops", "--source-profile", "me"]).expect(Exit::Done);
    assert!(
        ran.out.contains("source_profile = me\n") && !ran.out.contains("credential_source"),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("trusts the role monitor-iam-ec2 alone"), "{}", ran.err);
}

#[test]
fn single_sign_on_has_parts_to_fill_in() {
    let ran = profile(&["--via", "sso"]).expect(Exit::Done);
    for line in [
        "[sso-session reader]",
        "sso_session = reader",
        "sso_account_id = 222222222222",
        "source_profile = reader-monitor-sso",
    ] {
        assert!(ran.out.lines().any(|found| found == line), "{line} is not in\n{}", ran.out);
    }
}

#[test]
fn wrong_usage_says_what_would_be_right() {
    let check = |flags: &[&str], words: &str| {
        let ran = profile(flags).expect(Exit::Usage);
        assert!(ran.err.contains(words), "{}", ran.err);
    };
    check(&["--reader", "op"], "did you mean `ops`?");
    check(&["--via", "source-profile"], "--source-profile NAME");
    check(&["--via", "ec2", "--source-profile", "me"], "cannot be used with --via ec2");
    let ran = Bench::new(include_str!("../../topologies/quickstart.yaml")).run(&["logpipe", "profile"]);
    assert!(ran.expect(Exit::Usage).err.contains("has no readers"));
}
