//! The JSON of every command, whole, as files in `golden/`: a change of format shows as a change of a file. The Markdown
//! beside it is in `pages.rs`.
//!
//! `LOGPIPE_UPDATE_GOLDEN=1 cargo test --test it -- golden::` writes them again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use logpipe::exit::Exit;
use serde_json::Value;

use crate::support::aws::{self, SOURCE, TOKYO};
use crate::support::{Bench, Ran};

pub(crate) const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");

/// Every file, with the section of `docs/json-output.md` that explains it.
const FILES: &[(&str, &str)] = &[
    ("validate", "validate"),
    ("validate-invalid", "validate"),
    ("plan", "plan"),
    ("plan-detailed", "plan"),
    ("apply", "apply, destroy"),
    ("apply-failed", "apply, destroy"),
    ("destroy", "apply, destroy"),
    ("status", "status"),
    ("status-drifted", "status"),
    ("status-delivery", "status --delivery"),
    ("outputs", "outputs"),
    ("outputs-one", "outputs"),
    ("doctor", "doctor"),
    ("doctor-broken", "doctor"),
    ("verify", "verify"),
    ("verify-broken", "verify"),
    ("verify-roles", "verify"),
    ("logs", "logs"),
    ("access", "access"),
    ("access-everything", "access"),
    ("access-agents", "access"),
    ("agent-config", "agent-config"),
    ("agent-config-from", "agent-config"),
    ("cost", "cost"),
    ("coverage", "coverage"),
    ("import", "import"),
    ("import-discover", "import"),
    ("explain", "explain"),
    ("explain-policy", "explain"),
    ("export", "export"),
    ("graph", "graph"),
    ("graph-resources", "graph"),
    ("profile", "profile"),
    ("version", "version"),
    ("error", "Errors"),
];

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden").join(format!("{name}.json"))
}

#[expect(clippy::disallowed_methods, reason = "a switch of the test alone")]
pub(crate) fn updating() -> bool {
    std::env::var("LOGPIPE_UPDATE_GOLDEN").is_ok()
}

/// Compares what a command printed with its file: a list where it printed several objects.
#[track_caller]
fn check(name: &str, ran: Ran, exit: Exit) {
    assert!(FILES.iter().any(|(known, _)| *known == name), "{name} has no section of the docs");
    let mut lines = ran.expect(exit).json_lines();
    lines.iter_mut().for_each(|value| mask("", value));
    let value = if lines.len() == 1 { lines.remove(0) } else { Value::Array(in_order(lines)) };
    let text = format!("{value:#}\n");
    let path = file(name);
    if updating() {
        std::fs::write(&path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == text,
        "{} differs; when that is meant, LOGPIPE_UPDATE_GOLDEN=1 writes it anew, and docs/json-output.md says so\n{text}",
        path.display()
    );
}

/// Steps that run at once come in any order: the plan first, steps by address, the report last. The plan's own steps
/// are in the file of `plan`.
fn in_order(mut lines: Vec<Value>) -> Vec<Value> {
    let rank = |line: &Value| match line["type"].as_str() {
        Some("plan") => 0,
        Some("step") => 1,
        _ => 2,
    };
    let started = |line: &Value| line["status"] != "started";
    let plans = lines.iter_mut().filter(|line| line["type"] == "plan");
    plans.for_each(|plan| plan["steps"] = Value::Array(Vec::new()));
    lines.sort_by_key(|line| (rank(line), line["address"].to_string(), started(line)));
    lines
}

/// Puts something constant in the place of what differs from run to run.
fn mask(key: &str, value: &mut Value) {
    match value {
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| {
            mask(if key == "calls" { key } else { name }, value);
        }),
        Value::Array(items) => {
            if key.ends_with("_steps") {
                items.sort_by_key(Value::to_string);
            }
            if key == "legs" {
                // How much is known of the way depends on the second at which the run starts.
                items.truncate(1);
            }
            items.iter_mut().for_each(|value| mask(key, value));
        }
        Value::Number(_) if ["ms", "seconds", "delay_seconds", "calls"].contains(&key) => *value = 0.into(),
        Value::String(text) if key == "at" || key.starts_with("last_") => *text = "…".to_owned(),
        Value::String(text) if ["time", "ingestion_time", "id", "version", "target"].contains(&key) => {
            *text = "…".to_owned();
        }
        Value::String(text) if key == "leg" => *text = "…".to_owned(),
        Value::String(text) if key == "file" => *text = "topology.yaml".to_owned(),
        // Keys are added to topologies all the time.
        Value::String(text) if key == "help" => {
            text.truncate(text.find(" has the keys ").unwrap_or(text.len()));
        }
        Value::String(text) => *text = masked(text),
        _ => {}
    }
}

