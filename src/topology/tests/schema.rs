//! The schema and the reference say what the loader does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;

use super::super::keys::names::{self, Rule};
use super::super::read::agents::{agent, checks, holder, policies};
use super::super::read::collected::{forms, keys};
use super::super::read::destinations::{bucket, destination, lifecycle, stream};
use super::super::read::field::Keys;
use super::super::read::{accounts, organization, readers, root, sources};
use super::super::schema::{self, Kind, Section};
use super::validator::accepts;
use super::{FULL, VALID, edited};

fn the_schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(schema::value)
}

/// Expects of the schema what the loader has said; its finer rules are the loader's alone.
#[track_caller]
pub(super) fn agrees(yaml: &str, problems: &[String]) {
    let structural = ["unknown key", " must be ", " has no `", "` is empty"];
    let taken = accepts(the_schema(), yaml);
    if problems.is_empty() {
        assert!(taken, "the loader takes what the schema refuses:\n{yaml}");
    } else if problems.iter().any(|problem| structural.iter().any(|words| problem.contains(words))) {
        assert!(!taken, "the schema takes what the loader refuses, {problems:?}:\n{yaml}");
    }
}

#[track_caller]
fn refuses(from: &str, to: &str) {
    let yaml = edited(from, to);
    assert!(!super::problems(&yaml).is_empty(), "the loader takes\n{yaml}");
    assert!(!accepts(the_schema(), &yaml), "the schema takes\n{yaml}");
}

#[test]
fn shipped_topologies_fit_and_name_the_schema() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("topologies");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let text = std::fs::read_to_string(&path).unwrap();
            let modeline = "# yaml-language-server: $schema=./topology.schema.json\n";
            assert!(text.starts_with(modeline), "{} does not start with {modeline}", path.display());
            assert!(accepts(the_schema(), &text), "{} does not fit the schema", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 11);
    assert!(accepts(the_schema(), FULL));
}

/// Every section of the schema with its keys.
fn sections(section: &Section, into: &mut BTreeMap<&'static str, BTreeSet<&'static str>>) {
    let known = section.fields.iter().map(|field| field.name).collect();
    assert!(into.insert(section.name, known).is_none(), "two sections are called {}", section.name);
    section.fields.iter().for_each(|field| below(&field.kind, into));
}

fn below(kind: &Kind, into: &mut BTreeMap<&'static str, BTreeSet<&'static str>>) {
    match kind {
        Kind::Section(section) => sections(section, into),
        Kind::List { items: inner, .. } | Kind::Map { values: inner, .. } => below(inner, into),
        Kind::Either(kinds) => kinds.iter().for_each(|kind| below(kind, into)),
        _ => {}
    }
}

#[test]
fn the_schema_has_the_keys_of_the_loader() {
    let mut described = BTreeMap::new();
    sections(&schema::root(), &mut described);
    let loader: BTreeMap<&str, Keys> = [
        ("topology", root::KEYS),
        ("limits", root::LIMITS_KEYS),
        ("organization", organization::KEYS),
        ("access", accounts::ACCESS_KEYS),
        ("account", accounts::ACCOUNT_KEYS),
        ("organization", organization::KEYS),
        ("selector", organization::SELECTOR_KEYS),
        ("destination", destination::KEYS),
        ("bucket", bucket::KEYS),
        ("transition", lifecycle::TRANSITION_KEYS),
        ("stream", stream::KEYS),
        ("source", sources::KEYS),
        ("filter", sources::FILTER_KEYS),
        ("agent", agent::KEYS),
        ("agent_policy", policies::POLICY_KEYS),
        ("extra_policy", policies::EXTRA_KEYS),
        ("agent_role", holder::ROLE_KEYS),
        ("associate_with", holder::ASSOCIATE_KEYS),
        ("attach_to", holder::ATTACH_KEYS),
        ("log_file", keys::FILE_KEYS),
        ("log_file_filter", keys::FILTER_KEYS),
        ("journald", keys::JOURNALD_KEYS),
        ("journald_filter", keys::FILTER_KEYS),
        ("windows_events", keys::WINDOWS_KEYS),
        ("windows_filter", keys::FILTER_KEYS),
        ("agent_logs", keys::DEFAULTS_KEYS),
        ("check", checks::CHECK_KEYS),
        ("reader", readers::KEYS),
        ("trusted", readers::TRUSTED_KEYS),
    ]
    .into();
    let loader: BTreeMap<&str, BTreeSet<&str>> =
        loader.into_iter().map(|(name, keys)| (name, keys.known.iter().copied().collect())).collect();
    assert_eq!(described, loader);
}

