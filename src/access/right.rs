//! One permission: an IAM action on a resource, and the purpose that needs it.

use std::collections::BTreeSet;

use crate::address::arn;
use crate::address::{AccountId, Partition, Place, Region};

/// What is being done with a resource when the call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    /// Its live state is read.
    Read,
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// A successor replaces it, or it is made again.
    Replace,
    /// It is deleted.
    Delete,
    /// What others have put on it is taken off.
    Tighten,
    /// It is deleted with the data in it.
    DeleteData,
    /// A test event is sent through it.
    Probe,
    /// It is judged, and what it counted and failed to deliver is read; no test event is sent.
    Diagnose,
    /// Its log events are read.
    ReadEvents,
    /// What it takes in is measured.
    Measure,
    /// It is told whether log groups are delivered, every one in its account and region.
    Cover,
    /// What has come of its events is counted.
    Count,
    /// The configuration of an agent is stored in it.
    Store,
    /// It is read for a topology to be written of it.
    Import,
}

/// Everything that wants to know which log groups a glob finds.
pub(super) const FINDS: &[Doing] =
    &[Doing::Read, Doing::ReadEvents, Doing::Measure, Doing::Count, Doing::Store];

/// Everything that wants to know which accounts an organisation has.
pub(super) const LISTS_ACCOUNTS: &[Doing] =
    &[Doing::Read, Doing::ReadEvents, Doing::Measure, Doing::Count, Doing::Cover, Doing::Store];

/// What a statement is for, which is its Sid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is its Sid")]
pub enum Purpose {
    Accounts,
    Buckets,
    DeliveredObjects,
    DecryptObjects,
    DeleteObjects,
    Roles,
    Policies,
    AttachPolicies,
    InstanceProfiles,
    PassToEc2,
    PassToFirehose,
    PassToLogs,
    Instances,
    Parameters,
    Alarms,
    Streams,
    ErrorLogs,
    LogGroups,
    ErrorStreams,
    ListLogStreams,
    LogEvents,
    Destinations,
    Subscriptions,
    Subscribe,
    TestEvents,
    OnlyOnEverything,
    JudgeRoles,
    JudgePolicies,
    JudgeBuckets,
    AssumeReader,
    NextRoles,
    Record,
}

impl Purpose {
    /// The Sid.
    pub fn sid(self) -> &'static str {
        match self {
            Self::Accounts => "Accounts",
            Self::Buckets => "Buckets",
            Self::DeliveredObjects => "DeliveredObjects",
            Self::DecryptObjects => "DecryptObjects",
            Self::DeleteObjects => "DeleteObjects",
            Self::Roles => "Roles",
            Self::Policies => "Policies",
            Self::AttachPolicies => "AttachPolicies",
            Self::InstanceProfiles => "InstanceProfiles",
            Self::PassToEc2 => "PassToEc2",
            Self::PassToFirehose => "PassToFirehose",
            Self::PassToLogs => "PassToLogs",
            Self::Instances => "Instances",
            Self::Parameters => "Parameters",
            Self::Alarms => "Alarms",
            Self::Streams => "Streams",
            Self::ErrorLogs => "ErrorLogs",
            Self::LogGroups => "LogGroups",
            Self::ErrorStreams => "ErrorStreams",
            Self::ListLogStreams => "ListLogStreams",
            Self::LogEvents => "LogEvents",
            Self::Destinations => "Destinations",
            Self::Subscriptions => "Subscriptions",
            Self::Subscribe => "Subscribe",
            Self::TestEvents => "TestEvents",
            Self::OnlyOnEverything => "OnlyOnEverything",
            Self::JudgeRoles => "JudgeRoles",
            Self::JudgePolicies => "JudgePolicies",
            Self::JudgeBuckets => "JudgeBuckets",
            Self::AssumeReader => "AssumeReader",
            Self::NextRoles => "NextRoles",
            Self::Record => "Record",
        }
    }
}

/// A condition: these values of a key, and no others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Condition {
    pub(super) key: &'static str,
    pub(super) values: BTreeSet<String>,
}

/// One right.
#[derive(Debug, Clone)]
pub(super) struct Right {
    pub(super) purpose: Purpose,
    pub(super) doings: &'static [Doing],
    pub(super) action: &'static str,
    pub(super) resource: String,
    pub(super) condition: Option<Condition>,
}

/// Where a resource is. Its name may be a pattern of IAM, for resources that are not known by name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'a> {
    pub(super) partition: Partition,
    pub(super) account: &'a AccountId,
    pub(super) place: &'a Place,
    pub(super) name: &'a str,
}

impl Spot<'_> {
    /// The two parts of its name, as in an address.
    pub(super) fn name_parts(&self) -> (&str, &str) {
        self.name.split_once(':').unwrap_or((self.name, ""))
    }

    /// An ARN of a service's resource in the account and region of the spot.
    pub(super) fn arn(&self, service: &str, resource: &str) -> String {
        let region = self.place.region().map_or("", Region::as_str);
        arn::of(self.partition, service, region, self.account.as_str(), resource)
    }
}

/// Rights as they are listed: in the course of these, these actions on this resource.
#[derive(Debug, Default)]
pub(super) struct Rights(pub(super) Vec<Right>);

impl Rights {
    pub(super) fn allow(
        &mut self,
        purpose: Purpose,
        doings: &'static [Doing],
        resource: &str,
        actions: &[&'static str],
    ) {
        self.add(purpose, doings, resource, actions, None);
    }

    /// Rights on nothing in particular, because AWS authorises these actions on `*` alone.
    pub(super) fn allow_on_everything(&mut self, doings: &'static [Doing], actions: &[&'static str]) {
        self.allow(Purpose::OnlyOnEverything, doings, "*", actions);
    }

    /// Handing a role to a service, and to no other.
    pub(super) fn pass_role(
        &mut self,
        purpose: Purpose,
        doings: &'static [Doing],
        role: &str,
        service: String,
    ) {
        let condition = Condition { key: "iam:PassedToService", values: [service].into() };
        self.add(purpose, doings, role, &["iam:PassRole"], Some(condition));
    }

    pub(super) fn add(
        &mut self,
        purpose: Purpose,
        doings: &'static [Doing],
        resource: &str,
        actions: &[&'static str],
        condition: Option<Condition>,
    ) {
        self.0.extend(actions.iter().map(|action| Right {
            purpose,
            doings,
            action,
            resource: resource.to_owned(),
            condition: condition.clone(),
        }));
    }
}