/// Random ids and times of day, by their shape.
pub(crate) fn masked(text: &str) -> String {
    const SHAPES: [&str; 3] =
        ["00000000-0000-0000-0000-000000000000", "0000-00-00-00-00-00", "0000/00/00/00"];
    let mut masked = text.to_owned();
    for shape in SHAPES {
        let fits = |candidate: &[u8]| {
            candidate.iter().zip(shape.bytes()).all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_hexdigit(),
                other => *byte == other,
            })
        };
        while let Some(at) = masked
            .as_bytes()
            .windows(shape.len())
            .position(|candidate| fits(candidate) && candidate != shape.as_bytes())
        {
            masked.replace_range(at..at + shape.len(), shape);
        }
    }
    masked
}

fn json(bench: &Bench, command: &str, flags: &[&str]) -> Ran {
    bench.sandbox(command, &[&["--output", "json"], flags].concat())
}

pub(crate) fn applied() -> Bench {
    let bench = Bench::new(QUICKSTART);
    json(&bench, "apply", &["--yes"]).expect(Exit::Done);
    bench
}

/// An applied topology that was changed since.
pub(crate) fn changed() -> Bench {
    let bench = applied();
    bench.write(&QUICKSTART.replace("buffer_seconds: 60", "buffer_seconds: 90"));
    bench
}

#[test]
fn validate() {
    check("validate", json(&Bench::new(QUICKSTART), "validate", &[]), Exit::Done);
    let invalid = Bench::new(&QUICKSTART.replace("accounts:\n  archive", "acounts:\n  archive"));
    check("validate-invalid", json(&invalid, "validate", &[]), Exit::Invalid);
}

#[test]
fn plan() {
    check("plan", json(&Bench::new(QUICKSTART), "plan", &[]), Exit::Done);
    check("plan-detailed", json(&changed(), "plan", &["--detailed-exitcode"]), Exit::Pending);
}

#[test]
fn apply_and_destroy() {
    let bench = Bench::new(QUICKSTART);
    check("apply", json(&bench, "apply", &["--yes"]), Exit::Done);
    check("destroy", json(&bench, "destroy", &["--yes"]), Exit::Done);
}

/// A log group without a free slot for the filter.
#[test]
fn an_apply_that_fails_in_the_middle() {
    let bench = Bench::new(QUICKSTART);
    bench.aws(SOURCE, TOKYO, async |config| {
        let logs = aws::logs(&config);
        logs.create_log_group().log_group_name("/app/web").send().await.unwrap();
    });
    json(&bench, "apply", &["--yes"]).expect(Exit::Done);
    let other = QUICKSTART.replace("name: quickstart", "name: second");
    bench.write(&other);
    json(&bench, "apply", &["--yes"]).expect(Exit::Done);
    // As if AWS allowed more filters than it does, so that AWS is the one to refuse.
    let third = other.replace("name: second", "name: third");
    bench.write(&third.replace("\nsources:", "\nlimits: { filters_per_log_group: 5 }\n\nsources:"));
    check("apply-failed", json(&bench, "apply", &["--yes"]), Exit::Incomplete);
}

#[test]
fn status() {
    check("status", json(&applied(), "status", &[]), Exit::Done);
    check("status-drifted", json(&changed(), "status", &["--detailed-exitcode"]), Exit::Pending);
}

