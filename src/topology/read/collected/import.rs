//! Reads `amazon-cloudwatch-agent.json` for what a topology has to declare, and for what it cannot describe.

use std::collections::BTreeMap;

use super::reader::{CollectedReader, usual_log_group};
use super::windows;
use crate::address::Region;
use crate::topology::finding::Findings;
use crate::topology::keys::forms::agent::AGENT_LOG_GROUP;
use crate::topology::model::{Collected, Dialect, JournaldLog, LogFile, LogTarget};
use crate::topology::problem::{Invalid, Problem};
use crate::topology::read::field::Field;
use crate::topology::read::section::Section;
use crate::topology::yaml::{Value, parse_json};

/// What a file should be.
const EXPECTED: &str = "configuration of the CloudWatch agent";

/// The log stream of everything that does not set its own, on EC2 instances.
const INSTANCE: &str = "{instance_id}";

const LOGS_KEYS: &[&str] = &[
    "logs_collected",
    "metrics_collected",
    "log_stream_name",
    "force_flush_interval",
    "concurrency",
    "endpoint_override",
    "credentials",
    "service.name",
    "deployment.environment",
];

const COLLECTED_KEYS: &[&str] = &["files", "journald", "windows_events", "application_signals"];

const LIST_KEYS: &[&str] = &["collect_list"];

/// Why a section is left out that is not about logs.
const NOT_LOGS: &str =
    "logpipe handles only logs: keep this in a separate configuration, and add that with `append-config`";

/// What a configuration of the agent means for a topology.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The region that it names.
    pub region: Option<Region>,
    /// What it collects.
    pub collected: Collected,
    /// What a topology cannot describe: where it is, and why.
    pub left_out: Vec<Problem>,
    /// What is worth knowing about the rest.
    pub notes: Vec<String>,
}

/// Reads the text of a configuration.
///
/// # Errors
/// Everything that the agent would refuse, each with its place.
pub fn read_agent_configuration(file_name: &str, text: &str) -> Result<Imported, Invalid> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut import = Import::default();
    let read = match parse_json(text) {
        Ok(root) => {
            let field = Field { name: "configuration", key_span: root.span, node: &root };
            field.entries(&mut import.findings).map(|entries| import.root(field, &entries))
        }
        Err(finding) => {
            import.findings.push(finding);
            None
        }
    };
    let invalid =
        |findings: Findings| Invalid { expected: EXPECTED, ..findings.into_invalid(file_name, text) };
    match read {
        Some((region, collected)) if import.findings.is_empty() => Ok(Imported {
            region,
            collected,
            left_out: invalid(import.left_out).problems,
            notes: import.notes,
        }),
        _ => Err(invalid(import.findings)),
    }
}

#[derive(Default)]
struct Import {
    findings: Findings,
    left_out: Findings,
    notes: Vec<String>,
}

impl Import {
    fn leave_out(&mut self, field: Field<'_>, why: &str) {
        self.left_out.add(
            field.key_span,
            format!("`{}` is left out", field.name),
            why,
            "nothing, if you can do without it",
        );
    }

    fn root(&mut self, root: Field<'_>, entries: &BTreeMap<&str, Field<'_>>) -> (Option<Region>, Collected) {
        for field in entries.values().filter(|field| !["agent", "logs"].contains(&field.name)) {
            self.leave_out(*field, NOT_LOGS);
        }
        let region = entries.get("agent").and_then(|field| self.agent(*field));
        let logs = entries.get("logs").and_then(|field| field.section_of(LOGS_KEYS, &mut self.findings));
        let collected = logs.map(|logs| self.logs(&logs)).unwrap_or_default();
        if collected.is_empty() && self.findings.is_empty() {
            let why = "a topology's agent collects log files, the systemd journal or Windows event logs";
            let help = "use a configuration that has `logs`";
            self.findings.add(root.span(), "it collects no logs that a topology can describe", why, help);
        }
        (region, collected)
    }

    /// Of the agent itself, the region is what a topology says.
    fn agent(&mut self, field: Field<'_>) -> Option<Region> {
        let entries = field.entries(&mut self.findings)?;
        for field in entries.values().filter(|field| field.name != "region") {
            match (field.name, field.node.text()) {
                // Only root can read files such as /var/log/messages, so logpipe writes it as well.
                ("run_as_user", Some("root")) => {}
                ("logfile", Some(_)) => {
                    self.leave_out(*field, "with logpipe, the agent writes its own log to the default file");
                }
                ("run_as_user", _) => {
                    self.leave_out(*field, "with logpipe, the agent runs as root, which can read every file");
                }
                _ => {
                    self.leave_out(*field, "it configures the agent itself, which logpipe leaves to you");
                }
            }
        }
        let region = *entries.get("region")?;
        let name = region.text(&mut self.findings)?;
        name.parse()
            .map_err(|_| self.leave_out(region, "it is not a region: the topology's region is used"))
            .ok()
    }

