//! `export terraform`: what it writes is what the AWS provider takes, and what is there already is imported.
//!
//! `cases/terraform-aws.json` has the arguments of the resource types in two versions of the provider;
//! `tests/export/terraform_schema.py` writes it. `tests/export/terraform.sh` asks Terraform itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use logpipe::exit::Exit;
use serde_json::{Map, Value};

use crate::golden::updating;
use crate::graph::shipped;
use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");
/// Every kind that logpipe makes.
const RICH: &str = include_str!("cases/everything.yaml");
const PROVIDER: &str = include_str!("cases/terraform-aws.json");

/// What Terraform itself reads in every block.
const META: [&str; 3] = ["//", "provider", "depends_on"];

pub(crate) fn export(bench: &Bench, language: &str, flags: &[&str]) -> Value {
    let command = ["logpipe", "export", language, "--output", "json"];
    bench.run(&[&command, flags].concat()).expect(Exit::Done).json()
}

fn offline(bench: &Bench) -> Configuration {
    Configuration::of(&export(bench, "terraform", &["--offline"]))
}

/// All topologies that are exported, by names.
pub(crate) fn topologies() -> Vec<(String, Bench)> {
    let rich = [("rich".to_owned(), Bench::new(RICH))];
    shipped().into_iter().chain(rich).collect()
}

/// The files of a configuration, as Terraform merges them.
struct Configuration {
    resources: BTreeMap<String, Map<String, Value>>,
    aliases: BTreeSet<String>,
    imports: Vec<(String, String)>,
    text: String,
}

impl Configuration {
    fn empty() -> Self {
        Self {
            resources: BTreeMap::new(),
            aliases: BTreeSet::new(),
            imports: Vec::new(),
            text: String::new(),
        }
    }

    fn of(answer: &Value) -> Self {
        let mut all = Self::empty();
        for file in answer["files"].as_array().unwrap() {
            let text = file["text"].as_str().unwrap();
            all.text.push_str(text);
            all.add(&serde_json::from_str(text).unwrap());
        }
        all
    }

    fn add(&mut self, file: &Value) {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        for (section, prefix) in [("resource", ""), ("data", "data.")] {
            for (kind, blocks) in file[section].as_object().into_iter().flatten() {
                for (name, body) in blocks.as_object().unwrap() {
                    let reference = format!("{prefix}{kind}.{name}");
                    let before = self.resources.insert(reference.clone(), body.as_object().unwrap().clone());
                    assert_eq!(before, None, "{reference} is there twice");
                }
            }
        }
        let providers = file["provider"]["aws"].as_array().into_iter().flatten();
        self.aliases.extend(providers.map(|provider| text(&provider["alias"])));
        let imports = file["import"].as_array().into_iter().flatten();
        self.imports.extend(imports.map(|import| (text(&import["to"]), text(&import["id"]))));
    }
}