#[test]
fn outputs() {
    let bench = applied();
    check("outputs", json(&bench, "outputs", &[]), Exit::Done);
    check("outputs-one", json(&bench, "outputs", &["central.bucket_arn"]), Exit::Done);
}

/// With one event that has arrived.
#[test]
fn delivery() {
    let bench = applied();
    json(&bench, "verify", &[]).expect(Exit::Done);
    check("status-delivery", json(&bench, "status", &["--delivery"]), Exit::Done);
}

#[test]
fn doctor() {
    check("doctor", json(&applied(), "doctor", &[]), Exit::Done);
    check("doctor-broken", json(&Bench::new(QUICKSTART), "doctor", &[]), Exit::Broken);
}

#[test]
fn verify() {
    check("verify", json(&applied(), "verify", &[]), Exit::Done);
    check("verify-broken", json(&Bench::new(QUICKSTART), "verify", &[]), Exit::Broken);
}

/// An agent and a reader whose role is assumed, with an event to read.
#[test]
fn roles_and_logs() {
    let bench = Bench::new(
        r#"
version: 1
name: roles
region: ap-northeast-1
access: { role_name: LogpipeDeployer }
accounts: { app: "111111111111", monitor: "222222222222" }
agents:
  web:
    accounts: [app]
    policy: { log_groups: ["/aws/ec2/*"] }
    files: [{ path: /var/log/messages, log_group: /aws/ec2/messages }]
    check: [{ actions: ["logs:PutLogEvents", "s3:GetObject"], resources: ["arn:aws:logs:ap-northeast-1:111111111111:log-group:/aws/ec2/messages:log-stream:i-1"] }]
readers:
  ops: { account: app, trusted: { account: monitor } }
"#,
    );
    json(&bench, "apply", &["--yes"]).expect(Exit::Done);
    bench.pass(60);
    let now = bench.now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    bench.aws(SOURCE, TOKYO, async move |config| {
        let (logs, group) = (aws::logs(&config), "/aws/ec2/messages");
        logs.create_log_group().log_group_name(group).send().await.unwrap();
        logs.create_log_stream().log_group_name(group).log_stream_name("i-1").send().await.unwrap();
        let event = aws_sdk_cloudwatchlogs::types::InputLogEvent::builder().message("kernel: hello");
        let event = event.timestamp(i64::try_from(now).unwrap()).build().unwrap();
        let call = logs.put_log_events().log_group_name(group).log_stream_name("i-1");
        call.log_events(event).send().await.unwrap();
    });
    check("verify-roles", json(&bench, "verify", &[]), Exit::Broken);
    let both = ["--log-group", "/aws/ec2/messages", "--log-group", "/aws/ec2/absent"];
    check("logs", json(&bench, "logs", &both), Exit::Done);
}

/// What `tests/judge/access.mjs` looks at, too.
#[test]
fn access() {
    check("access", json(&Bench::new(QUICKSTART), "access", &[]), Exit::Done);
    let everything = Bench::new(include_str!("cases/everything.yaml"));
    let trusted = "arn:aws:iam::444444444444:role/ci";
    check(
        "access-everything",
        json(&everything, "access", &["--delete-data", "--trusted", trusted]),
        Exit::Done,
    );
    let agents = Bench::new(include_str!("cases/agents.yaml"));
    check("access-agents", json(&agents, "access", &[]), Exit::Done);
}

#[test]
fn agent_config() {
    let bench = crate::agent_config::bench();
    check("agent-config", json(&bench, "agent-config", &[]), Exit::Done);
    std::fs::write(bench.path("config.json"), crate::agent_config::EXISTING).unwrap();
    let from = bench.run(&["logpipe", "agent-config", "--from", "config.json", "--output", "json"]);
    check("agent-config-from", from, Exit::Done);
}

#[test]
fn cost() {
    check("cost", json(&Bench::new(QUICKSTART), "cost", &["--gb-per-month", "100"]), Exit::Done);
}

#[test]
fn coverage() {
    check("coverage", json(&crate::coverage::met(), "coverage", &[]), Exit::Broken);
}

