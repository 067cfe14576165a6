//! The schema and the reference say what the loader does.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;
use std::sync::OnceLock;

use jsonschema::{Validator, validator_for};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::keys::forms::{Form, identifiers};
use super::super::keys::{Default, Shape, Table, root};
use super::super::schema;
use super::mutations::beyond;
use super::validator::accepts;
use super::{FULL, VALID, edited};
use crate::address::{
    AccountId, AccountName, Key, OrganizationId, OrganizationalUnitId, Region, TopologyName,
};

/// A validator by the schema, which has to be one by its own meta-schema.
pub(super) fn the_schema() -> &'static Validator {
    static SCHEMA: OnceLock<Validator> = OnceLock::new();
    SCHEMA.get_or_init(|| validator_for(&schema::value()).unwrap())
}

/// Validators pass over keywords that they do not know, so a slip in one would go unnoticed. Here the meta-schema takes no
/// other keywords than its own, at any depth: it refers to itself by the anchor that this one takes over.
#[test]
fn the_schema_has_no_keyword_that_json_schema_does_not_have() {
    let strict = validator_for(&json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://logpipe.invalid/strict",
        "$dynamicAnchor": "meta",
        "$ref": "https://json-schema.org/draft/2020-12/schema",
        "unevaluatedProperties": false,
    }))
    .unwrap();
    assert!(!strict.is_valid(&json!({ "properties": { "name": { "maxLenght": 3 } } })), "a slip passes");
    strict.validate(&schema::value()).unwrap();
}

