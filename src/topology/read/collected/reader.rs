//! Reads what an agent collects, from a topology or from a configuration of the agent.

use std::collections::BTreeMap;

use super::forms::{self, TIMESTAMP_FORMAT};
use super::keys::{
    DEFAULTS_KEYS, FILE_KEYS, FILE_KEYS_OF_THE_AGENT, FILTER_KEYS, JOURNALD_KEYS, JOURNALD_KEYS_OF_THE_AGENT,
};
use super::{expression, windows};
use crate::topology::finding::{Findings, Span};
use crate::topology::keys::names::{self, Rule};
use crate::topology::model::{
    BackpressureMode, Collected, Dialect, EventFilter, FilterType, JournaldLog, LogDefaults, LogFile,
    LogGroupClass, LogTarget, Priority, Timezone,
};
use crate::topology::read::field::{Field, Keys, Section, distinct};
use crate::topology::read::sources::{RETENTION_DAYS, retention, several};
use crate::topology::yaml::Value;

/// Most entries of a `collect_list`.
pub(in crate::topology) const MOST_ENTRIES: usize = 16_384;

/// The most seconds that the agent's schema knows.
const LONGEST_INTERVAL: u32 = 172_800;

/// More workers than any agent has use for.
pub(in crate::topology) const MOST_CONCURRENCY: u32 = 1_000;

/// The time zones that the agent knows, one of them by two names.
const TIMEZONES_OF_THE_AGENT: &[(&str, Timezone)] =
    &[("UTC", Timezone::Utc), ("Local", Timezone::Local), ("LOCAL", Timezone::Local)];

/// Priorities by their numbers, as journalctl takes them too.
const PRIORITY_NUMBERS: [(&str, Priority); 8] = [
    ("0", Priority::Emergency),
    ("1", Priority::Alert),
    ("2", Priority::Critical),
    ("3", Priority::Error),
    ("4", Priority::Warning),
    ("5", Priority::Notice),
    ("6", Priority::Info),
    ("7", Priority::Debug),
];

/// Reads the lists of one agent, and remembers what was said of each log group.
pub(in crate::topology) struct CollectedReader {
    pub(in crate::topology) dialect: Dialect,
    retention: BTreeMap<String, (u32, Span)>,
    classes: BTreeMap<String, (LogGroupClass, Span)>,
}

impl CollectedReader {
    pub(in crate::topology) fn new(dialect: Dialect) -> Self {
        Self { dialect, retention: BTreeMap::new(), classes: BTreeMap::new() }
    }

    /// What a topology's agent collects.
    pub(in crate::topology) fn of_a_topology(section: &Section<'_>, findings: &mut Findings) -> Collected {
        let mut reader = Self::new(Dialect::Topology);
        Collected {
            files: reader.list(section.get("files"), findings, Self::file),
            journald: reader.list(section.get("journald"), findings, Self::journald),
            windows_events: reader.list(section.get("windows_events"), findings, windows::events),
            defaults: section
                .get("logs")
                .and_then(|field| field.section(DEFAULTS_KEYS, findings))
                .map(|section| reader.defaults(&section, findings))
                .unwrap_or_default(),
        }
    }

