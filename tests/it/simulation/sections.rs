//! The destinations and sources of a generated topology, as a user would write them.

use std::fmt::Write as _;

use super::design::EXISTING;

#[derive(Debug, Clone)]
pub(super) struct Destination {
    pub(super) account: &'static str,
    pub(super) region: &'static str,
    pub(super) bucket: Option<String>,
    pub(super) expire: Option<usize>,
    pub(super) versioning: bool,
    pub(super) format: Format,
    pub(super) error_log: bool,
    pub(super) organization: bool,
    pub(super) buffer: usize,
    pub(super) role: Option<String>,
    pub(super) stream: Option<String>,
    /// How many streams there are beside each other.
    pub(super) streams: usize,
    pub(super) name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Envelope,
    Decompressed,
    Parted,
    Messages,
}

#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) account: &'static str,
    pub(super) regions: Vec<&'static str>,
    pub(super) destination: String,
    pub(super) groups: Groups,
    pub(super) pattern: &'static str,
    pub(super) filter: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Groups {
    /// Made by logpipe, with this retention.
    Made(String, Option<usize>),
    Existing,
    Glob,
    /// All of the account.
    Account,
}

impl Destination {
    pub(super) fn write(&self, key: &str, text: &mut String) {
        let mut line = |depth: usize, what: String| {
            writeln!(text, "{}{what}", "  ".repeat(depth)).unwrap();
        };
        line(1, format!("{key}:"));
        line(2, format!("account: {}", self.account));
        line(2, format!("region: {}", self.region));
        if let Some(name) = &self.name {
            line(2, format!("destination_name: {name}"));
        }
        if let Some(role) = &self.role {
            line(2, format!("cwl_role: {role}"));
        }
        if self.organization {
            line(2, "allow: organization".to_owned());
        }
        line(2, "bucket:".to_owned());
        line(3, "prefix: logs/".to_owned());
        if let Some(bucket) = &self.bucket {
            line(3, format!("name: {bucket}"));
        }
        if let Some(days) = self.expire {
            line(3, format!("expire_days: {days}"));
        }
        if self.versioning {
            line(3, "versioning: true".to_owned());
        }
        line(2, "stream:".to_owned());
        line(3, format!("buffer_seconds: {}", self.buffer));
        line(3, format!("error_log: {}", self.error_log));
        if let Some(stream) = &self.stream {
            line(3, format!("name: {stream}"));
        }
        if self.streams > 1 {
            line(3, format!("count: {}", self.streams));
        }
        match self.format {
            Format::Envelope => line(3, "format: envelope".to_owned()),
            Format::Decompressed => line(3, "format: decompressed".to_owned()),
            Format::Messages => line(3, "format: messages".to_owned()),
            Format::Parted => {
                line(3, "format: decompressed".to_owned());
                line(3, "partition_by: [owner]".to_owned());
                line(3, "buffer_mb: 64".to_owned());
            }
        }
    }
}

impl Source {
    pub(super) fn write(&self, key: &str, text: &mut String) {
        let groups = match &self.groups {
            Groups::Made(name, retention) => {
                let retention = retention.map(|days| format!(", retention_days: {days}"));
                format!("log_groups: [\"{name}\"], create: true{}", retention.unwrap_or_default())
            }
            Groups::Existing => format!("log_groups: [\"{}\"]", EXISTING[0]),
            Groups::Glob => "log_groups: [\"/svc/*\"]".to_owned(),
            Groups::Account => "scope: account".to_owned(),
        };
        let name = self.filter.as_ref().map(|name| format!("name: {name}, ")).unwrap_or_default();
        writeln!(
            text,
            "  {key}: {{ accounts: [{}], regions: [{}], destination: {}, {groups}, filter: {{ {name}pattern: '{}' }} }}",
            self.account,
            self.regions.join(", "),
            self.destination,
            self.pattern
        )
        .unwrap();
    }
}