#[test]
fn a_topology_with_every_key_uses_every_key_of_the_schema() {
    let mut described = BTreeMap::new();
    sections(&schema::root(), &mut described);
    for key in described.values().flatten() {
        assert!(FULL.contains(&format!("{key}:")), "tests/full.yaml has no `{key}`");
    }
}

#[test]
fn words_numbers_and_forms() {
    refuses("version: 1", "version: 2");
    refuses("version: 1", "version: 1\nlimits: { filters_per_log_group: 101 }");
    refuses("version: 1", "version: 1\nrecord: here/");
    refuses("version: 1", "version: 1\nrecord: s3://records/");
    refuses("version: 1", "version: 1\norganization: { id: r-abc }");
    refuses("name: logs", "name: Logs");
    refuses("region: ap-northeast-1", "region: tokyo");
    refuses("\"999999999999\"", "999999999999");
    refuses("{ id: \"111111111111\" }", "{ id: \"1\" }");
    refuses(
        "{ id: \"111111111111\" }",
        "{ id: \"111111111111\", role_name: R, role_arn: 'arn:aws:iam::111111111111:role/R' }",
    );
    refuses("name: central-bucket", "name: Central");
    refuses("name: central-bucket", "kms_key_arn: alias/x");
    refuses("name: central-bucket", "expire_days: 0");
    refuses("name: central-bucket", "transitions: [{ days: 90, storage_class: GLACER }]");
    refuses("name: central-bucket", "create: false");
    refuses("name: central-bucket", "name: abc, create: false, versioning: true");
    refuses("buffer_mb: 5", "buffer_mb: 129");
    refuses("buffer_mb: 5", "buffer_seconds: 901");
    refuses("buffer_mb: 5", "format: message");
    refuses("buffer_mb: 5", "compression: gzip");
    refuses("buffer_mb: 5", "partition_by: [owner]");
    refuses("buffer_mb: 5", "format: messages, partition_by: [owner]");
    refuses("buffer_mb: 5", "format: decompressed, partition_by: [owner, owner]");
    refuses("buffer_mb: 5", "file_extension: gz");
    refuses("    filter:", "    retention_days: 31\n    filter:");
    refuses("    filter:", "    scope: accounts\n    filter:");
    refuses("    filter:", "    scope: account\n    filter:");
    let (groups, account) = ("log_groups: [\"/app/web\", \"/lambda/*\"]", "scope: account");
    refuses(groups, &format!("{account}\n    create: true"));
    refuses(groups, &format!("{account}\n    retention_days: 30"));
    assert!(accepts(the_schema(), &edited(groups, account)));
    refuses("[\"/app/web\", \"/lambda/*\"]", "[]");
    refuses("[\"/app/web\", \"/lambda/*\"]", "['/{a,b}*']");
    refuses("pattern: \"\"", "name: a:b");
    refuses("pattern: \"\"", "distribution: by_stream");
}

/// Expects that the form of a name in the schema takes whatever the loader's rule takes, and little more.
#[track_caller]
fn same_form(rule: Rule, pointer: &str, samples: &[&str]) {
    let form = the_schema().pointer(pointer).unwrap_or_else(|| panic!("{pointer} is not there"));
    let form = serde_json::json!({ "type": "string", "pattern": form["pattern"], "minLength": form["minLength"].as_u64().unwrap_or(0), "maxLength": form["maxLength"] });
    for sample in samples {
        let yaml = serde_json::to_string(sample).unwrap();
        assert_eq!(rule.check(sample).is_ok(), accepts(&form, &yaml), "{pointer}: `{sample}`");
    }
}

