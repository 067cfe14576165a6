//! `logpipe access`: forms, flags and errors. That the rights suffice, and that none is too much, is in `minimal`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use logpipe::exit::Exit;
use serde_json::Value;

use crate::support::{Bench, Ran};

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");
const EVERYTHING: &str = include_str!("cases/everything.yaml");
const EXISTING: &str = include_str!("../../topologies/existing-bucket.yaml");
const EXTERNAL_ID: &str = "external-0815-id";

fn access(topology: &str, flags: &[&str]) -> Ran {
    Bench::new(topology).run(&[&["logpipe", "access"], flags].concat())
}

fn json(topology: &str, flags: &[&str]) -> Value {
    access(topology, &[&["--output", "json"], flags].concat()).expect(Exit::Done).json()
}

/// The actions of an account's role.
fn actions(of: &Value, account: &str) -> BTreeSet<String> {
    let roles = of["roles"].as_array().unwrap().iter();
    let role = roles.filter(|role| role["accounts"].to_string().contains(account));
    role.flat_map(|role| role["actions"].as_array().unwrap())
        .map(|action| action.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn planning_takes_no_right_to_write() {
    for topology in [QUICKSTART, EVERYTHING, EXISTING] {
        let plan = json(topology, &["--for", "plan"]);
        for role in plan["roles"].as_array().unwrap() {
            for action in role["actions"].as_array().unwrap() {
                let (_, name) = action.as_str().unwrap().split_once(':').unwrap();
                let reads =
                    ["Get", "List", "Describe", "AssumeRole"].iter().any(|word| name.starts_with(word));
                assert!(reads, "{action}");
            }
        }
    }
}

#[test]
fn a_bucket_of_others_is_only_looked_at_and_read_from() {
    let all = actions(&json(EXISTING, &[]), "archive");
    let s3: Vec<&String> = all.iter().filter(|action| action.starts_with("s3:")).collect();
    let looks =
        ["s3:GetBucketObjectLockConfiguration", "s3:GetBucketPolicy", "s3:GetEncryptionConfiguration"];
    assert_eq!(s3, [&looks[..], &["s3:GetObject", "s3:ListBucket"]].concat());
}

#[test]
fn data_may_be_deleted_only_when_that_is_asked_for() {
    let deletes = |flags| actions(&json(QUICKSTART, flags), "archive").contains("s3:DeleteObjectVersion");
    assert!(!deletes(&[]) && deletes(&["--delete-data"]) && deletes(&["--for", "destroy", "--delete-data"]));
    let ran = access(QUICKSTART, &["--for", "plan,apply", "--delete-data"]).expect(Exit::Usage);
    assert!(ran.err.contains("--delete-data only applies to destroy"), "{}", ran.err);
}

#[test]
fn the_external_id_is_in_no_form() {
    for form in ["text", "json", "cloudformation", "awscli"] {
        let ran = access(EVERYTHING, &["--format", form]).expect(Exit::Done);
        assert!(!ran.said().contains(EXTERNAL_ID), "{form}");
        assert!(ran.out.contains("ExternalId"), "{form}");
    }
}

#[test]
fn the_trust_is_that_of_whoever_comes() {
    let trust = |all: &Value, account: &str| {
        let roles = all["roles"].as_array().unwrap().iter();
        let mut of = roles.filter(|role| role["account_id"] == *account);
        of.next().unwrap()["trust"]["Statement"][0].clone()
    };
    let all = json(EVERYTHING, &["--trusted", "444444444444"]);
    let hub = "arn:aws:iam::555555555555:role/ops/Hub";
    assert_eq!(trust(&all, "111111111111")["Principal"]["AWS"], hub);
    let id = &trust(&all, "111111111111")["Condition"]["StringEquals"]["sts:ExternalId"];
    assert_eq!(*id, "<EXTERNAL_ID>");
    assert_eq!(trust(&all, "555555555555")["Principal"]["AWS"], "arn:aws:iam::444444444444:root");
    assert_eq!(trust(&all, "555555555555")["Condition"], Value::Null);
    let session = "arn:aws:sts::444444444444:assumed-role/ci/run";
    let ran = access(EVERYTHING, &["--trusted", session]).expect(Exit::Usage);
    assert!(ran.err.contains("name its role: arn:aws:iam::444444444444:role/ci"), "{}", ran.err);
}

#[test]
fn one_account_is_shown_by_name_or_id() {
    for account in ["app", "111111111111"] {
        let all = json(QUICKSTART, &["--account", account]);
        assert_eq!(all["roles"].as_array().unwrap().len(), 1);
    }
    let member = json(EVERYTHING, &["--account", "organization"]);
    assert_eq!(member["roles"][0]["kind"], "member");
    let ran = access(QUICKSTART, &["--account", "achive"]).expect(Exit::Usage);
    assert!(ran.err.contains("did you mean `archive`?"), "{}", ran.err);
    access("version: 2", &[]).expect(Exit::Invalid);
}

/// What the record still owns goes by `apply --prune` and `destroy`, so they may delete it; `plan` looks whether it is
/// still there.
#[test]
fn what_was_left_out_of_the_topology_may_be_deleted_by_who_owns_it() {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&QUICKSTART.replace("/app/web", "/app/other"));
    let of = |command| {
        let ran = bench.sandbox("access", &["--for", command, "--account", "app"]).expect(Exit::Done);
        (ran.out.contains("log-group:/app/web:*"), ran.out.contains("logs:DeleteSubscriptionFilter"))
    };
    assert_eq!((of("apply"), of("destroy")), ((true, true), (true, true)));
    assert_eq!((of("plan"), of("verify")), ((true, false), (false, false)));
}

/// The sandbox knows it from a record that is in the sandbox, too.
#[test]
fn what_only_a_shared_record_knows_is_pruned() {
    let shared = QUICKSTART.replace("\nregion:", "\nrecord: s3://records/quickstart.json\nregion:");
    let bench = Bench::new(&shared);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&shared.replace("/app/web", "/app/other"));
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
}