    /// A list without equal entries, which the agent refuses.
    fn list<T: Ord + Clone>(
        &mut self,
        field: Option<Field<'_>>,
        findings: &mut Findings,
        read: fn(&mut Self, Field<'_>, &mut Findings) -> Option<T>,
    ) -> Vec<T> {
        let Some(field) = field else { return Vec::new() };
        let items = field.items(findings).unwrap_or_default();
        if items.len() > MOST_ENTRIES {
            let message = format!("`{}` has {} entries", field.name, items.len());
            let why = format!("the agent takes {MOST_ENTRIES} at most");
            findings.add(field.key_span, message, why, "use `*` in paths, or make several agents");
        }
        self.entries(items, findings, read)
    }

    /// The entries of a list, none of them twice.
    pub(in crate::topology) fn entries<'n, T: Ord + Clone>(
        &mut self,
        items: Vec<Field<'n>>,
        findings: &mut Findings,
        read: fn(&mut Self, Field<'_>, &mut Findings) -> Option<T>,
    ) -> Vec<T> {
        distinct(items, findings, |item, findings| read(self, item, findings))
    }

    pub(in crate::topology) fn keys(&self, of_a_topology: Keys, of_the_agent: Keys) -> Keys {
        match self.dialect {
            Dialect::Topology => of_a_topology,
            Dialect::Agent => of_the_agent,
        }
    }

    pub(in crate::topology) fn get<'n>(&self, section: &Section<'n>, key: &'static str) -> Option<Field<'n>> {
        section.get(self.dialect.key(key))
    }

    pub(in crate::topology) fn file(&mut self, item: Field<'_>, findings: &mut Findings) -> Option<LogFile> {
        let section = item.section(self.keys(FILE_KEYS, FILE_KEYS_OF_THE_AGENT), findings)?;
        let (key, why) = (self.dialect.key("path"), "the agent reads files by their paths");
        let help = format!("write `{key}: /var/log/messages`, `*` included");
        let path = section
            .need(key, why, &help, findings)
            .and_then(|field| helped(field, names::LOG_FILE, &help, findings));
        let by_itself = path.as_deref().filter(|_| self.dialect == Dialect::Agent).map(usual_log_group);
        let target = self.target(&section, by_itself, findings);
        let timezones = match self.dialect {
            Dialect::Topology => Timezone::WORDS,
            Dialect::Agent => TIMEZONES_OF_THE_AGENT,
        };
        let text = |key: &'static str, rule: Rule, findings: &mut Findings| {
            self.get(&section, key).and_then(|field| ruled(field, rule, findings))
        };
        let flag = |key: &'static str, findings: &mut Findings| {
            self.get(&section, key).and_then(|field| field.flag(findings))
        };
        let timestamp_format = section.get("timestamp_format").and_then(|field| timestamp(field, findings));
        let file = LogFile {
            multi_line_start_pattern: multi_line(&section, timestamp_format.is_some(), findings),
            timestamp_format,
            timezone: section.get("timezone").and_then(|field| field.word(timezones, findings)),
            trim_timestamp: flag("trim_timestamp", findings),
            encoding: text("encoding", forms::ENCODING, findings),
            publish_multi_logs: flag("publish_multi_logs", findings),
            auto_removal: flag("auto_removal", findings),
            blacklist: section.get("blacklist").and_then(|field| regular(field, findings)),
            backpressure_mode: section
                .get("backpressure_mode")
                .and_then(|field| field.word(BackpressureMode::WORDS, findings)),
            service_name: text("service_name", forms::SERVICE, findings),
            deployment_environment: text("deployment_environment", forms::ENVIRONMENT, findings),
            path: path?,
            target: target?,
        };
        one_at_a_time(&section, &file, findings);
        Some(file)
    }

    pub(in crate::topology) fn journald(
        &mut self,
        item: Field<'_>,
        findings: &mut Findings,
    ) -> Option<JournaldLog> {
        let section = item.section(self.keys(JOURNALD_KEYS, JOURNALD_KEYS_OF_THE_AGENT), findings)?;
        let target = self.target(&section, None, findings);
        let units = section
            .get("units")
            .map(|field| several(field, findings, |item, findings| ruled(item, forms::UNIT, findings)));
        let priorities = [Priority::WORDS, &PRIORITY_NUMBERS[..]].concat();
        let matches = section.get("matches").map(|field| several(field, findings, journal_fields));
        Some(JournaldLog {
            target: target?,
            units: units.unwrap_or_default(),
            priority: section.get("priority").and_then(|field| field.word(&priorities, findings)),
            matches: matches.unwrap_or_default(),
        })
    }

    /// The log group is the one that is given where none is written.
    pub(in crate::topology) fn target(
        &mut self,
        section: &Section<'_>,
        by_itself: Option<String>,
        findings: &mut Findings,
    ) -> Option<LogTarget> {
        let key = self.dialect.key("log_group");
        let help = format!("write `{key}: /aws/ec2/messages`");
        let log_group = match (section.get(key), by_itself) {
            (None, Some(usual)) => Some(usual),
            _ => section
                .need(key, "what the agent reads goes to a log group", &help, findings)
                .and_then(|field| helped(field, forms::AGENT_LOG_GROUP, &help, findings)),
        };
        let log_stream = self.get(section, "log_stream").and_then(|field| log_stream(field, findings));
        let class =
            section.get("log_group_class").and_then(|field| field.word(LogGroupClass::WORDS, findings));
        let retention_days = self.retention_days(section, findings);
        let filters = section.get("filters").map(|field| filters(field, findings)).unwrap_or_default();
        let log_group = log_group?;
        // The agent compares names without regard to case (`translator/translate/logs/util/validate_fields.go`).
        let name = log_group.to_lowercase();
        if let (Some(class), Some(field)) = (class, section.get("log_group_class")) {
            agrees(&mut self.classes, &name, class, field, findings);
        }
        if let (Some(days), Some(field)) = (retention_days, self.get(section, "retention_days")) {
            agrees(&mut self.retention, &name, days, field, findings);
        }
        Some(LogTarget { log_group, log_stream, log_group_class: class, retention_days, filters })
    }

    fn retention_days(&self, section: &Section<'_>, findings: &mut Findings) -> Option<u32> {
        let field = self.get(section, "retention_days")?;
        // The agent's own word for leaving retention alone.
        let left_alone = self.dialect == Dialect::Agent && field.node.text() == Some("-1");
        let days = if left_alone { None } else { retention(field, findings) };
        days.filter(|days| RETENTION_DAYS.contains(days))
    }

    pub(in crate::topology) fn defaults(
        &self,
        section: &Section<'_>,
        findings: &mut Findings,
    ) -> LogDefaults {
        let text = |key: &'static str, rule: Rule, findings: &mut Findings| {
            self.get(section, key).and_then(|field| ruled(field, rule, findings))
        };
        let number = |key: &'static str, most: u32, why: &str, findings: &mut Findings| {
            self.get(section, key).and_then(|field| field.number(1..=most, why, findings))
        };
        LogDefaults {
            log_stream: self.get(section, "log_stream").and_then(|field| log_stream(field, findings)),
            force_flush_interval: number(
                "force_flush_interval",
                LONGEST_INTERVAL,
                "it is the seconds that events wait at most",
                findings,
            ),
            concurrency: number(
                "concurrency",
                MOST_CONCURRENCY,
                "it is how many workers send events",
                findings,
            ),
            endpoint_override: text("endpoint_override", forms::ENDPOINT, findings),
            service_name: text("service_name", forms::SERVICE, findings),
            deployment_environment: text("deployment_environment", forms::ENVIRONMENT, findings),
        }
    }
}