    fn logs(&mut self, logs: &Section<'_>) -> Collected {
        if let Some(field) = logs.named("metrics_collected") {
            self.leave_out(field, NOT_LOGS);
        }
        if let Some(field) = logs.named("credentials") {
            self.leave_out(
                field,
                "the agent uses the role of its instance, which the topology makes or names",
            );
        }
        let mut reader = CollectedReader::new(Dialect::Agent);
        let mut collected =
            Collected { defaults: reader.defaults(logs, &mut self.findings), ..Collected::default() };
        let lists = logs
            .named("logs_collected")
            .and_then(|field| field.section_of(COLLECTED_KEYS, &mut self.findings));
        let Some(lists) = lists else { return collected };
        if let Some(field) = lists.named("application_signals") {
            self.leave_out(field, "it is for Application Signals, which has its own log group");
        }
        if let Some(list) = self.list(&lists, "files") {
            let (kept, named_by_themselves) = self.with_log_group(list);
            for field in named_by_themselves {
                let why = "it names no log group, and a topology cannot name the one that the agent would derive from its path: set `log_group_name`";
                self.leave_out(field, why);
            }
            collected.files = reader.entries(kept, &mut self.findings, CollectedReader::file);
        }
        if let Some(list) = self.list(&lists, "journald") {
            let items = list.items(&mut self.findings).unwrap_or_default();
            collected.journald = reader.entries(items, &mut self.findings, CollectedReader::journald);
        }
        if let Some(list) = self.list(&lists, "windows_events") {
            let items = list.items(&mut self.findings).unwrap_or_default();
            collected.windows_events = reader.entries(items, &mut self.findings, windows::events);
        }
        self.settle(&mut collected);
        collected
    }

    fn list<'n>(&mut self, lists: &Section<'n>, key: &str) -> Option<Field<'n>> {
        let section = lists.named(key)?.section_of(LIST_KEYS, &mut self.findings)?;
        let Some(list) = section.named("collect_list") else {
            let message = format!("`{key}` has no `collect_list`");
            let (why, help) =
                ("the agent refuses the section without it", "add `collect_list`, or remove the section");
            self.findings.add(section.key_span, message, why, help);
            return None;
        };
        if matches!(&list.node.value, Value::List(items) if items.is_empty()) {
            let help = "list what to collect, or remove the section";
            self.findings.add(
                list.span(),
                format!("`{key}` collects nothing"),
                "the agent refuses an empty list",
                help,
            );
        }
        Some(Field { name: lists.named(key)?.name, ..list })
    }

    /// The files whose log group a topology can name, and the others.
    fn with_log_group<'n>(&mut self, list: Field<'n>) -> (Vec<Field<'n>>, Vec<Field<'n>>) {
        let items = list.items(&mut self.findings).unwrap_or_default();
        items.into_iter().partition(|item| {
            let text = |key: &str| item.node.entry(key).and_then(|entry| entry.value.text());
            let Some(path) = text("file_path") else { return true };
            let of_each_file = text("publish_multi_logs") == Some("true");
            text("log_group_name").is_some()
                || !of_each_file && AGENT_LOG_GROUP.check(&usual_log_group(path)).is_ok()
        })
    }

    /// Says what the agent does by itself where a topology's own defaults are others.
    fn settle(&mut self, collected: &mut Collected) {
        for file in &mut collected.files {
            self.follow_as_before(file);
        }
        let section = collected.defaults.log_stream.is_some();
        for JournaldLog { target, .. } in &mut collected.journald {
            // The section's default is not for the journal (`translator/translate/otel/exporter/journald`).
            if section && target.log_stream.is_none() {
                target.log_stream = Some(INSTANCE.to_owned());
            }
        }
        let files = collected.files.iter_mut().map(|file| &mut file.target);
        let journald = collected.journald.iter_mut().map(|log| &mut log.target);
        let events = collected.windows_events.iter_mut().map(|log| &mut log.target);
        for LogTarget { log_stream, .. } in files.chain(journald).chain(events).filter(|_| !section) {
            log_stream.take_if(|name| name == INSTANCE);
        }
    }

    fn follow_as_before(&mut self, file: &mut LogFile) {
        if file.publish_multi_logs.is_none() && file.follows_all() == Some(true) {
            file.publish_multi_logs = Some(false);
            self.notes.push(format!(
                "the agent follows only the newest file that matches `{}`, which loses the lines of all others: remove `publish_multi_logs: false` to follow every file",
                file.path
            ));
        }
    }
}
