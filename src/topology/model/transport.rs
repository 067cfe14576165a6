//! What carries events from the CloudWatch Logs destination to the bucket, and what it makes of them.

/// What carries events. Every place that cares which one it is matches it in full, so that the compiler lists what a
/// further one takes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// A Firehose stream.
    Firehose(Firehose),
}

impl Transport {
    /// Its declared name.
    pub fn name(&self) -> &str {
        match self {
            Self::Firehose(firehose) => &firehose.stream.name,
        }
    }

    /// How many of it there are beside each other, at least one.
    pub fn count(&self) -> usize {
        match self {
            Self::Firehose(firehose) => usize::try_from(firehose.stream.count.max(1)).unwrap_or(usize::MAX),
        }
    }

    /// Name of the role that writes to the bucket.
    pub fn writer(&self) -> &str {
        match self {
            Self::Firehose(firehose) => &firehose.role,
        }
    }

    /// What objects hold.
    pub fn format(&self) -> Format {
        match self {
            Self::Firehose(firehose) => firehose.stream.format,
        }
    }

    /// Fields of the envelope that partition objects into folders; empty means none.
    pub fn partition_by(&self) -> &[PartitionKey] {
        match self {
            Self::Firehose(firehose) => &firehose.stream.partition_by,
        }
    }

    /// The log group that errors of delivery are logged to, if they are.
    pub fn error_log_group(&self) -> Option<&str> {
        match self {
            Self::Firehose(Firehose { stream, .. }) => {
                stream.error_log.then_some(stream.error_log_group.as_str())
            }
        }
    }
}

/// Delivery by Amazon Data Firehose.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Firehose {
    /// The stream.
    pub stream: Stream,
    /// Name of the role Firehose writes with.
    pub role: String,
}

/// How many streams a destination may have beside each other: half of what the smallest regions allow (Amazon Data
/// Firehose Developer Guide, "Amazon Data Firehose Quota"), since each may have a successor beside it.
pub const MOST_STREAMS: u32 = 50;

/// The Firehose stream of a destination.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Stream {
    /// Stream name; the names of those beside it and of successors follow from it.
    pub name: String,
    /// How many there are beside each other.
    pub count: u32,
    /// Log group of its delivery errors, which successors share.
    pub error_log_group: String,
    /// What objects hold.
    pub format: Format,
    /// Whether Firehose compresses objects.
    pub compression: Compression,
    /// Fields of the envelope that partition objects into folders; empty means none.
    pub partition_by: Vec<PartitionKey>,
    /// Buffer size in MiB, 1 to 128.
    pub buffer_mb: u32,
    /// Buffer time in seconds, 0 to 900.
    pub buffer_seconds: u32,
    /// Extension of delivered objects, dot included.
    pub file_extension: String,
    /// Whether delivery errors are logged to a log group and stream of their own.
    pub error_log: bool,
}

/// What delivered objects hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Gzip members as CloudWatch Logs sends them, one after the other.
    Envelope,
    /// The same JSON envelopes, decompressed by Firehose.
    Decompressed,
    /// Messages only, a line each; account, group and stream are lost.
    Messages,
}

/// How Firehose compresses objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// Not at all.
    None,
    /// With gzip.
    Gzip,
}

/// A field of the envelope that objects can be partitioned by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartitionKey {
    /// Id of the account that sent the events.
    Owner,
    /// The log group.
    LogGroup,
    /// The log stream.
    LogStream,
}

impl PartitionKey {
    /// All of them, in the order of the envelope.
    pub const ALL: [Self; 3] = [Self::Owner, Self::LogGroup, Self::LogStream];

    /// Its name in the envelope, in the topology and in object keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::LogGroup => "logGroup",
            Self::LogStream => "logStream",
        }
    }
}

impl serde::Serialize for PartitionKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl std::fmt::Display for PartitionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