/// What the agent takes for the log group of a file that names none: its path without the last extension
/// (amazon-cloudwatch-agent, `plugins/inputs/logfile/fileconfig.go`).
pub(in crate::topology) fn usual_log_group(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let extension = name.rfind('.').map_or(0, |at| name.len() - at);
    path[..path.len() - extension].to_owned()
}

/// A text that follows a rule.
pub(in crate::topology) fn ruled(field: Field<'_>, rule: Rule, findings: &mut Findings) -> Option<String> {
    helped(field, rule, &format!("write {}", rule.what), findings)
}

/// A text that follows a rule, and what to write where it does not.
fn helped(field: Field<'_>, rule: Rule, help: &str, findings: &mut Findings) -> Option<String> {
    let text = field.text(findings)?;
    match rule.check(text) {
        Ok(()) => Some(text.to_owned()),
        Err(why) => {
            findings.add(field.span(), format!("`{text}` cannot be {}", rule.what), why, help);
            None
        }
    }
}

fn log_stream(field: Field<'_>, findings: &mut Findings) -> Option<String> {
    let name = ruled(field, forms::LOG_STREAM, findings)?;
    if let Some((written, meant)) = forms::slip_of_placeholder(&name) {
        let message = format!("the agent does not know `{written}`");
        let why = "it would stand in the name as it is, the same on every instance";
        findings.add(field.span(), message, why, format!("did you mean `{meant}`?"));
    }
    Some(name)
}

/// A regular expression that Go takes.
fn regular(field: Field<'_>, findings: &mut Findings) -> Option<String> {
    let text = ruled(field, forms::EXPRESSION, findings)?;
    if let Err(why) = expression::check(&text) {
        let message = format!("`{text}` is no regular expression of the agent");
        let help = "write it in the syntax of Go's regexp package (RE2)";
        findings.add(field.span(), message, why, help);
    }
    Some(text)
}

