//! What people have in their files and pipes: stdin wherever a file is read, what the AWS CLI prints around policies, and
//! other encodings than UTF-8.

use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::process::logpipe_reading;
use crate::support::topologies::{destination, source, topology};
use crate::support::{Bench, Ran};

fn pipeline() -> String {
    topology(&destination("main", ""), &source("web", "app", "main", ""))
}

/// Runs a command in a folder with a text on stdin.
fn reading(bench: &Bench, input: impl AsRef<[u8]>, arguments: &[&str]) -> Ran {
    logpipe_reading(&bench.path(""), input.as_ref(), arguments)
}

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_dash_is_stdin_wherever_a_topology_is_read() {
    let bench = Bench::new("");
    let validated = reading(&bench, pipeline(), &["validate", "-"]).expect(Exit::Done);
    assert!(validated.out.starts_with("stdin is valid: "), "{}", validated.out);
    let invalid = reading(&bench, "name: x\n", &["validate", "-", "--output", "json"]).expect(Exit::Invalid);
    assert_eq!(invalid.json()["problems"][0]["file"], "stdin");
    reading(&bench, pipeline(), &["explain", "-"]).expect(Exit::Done);
    reading(&bench, pipeline(), &["outputs", "-", "--sandbox"]).expect(Exit::Done);
    reading(&bench, pipeline(), &["plan", "-", "--sandbox", "--out", "saved.plan"]).expect(Exit::Done);
    // The plan from stdin, and the topology from a file.
    bench.write(&pipeline());
    let plan = std::fs::read(bench.path("saved.plan")).unwrap();
    let both = ["apply", "-", "--sandbox", "--plan", "-"];
    assert!(reading(&bench, &plan, &both).expect(Exit::Usage).err.contains("stdin can be read only once"));
    reading(&bench, &plan, &["apply", "topology.yaml", "--sandbox", "--plan", "-"]).expect(Exit::Done);
    // The record lies where it would for a file in the working directory.
    let again = ["plan", "-", "--sandbox", "--detailed-exitcode"];
    reading(&bench, pipeline(), &again).expect(Exit::Done);
}

fn policy() -> Value {
    json!({ "Version": "2012-10-17", "Statement": [
        { "Sid": "Here", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*" }
    ] })
}

#[test]
fn what_the_aws_cli_prints_around_a_policy_comes_off() {
    let bench = Bench::new("");
    let text = policy().to_string();
    let encoded = text.replace('%', "%25").replace('{', "%7B").replace('}', "%7D").replace('"', "%22");
    let wrapped = [
        (
            json!({ "PolicyVersion": { "Document": policy(), "VersionId": "v1", "IsDefaultVersion": true } }),
            Value::Null,
        ),
        (json!({ "RoleName": "r", "PolicyName": "inline", "PolicyDocument": policy() }), "inline".into()),
        (json!({ "Policy": text }), Value::Null),
        (
            json!({ "Role": { "RoleName": "r", "AssumeRolePolicyDocument": encoded } }),
            "trust policy of r".into(),
        ),
        (json!({ "destinations": [{ "destinationName": "d", "accessPolicy": text }] }), "d".into()),
    ];
    for (printed, name) in wrapped {
        let ran = reading(&bench, printed.to_string(), &["explain", "--policy", "-", "--output", "json"]);
        let explained = ran.expect(Exit::Done).json();
        assert_eq!(explained["policies"][0]["statements"][0]["sid"], "Here", "{printed}");
        assert_eq!(explained["policies"][0]["name"], name, "{printed}");
    }
    reading(&bench, utf16(&text), &["explain", "--policy", "-"]).expect(Exit::Done);
    reading(&bench, &encoded, &["explain", "--policy", "-"]).expect(Exit::Done);
    let none = reading(&bench, r#"{"a": 1}"#, &["explain", "--policy", "-"]).expect(Exit::Usage);
    assert!(none.err.contains("stdin: "), "{}", none.err);
    let twice = r#"{"Policy": "{\"Statement\": [], \"Statement\": []}"}"#;
    let twice = reading(&bench, twice, &["explain", "--policy", "-"]).expect(Exit::Usage);
    assert!(twice.err.contains("given twice"), "{}", twice.err);
}

const AGENT: &str = r#"version: 1
name: t
region: ap-northeast-1
access: { role_name: LogpipeDeployer }
accounts: { app: "111111111111" }
agents:
  web:
    accounts: [app]
    policy: { name: agent }
    role: { name: web-role }
    instance_profile: web-profile
    extra_policies:
      - { name: own, file: own.json }
"#;

#[test]
fn policy_files_of_a_topology_may_be_as_the_aws_cli_prints_them() {
    let identity = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": ["cloudwatch:PutMetricData"], "Resource": "*" }
    ] });
    let bench = Bench::new(AGENT);
    let printed = json!({ "PolicyVersion": { "Document": identity, "VersionId": "v3" } }).to_string();
    for file in [printed.clone().into_bytes(), utf16(&printed)] {
        std::fs::write(bench.path("own.json"), file).unwrap();
        bench.run(&["logpipe", "validate"]).expect(Exit::Done);
    }
    let two = json!({ "Policies": [{ "PolicyName": "a", "Document": identity }, { "PolicyName": "b", "Document": identity }] });
    std::fs::write(bench.path("own.json"), two.to_string()).unwrap();
    let several = bench.run(&["logpipe", "validate"]).expect(Exit::Invalid);
    assert!(several.err.contains("it holds 2 policies"), "{}", several.err);
    std::fs::write(bench.path("own.json"), b"{\"Statement\": \"caf\xe9\"}").unwrap();
    let latin = bench.run(&["logpipe", "validate"]).expect(Exit::Invalid);
    assert!(latin.err.contains("0xE9 is `é` in Latin-1"), "{}", latin.err);
}

#[test]
fn encodings_are_read_where_they_are_certain_and_named_where_not() {
    let bench = Bench::new("");
    let write = |bytes: &[u8]| std::fs::write(bench.path("topology.yaml"), bytes).unwrap();
    write(&utf16(&pipeline()));
    bench.run(&["logpipe", "validate"]).expect(Exit::Done);
    let check = |bytes: &[u8], said: &[&str]| {
        write(bytes);
        let ran = bench.run(&["logpipe", "validate"]).expect(Exit::Invalid);
        for said in said {
            assert!(ran.err.contains(said), "{said} is missing in\n{}", ran.err);
        }
    };
    check(&utf16(&pipeline())[2..], &["this file is UTF-16", "iconv -f UTF-16LE -t UTF-8"]);
    let latin = [pipeline().as_bytes(), b"# caf\xe9\n"].concat();
    check(&latin, &["topology.yaml:12:6", "0xE9 is `é` in Latin-1", "iconv -f WINDOWS-1252"]);

    // A record and a saved plan that an editor has saved otherwise.
    bench.write(&pipeline());
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let record = bench.path(".logpipe/sandbox/records/t.json");
    let text = std::fs::read_to_string(&record).unwrap();
    std::fs::write(&record, utf16(&text)).unwrap();
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    std::fs::write(&record, &utf16(&text)[2..]).unwrap();
    let named = bench.sandbox("plan", &[]).expect(Exit::Failed);
    assert!(named.err.contains("this file is UTF-16"), "{}", named.err);
}
