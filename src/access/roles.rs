//! What verify and doctor ask about the roles of agents and readers: their policies, and IAM's decision on them.

use super::probe::READS;
use super::right::Doing::{Diagnose, Probe, ReadEvents};
use super::right::{Purpose, Rights, Spot};
use crate::address::arn;
use crate::graph::arns;
use crate::topology::{Agent, Holder, Reader};
use crate::verify::buckets_of;

/// A role, by its ARN or a pattern, with everything that is attached to it.
fn read(spot: &Spot<'_>, role: &str, rights: &mut Rights) {
    let actions =
        ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"];
    rights.allow(Purpose::JudgeRoles, READS, role, &actions);
    // What others attached counts as well, AWS's own policies among it.
    for owner in [spot.account.as_str(), "aws"] {
        let policies = arn::of(spot.partition, "iam", "", owner, "policy/*");
        rights.allow(Purpose::JudgePolicies, READS, &policies, &["iam:GetPolicy", "iam:GetPolicyVersion"]);
    }
}

/// The same, and what IAM makes of it.
fn judged(spot: &Spot<'_>, role: &str, rights: &mut Rights) {
    read(spot, role, rights);
    rights.allow(Purpose::JudgeRoles, READS, role, &["iam:SimulatePrincipalPolicy"]);
}

/// The role of an agent, and the policies of the buckets that it is checked on.
pub(super) fn of_agent(spot: &Spot<'_>, agent: &Agent) -> Rights {
    let mut rights = Rights::default();
    let name = match &agent.holder {
        Holder::Own(own) => own.name.as_str(),
        Holder::Role(name) => name.trim_start_matches('/'),
        // Which role instances have, only reading tells.
        Holder::RoleOf(_) => "*",
    };
    judged(spot, &arns::role(spot.partition, spot.account, name), &mut rights);
    for bucket in buckets_of(agent) {
        let bucket = arns::bucket(spot.partition, bucket);
        rights.allow(Purpose::JudgeBuckets, READS, &bucket, &["s3:GetBucketPolicy"]);
    }
    rights
}

/// In the account with the logs: the role that is assumed.
pub(super) fn of_reader(spot: &Spot<'_>, reader: &Reader) -> Rights {
    let mut rights = Rights::default();
    judged(spot, &arns::role(spot.partition, spot.account, &reader.role), &mut rights);
    rights
}

/// In the account of who reads: the role that is trusted, or, where that is everybody, the right to be one of them.
pub(super) fn of_trusted(spot: &Spot<'_>, reader: &Reader, role_arn: &str) -> Rights {
    let mut rights = Rights::default();
    match &reader.trusted.role {
        Some(name) => {
            let name = name.trim_start_matches('/');
            read(spot, &arns::role(spot.partition, spot.account, name), &mut rights);
        }
        None => {
            rights.allow(
                Purpose::AssumeReader,
                &[Probe, Diagnose, ReadEvents],
                role_arn,
                &["sts:AssumeRole"],
            );
        }
    }
    rights
}
