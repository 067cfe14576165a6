//! What the one wait loop waits for, as data: a stable code, and how long it usually takes.
//!
//! The noun phrase is here as well and not in `ui/`, because the error of a wait that has run out says it too.

use std::fmt;
use std::time::Duration;

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WaitFor {
    /// What was made in IAM is known everywhere.
    IamPropagation,
    /// A delivery stream can take records.
    StreamActive,
    /// A delivery stream that is being deleted does not exist any more.
    StreamGone,
    /// A delivery stream to which nothing is sent any more has written what it holds.
    StreamDrained,
    /// Log events that were sent before a change have arrived.
    EventsOnTheirWay,
    /// CloudWatch Logs has finished another change of the same resource.
    LogsChange,
    /// A CloudWatch Logs destination lets a subscription through.
    Subscription,
    /// Every part of S3 knows a new bucket.
    BucketVisible,
    /// S3 knows a new bucket, and the principals that its policy names.
    BucketPrincipals,
    /// An instance has the instance profile that it was given.
    ProfileAssociated,
    /// An instance has no instance profile any more.
    ProfileDisassociated,
    /// Another run gives the record back.
    Record,
    /// Another write of a shared record is over.
    RecordWritten,
    /// A test event is in the bucket.
    TestEvent,
    /// The time has passed within which a test event usually arrives.
    TestEventOverdue,
    /// It is time to look for new log events.
    NextPoll,
    /// Another process has done its steps in the accounts that it has.
    OtherShard,
}

/// What was last seen of what is not there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastSeen {
    /// A status, in a word of AWS's.
    Status(String),
    /// A sentence, such as what AWS refused something with.
    Words(String),
}

impl LastSeen {
    /// A status.
    pub fn status(word: impl Into<String>) -> Self {
        Self::Status(word.into())
    }

    /// A sentence.
    pub fn words(words: impl Into<String>) -> Self {
        Self::Words(words.into())
    }
}

impl fmt::Display for LastSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Status(text) | Self::Words(text)) = self;
        f.write_str(text)
    }
}

/// How long a wait usually takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usual {
    /// Hardly ever less.
    pub least: Duration,
    /// Most often no more: beyond it nobody is told that the wait is usual.
    pub most: Duration,
}

impl Usual {
    const fn seconds(least: u64, most: u64) -> Self {
        Self { least: Duration::from_secs(least), most: Duration::from_secs(most) }
    }
}

impl WaitFor {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::IamPropagation,
        Self::StreamActive,
        Self::StreamGone,
        Self::StreamDrained,
        Self::EventsOnTheirWay,
        Self::LogsChange,
        Self::Subscription,
        Self::BucketVisible,
        Self::BucketPrincipals,
        Self::ProfileAssociated,
        Self::ProfileDisassociated,
        Self::Record,
        Self::RecordWritten,
        Self::TestEvent,
        Self::TestEventOverdue,
        Self::NextPoll,
        Self::OtherShard,
    ];

    /// The name that programs know it by. It never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::IamPropagation => "iam_propagation",
            Self::StreamActive => "stream_active",
            Self::StreamGone => "stream_gone",
            Self::StreamDrained => "stream_drained",
            Self::EventsOnTheirWay => "events_on_their_way",
            Self::LogsChange => "logs_change",
            Self::Subscription => "subscription",
            Self::BucketVisible => "bucket_visible",
            Self::BucketPrincipals => "bucket_principals",
            Self::ProfileAssociated => "profile_associated",
            Self::ProfileDisassociated => "profile_disassociated",
            Self::Record => "record",
            Self::RecordWritten => "record_written",
            Self::TestEvent => "test_event",
            Self::TestEventOverdue => "test_event_overdue",
            Self::NextPoll => "next_poll",
            Self::OtherShard => "other_shard",
        }
    }

    /// How long it usually takes, where anybody knows.
    ///
    /// Of a stream, the CloudWatch Logs User Guide ("Log group-level subscription filters") says to wait a minute or two.
    /// AWS publishes no figure for IAM, on which what a subscription is refused for depends too; it is seconds nearly always.
    pub fn usual(self) -> Option<Usual> {
        match self {
            Self::StreamActive => Some(Usual::seconds(60, 120)),
            Self::IamPropagation | Self::Subscription => Some(Usual::seconds(0, 30)),
            Self::StreamGone
            | Self::StreamDrained
            | Self::EventsOnTheirWay
            | Self::LogsChange
            | Self::BucketVisible
            | Self::BucketPrincipals
            | Self::ProfileAssociated
            | Self::ProfileDisassociated
            | Self::Record
            | Self::RecordWritten
            | Self::TestEvent
            | Self::TestEventOverdue
            | Self::NextPoll
            | Self::OtherShard => None,
        }
    }
}

impl serde::Serialize for WaitFor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl fmt::Display for WaitFor {
    /// A noun phrase behind "waiting for".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::IamPropagation => "IAM changes to propagate",
            Self::StreamActive => "the stream to become ACTIVE",
            Self::StreamGone => "the stream to be deleted",
            Self::StreamDrained => "the stream to drain",
            Self::EventsOnTheirWay => "events in transit to arrive",
            Self::LogsChange => "another change in CloudWatch Logs to finish",
            Self::Subscription => "the destination to accept the subscription",
            Self::BucketVisible => "the new bucket to become visible",
            Self::BucketPrincipals => "the bucket and its principals to become visible",
            Self::ProfileAssociated => "the instance profile to be associated",
            Self::ProfileDisassociated => "the instance profile to be disassociated",
            Self::Record => "the record to be released",
            Self::RecordWritten => "another write to the record to finish",
            Self::TestEvent => "the test event to arrive in the bucket",
            Self::TestEventOverdue => "the usual time to pass",
            Self::NextPoll => "new events",
            Self::OtherShard => "another shard to apply it",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_wait_has_a_code_and_a_phrase_of_its_own() {
        let codes: BTreeSet<&str> = WaitFor::ALL.iter().map(|wait| wait.code()).collect();
        let phrases: BTreeSet<String> = WaitFor::ALL.iter().map(ToString::to_string).collect();
        assert_eq!((codes.len(), phrases.len()), (WaitFor::ALL.len(), WaitFor::ALL.len()));
    }
}
