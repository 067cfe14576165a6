//! What stands in the way of making a resource, of changing it in place or of taking it over, as its kind has seen it.
//!
//! Data with a stable code. Its words are here and not in `ui/`, because what `verify` says of a hop quotes them.

use std::fmt;

use crate::address::KindName;
use crate::policy::quota;

/// What stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// The log group of a subscription filter is not there.
    NoLogGroup {
        /// Its name.
        group: String,
    },
    /// The slots of a log group are taken.
    SlotsTaken {
        /// The log group.
        group: String,
        /// Who has them.
        holders: Vec<Subscriber>,
        /// How many there are.
        slots: u32,
    },
    /// The log group is of a class that accepts no subscription filters.
    ClassTakesNoFilters {
        /// The log group.
        group: String,
        /// Its class.
        class: String,
    },
    /// CloudWatch Logs accepts no subscription filter there, and does not say why in a way that is known.
    FilterRefused {
        /// The log group.
        group: String,
        /// What CloudWatch Logs answered.
        error: String,
    },
    /// The one subscription policy of an account and region is another one.
    AccountPolicyTaken {
        /// Those that are there.
        holders: Vec<Subscriber>,
    },
    /// The creation of a stream failed.
    CreationFailed {
        /// Why, in Firehose's words.
        why: Option<String>,
    },
    /// A stream is being deleted.
    BeingDeleted {
        /// What went wrong with that, in Firehose's words.
        why: Option<String>,
    },
    /// A stream takes its records from elsewhere.
    OtherSource {
        /// From what, in Firehose's word.
        source: String,
    },
    /// A stream delivers to something other than S3.
    NotIntoS3,
    /// A stream is made with dynamic partitioning, or without, for good.
    PartitioningIsFixed {
        /// Whether it partitions.
        partitions: bool,
    },
    /// The type of a parameter does not change.
    TypeIsFixed {
        /// The one it has.
        data_type: String,
    },
    /// What has the name of an alarm is a composite one.
    CompositeAlarm,
    /// What has the name is under another path.
    OtherPath {
        /// What it is.
        what: Pathed,
        /// Its ARN.
        there: String,
        /// The ARN that it would have to have.
        wanted: String,
    },
    /// A role of others is not there.
    NoRole {
        /// Its path and name.
        role: String,
    },
    /// A role of others has another path.
    OtherRolePath {
        /// Its ARN.
        arn: String,
        /// Its path and name.
        there: String,
        /// What the topology says.
        declared: String,
    },
    /// An instance profile holds a role of others.
    ProfileHoldsRole {
        /// The role.
        role: String,
    },
    /// An instance has a profile of others.
    OtherProfile {
        /// The profile.
        profile: String,
    },
    /// An instance has a profile of others that the topology swaps.
    ProfileSwapped {
        /// The profile.
        profile: String,
    },
    /// A bucket of the name is in another region, or somebody else's there.
    BucketElsewhere {
        /// The region it is in.
        there: String,
        /// The region it is to be in.
        wanted: String,
    },
    /// A bucket of others is not there.
    NoBucket,
    /// A bucket of others is in another region.
    BucketRegion {
        /// The region it is in.
        there: String,
        /// What the topology says.
        declared: String,
    },
    /// Statements of others name principals that have been deleted, which S3 does not take.
    DeletedPrincipals {
        /// The statements.
        statements: Vec<NamingDeleted>,
    },
    /// With the statements of others a policy would be too long.
    PolicyTooLong {
        /// This many bytes.
        bytes: usize,
    },
    /// With the tags of others there would be too many.
    TooManyTags {
        /// So many.
        count: usize,
        /// So many AWS takes.
        most: usize,
    },
    /// What was read is of another kind than what is planned.
    OtherKind {
        /// What is planned.
        planned: KindName,
        /// What was read.
        read: KindName,
    },
}

/// What of IAM has a path in front of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pathed {
    /// A role.
    Role,
    /// An instance profile.
    InstanceProfile,
}

