//! What an agent collects, checked: files, the journal of Linux, event logs of Windows, and where each goes.

use std::collections::BTreeMap;

/// Words of a fixed set, as the agent writes them.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$of])* $variant,)+ }

        impl $name {
            pub(in crate::topology) const WORDS: &[(&'static str, Self)] = &[$(($word, Self::$variant)),+];

            /// How the agent writes it.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }
    };
}

/// All that an agent collects.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Collected {
    /// Log files.
    pub files: Vec<LogFile>,
    /// Parts of the systemd journal.
    pub journald: Vec<JournaldLog>,
    /// Event logs of Windows.
    pub windows_events: Vec<WindowsEventLog>,
    /// What holds for all of them.
    pub defaults: LogDefaults,
}

impl Collected {
    /// Whether there is nothing to collect.
    pub fn is_empty(&self) -> bool {
        self.targets().next().is_none()
    }

    /// Where everything goes, in the order of the configuration.
    pub fn targets(&self) -> impl Iterator<Item = &LogTarget> {
        let files = self.files.iter().map(|file| &file.target);
        let journald = self.journald.iter().map(|log| &log.target);
        files.chain(journald).chain(self.windows_events.iter().map(|log| &log.target))
    }

    /// The log groups that events go to, some of them perhaps more than once. A name may hold placeholders of the agent.
    pub fn log_groups(&self) -> impl Iterator<Item = &str> {
        self.targets().map(|target| target.log_group.as_str())
    }
}

/// Where events go, and which of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct LogTarget {
    /// The log group.
    pub log_group: String,
    /// The log stream, with the agent's placeholders; `None` is the agent's default.
    pub log_stream: Option<String>,
    /// Class of the log group, if the agent makes it.
    pub log_group_class: Option<LogGroupClass>,
    /// Days that the agent sets as the retention of the log group.
    pub retention_days: Option<u32>,
    /// Which events are sent. An event has to pass all of these filters.
    pub filters: Vec<EventFilter>,
}

/// Selects events by their content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct EventFilter {
    /// Whether those are sent that match, or those that do not.
    pub kind: FilterType,
    /// A regular expression as Go has them.
    pub expression: String,
}

/// A log file of the instances, or several by a pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct LogFile {
    /// Path on the instance; `*`, `**`, `?` and `[…]` as the agent reads them.
    pub path: String,
    /// Where its lines go.
    pub target: LogTarget,
    /// What the first line of an event looks like; a regular expression, or `{timestamp_format}`.
    pub multi_line_start_pattern: Option<String>,
    /// How its timestamps are written.
    pub timestamp_format: Option<String>,
    /// The time zone of its timestamps.
    pub timezone: Option<Timezone>,
    /// Whether timestamps are removed from the events.
    pub trim_timestamp: Option<bool>,
    /// How its characters are encoded.
    pub encoding: Option<String>,
    /// Whether every file that the path matches is followed, or the newest alone.
    pub publish_multi_logs: Option<bool>,
    /// Whether the agent deletes the file once it has been read and rotated.
    pub auto_removal: Option<bool>,
    /// The files of the pattern that are left out, by a regular expression for their names.
    pub blacklist: Option<String>,
    /// What happens while CloudWatch Logs cannot keep up.
    pub backpressure_mode: Option<BackpressureMode>,
    /// The service that its events come from.
    pub service_name: Option<String>,
    /// The environment that its events come from.
    pub deployment_environment: Option<String>,
}

impl LogFile {
    /// Whether the path may match several files.
    pub fn is_pattern(&self) -> bool {
        self.path.contains(['*', '?', '['])
    }

    /// Whether every file that the path matches is followed. The agent by itself follows the one that was changed last
    /// (amazon-cloudwatch-agent, `plugins/inputs/logfile`, getTargetFiles), which loses the lines of all others, so a
    /// pattern says it unless it is switched off. A file that is removed once it is read is one of a series, of which
    /// the newest is the one to follow.
    pub fn follows_all(&self) -> Option<bool> {
        let by_itself = self.is_pattern() && self.auto_removal != Some(true);
        self.publish_multi_logs.or(by_itself.then_some(true))
    }
}