/// Compares the arguments of a block, and of the blocks in it, with those that a provider takes.
fn taken(body: &Map<String, Value>, table: &Value, place: &str) {
    let named = |list: &str, name: &str| table[list].as_array().into_iter().flatten().any(|it| it == name);
    for (name, value) in body.iter().filter(|(name, _)| !META.contains(&name.as_str())) {
        let inner = &table["blocks"][name];
        if inner.is_null() {
            assert!(named("required", name) || named("optional", name), "{place} has no argument {name}");
        } else {
            for block in value.as_array().unwrap_or_else(|| panic!("{place}.{name} is a list of blocks")) {
                taken(block.as_object().unwrap(), inner, &format!("{place}.{name}"));
            }
        }
    }
    let required = table["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap());
    let blocks = table["blocks"].as_object().into_iter().flatten();
    let blocks = blocks.filter(|(_, block)| block["least"] == 1).map(|(name, _)| name.as_str());
    for name in required.chain(blocks) {
        assert!(body.contains_key(name), "{place} lacks {name}");
    }
}

#[test]
fn the_provider_takes_every_argument_and_misses_none() {
    let tables: Map<String, Value> = serde_json::from_str(PROVIDER).unwrap();
    assert_eq!(tables.len(), 2);
    for (name, bench) in topologies() {
        let configuration = offline(&bench);
        for (reference, body) in &configuration.resources {
            let (kind, _) = reference.rsplit_once('.').unwrap();
            for (version, table) in &tables {
                // Older providers do not know buckets in the namespace of an account, and the configuration says so.
                let newer = body.contains_key("bucket_namespace");
                if newer && version.starts_with('5') {
                    assert!(configuration.text.contains(r#""version": ">= 6.62.0""#));
                    continue;
                }
                assert!(!table[kind].is_null(), "{kind} is not in the table");
                taken(body, &table[kind], &format!("{name}: {reference} in {version}"));
            }
        }
    }
}

#[test]
fn every_name_and_every_reference_means_something() {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    for (name, bench) in topologies() {
        let Configuration { resources, aliases, .. } = offline(&bench);
        for (reference, body) in &resources {
            let own = reference.rsplit('.').next().unwrap();
            assert!(own.starts_with(|first: char| first.is_ascii_alphabetic()), "{name}: {own}");
            assert!(own.chars().all(plain), "{name}: {own}");
            let alias = body["provider"].as_str().unwrap().strip_prefix("aws.").unwrap();
            assert!(aliases.contains(alias), "{name}: {alias}");
            for after in body.get("depends_on").and_then(Value::as_array).into_iter().flatten() {
                assert!(resources.contains_key(after.as_str().unwrap()), "{name}: {after}");
            }
        }
    }
}

#[test]
fn no_secret_is_written() {
    for language in ["terraform", "awscli"] {
        let bench = Bench::new(RICH);
        let folder = bench.path("out");
        let out = folder.to_str().unwrap();
        bench.run(&["logpipe", "export", language, "--offline", "--out", out]).expect(Exit::Done);
        let mut files = 0;
        for file in std::fs::read_dir(&folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(!text.contains("external-0815-id"), "{language}");
            files += 1;
        }
        assert!(files > 0);
    }
    let text = offline(&Bench::new(RICH)).text;
    assert!(text.contains(r#""external_id": "${var.external_ids[\"archive\"]}""#), "{text}");
}

#[test]
fn a_policy_is_no_template() {
    let topology = include_str!("../../topologies/agent.yaml");
    let mine = r#"Action: "cloudwatch:PutMetricData", Resource: "*""#;
    assert!(topology.contains(mine));
    let variable = r#"Action: "s3:GetObject", Resource: "arn:aws:s3:::home/${aws:username}/*""#;
    let bench = Bench::new(&topology.replace(mine, variable));
    std::fs::create_dir(bench.path("policies")).unwrap();
    let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("topologies/policies/s3.json");
    std::fs::copy(policy, bench.path("policies/s3.json")).unwrap();
    let text = offline(&bench).text;
    assert!(text.contains("home/$${aws:username}/*") && !text.contains("$$$"), "{text}");
}

#[test]
fn one_file_holds_what_several_do() {
    let bench = Bench::new(RICH);
    let one = bench.run(&["logpipe", "export", "terraform", "--offline"]).expect(Exit::Done).out;
    let mut whole = Configuration::empty();
    whole.add(&serde_json::from_str(&one).unwrap());
    let mut merged = Configuration::empty();
    for (_, text) in folder(&bench) {
        merged.add(&serde_json::from_str(&text).unwrap());
    }
    assert_eq!(whole.resources, merged.resources);
    assert_eq!(whole.aliases, merged.aliases);
}

#[test]
fn what_is_there_is_imported_and_what_is_missing_is_made() {
    let bench = Bench::new(QUICKSTART);
    let live =
        |bench: &Bench| Configuration::of(&export(bench, "terraform", &["topology.yaml", "--sandbox"]));
    let before = live(&bench);
    assert_eq!(before.imports, []);

    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let after = live(&bench);
    let imported: BTreeSet<&str> = after.imports.iter().map(|(to, _)| to.as_str()).collect();
    let all: BTreeSet<&str> = after.resources.keys().map(String::as_str).collect();
    assert_eq!(imported, all);
    let ids: BTreeSet<&str> = after.imports.iter().map(|(_, id)| id.as_str()).collect();
    for id in [
        "/app/web|quickstart",
        "arn:aws:firehose:ap-northeast-1:999999999999:deliverystream/quickstart-central",
        "quickstart-central-firehose:logpipe",
        "/aws/kinesisfirehose/quickstart-central:DestinationDelivery",
    ] {
        assert!(ids.contains(id), "{id} in {ids:?}");
    }

    bench.aws(SOURCE, TOKYO, async |config| {
        let call = aws::logs(&config).delete_subscription_filter().log_group_name("/app/web");
        call.filter_name("quickstart").send().await.unwrap();
    });
    bench.pass(60);
    let without = live(&bench);
    assert_eq!(without.resources.len(), after.resources.len());
    assert_eq!(without.imports.len() + 1, after.imports.len());
}

/// The bucket of the quickstart.
const BUCKET: &str = "quickstart-central-999999999999-ap-northeast-1";

/// Terraform would take away what it is not told of.
#[test]
fn what_others_have_added_is_in_the_configuration() {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let iam = aws::iam(&config);
        let tag = aws_sdk_iam::types::Tag::builder().key("Owner").value("ops").build().unwrap();
        iam.tag_role().role_name("quickstart-central-cwl").tags(tag).send().await.unwrap();
        let s3 = aws::s3(&config);
        let policy = s3.get_bucket_policy().bucket(BUCKET).send().await.unwrap().policy.unwrap();
        let theirs = format!(
            r#"[{{"Sid":"Theirs","Effect":"Deny","Principal":"*","Action":"s3:DeleteBucket","Resource":"arn:aws:s3:::{BUCKET}"}},"#
        );
        let policy = policy.replacen('[', &theirs, 1);
        s3.put_bucket_policy().bucket(BUCKET).policy(policy).send().await.unwrap();
    });
    bench.pass(60);
    let all = Configuration::of(&export(&bench, "terraform", &["topology.yaml", "--sandbox"]));
    let role = &all.resources["aws_iam_role.archive_global_quickstart-central-cwl"];
    assert_eq!(role["tags"]["Owner"], "ops");
    let policy = &all.resources[&format!("aws_s3_bucket_policy.archive_ap-northeast-1_{BUCKET}")];
    let policy = policy["policy"].as_str().unwrap();
    assert!(policy.contains("Theirs") && policy.contains("LogpipeTlsOnly"), "{policy}");
}

#[test]
fn a_log_group_of_others_is_only_looked_at() {
    let bench = Bench::new(QUICKSTART);
    bench.aws(SOURCE, TOKYO, async |config| {
        aws::logs(&config).create_log_group().log_group_name("/app/web").send().await.unwrap();
    });
    bench.pass(60);
    let all = Configuration::of(&export(&bench, "terraform", &["topology.yaml", "--sandbox"]));
    let groups = |prefix: &str| {
        let named = all.resources.iter().filter(|(reference, _)| reference.starts_with(prefix));
        named.filter(|(_, body)| body["name"] == "/app/web").count()
    };
    assert_eq!((groups("data.aws_cloudwatch_log_group."), groups("aws_cloudwatch_log_group.")), (1, 0));
}

#[test]
fn the_configuration_is_as_it_was() {
    for (name, topology) in [("quickstart", QUICKSTART), ("rich", RICH)] {
        for (file, text) in folder(&Bench::new(topology)) {
            same(&format!("terraform/{name}/{file}"), &text);
        }
    }
}

/// The files that are written into a folder, by name.
fn folder(bench: &Bench) -> BTreeMap<String, String> {
    bench.run(&["logpipe", "export", "terraform", "--offline", "--out", "out"]).expect(Exit::Done);
    let files = std::fs::read_dir(bench.path("out")).unwrap().map(|file| file.unwrap());
    let read = |file: std::fs::DirEntry| std::fs::read_to_string(file.path()).unwrap();
    files.map(|file| (file.file_name().into_string().unwrap(), read(file))).collect()
}

/// Compares a text with its file.
#[track_caller]
pub(crate) fn same(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden/export").join(name);
    if updating() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == text, "{} differs\n{text}", path.display());
}
