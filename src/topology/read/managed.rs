//! `managed_policies`: policies that logpipe attaches and does not make, by name or by ARN.

use super::field::Field;
use super::section::Section;
use crate::address::{AccountId, Arn, Partition, arn};
use crate::topology::finding::Findings;
use crate::topology::keys::forms::{aws_managed, names};
use crate::topology::keys::{KeyOr, List, ManagedPolicy};

/// Where the role is that gets them.
pub(in crate::topology) struct Home<'h> {
    pub(in crate::topology) partition: Option<Partition>,
    /// Its accounts, as far as they are known.
    pub(in crate::topology) accounts: Vec<&'h AccountId>,
}

/// The ARNs of those that are written, or of the default ones.
pub(in crate::topology) fn policies(
    section: &Section<'_>,
    key: &KeyOr<List<ManagedPolicy>>,
    home: &Home<'_>,
    findings: &mut Findings,
) -> Vec<String> {
    let written = section.list(key, findings, |item, findings| policy(item, home, findings));
    written.unwrap_or_else(|| key.default.0.iter().map(|name| home.of_aws(name)).collect())
}

impl Home<'_> {
    fn of_aws(&self, path: &str) -> String {
        arn::policy_of_aws(self.partition.unwrap_or(Partition::Aws), path)
    }

    /// What is wrong with the ARN of a policy of somebody's own, for a role of these accounts.
    fn foreign(&self, owner: &str) -> Option<&AccountId> {
        self.accounts.iter().copied().find(|account| owner != "aws" && account.as_str() != owner)
    }
}

fn policy(field: Field<'_>, home: &Home<'_>, findings: &mut Findings) -> Option<String> {
    let text = field.text(findings)?;
    if Arn::begins(text) {
        return by_arn(text, field, home, findings);
    }
    if let Some(path) = aws_managed::path_of(text) {
        return Some(home.of_aws(path));
    }
    let help = aws_managed::similar(text).map_or_else(
        || "write its ARN, `arn:aws:iam::<account id>:policy/<name>`; put a policy that logpipe should make into `extra_policies`".to_owned(),
        |near| format!("did you mean `{near}`? For any other policy, write its ARN"),
    );
    let why = "logpipe knows no AWS managed policy of this name";
    findings.add(field.span(), format!("unknown managed policy `{text}`"), why, help);
    None
}

/// IAM User Guide, "IAM ARNs": `arn:<partition>:iam::<account, or aws>:policy/<path and name>`.
fn by_arn(text: &str, field: Field<'_>, home: &Home<'_>, findings: &mut Findings) -> Option<String> {
    let known = Arn::parse(text)
        .filter(|arn| (arn.service, arn.region) == ("iam", ""))
        .filter(|arn| arn.named("policy").is_some_and(|name| names::POLICY_WITH_PATH.check(name).is_ok()))
        .filter(|arn| arn.is_of_aws() || arn.account_id().is_some())
        .map(|arn| (arn.partition, arn.account));
    let Some((written, owner)) = known else {
        let message = format!("`{text}` is not the ARN of a managed policy");
        let why = "expected arn:aws:iam::<account id, or aws>:policy/<name>";
        findings.add(field.span(), message, why, "copy the ARN from the IAM console");
        return None;
    };
    if let Some(partition) = home.partition.filter(|partition| partition.as_str() != written) {
        let message = format!("the policy is in the partition `{written}`");
        let why = format!(
            "the topology's region is in the partition `{partition}`, and a policy works only in its own partition"
        );
        let help = format!("name a policy that starts with `arn:{partition}:`");
        findings.add(field.span(), message, why, help);
    } else if let Some(account) = home.foreign(owner) {
        let message = format!("the policy is in account {owner}");
        let why = format!(
            "the role is in {account}, and can have only AWS managed policies and policies of its own account"
        );
        findings.add(field.span(), message, why, "name a policy in the role's account");
    }
    Some(text.to_owned())
}