/// A part of the systemd journal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct JournaldLog {
    /// Where its entries go.
    pub target: LogTarget,
    /// The systemd units; none is all of them.
    pub units: Vec<String>,
    /// The least important entries that are sent.
    pub priority: Option<Priority>,
    /// Fields and their values; an entry that matches one of them is sent.
    pub matches: Vec<BTreeMap<String, String>>,
}

/// A Windows event log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct WindowsEventLog {
    /// Its name, such as `System`.
    pub event_name: String,
    /// Where its events go.
    pub target: LogTarget,
    /// The levels that are sent; none is all of them.
    pub event_levels: Vec<EventLevel>,
    /// The ids of events that are sent; none is all of them.
    pub event_ids: Vec<u32>,
    /// How events are written.
    pub event_format: Option<EventFormat>,
}

/// Settings for everything that an agent collects.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct LogDefaults {
    /// The log stream of everything that does not set its own.
    pub log_stream: Option<String>,
    /// The longest time, in seconds, that events wait in the agent.
    pub force_flush_interval: Option<u32>,
    /// How many workers send events.
    pub concurrency: Option<u32>,
    /// Another endpoint of CloudWatch Logs, such as a VPC endpoint.
    pub endpoint_override: Option<String>,
    /// The service that events come from.
    pub service_name: Option<String>,
    /// The environment that events come from.
    pub deployment_environment: Option<String>,
}

words! {
    /// Whether a filter sends what matches.
    FilterType {
        /// What matches is sent, and nothing else.
        Include = "include",
        /// What matches is not sent.
        Exclude = "exclude",
    }
}

words! {
    /// The class of a log group (CloudWatch Logs API Reference, CreateLogGroup; the agent knows no `DELIVERY`).
    LogGroupClass {
        /// Every feature.
        Standard = "STANDARD",
        /// Cheaper, and without subscription filters.
        InfrequentAccess = "INFREQUENT_ACCESS",
    }
}

words! {
    /// The time zone of timestamps that do not include one.
    Timezone {
        /// UTC.
        Utc = "UTC",
        /// That of the instance.
        Local = "Local",
    }
}

words! {
    /// What the agent does while CloudWatch Logs cannot keep up.
    BackpressureMode {
        /// It closes the file, and opens it again later.
        FdRelease = "fd_release",
    }
}

words! {
    /// How an event of Windows is written.
    EventFormat {
        /// As text.
        Text = "text",
        /// As XML.
        Xml = "xml",
    }
}

words! {
    /// The level of an event of Windows.
    EventLevel {
        /// 1.
        Critical = "CRITICAL",
        /// 2.
        Error = "ERROR",
        /// 3.
        Warning = "WARNING",
        /// 4 and 0.
        Information = "INFORMATION",
        /// 5.
        Verbose = "VERBOSE",
    }
}

words! {
    /// The priority of an entry of the journal, by its name.
    Priority {
        /// 0.
        Emergency = "emerg",
        /// 1.
        Alert = "alert",
        /// 2.
        Critical = "crit",
        /// 3.
        Error = "err",
        /// 4.
        Warning = "warning",
        /// 5.
        Notice = "notice",
        /// 6.
        Info = "info",
        /// 7.
        Debug = "debug",
    }
}

/// A log group as policies name it: a placeholder of the agent (`{instance_id}`) is something else on every instance.
pub fn with_wildcards(group: &str) -> String {
    let mut pattern = String::new();
    let mut inside = false;
    for letter in group.chars() {
        match letter {
            '{' => {
                inside = true;
                pattern.push('*');
            }
            '}' => inside = false,
            _ if inside => {}
            letter => pattern.push(letter),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_anything() {
        let check = |group: &str, expect: &str| assert_eq!(with_wildcards(group), expect);
        check("/aws/ec2/messages", "/aws/ec2/messages");
        check("/aws/{instance_id}/messages", "/aws/*/messages");
        check("{hostname}", "*");
    }
}