/// What has a place that only this many can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// Its name, where AWS tells it.
    pub name: Option<String>,
    /// Where it sends to, where AWS tells it.
    pub destination: Option<String>,
}

/// A statement of others that names principals which have been deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamingDeleted {
    /// Its Sid, if it has one.
    pub sid: Option<String>,
    /// Its place among those of others, from 1.
    pub number: usize,
    /// The unique ids that are left of the principals.
    pub principals: Vec<String>,
}

impl Obstacle {
    /// The name that programs know it by. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoLogGroup { .. } => "log_group_absent",
            Self::SlotsTaken { .. } => "filter_slots_taken",
            Self::ClassTakesNoFilters { .. } => "log_group_class_without_filters",
            Self::FilterRefused { .. } => "filter_refused",
            Self::AccountPolicyTaken { .. } => "account_policy_taken",
            Self::CreationFailed { .. } => "creation_failed",
            Self::BeingDeleted { .. } => "being_deleted",
            Self::OtherSource { .. } => "stream_of_other_source",
            Self::NotIntoS3 => "stream_not_into_s3",
            Self::PartitioningIsFixed { .. } => "partitioning_is_fixed",
            Self::TypeIsFixed { .. } => "type_is_fixed",
            Self::CompositeAlarm => "composite_alarm",
            Self::OtherPath { .. } => "name_taken_under_other_path",
            Self::NoRole { .. } => "role_absent",
            Self::OtherRolePath { .. } => "role_under_other_path",
            Self::ProfileHoldsRole { .. } => "instance_profile_holds_role",
            Self::OtherProfile { .. } => "instance_has_profile",
            Self::ProfileSwapped { .. } => "instance_profile_swapped",
            Self::BucketElsewhere { .. } => "bucket_elsewhere",
            Self::NoBucket => "bucket_absent",
            Self::BucketRegion { .. } => "bucket_in_other_region",
            Self::DeletedPrincipals { .. } => "deleted_principals",
            Self::PolicyTooLong { .. } => "policy_too_long",
            Self::TooManyTags { .. } => "too_many_tags",
            Self::OtherKind { .. } => "other_kind",
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLogGroup { group } => {
                write!(f, "the log group {group} does not exist; `create: true` on its source makes it")
            }
            Self::SlotsTaken { group, holders, slots } => write!(
                f,
                "all subscription filter slots of {group} are taken, by {}; delete one of these, exclude the log group, or raise `limits.filters_per_log_group` if AWS allows the account more than {slots}",
                Subscriber::listed(holders)
            ),
            Self::ClassTakesNoFilters { group, class } => write!(
                f,
                "{group} is of class {class}, and only log groups of class STANDARD take subscription filters: exclude it from its source; a log group cannot change its class, so write these logs to another log group to have them delivered"
            ),
            Self::FilterRefused { group, error } => {
                write!(f, "CloudWatch Logs takes no subscription filter on {group}: {error}")
            }
            Self::AccountPolicyTaken { holders } => write!(
                f,
                "an account has one subscription policy in a region, and it is {}; delete it, or select the log groups with `scope: log_groups`",
                Subscriber::listed(holders)
            ),
            Self::CreationFailed { why } => {
                write!(f, "its creation failed{}, and Firehose does not retry", in_brackets(why.as_deref()))
            }
            Self::BeingDeleted { why } => write!(f, "it is being deleted{}", in_brackets(why.as_deref())),
            Self::OtherSource { source } => {
                write!(f, "it takes its records from another source ({source}), so CloudWatch Logs cannot write to it")
            }
            Self::NotIntoS3 => f.write_str(
                "it does not deliver to S3, and a stream cannot change the kind of its destination",
            ),
            Self::PartitioningIsFixed { partitions } => {
                let word = if *partitions { "off" } else { "on" };
                write!(f, "Firehose cannot switch dynamic partitioning {word} on an existing stream")
            }
            Self::TypeIsFixed { data_type } => {
                write!(f, "it is a {data_type}, and the type of a parameter cannot be changed")
            }
            Self::CompositeAlarm => f.write_str(
                "there is already a composite alarm of this name, and alarms share their names: rename that one, or use another key or name in the topology",
            ),
            Self::OtherPath { what, there, wanted } => {
                let what = match what {
                    Pathed::Role => "a role",
                    Pathed::InstanceProfile => "an instance profile",
                };
                write!(
                    f,
                    "there is already {what} of this name, {there}, and names are unique in an account whatever their path or case; logpipe would need {wanted}: use another name in the topology, or recreate the existing one without a path"
                )
            }
            Self::NoRole { role } => write!(
                f,
                "there is no role `{role}` in its account, and logpipe does not create it: name an existing role"
            ),
            Self::OtherRolePath { arn, there, declared } => {
                write!(f, "the role has the ARN {arn}: write `{there}` instead of `{declared}`, with its path")
            }
            Self::ProfileHoldsRole { role } => write!(
                f,
                "it holds role `{role}`, an instance profile can hold only one, and instances may be using it: name another `instance_profile`, or remove that role"
            ),
            Self::OtherProfile { profile } => write!(
                f,
                "the instance has instance profile `{profile}`, whose permissions it may need: `replace: true` under `associate_with` replaces the profile, while `attach_to` attaches the policies to its role instead"
            ),
            Self::ProfileSwapped { profile } => {
                write!(f, "the instance has instance profile `{profile}`, which `replace: true` replaces")
            }
            Self::BucketElsewhere { there, wanted } => write!(
                f,
                "a bucket of this name already exists in {there}, but this destination's belongs in {wanted}: choose another `bucket.name` or, if you mean that bucket, set `region: {there}` on the destination"
            ),
            Self::NoBucket => f.write_str(
                "the bucket does not exist, although `create: false` says that it does; create it, or let logpipe create it with `create: true`",
            ),
            Self::BucketRegion { there, declared } => write!(
                f,
                "the bucket is in {there}, but its destination says {declared}: correct the `region` of the destination"
            ),
            Self::DeletedPrincipals { statements } => {
                let statements: Vec<String> = statements.iter().map(ToString::to_string).collect();
                write!(
                    f,
                    "{}, a principal that has been deleted since, and S3 refuses a policy with a deleted principal: remove it from the bucket's policy, or replace it",
                    statements.join(", ")
                )
            }
            Self::PolicyTooLong { bytes } => write!(
                f,
                "together with the statements of others the policy would be {} bytes long, and S3 allows {}: remove some of theirs, or choose another bucket",
                quota::grouped(*bytes),
                quota::grouped(quota::BUCKET)
            ),
            Self::TooManyTags { count, most } => write!(
                f,
                "together with the tags of others it would have {count}, and AWS allows {most}: declare fewer `tags`, or remove some from the resource"
            ),
            Self::OtherKind { planned, read } => {
                write!(f, "it is planned as {planned}, but what was read is {read}")
            }
        }
    }
}

impl Subscriber {
    /// Several, as a sentence names them.
    pub(crate) fn listed(holders: &[Self]) -> String {
        holders.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
    }
}

impl fmt::Display for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
        write!(f, "`{}` → {}", shown(&self.name), shown(&self.destination))
    }
}

impl fmt::Display for NamingDeleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sid {
            Some(sid) => write!(f, "the foreign statement `{sid}`")?,
            None => write!(f, "foreign statement {}", self.number)?,
        }
        let principals: Vec<String> = self.principals.iter().map(|id| format!("`{id}`")).collect();
        write!(f, " names {}", principals.join(" and "))
    }
}

/// AWS's own words behind a statement, where there are any.
fn in_brackets(why: Option<&str>) -> String {
    why.map(|why| format!(" ({why})")).unwrap_or_default()
}