/// Expects of the schema what the loader has said, as far as a schema can say it.
#[track_caller]
pub(super) fn agrees(yaml: &str, problems: &[String]) {
    let taken = accepts(the_schema(), yaml);
    if problems.is_empty() {
        assert!(taken, "the loader takes what the schema refuses:\n{yaml}");
    } else if taken {
        let of_a_schema: Vec<&String> = problems.iter().filter(|problem| beyond(problem).is_none()).collect();
        assert!(of_a_schema.is_empty(), "the schema takes what is refused, {of_a_schema:?}:\n{yaml}");
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

/// Every table of the topology, by its name.
fn tables() -> BTreeMap<&'static str, &'static Table> {
    fn section(table: &'static Table, into: &mut BTreeMap<&'static str, &'static Table>) {
        assert!(into.insert(table.name, table).is_none(), "two sections are called {}", table.name);
        table.keys.iter().for_each(|key| below(&key.row().shape, into));
    }
    fn below(shape: &Shape, into: &mut BTreeMap<&'static str, &'static Table>) {
        match shape {
            Shape::Section(table) => section(table, into),
            Shape::List { items: inner, .. } | Shape::Map { values: inner, .. } => below(inner, into),
            Shape::Either(shapes) => shapes.iter().for_each(|shape| below(shape, into)),
            _ => {}
        }
    }
    let mut all = BTreeMap::new();
    section(&root::TOPOLOGY, &mut all);
    all
}

#[test]
fn a_topology_with_every_key_uses_every_key_of_the_schema() {
    for key in tables().values().flat_map(|table| table.names()) {
        assert!(FULL.contains(&format!("{key}:")), "tests/full.yaml has no `{key}`");
    }
}

/// What a table says of a key is a value of that key.
#[test]
fn every_default_and_example_fits_its_key() {
    let schema = schema::value();
    for table in tables().values() {
        let section = if table.path.is_empty() { &schema } else { &schema["$defs"][table.name] };
        for row in table.keys.iter().map(|key| key.row()) {
            let mut key = section["properties"][row.name].clone();
            key["$defs"] = schema["$defs"].clone();
            let default = match row.default {
                Default::Value(default) => Some(default),
                Default::None | Default::Words(_) => None,
            };
            let fits = validator_for(&key).unwrap();
            for value in row.examples.into_iter().chain(default) {
                assert!(fits.is_valid(&value), "{}.{}: {value}", table.name, row.name);
            }
        }
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

/// Every form of a text, with the schema of one of that form.
fn forms() -> Vec<(Form, Validator)> {
    fn of(shape: &Shape, into: &mut Vec<Form>) {
        match shape {
            Shape::Text(form, _) => into.push(*form),
            Shape::List { items, .. } => of(items, into),
            Shape::Map { keys, values, .. } => {
                into.push(*keys);
                of(values, into);
            }
            Shape::Either(shapes) => shapes.iter().for_each(|shape| of(shape, into)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    for table in tables().values() {
        table.keys.iter().for_each(|key| of(&key.row().shape, &mut all));
    }
    all.into_iter().map(|form| (form, validator_for(&schema::text(&form)).unwrap())).collect()
}

/// Texts that are some name of AWS's, or almost one.
const SAMPLES: [&str; 72] = [
    "",
    "a",
    "A1",
    "a.b-c",
    "-a",
    "a-",
    "a..b",
    "1.2.3.4",
    "xn--abc",
    "abc-s3alias",
    "abc.mrap",
    "a_b",
    "a+b=c,d@e",
    "a b",
    "a/b",
    "/a",
    "a/",
    "a//b",
    "a/../b",
    "a/./b",
    "a:b",
    "a*",
    "a?",
    "[a-b]",
    "[!a]",
    "{a,b}",
    "é",
    "日本",
    "a\u{0}",
    "a\n",
    "\n",
    "a\u{a0}b",
    "½",
    "€",
    ".gz",
    "gz",
    ".GZ",
    "aws/x",
    "aws:x",
    "AWS:x",
    "logpipe:x",
    "AWSServiceRoleForSupport",
    "x/AWSReservedSSO_a_1",
    "aws-service-role/x",
    "organization",
    "999999999999",
    "99999999999",
    "i-0134c94a",
    "i-0134c94a753025b8b",
    "i-0134c94a7",
    "j-0134c94a",
    "i-0134C94A",
    "s3:PutObject",
    "s3:*",
    "S3:PutObject",
    "execute-api:Invoke",
    "/var/log",
    "C:\\logs",
    "D:/logs",
    "\\\\server\\logs",
    "C:logs",
    "/aws/{instance_id}",
    "/aws/{instance}",
    "{hostname}aws/",
    "Forwarded Events",
    "_SYSTEMD_UNIT",
    "https://a.example/x",
    "ap-northeast-1",
    "ap-northeast-10",
    "o-exampleorgid",
    "ou-ab12-34567890",
    "arn:aws:iam::111111111111:role/team/x",
];

/// A text that the reader takes is one that editors take, and the other way round.
#[test]
fn the_reader_and_the_schema_have_the_same_forms() {
    let lengths = [2, 3, 12, 20, 21, 32, 33, 63, 64, 65, 128, 129, 255, 256, 257, 512, 513, 1024, 1025, 4097];
    let long: Vec<String> = lengths.iter().map(|length| "a".repeat(*length)).collect();
    let forms = forms();
    let check = |text: &str| {
        for (form, schema) in &forms {
            let (ours, theirs) = (form.check(text), schema.is_valid(&json!(text)));
            assert_eq!(ours.is_ok(), theirs, "`{text}` as {}: {ours:?}", form.what);
        }
    };
    SAMPLES.into_iter().chain(long.iter().map(String::as_str)).for_each(check);
    let pieces = prop::sample::select(SAMPLES.to_vec());
    proptest!(|(text in prop::collection::vec(pieces, 0..4), any in "\\PC{0,3}")| {
        check(&format!("{}{any}", text.concat()));
    });
}

/// Identifiers are parsed elsewhere, by their own rules.
#[test]
fn the_schema_has_the_forms_of_identifiers() {
    fn same<T: FromStr>(form: Form, text: &str) {
        assert_eq!(text.parse::<T>().is_ok(), form.check(text).is_ok(), "`{text}` as {}", form.what);
    }
    let check = |text: &str| {
        same::<AccountId>(identifiers::ACCOUNT_ID, text);
        same::<AccountName>(identifiers::ACCOUNTS, text);
        same::<Key>(identifiers::KEY, text);
        same::<OrganizationId>(identifiers::ORGANIZATION, text);
        same::<OrganizationalUnitId>(identifiers::UNIT, text);
        same::<Region>(identifiers::REGION, text);
        same::<TopologyName>(identifiers::TOPOLOGY_NAME, text);
    };
    SAMPLES.into_iter().for_each(check);
    proptest!(|(text in "(o-|ou-)?[a-z0-9-]{0,36}", any in "\\PC{0,14}")| {
        check(&text);
        check(&any);
    });
}

#[test]
fn every_key_is_described() {
    fn check(at: &str, schema: &Value) {
        for (key, property) in schema["properties"].as_object().unwrap() {
            let description = property["description"].as_str().unwrap();
            assert!(description.ends_with('.') && description.len() > 8, "{at}.{key}: {description}");
        }
    }
    let schema = schema::value();
    check("topology", &schema);
    for name in tables().into_keys().filter(|name| *name != "topology") {
        check(name, &schema["$defs"][name]);
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