#[test]
fn explain() {
    let bench = Bench::new(include_str!("../../topologies/reader.yaml"));
    check("explain", json(&bench, "explain", &[]), Exit::Done);
    let policy = r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;
    std::fs::write(bench.path("policy.json"), policy).unwrap();
    check("explain-policy", json(&bench, "explain", &["--policy", "policy.json"]), Exit::Done);
}

#[test]
fn export() {
    let bench = Bench::new(include_str!("cases/agents.yaml"));
    let command = ["logpipe", "export", "cloudformation", "--offline", "--output", "json"];
    check("export", bench.run(&command), Exit::Done);
}

#[test]
fn import() {
    check("import", crate::import::of_the_walk_through(&[]), Exit::Done);
    check("import-discover", crate::import::of_the_walk_through(&["--discover"]), Exit::Done);
}

#[test]
fn graph() {
    let bench = Bench::new(include_str!("cases/agents.yaml"));
    check("graph", json(&bench, "graph", &[]), Exit::Done);
    let bench = Bench::new(QUICKSTART);
    check("graph-resources", json(&bench, "graph", &["--view", "resources"]), Exit::Done);
}

#[test]
fn profile() {
    let bench = Bench::new(include_str!("../../topologies/reader.yaml"));
    check("profile", json(&bench, "profile", &["--via", "sso"]), Exit::Done);
}

#[cfg(feature = "ec2")]
#[test]
fn version() {
    check("version", Bench::new(QUICKSTART).run(&["logpipe", "version", "--json"]), Exit::Done);
}

#[test]
fn errors() {
    let ran = Bench::new(QUICKSTART).run(&[
        "logpipe",
        "outputs",
        "central.nothing",
        "--sandbox",
        "--output",
        "json",
    ]);
    check("error", ran, Exit::Usage);
}

/// The paths of every field; of a list `[]`, and `<name>` where names are data.
fn paths(path: &str, value: &Value, found: &mut BTreeSet<String>) {
    // What a field is changed from and to is anything.
    let mut free = path.ends_with("changes[].from") || path.ends_with("changes[].to");
    // What is in a policy is IAM's.
    free |= path.ends_with(".trust") || path.ends_with(".document");
    free |= path.ends_with("[].statement") || path.ends_with(".replaced_by");
    // And what is in a configuration is the agent's.
    free |= path == "configuration";
    // And in a part of a topology, what topologies have.
    free |= path == "fragment";
    free |= path.starts_with("policies[].statements[]") && path.ends_with(".value");
    free |= path.ends_with("[].settings");
    match value {
        Value::Object(fields) if !free => {
            for (name, value) in fields {
                let name = if path == "outputs" { "<name>" } else { name };
                let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
                paths(&path, value, found);
            }
        }
        Value::Array(items) if !free => {
            found.insert(path.to_owned());
            let inner = format!("{path}[]");
            items.iter().filter(|item| item.is_object()).for_each(|item| paths(&inner, item, found));
        }
        _ => {
            found.insert(path.to_owned());
        }
    }
}

#[test]
fn every_field_is_explained() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json-output.md");
    let docs = std::fs::read_to_string(docs).unwrap();
    let mut missing = BTreeSet::new();
    for (name, section) in FILES {
        let text = docs.split("\n## ").find(|text| text.lines().next() == Some(section)).unwrap_or_default();
        let mut found = BTreeSet::new();
        let golden = std::fs::read_to_string(file(name)).unwrap();
        let golden: Value = serde_json::from_str(&golden).unwrap();
        for object in golden.as_array().unwrap_or(&vec![golden.clone()]) {
            // A plan among the lines of a run is that of `plan`.
            if object["type"] != "plan" {
                paths("", object, &mut found);
            }
        }
        let unexplained = found.into_iter().filter(|path| !text.contains(&format!("`{path}`")));
        missing.extend(unexplained.map(|path| format!("{section}: `{path}`")));
    }
    assert!(missing.is_empty(), "docs/json-output.md does not explain {missing:#?}");
}
