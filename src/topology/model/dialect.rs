//! The two ways to write down what an agent collects: a topology's keys, and those of `amazon-cloudwatch-agent.json`.

use serde_json::{Map, Value, json};

use super::collected::{Collected, JournaldLog, LogDefaults, LogFile, LogTarget, WindowsEventLog};

/// Whose words a configuration is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::topology) enum Dialect {
    /// A topology's, which agree with its other keys.
    Topology,
    /// Those of the agent (`translator/config/schema.json`).
    Agent,
}

/// The keys that the agent calls something else.
const RENAMED: [(&str, &str); 6] = [
    ("path", "file_path"),
    ("log_group", "log_group_name"),
    ("log_stream", "log_stream_name"),
    ("retention_days", "retention_in_days"),
    ("service_name", "service.name"),
    ("deployment_environment", "deployment.environment"),
];

impl Dialect {
    /// How a key of the topology is written.
    pub(in crate::topology) fn key(self, key: &'static str) -> &'static str {
        match self {
            Self::Topology => key,
            Self::Agent => {
                RENAMED.into_iter().find(|(ours, _)| *ours == key).map_or(key, |(_, theirs)| theirs)
            }
        }
    }
}

/// The lists of a topology's agent and its `logs`, each only where it holds something. The topology's own defaults are
/// left out.
pub fn in_words_of_the_topology(collected: &Collected) -> Map<String, Value> {
    let writer = Writer(Dialect::Topology);
    let mut all = Map::new();
    for (name, list) in writer.lists(collected) {
        all.insert(name.to_owned(), list);
    }
    let defaults = writer.defaults(&collected.defaults);
    if !defaults.is_empty() {
        all.insert("logs".to_owned(), defaults.into());
    }
    all
}

/// The `logs` section of the agent's configuration.
pub fn in_words_of_the_agent(collected: &Collected) -> Value {
    let writer = Writer(Dialect::Agent);
    let mut lists = Map::new();
    for (name, list) in writer.lists(collected) {
        lists.insert(name.to_owned(), json!({ "collect_list": list }));
    }
    let mut logs = Map::from_iter([("logs_collected".to_owned(), lists.into())]);
    logs.extend(writer.defaults(&collected.defaults));
    logs.into()
}

struct Writer(Dialect);

/// An entry that grows by what is there.
struct Entry<'w>(&'w Writer, Map<String, Value>);

impl Entry<'_> {
    fn put(&mut self, key: &'static str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.1.insert(self.0.0.key(key).to_owned(), value.into());
        }
    }

    fn put_list<T: Into<Value>>(&mut self, key: &'static str, values: impl IntoIterator<Item = T>) {
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        self.put(key, (!values.is_empty()).then_some(values));
    }
}

impl Writer {
    fn entry(&self) -> Entry<'_> {
        Entry(self, Map::new())
    }

    fn lists(&self, collected: &Collected) -> Vec<(&'static str, Value)> {
        let files: Vec<Value> = collected.files.iter().map(|file| self.file(file)).collect();
        let journald: Vec<Value> = collected.journald.iter().map(|log| self.journald(log)).collect();
        let events: Vec<Value> =
            collected.windows_events.iter().map(|log| self.windows_events(log)).collect();
        let lists = [("files", files), ("journald", journald), ("windows_events", events)];
        lists
            .into_iter()
            .filter(|(_, list)| !list.is_empty())
            .map(|(name, list)| (name, list.into()))
            .collect()
    }

    fn file(&self, file: &LogFile) -> Value {
        let mut entry = self.entry();
        let followed = match self.0 {
            Dialect::Topology => file.publish_multi_logs,
            Dialect::Agent => file.follows_all(),
        };
        entry.put("path", Some(file.path.as_str()));
        self.target(&mut entry, &file.target);
        entry.put("publish_multi_logs", followed);
        entry.put("multi_line_start_pattern", file.multi_line_start_pattern.as_deref());
        entry.put("timestamp_format", file.timestamp_format.as_deref());
        entry.put("timezone", file.timezone.map(|zone| zone.word()));
        entry.put("trim_timestamp", file.trim_timestamp);
        entry.put("encoding", file.encoding.as_deref());
        entry.put("auto_removal", file.auto_removal);
        entry.put("blacklist", file.blacklist.as_deref());
        entry.put("backpressure_mode", file.backpressure_mode.map(|mode| mode.word()));
        entry.put("service_name", file.service_name.as_deref());
        entry.put("deployment_environment", file.deployment_environment.as_deref());
        entry.1.into()
    }

    fn journald(&self, log: &JournaldLog) -> Value {
        let mut entry = self.entry();
        self.target(&mut entry, &log.target);
        entry.put_list("units", log.units.iter().map(String::as_str));
        entry.put("priority", log.priority.map(|priority| priority.word()));
        entry.put_list("matches", log.matches.iter().map(|fields| json!(fields)));
        entry.1.into()
    }

    fn windows_events(&self, log: &WindowsEventLog) -> Value {
        let mut entry = self.entry();
        entry.put("event_name", Some(log.event_name.as_str()));
        self.target(&mut entry, &log.target);
        entry.put_list("event_levels", log.event_levels.iter().map(|level| level.word()));
        entry.put_list("event_ids", log.event_ids.iter().copied());
        entry.put("event_format", log.event_format.map(|format| format.word()));
        entry.1.into()
    }

    fn target(&self, entry: &mut Entry<'_>, target: &LogTarget) {
        let filter = |filter: &super::EventFilter| json!({ "type": filter.kind.word(), "expression": filter.expression });
        entry.put("log_group", Some(target.log_group.as_str()));
        entry.put("log_stream", target.log_stream.as_deref());
        entry.put("log_group_class", target.log_group_class.map(|class| class.word()));
        entry.put("retention_days", target.retention_days);
        entry.put_list("filters", target.filters.iter().map(filter));
    }

    fn defaults(&self, defaults: &LogDefaults) -> Map<String, Value> {
        let mut entry = self.entry();
        entry.put("log_stream", defaults.log_stream.as_deref());
        entry.put("force_flush_interval", defaults.force_flush_interval);
        entry.put("concurrency", defaults.concurrency);
        entry.put("endpoint_override", defaults.endpoint_override.as_deref());
        entry.put("service_name", defaults.service_name.as_deref());
        entry.put("deployment_environment", defaults.deployment_environment.as_deref());
        entry.1
    }
}
