//! What there is to know about a resource that is neither changed nor refused, as its kind has seen it.
//!
//! Data with a stable code. Its words, a clause behind the address, are here and not in `ui/`, because what `verify` says
//! of a hop quotes them. Notices about the same resources are told in the order of these variants.

use std::fmt;

use super::field::Field;

/// What there is to know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// Somebody attached a managed policy to a role of ours.
    AttachedPolicy {
        /// ARN of the policy.
        arn: String,
    },
    /// A bucket that was taken over encrypts with a key of others.
    BucketKey {
        /// The key.
        key: String,
    },
    /// A stream that was taken over encrypts with a key of others.
    StreamKey {
        /// The key.
        key: String,
    },
    /// A lifecycle rule of others deletes what is delivered.
    DeletedEarly(DeletedEarly),
    /// A bucket that was taken over has ACLs.
    ObjectOwnership {
        /// S3's word for its object ownership, where it has one.
        ownership: Option<String>,
    },
    /// A bucket that was taken over may be public.
    PublicAccess,
    /// The trust of a role of ours lets somebody in whom the topology does not name.
    TrustedStranger {
        /// What the statement says.
        says: String,
    },
    /// Others have added these, which stay.
    Added(Vec<Field>),
    /// Another filter sends from the same log group.
    FilterBeside {
        /// Its name.
        filter: String,
        /// Where to.
        to: SendsTo,
    },
    /// A role of ours has an inline policy of others.
    InlinePolicy {
        /// Its name.
        policy: String,
        /// What it says.
        says: String,
    },
    /// A role of ours has a permissions boundary of others.
    Boundary {
        /// ARN of the policy.
        arn: String,
    },
}

/// Where a filter beside one of ours sends to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SendsTo {
    /// To the destination with this ARN.
    Another(String),
    /// To the same destination.
    TheSame,
}

/// What a lifecycle rule of others deletes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeletedEarly {
    /// The id of the rule, where it has one.
    pub rule: Option<String>,
    /// Objects larger than this many bytes, where it is about those alone.
    pub larger: Option<i64>,
    /// Objects smaller than this many bytes, where it is about those alone.
    pub smaller: Option<i64>,
    /// When.
    pub when: Deletion,
    /// After how many days the topology has objects deleted, if it does.
    pub declared: Option<u32>,
}

/// When a lifecycle rule deletes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deletion {
    /// This many days after an object was made.
    After(i32),
    /// On this day, as S3 writes it.
    On(String),
}

impl Notice {
    /// The name that programs know it by. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AttachedPolicy { .. } => "policy_attached_by_others",
            Self::BucketKey { .. } => "bucket_key_of_others",
            Self::StreamKey { .. } => "stream_key_of_others",
            Self::DeletedEarly(_) => "objects_deleted_early",
            Self::ObjectOwnership { .. } => "bucket_has_acls",
            Self::PublicAccess => "public_access_not_blocked",
            Self::TrustedStranger { .. } => "trusts_others",
            Self::Added(_) => "added_by_others",
            Self::FilterBeside { .. } => "filter_beside",
            Self::InlinePolicy { .. } => "inline_policy_of_others",
            Self::Boundary { .. } => "boundary_of_others",
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AttachedPolicy { arn } => write!(
                f,
                "{arn}, which logpipe did not attach, also grants the role whatever it allows"
            ),
            Self::BucketKey { key } => write!(
                f,
                "it encrypts with {key}, which logpipe does not change, and the Firehose role gets no permission for that key: set `bucket.kms_key_arn` to the ARN of the key"
            ),
            Self::StreamKey { key } => write!(
                f,
                "it encrypts objects with {key}, which logpipe does not change, and the role gets no permission for that key: set `bucket.kms_key_arn` to it"
            ),
            Self::DeletedEarly(deleted) => deleted.fmt(f),
            Self::ObjectOwnership { ownership } => write!(
                f,
                "its object ownership is {}, so ACLs grant access besides policies, and logpipe does not change that",
                ownership.as_deref().unwrap_or("not set")
            ),
            Self::PublicAccess => f.write_str(
                "its public access is not fully blocked, and logpipe does not change that: `aws s3api put-public-access-block` blocks it",
            ),
            Self::TrustedStranger { says } => write!(
                f,
                "its trust policy {says}, which the topology does not ask for: apply removes that"
            ),
            Self::Added(fields) => {
                let paths: Vec<String> = fields.iter().map(Field::path).collect();
                write!(f, "others have added {}, which logpipe does not change", paths.join(", "))
            }
            Self::FilterBeside { filter, to: SendsTo::TheSame } => write!(
                f,
                "the filter `{filter}`, which is not this topology's, sends the same log group to the same destination: events that both match arrive twice"
            ),
            Self::FilterBeside { filter, to: SendsTo::Another(arn) } => write!(
                f,
                "the filter `{filter}`, which is not this topology's, sends the same log group to {arn}: events that both match arrive there as well. If this is the same pipeline under an earlier `name`, remove it by `logpipe destroy` with the topology as it was"
            ),
            Self::InlinePolicy { policy, says } => {
                write!(f, "the inline policy `{policy}`, which is not logpipe's, {says}")
            }
            Self::Boundary { arn } => write!(
                f,
                "the permissions boundary {arn}, which is not logpipe's, limits the role: whatever it does not allow is denied"
            ),
        }
    }
}

impl fmt::Display for DeletedEarly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, larger, smaller, when, declared } = self;
        let which = match (larger, smaller) {
            (None, None) => String::new(),
            (Some(larger), None) => format!(" larger than {larger} bytes"),
            (None, Some(smaller)) => format!(" smaller than {smaller} bytes"),
            (Some(larger), Some(smaller)) => format!(" between {larger} and {smaller} bytes"),
        };
        let when = match when {
            Deletion::After(1) => "after 1 day".to_owned(),
            Deletion::After(days) => format!("after {days} days"),
            Deletion::On(day) => format!("on {day}"),
        };
        let kept = match declared {
            Some(days) => format!("before `expire_days: {days}`"),
            None => "but the topology keeps them for good".to_owned(),
        };
        let rule = rule.as_deref().unwrap_or("without an id");
        write!(
            f,
            "its lifecycle rule `{rule}`, which is not logpipe's and stays, deletes delivered objects{which} {when}, {kept}"
        )
    }
}