fn timestamp(field: Field<'_>, findings: &mut Findings) -> Option<String> {
    let format = ruled(field, forms::TIMESTAMP, findings)?;
    if let Some(symbol) = forms::unknown_symbol(&format) {
        let message = format!("the agent does not know `{symbol}` in a timestamp");
        let why =
            "it would take it for plain text, find no timestamp, and use the time at which it read the line";
        findings.add(field.span(), message, why, format!("use its symbols: {}", forms::symbols()));
    }
    Some(format)
}

fn multi_line(section: &Section<'_>, has_format: bool, findings: &mut Findings) -> Option<String> {
    let field = section.get("multi_line_start_pattern")?;
    if field.node.text() != Some(TIMESTAMP_FORMAT) {
        return regular(field, findings);
    }
    if !has_format {
        let message = format!("`{TIMESTAMP_FORMAT}` without a `timestamp_format`");
        let why = "the agent would find no line that begins an event, and send all lines as one";
        let help = "add `timestamp_format`, or write the pattern of a first line";
        findings.add(field.span(), message, why, help);
    }
    Some(TIMESTAMP_FORMAT.to_owned())
}

/// Every new file ends the reading of all others where files are removed once they are read (amazon-cloudwatch-agent,
/// `plugins/inputs/logfile`, FindLogSrc).
fn one_at_a_time(section: &Section<'_>, file: &LogFile, findings: &mut Findings) {
    let fields = (section.get("publish_multi_logs"), section.get("auto_removal"));
    if let ((Some(true), Some(true)), (Some(all), Some(removal))) =
        ((file.publish_multi_logs, file.auto_removal), fields)
    {
        let message = "`publish_multi_logs` beside `auto_removal`";
        let why = "the agent stops reading a file that it may remove as soon as it finds another one";
        let help = "leave out one of the two";
        findings.add_conflict((all.key_span, removal.key_span), message, why, help);
    }
}

fn filters(field: Field<'_>, findings: &mut Findings) -> Vec<EventFilter> {
    let items = field.items(findings).unwrap_or_default().into_iter();
    items
        .filter_map(|item| {
            let section = item.section(FILTER_KEYS, findings)?;
            let why = "a filter says what it does with which events";
            let kind = section
                .need("type", why, "add `type: include` or `type: exclude`", findings)
                .and_then(|field| field.word(FilterType::WORDS, findings));
            let expression = section
                .need("expression", why, "add `expression: ERROR`, a regular expression", findings)
                .and_then(|field| regular(field, findings));
            Some(EventFilter { kind: kind?, expression: expression? })
        })
        .collect()
}

/// Fields that an entry of the journal has to have, all of them.
fn journal_fields(item: Field<'_>, findings: &mut Findings) -> Option<BTreeMap<String, String>> {
    let entries = item.entries(findings)?;
    if matches!(&item.node.value, Value::Map(entries) if entries.is_empty()) {
        let why = "it matches nothing";
        findings.add(item.span(), "no field of the journal", why, "write `{ _SYSTEMD_UNIT: sshd.service }`");
    }
    let mut fields = BTreeMap::new();
    for field in entries.into_values() {
        if let Err(why) = forms::JOURNAL_FIELD.check(field.name) {
            let help = "write it as `journalctl --fields` does, such as `_SYSTEMD_UNIT`";
            findings.add(field.key_span, format!("`{}` is no field of the journal", field.name), why, help);
        }
        fields.insert(field.name.to_owned(), field.text(findings)?.to_owned());
    }
    Some(fields)
}

/// Whether a log group gets one value only, which is all that it can have.
fn agrees<T: Copy + PartialEq>(
    said: &mut BTreeMap<String, (T, Span)>,
    name: &str,
    value: T,
    field: Field<'_>,
    findings: &mut Findings,
) {
    let (first, place) = *said.entry(name.to_owned()).or_insert((value, field.span()));
    if first != value {
        let message = format!("another `{}` for the log group `{name}`", field.name);
        let why = "a log group has one, and the agent refuses to be given two";
        findings.add_conflict((field.span(), place), message, why, "write the same in both places");
    }
}