#[test]
fn forms_of_names() {
    let long = |length: usize| "a".repeat(length);
    let samples = [
        "",
        "a",
        "A1",
        "a.b-c",
        "-a",
        "a_b",
        "a+b=c,d@e",
        "a b",
        "a/b",
        "a:b",
        "a*",
        "é",
        ".gz",
        "gz",
        ".GZ",
    ];
    let lengths = [long(2), long(3), long(63), long(64), long(65), long(512), long(513)];
    let all: Vec<&str> = samples.into_iter().chain(lengths.iter().map(String::as_str)).collect();
    let at = |section: &str, key: &str| format!("/$defs/{section}/properties/{key}");
    same_form(names::BUCKET, &at("bucket", "name"), &all);
    same_form(names::STREAM, &at("stream", "name"), &all);
    same_form(names::FILE_EXTENSION, &at("stream", "file_extension"), &all);
    same_form(names::ROLE, &at("destination", "firehose_role"), &all);
    same_form(names::DESTINATION, &at("destination", "destination_name"), &all);
    same_form(names::FILTER, &at("filter", "name"), &all);
    same_form(names::SESSION, &at("access", "session_name"), &all);
    same_form(names::POLICY, &at("extra_policy", "name"), &all);
    same_form(names::INSTANCE_PROFILE, &at("agent", "instance_profile"), &all);
    same_form(
        names::ROLE_WITH_PATH,
        &at("attach_to", "role"),
        &["", "a", "a:b", "a b", "a/b/c", "/a", "a/", "a//b"],
    );
    let ids = ["i-0134c94a", "i-0134c94a753025b8b", "i-0134c94a7", "j-0134c94a", "i-0134C94A"];
    same_form(names::INSTANCE, &format!("{}/items", at("associate_with", "instances")), &ids);
    let actions = ["s3:PutObject", "s3:*", "S3:PutObject", "PutObject", "execute-api:Invoke"];
    same_form(names::ACTION, &format!("{}/items", at("check", "actions")), &actions);
    let paths = ["/var/log", "C:\\logs", "D:/logs", "\\\\server\\logs", "var/log", "C:logs", "/", "\\logs"];
    same_form(names::LOG_FILE, &at("log_file", "path"), &paths);
    same_form(
        forms::AGENT_LOG_GROUP,
        &at("log_file", "log_group"),
        &["a", "a b", "/aws/{instance_id}", "a:b"],
    );
    same_form(forms::LOG_STREAM, &at("log_file", "log_stream"), &["", "{hostname}-a b", "a:b", "a*"]);
    let globs: Vec<&str> = all.into_iter().chain(["a?", "[a-b]", "[!a]", "{a,b}"]).collect();
    same_form(names::LOG_GROUP_GLOB, &format!("{}/items", at("source", "log_groups")), &globs);
}

#[test]
fn every_key_is_described() {
    fn check(at: &str, schema: &Value) {
        for (key, property) in schema["properties"].as_object().unwrap() {
            let description = property["description"].as_str().unwrap();
            assert!(description.ends_with('.') && description.len() > 8, "{at}.{key}: {description}");
        }
    }
    check("topology", the_schema());
    for (name, schema) in the_schema()["$defs"].as_object().unwrap() {
        check(name, schema);
    }
}

/// Expects a committed file to be what its command prints.
#[track_caller]
fn current(path: &str, command: &str, text: &str) {
    let found = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_default();
    assert!(
        found == text,
        "{path} is not current; `just schema` writes it anew (`logpipe {command} > {path}`)"
    );
}

#[test]
fn committed_files_are_current() {
    current("topologies/topology.schema.json", "schema", &schema::json());
    current("docs/topology-reference.md", "schema --markdown", &schema::markdown());
    assert!(accepts(the_schema(), VALID));
}
