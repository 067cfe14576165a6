//! What a user sees.

use miette::{GraphicalReportHandler, GraphicalTheme};

use super::super::{Invalid, parse};
use super::{VALID, edited};

pub(super) fn rendered(invalid: &Invalid) -> String {
    let mut out = String::new();
    GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
        .with_width(100)
        .render_report(&mut out, invalid)
        .unwrap();
    out
}

#[test]
fn two_problems() {
    let yaml = edited("    bucket:", "    bukcet:").replace("[app]", "[111111111111]");
    insta::assert_snapshot!(rendered(&parse("topology.yaml", &yaml).unwrap_err()), @r#"
      × topology.yaml is not a valid topology: 2 problems

    Error: 
      × unknown key `bukcet`
        ╭─[topology.yaml:12:5]
     11 │     account: archive
     12 │     bukcet: { name: central-bucket }
        ·     ───┬──
        ·        ╰── `central` has no such key
     13 │     stream: { buffer_mb: 5 }
        ╰────
      help: did you mean `bucket`? (`central` has the keys account, region, bucket, stream,
            destination_name, allow, firehose_role, cwl_role, alarms)

    Error: 
      × the account id `111111111111` is an unquoted number
        ╭─[topology.yaml:16:16]
     15 │   web:
     16 │     accounts: [111111111111]
        ·                ──────┬─────
        ·                      ╰── as a number it loses its leading zeros, and some YAML parsers read it as octal
     17 │     destination: central
        ╰────
      help: quote it: `"111111111111"`
    "#);
}

#[test]
fn a_conflict() {
    let yaml = edited("    stream:", "    cwl_role: same\n    firehose_role: same\n    stream:");
    insta::assert_snapshot!(rendered(&parse("topology.yaml", &yaml).unwrap_err()), @r#"
      × topology.yaml is not a valid topology: 1 problem

    Error: 
      × two roles are called `same`
        ╭─[topology.yaml:14:20]
     12 │     bucket: { name: central-bucket }
     13 │     cwl_role: same
        ·               ──┬─
        ·                 ╰── the other one
     14 │     firehose_role: same
        ·                    ──┬─
        ·                      ╰── each role has its own settings
     15 │     stream: { buffer_mb: 5 }
        ╰────
      help: give one of them another name
    "#);
}

#[test]
fn external_ids_are_never_shown() {
    for broken in [
        VALID.replace("{ role_name: Deployer }", "{ role_name: 'a b', external_id: s3cret }"),
        VALID.replace("{ role_name: Deployer }", "{ external_id: 's3cret s3cret' }"),
        VALID.replace("{ role_name: Deployer }", "\n  externalId: s3cret\n  rolename: x"),
        VALID.replace("{ role_name: Deployer }", "\n  external_id: [s3cret]"),
        VALID.replace("{ role_name: Deployer }", "\n  external_id: s3cret\n  a: ["),
        VALID.replace("{ role_name: Deployer }", "\n  external_id:\n    s3cret\n  a: ]"),
        "access:\n  external_id: &x s3cret\n  profile: *x\nname: *x\nregion: *x\n".to_owned(),
    ] {
        let invalid = parse("topology.yaml", &broken).unwrap_err();
        assert!(!rendered(&invalid).contains("s3cret"), "{}", rendered(&invalid));
        assert!(!format!("{invalid:?}").contains("s3cret"), "{invalid:?}");
    }
}
