//! The assumptions of an estimate.

/// What nobody has measured. Every one of them is printed beside the estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumptions {
    /// Average bytes of a log event's message, where it was not measured.
    pub event_bytes: f64,
    /// What gzip leaves of a byte, of log events kept as of those on their way.
    pub compressed: f64,
    /// Log events that CloudWatch Logs sends on in one record, on average.
    pub events_per_record: f64,
    /// How long the pipeline has been running in the month that is estimated.
    pub months: u32,
    /// Days that log groups without retention in the topology keep events; `None` is forever.
    pub retention_days: Option<u32>,
    /// Folders that a partitioned stream writes to at once; `None` is what the topology tells.
    pub partitions: Option<u32>,
}

impl Default for Assumptions {
    fn default() -> Self {
        Self {
            event_bytes: 256.0,
            // The share that the AWS Pricing Calculator supposes for archived log events.
            compressed: 0.15,
            events_per_record: 50.0,
            months: 12,
            retention_days: None,
            partitions: None,
        }
    }
}

/// Bytes that CloudWatch Logs keeps beside every event (CloudWatch pricing, "26 bytes of metadata").
pub(super) const METADATA: f64 = 26.0;

/// Bytes of the envelope around every event: its id of 56 digits, its time and the JSON around them (CloudWatch Logs User
/// Guide, "Log group-level subscription filters", the example of a decoded record).
pub(super) const ENVELOPE_OF_EVENT: f64 = 105.0;

/// Bytes of the envelope of a record: owner, group, stream and filters (the same example).
pub(super) const ENVELOPE_OF_RECORD: f64 = 240.0;

impl Assumptions {
    /// Each of them as a sentence, with the flag that sets it.
    pub(super) fn sentences(&self) -> Vec<String> {
        let Self { event_bytes, compressed, events_per_record, months, .. } = self;
        vec![
            format!("the pipeline has been running for {months} months (--months)"),
            format!("an event has {event_bytes} bytes where it was not measured (--event-bytes)"),
            format!("gzip compresses to {compressed} of the original size (--compressed)"),
            format!("CloudWatch Logs sends {events_per_record} events per record (--events-per-record)"),
            format!("the envelope adds {ENVELOPE_OF_EVENT} bytes to an event and {ENVELOPE_OF_RECORD} to a record"),
            "every event matches the filter pattern, and events are spread evenly over time".to_owned(),
            "a month has 30 days and a GB 2^30 bytes; prices are those of the first tier, without the free tier, discounts or taxes".to_owned(),
            "IAM is free of charge, and so are standard SSM parameters".to_owned(),
        ]
    }
}