#[test]
fn a_template_is_the_same_in_yaml() {
    let template = |flags: &[&str]| {
        access(EVERYTHING, &[&["--format", "cloudformation"], flags].concat()).expect(Exit::Done).out
    };
    let json: Value = serde_json::from_str(&template(&[])).unwrap();
    let yaml: Value = serde_yaml::from_str(&template(&["--output", "yaml"])).unwrap();
    assert_eq!(yaml, json);
}

#[test]
fn a_template_makes_in_each_account_what_is_of_it() {
    let template: Value =
        serde_json::from_str(&access(EVERYTHING, &["--format", "cloudformation"]).expect(Exit::Done).out)
            .unwrap();
    let resources = template["Resources"].as_object().unwrap();
    let summary: Vec<String> = resources
        .iter()
        .map(|(name, resource)| {
            format!(
                "{name} {} {}",
                resource["Type"].as_str().unwrap(),
                resource["Condition"].as_str().unwrap()
            )
        })
        .collect();
    insta::assert_snapshot!(summary.join("\n"), @r"
    AppRole AWS::IAM::Role In111111111111
    ArchiveRole AWS::IAM::Role In999999999999
    ManagementRole AWS::IAM::Role In444444444444
    WholeRole AWS::IAM::Role In222222222222
    MemberRole AWS::IAM::Role InAnotherAccount
    OnTheWayOpsHubPolicy AWS::IAM::RolePolicy In555555555555
    ");
    for resource in resources.values() {
        let condition = resource["Condition"].as_str().unwrap();
        assert!(template["Conditions"][condition].is_object(), "{condition}");
    }
    assert_eq!(template["Parameters"]["ExternalId"]["NoEcho"], true);
    let member = resources["MemberRole"]["Properties"].to_string();
    assert!(member.contains("${AWS::AccountId}") && !member.contains("000000000000"), "{member}");
}

/// A shell reads it, and what it gives to the AWS CLI are documents.
#[cfg(unix)]
#[test]
fn a_script_gives_the_cli_whole_documents() {
    const CLI: &str = r#"aws() {
  if [ "$1" = sts ]; then echo 111111111111; return; fi
  while [ $# -gt 0 ]; do
    case $1 in --policy-document | --assume-role-policy-document) printf '%s' "$2" | tr -d '\n'; echo ;; esac
    shift
  done
}
"#;
    let script = access(EVERYTHING, &["--format", "awscli"]).expect(Exit::Done).out;
    let output = std::process::Command::new("sh")
        .args(["-c", &format!("{CLI}{script}")])
        .env("EXTERNAL_ID", "the-id")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let documents: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [trust, policy] = &documents[..] else { panic!("{text}") };
    assert_eq!(trust["Statement"][0]["Condition"]["StringEquals"]["sts:ExternalId"], "the-id");
    let golden = json(EVERYTHING, &["--account", "app"]);
    assert_eq!(*policy, golden["roles"][0]["policies"][0]["document"]);
}

/// Whatever the engine may call is in the tables, and the other way round.
#[test]
fn the_tables_hold_what_the_engine_calls() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let actions = |folders: &[&str]| -> BTreeSet<String> {
        let files = folders.iter().flat_map(|folder| files_below(&root.join(folder)));
        let texts = files.map(|file| std::fs::read_to_string(file).unwrap());
        let code = texts.map(|text| text.split("#[cfg(test)]").next().unwrap().to_owned());
        code.flat_map(|text| {
            let quoted = text.split('"').map(str::to_owned).collect::<Vec<_>>();
            quoted.into_iter().filter(|text| is_action(text))
        })
        .collect()
    };
    let (called, listed) = (actions(&["aws", "provider"]), actions(&["access"]));
    // Who one is may be asked by everybody, and events are got by readers, with rights of their own.
    let others = ["logs:GetLogEvents", "sts:GetCallerIdentity"];
    let missing: Vec<&String> =
        called.difference(&listed).filter(|action| !others.contains(&action.as_str())).collect();
    assert_eq!(missing, [""; 0]);
    // What comes along with a call of another name.
    let along = ["iam:PassRole", "kms:Decrypt", "s3:DeleteObjectVersion"];
    let beside: Vec<&String> = listed.difference(&called).collect();
    assert_eq!(beside, along);
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

fn is_action(text: &str) -> bool {
    text.split_once(':').is_some_and(|(service, name)| {
        ["s3", "iam", "logs", "firehose", "kms", "organizations", "sts", "ec2", "ssm"].contains(&service)
            && name.chars().all(|letter| letter.is_ascii_alphabetic())
            && name.starts_with(|letter: char| letter.is_ascii_uppercase())
            && !["ExternalId", "PassedToService", "PolicyARN", "ViaService"].contains(&name)
    })
}

/// The Service Authorization Reference, as a package of others has it.
#[test]
#[ignore = "needs node, and npm ci in tests/judge"]
fn the_reference_knows_every_action_resource_and_key() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judge");
    let output = std::process::Command::new("node").arg("access.mjs").current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// The output in the docs is the one that users see.
#[test]
fn the_docs_show_what_is_printed() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/permissions.md");
    let docs = std::fs::read_to_string(docs).unwrap();
    let shown = access(QUICKSTART, &["--account", "app", "--trusted", "444444444444"]).expect(Exit::Done).out;
    assert!(docs.contains(shown.trim_end()), "docs/permissions.md should show\n{shown}");
}
