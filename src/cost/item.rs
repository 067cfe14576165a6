//! What AWS bills.

use std::fmt;
use std::str::FromStr;

/// One thing with a price.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// Log events written to CloudWatch Logs, a GB.
    LogsIngestion,
    /// Log events written to log groups of the class INFREQUENT_ACCESS, a GB.
    LogsIngestionInfrequent,
    /// Log events kept in CloudWatch Logs, compressed, a GB and month.
    LogsStorage,
    /// Bytes that leave a region for another, a GB.
    Transfer,
    /// Records put into Firehose, each rounded up to 5 KB, a GB.
    FirehoseIngestion,
    /// What Firehose decompresses, a GB.
    FirehoseDecompression,
    /// What Firehose delivers by partitions, a GB.
    FirehosePartitioning,
    /// Objects that Firehose delivers by partitions, a thousand.
    FirehoseObjects,
    /// Objects written to S3, a thousand.
    S3Put,
    /// Metrics that alarms watch, a metric and month.
    Alarm,
    /// Objects moved to a storage class by a lifecycle rule, a thousand.
    S3Transition(String),
    /// Objects kept in S3 in a storage class, a GB and month.
    S3Storage(String),
}

impl Item {
    /// The items without a storage class.
    pub const PLAIN: [Self; 10] = [
        Self::LogsIngestion,
        Self::LogsIngestionInfrequent,
        Self::LogsStorage,
        Self::Transfer,
        Self::FirehoseIngestion,
        Self::FirehoseDecompression,
        Self::FirehosePartitioning,
        Self::FirehoseObjects,
        Self::S3Put,
        Self::Alarm,
    ];

    /// How people read it.
    pub fn title(&self) -> String {
        match self {
            Self::LogsIngestion => "CloudWatch Logs ingestion".to_owned(),
            Self::LogsIngestionInfrequent => "CloudWatch Logs ingestion INFREQUENT_ACCESS".to_owned(),
            Self::LogsStorage => "CloudWatch Logs storage".to_owned(),
            Self::Transfer => "Transfer to another region".to_owned(),
            Self::FirehoseIngestion => "Firehose ingestion".to_owned(),
            Self::FirehoseDecompression => "Firehose decompression".to_owned(),
            Self::FirehosePartitioning => "Firehose partitioning".to_owned(),
            Self::FirehoseObjects => "Firehose partitioned objects".to_owned(),
            Self::S3Put => "S3 PUT requests".to_owned(),
            Self::Alarm => "CloudWatch alarms".to_owned(),
            Self::S3Transition(class) => format!("S3 transitions to {class}"),
            Self::S3Storage(class) => format!("S3 storage {class}"),
        }
    }

    /// What its quantity is counted in.
    pub fn unit(&self) -> &'static str {
        match self {
            Self::LogsStorage | Self::S3Storage(_) => "GB-month",
            Self::LogsIngestion
            | Self::LogsIngestionInfrequent
            | Self::Transfer
            | Self::FirehoseIngestion
            | Self::FirehoseDecompression
            | Self::FirehosePartitioning => "GB",
            Self::FirehoseObjects => "objects",
            Self::S3Put | Self::S3Transition(_) => "requests",
            Self::Alarm => "metric-months",
        }
    }

    /// How many of its unit one price is for.
    pub fn per(&self) -> u32 {
        match self {
            Self::FirehoseObjects | Self::S3Put | Self::S3Transition(_) => 1000,
            _ => 1,
        }
    }
}

impl fmt::Display for Item {
    /// Its key in the table of prices.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LogsIngestion => f.write_str("logs_ingestion"),
            Self::LogsIngestionInfrequent => f.write_str("logs_ingestion_infrequent_access"),
            Self::LogsStorage => f.write_str("logs_storage"),
            Self::Transfer => f.write_str("transfer_to_other_regions"),
            Self::FirehoseIngestion => f.write_str("firehose_ingestion"),
            Self::FirehoseDecompression => f.write_str("firehose_decompression"),
            Self::FirehosePartitioning => f.write_str("firehose_partitioning"),
            Self::FirehoseObjects => f.write_str("firehose_objects"),
            Self::S3Put => f.write_str("s3_put"),
            Self::Alarm => f.write_str("alarm_metric"),
            Self::S3Transition(class) => write!(f, "s3_transition.{class}"),
            Self::S3Storage(class) => write!(f, "s3_storage.{class}"),
        }
    }
}

impl FromStr for Item {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Some(plain) = Self::PLAIN.into_iter().find(|item| item.to_string() == text) {
            return Ok(plain);
        }
        match text.split_once('.') {
            Some(("s3_transition", class)) if !class.is_empty() => Ok(Self::S3Transition(class.to_owned())),
            Some(("s3_storage", class)) if !class.is_empty() => Ok(Self::S3Storage(class.to_owned())),
            _ => Err(()),
        }
    }
}
