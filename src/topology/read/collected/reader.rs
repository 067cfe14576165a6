//! Reads what an agent collects, from a topology or from a configuration of the agent.

use std::collections::BTreeMap;

use super::{expression, windows};
use crate::topology::finding::{Findings, Span};
use crate::topology::keys::collected as keys;
use crate::topology::keys::forms::Form;
use crate::topology::keys::forms::agent::{self as forms, TIMESTAMP_FORMAT};
use crate::topology::keys::sources::RETENTION_DAYS;
use crate::topology::keys::{Key, Number, Table, Text};
use crate::topology::model::{
    Collected, Dialect, EventFilter, JournaldLog, LogDefaults, LogFile, LogGroupClass, LogTarget, Timezone,
};
use crate::topology::read::field::{Field, distinct};
use crate::topology::read::section::{Scalar, Section};
use crate::topology::read::sources::retention;
use crate::topology::yaml::Value;

/// The time zones that the agent knows, one of them by two names.
const TIMEZONES_OF_THE_AGENT: &[(&str, Timezone)] =
    &[("UTC", Timezone::Utc), ("Local", Timezone::Local), ("LOCAL", Timezone::Local)];

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
            files: reader.list(section.get(&keys::FILES), findings, Self::file),
            journald: reader.list(section.get(&keys::JOURNALD), findings, Self::journald),
            windows_events: reader.list(section.get(&keys::WINDOWS_EVENTS), findings, windows::events),
            defaults: section
                .sub(&keys::LOGS, findings)
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
        if items.len() > keys::MOST_ENTRIES {
            let message = format!("`{}` has {} entries", field.name, items.len());
            let why = format!("the agent accepts at most {}", keys::MOST_ENTRIES);
            findings.add(field.key_span, message, why, "use `*` in paths, or split it into several agents");
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

    /// What the keys of a table are called.
    pub(super) fn names(&self, table: &Table) -> Vec<&'static str> {
        table.names().into_iter().map(|name| self.dialect.key(name)).collect()
    }

    pub(super) fn get<'n, K, D>(&self, section: &Section<'n>, key: &Key<K, D>) -> Option<Field<'n>> {
        section.named(self.dialect.key(key.name))
    }

    /// The field of a key and what to write instead; a problem if it is not written.
    fn need<'n, K, D>(
        &self,
        section: &Section<'n>,
        key: &Key<K, D>,
        findings: &mut Findings,
    ) -> Option<Field<'n>> {
        section.need_as(key, self.dialect.key(key.name), findings)
    }

    /// A text that follows the form of its key, and what to write where it does not.
    fn helped(&self, field: Field<'_>, key: &Key<Text>, findings: &mut Findings) -> Option<String> {
        let help = key.missing.map(|(_, help)| help.replace("{key}", self.dialect.key(key.name)));
        formed(field, &key.kind.form, &help.unwrap_or_default(), findings)
    }

    fn text(&self, section: &Section<'_>, key: &Key<Text>, findings: &mut Findings) -> Option<String> {
        self.get(section, key).and_then(|field| ruled(field, &key.kind.form, findings))
    }

    pub(in crate::topology) fn file(&mut self, item: Field<'_>, findings: &mut Findings) -> Option<LogFile> {
        let section = item.section_of(&self.names(&keys::FILE), findings)?;
        let path = self
            .need(&section, &keys::PATH, findings)
            .and_then(|field| self.helped(field, &keys::PATH, findings));
        let by_itself = path.as_deref().filter(|_| self.dialect == Dialect::Agent).map(usual_log_group);
        let target = self.target(&section, by_itself, findings);
        let timezones = match self.dialect {
            Dialect::Topology => keys::TIMEZONE.kind.0,
            Dialect::Agent => TIMEZONES_OF_THE_AGENT,
        };
        let timestamp_format =
            section.get(&keys::TIMESTAMP_FORMAT).and_then(|field| timestamp(field, findings));
        let file = LogFile {
            multi_line_start_pattern: multi_line(&section, timestamp_format.is_some(), findings),
            timestamp_format,
            timezone: section.get(&keys::TIMEZONE).and_then(|field| field.word(timezones, findings)),
            trim_timestamp: section.read(&keys::TRIM_TIMESTAMP, findings),
            encoding: self.text(&section, &keys::ENCODING, findings),
            publish_multi_logs: section.read(&keys::PUBLISH_MULTI_LOGS, findings),
            auto_removal: section.read(&keys::AUTO_REMOVAL, findings),
            blacklist: section.get(&keys::BLACKLIST).and_then(|field| regular(field, findings)),
            backpressure_mode: section.read(&keys::BACKPRESSURE_MODE, findings),
            service_name: self.text(&section, &keys::SERVICE_NAME, findings),
            deployment_environment: self.text(&section, &keys::DEPLOYMENT_ENVIRONMENT, findings),
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
        let section = item.section_of(&self.names(&keys::JOURNAL), findings)?;
        let target = self.target(&section, None, findings);
        let unit = &keys::UNITS.kind.items.form;
        let units = section.list(&keys::UNITS, findings, |item, findings| ruled(item, unit, findings));
        let matches = section.list(&keys::MATCHES, findings, journal_fields);
        Some(JournaldLog {
            target: target?,
            units: units.unwrap_or_default(),
            priority: section.read(&keys::PRIORITY, findings),
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
        let log_group = match (self.get(section, &keys::LOG_GROUP), by_itself) {
            (None, Some(usual)) => Some(usual),
            _ => self
                .need(section, &keys::LOG_GROUP, findings)
                .and_then(|field| self.helped(field, &keys::LOG_GROUP, findings)),
        };
        let log_stream = self.get(section, &keys::LOG_STREAM).and_then(|field| log_stream(field, findings));
        let class = section.read(&keys::LOG_GROUP_CLASS, findings);
        let retention_days = self.retention_days(section, findings);
        let filters = section.get(&keys::FILTERS).map(|field| filters(field, findings)).unwrap_or_default();
        let log_group = log_group?;
        // The agent compares names without regard to case (`translator/translate/logs/util/validate_fields.go`).
        let name = log_group.to_lowercase();
        if let (Some(class), Some(field)) = (class, section.get(&keys::LOG_GROUP_CLASS)) {
            agrees(&mut self.classes, &name, class, field, findings);
        }
        if let (Some(days), Some(field)) = (retention_days, self.get(section, &keys::RETENTION)) {
            agrees(&mut self.retention, &name, days, field, findings);
        }
        Some(LogTarget { log_group, log_stream, log_group_class: class, retention_days, filters })
    }

    fn retention_days(&self, section: &Section<'_>, findings: &mut Findings) -> Option<u32> {
        let field = self.get(section, &keys::RETENTION)?;
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
        let number = |key: &Key<Number>, findings: &mut Findings| {
            self.get(section, key).and_then(|field| key.kind.read(field, findings))
        };
        LogDefaults {
            log_stream: self
                .get(section, &keys::DEFAULT_LOG_STREAM)
                .and_then(|field| log_stream(field, findings)),
            force_flush_interval: number(&keys::FORCE_FLUSH_INTERVAL, findings),
            concurrency: number(&keys::CONCURRENCY, findings),
            endpoint_override: self.text(section, &keys::ENDPOINT_OVERRIDE, findings),
            service_name: self.text(section, &keys::SERVICE_NAME, findings),
            deployment_environment: self.text(section, &keys::DEPLOYMENT_ENVIRONMENT, findings),
        }
    }
}

/// What the agent uses as the log group of a file that names none: its path without the last extension
/// (amazon-cloudwatch-agent, `plugins/inputs/logfile/fileconfig.go`).
pub(in crate::topology) fn usual_log_group(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let extension = name.rfind('.').map_or(0, |at| name.len() - at);
    path[..path.len() - extension].to_owned()
}

/// A text that follows a form.
pub(super) fn ruled(field: Field<'_>, form: &Form, findings: &mut Findings) -> Option<String> {
    formed(field, form, &format!("write {}", form.what), findings)
}

/// A text that follows a form, and what to write where it does not.
fn formed(field: Field<'_>, form: &Form, help: &str, findings: &mut Findings) -> Option<String> {
    field.formed(form, help, findings).filter(|text| form.check(text).is_ok()).map(str::to_owned)
}

fn log_stream(field: Field<'_>, findings: &mut Findings) -> Option<String> {
    let name = ruled(field, &keys::LOG_STREAM.kind.form, findings)?;
    if let Some((written, meant)) = forms::slip_of_placeholder(&name) {
        let message = format!("`{written}` is not a placeholder of the agent");
        let why = "the name would contain it as it is, the same on every instance";
        findings.add(field.span(), message, why, format!("did you mean `{meant}`?"));
    }
    Some(name)
}

/// A regular expression that Go takes.
fn regular(field: Field<'_>, findings: &mut Findings) -> Option<String> {
    let text = ruled(field, &forms::EXPRESSION, findings)?;
    if let Err(why) = expression::check(&text) {
        let message = format!("`{text}` is not a valid regular expression");
        let help = "use the syntax of Go's regexp package (RE2)";
        findings.add(field.span(), message, why, help);
    }
    Some(text)
}

fn timestamp(field: Field<'_>, findings: &mut Findings) -> Option<String> {
    let format = ruled(field, &keys::TIMESTAMP_FORMAT.kind.form, findings)?;
    if let Some(symbol) = forms::unknown_symbol(&format) {
        let message = format!("`{symbol}` is not a timestamp symbol of the agent");
        let why = "the agent would treat it as plain text, find no timestamp, and use the time at which it reads the line";
        findings.add(field.span(), message, why, format!("use the agent's symbols: {}", forms::symbols()));
    }
    Some(format)
}

fn multi_line(section: &Section<'_>, has_format: bool, findings: &mut Findings) -> Option<String> {
    let field = section.get(&keys::MULTI_LINE_START_PATTERN)?;
    if field.node.text() != Some(TIMESTAMP_FORMAT) {
        return regular(field, findings);
    }
    if !has_format {
        let message = format!("`{TIMESTAMP_FORMAT}` needs a `timestamp_format`");
        let why =
            "without one, the agent finds no line that starts an event, and sends all lines as one event";
        let help = "add `timestamp_format`, or write a pattern for the first line of an event";
        findings.add(field.span(), message, why, help);
    }
    Some(TIMESTAMP_FORMAT.to_owned())
}

/// Every new file ends the reading of all others where files are removed once they are read (amazon-cloudwatch-agent,
/// `plugins/inputs/logfile`, FindLogSrc).
fn one_at_a_time(section: &Section<'_>, file: &LogFile, findings: &mut Findings) {
    let fields = (section.get(&keys::PUBLISH_MULTI_LOGS), section.get(&keys::AUTO_REMOVAL));
    if let ((Some(true), Some(true)), (Some(all), Some(removal))) =
        ((file.publish_multi_logs, file.auto_removal), fields)
    {
        let message = "both `publish_multi_logs` and `auto_removal` are `true`";
        let why = "with `auto_removal`, the agent stops reading a file as soon as it finds another one";
        let help = "remove one of the two";
        findings.add_conflict((all.key_span, removal.key_span), message, why, help);
    }
}

fn filters(field: Field<'_>, findings: &mut Findings) -> Vec<EventFilter> {
    let items = field.items(findings).unwrap_or_default().into_iter();
    items
        .filter_map(|item| {
            let section = item.section(keys::FILTERS.kind.items.0, findings)?;
            let kind = section
                .need(&keys::FILTER_TYPE, findings)
                .and_then(|field| keys::FILTER_TYPE.kind.read(field, findings));
            let expression =
                section.need(&keys::FILTER_EXPRESSION, findings).and_then(|field| regular(field, findings));
            Some(EventFilter { kind: kind?, expression: expression? })
        })
        .collect()
}

/// Fields that an entry of the journal has to have, all of them.
fn journal_fields(item: Field<'_>, findings: &mut Findings) -> Option<BTreeMap<String, String>> {
    let entries = item.entries(findings)?;
    if matches!(&item.node.value, Value::Map(entries) if entries.is_empty()) {
        let why = "it would match nothing";
        findings.add(
            item.span(),
            "an entry of `matches` is empty",
            why,
            "write `{ _SYSTEMD_UNIT: sshd.service }`",
        );
    }
    let mut fields = BTreeMap::new();
    for field in entries.into_values() {
        if let Err(why) = forms::JOURNAL_FIELD.check(field.name) {
            let help = "write it as `journalctl --fields` shows it, such as `_SYSTEMD_UNIT`";
            findings.add(field.key_span, format!("`{}` is not a journal field", field.name), why, help);
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
        let message = format!("the log group `{name}` already has another `{}`", field.name);
        let why = "a log group has only one, and the agent refuses two";
        findings.add_conflict((field.span(), place), message, why, "write the same value in both places");
    }
}
