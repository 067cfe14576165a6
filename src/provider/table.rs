//! The one table of kinds, and what it generates: the closed sets of desired and live states, and their facts.
//!
//! A kind that has a name and no row does not compile, nor does one whose facts contradict each other. Kinds are listed
//! one by one only here and in the dispatch of `resource.rs`, `live.rs` and `named.rs`.

use super::coherence::coherent;
use super::facts::Facts;
use super::kind::Kind;
use crate::address::KindName;

/// Hands the rows of the table, and what else is given, to the macro of that name. A row has the file of a kind, its name,
/// which is that of its desired state, and its live state.
macro_rules! kinds {
    ($macro:ident $(, $($given:tt)*)?) => {
        $macro! {
            [
                s3::bucket::S3Bucket => LiveBucket;
                s3::bucket_policy::S3BucketPolicy => LiveBucketPolicy;
                iam::role::IamRole => LiveRole;
                logs::log_group::LogGroup => LiveLogGroup;
                logs::log_stream::LogStream => LiveLogStream;
                firehose::stream::FirehoseStream => LiveStream;
                logs::destination::LogsDestination => LiveDestination;
                logs::destination_policy::LogsDestinationPolicy => LiveDestinationPolicy;
                logs::subscription_filter::SubscriptionFilter => LiveFilter;
                logs::account_policy::LogsAccountPolicy => LiveAccountPolicy;
                iam::policy::IamPolicy => LiveIamPolicy;
                iam::role_policy_attachment::IamRolePolicyAttachment => LiveAttachment;
                iam::instance_profile::IamInstanceProfile => LiveInstanceProfile;
                ec2::instance_profile_association::InstanceProfileAssociation => LiveAssociation;
                ssm::parameter::SsmParameter => LiveParameter;
                cloudwatch::alarm::CloudwatchAlarm => LiveAlarm;
            ]
            $($($given)*)?
        }
    };
}

macro_rules! closed_sets {
    ([$($room:ident::$file:ident::$kind:ident => $live:ident;)+]) => {
        /// The desired state of one resource. Kinds differ much in size, and most resources are of small ones.
        #[derive(Debug, Clone)]
        #[expect(missing_docs, reason = "each variant is its kind, documented there")]
        pub enum Resource {
            $($kind(Box<super::$room::$file::$kind>),)+
        }

        /// The live state of one resource.
        #[derive(Debug, Clone)]
        #[expect(missing_docs, reason = "each variant is its kind, documented there")]
        pub enum Live {
            $($kind(Box<super::$room::$file::$live>),)+
        }

        impl Resource {
            /// Its kind.
            pub fn kind(&self) -> KindName {
                match self {
                    $(Self::$kind(_) => KindName::$kind,)+
                }
            }
        }

        impl Live {
            /// Its kind.
            pub fn kind(&self) -> KindName {
                match self {
                    $(Self::$kind(_) => KindName::$kind,)+
                }
            }
        }

        impl Facts {
            /// What is known of a kind.
            pub fn of(kind: KindName) -> &'static Self {
                match kind {
                    $(KindName::$kind => &<super::$room::$file::$kind as Kind>::FACTS,)+
                }
            }
        }

        $(
            impl From<super::$room::$file::$kind> for Resource {
                fn from(desired: super::$room::$file::$kind) -> Self {
                    Self::$kind(Box::new(desired))
                }
            }

            impl From<super::$room::$file::$live> for Live {
                fn from(live: super::$room::$file::$live) -> Self {
                    Self::$kind(Box::new(live))
                }
            }

            const _: () = coherent::<super::$room::$file::$kind>();
        )+
    };
}

kinds!(closed_sets);

/// Runs `$body` with the desired value of whatever kind `$resource` is.
macro_rules! each {
    ($resource:expr, $desired:ident => $body:expr) => {
        kinds!(arms_of_each, $resource, $desired => $body)
    };
}

macro_rules! arms_of_each {
    (
        [$($room:ident::$file:ident::$kind:ident => $live:ident;)+]
        $resource:expr, $desired:ident => $body:expr
    ) => {
        match $resource {
            $(Resource::$kind($desired) => $body,)+
        }
    };
}

/// Runs `$body` with desired and live value where both are of one kind, and `$otherwise` where they are not.
macro_rules! both {
    ($resource:expr, $live:expr, $desired:ident, $there:ident => $body:expr, else $otherwise:expr) => {
        kinds!(arms_of_both, $resource, $live, $desired, $there => $body, else $otherwise)
    };
}

macro_rules! arms_of_both {
    (
        [$($room:ident::$file:ident::$kind:ident => $of_live:ident;)+]
        $resource:expr, $live:expr, $desired:ident, $there:ident => $body:expr, else $otherwise:expr
    ) => {
        match ($resource, $live) {
            $((Resource::$kind($desired), Live::$kind($there)) => $body,)+
            _ => $otherwise,
        }
    };
}

/// Runs `$body` with the live value of whatever kind `$live` is, and the type of its desired state as `$K`.
macro_rules! each_live {
    ($live:expr, $K:ident, $there:ident => $body:expr) => {
        kinds!(arms_of_live, $live, $K, $there => $body)
    };
}

macro_rules! arms_of_live {
    (
        [$($room:ident::$file:ident::$kind:ident => $of_live:ident;)+]
        $live:expr, $K:ident, $there:ident => $body:expr
    ) => {
        match $live {
            $(Live::$kind($there) => {
                type $K = crate::provider::$room::$file::$kind;
                $body
            })+
        }
    };
}

/// Runs `$body` with the type of the desired state of the kind of that name as `$K`.
macro_rules! named {
    ($name:expr, $K:ident => $body:expr) => {
        kinds!(arms_of_named, $name, $K => $body)
    };
}

macro_rules! arms_of_named {
    (
        [$($room:ident::$file:ident::$kind:ident => $of_live:ident;)+]
        $name:expr, $K:ident => $body:expr
    ) => {
        match $name {
            $(KindName::$kind => {
                type $K = crate::provider::$room::$file::$kind;
                $body
            })+
        }
    };
}
