//! What AWS's words on a denial tell: which policy refuses, whose it is, and which side has to change.

use super::call::CallError;

impl CallError {
    /// Which side of a denial has to change, as far as the words tell.
    pub(super) fn denied_hint(&self) -> String {
        let who = self.place.role.as_deref().map_or_else(
            || format!("the starting credentials in account {}", self.place.account),
            |role| format!("role {role}"),
        );
        match named_policy(&self.message) {
            Some((Denial::Explicit, policy, whose)) => {
                return format!("its {policy} denies {} explicitly; it belongs to {whose}", self.operation);
            }
            // What its own policies do not allow is told below, with what may be behind it.
            Some((Denial::Implicit, policy, whose)) if policy != IDENTITY => {
                return format!("no {policy} allows {}; those belong to {whose}", self.operation);
            }
            _ => {}
        }
        if self.operation == "sts:AssumeRole" {
            // STS answers a missing role, a missing trust and a missing identity policy alike.
            return format!(
                "AWS does not say which side refuses: {who} must exist and trust the caller (with the external id, if any), and the caller must be allowed sts:AssumeRole on it"
            );
        }
        if self.operation.starts_with("organizations:") {
            return format!(
                "AWS answers only the management account and delegated administrators: set `organization.account` to one of them, and allow {} to {who} in its identity policy",
                self.operation
            );
        }
        if self.message.contains("User with accountId") {
            return "the destination's access policy does not name this account (the archive side)"
                .to_owned();
        }
        if self.message.contains("explicit deny") {
            return format!(
                "a policy denies {} explicitly: look at service control policies first",
                self.operation
            );
        }
        let allow = format!("allow {} to {who} in its identity policy", self.operation);
        if matches!(self.operation, "iam:GetRole" | "iam:GetInstanceProfile") {
            // IAM looks by the name, and decides by the ARN of what it finds.
            return format!(
                "{allow}; if one of that name already exists under another path or in another case, this permission does not cover it: names are unique in an account, so choose another name"
            );
        }
        if self.operation.starts_with("s3:") {
            // S3 answers alike when the expected owner does not own the bucket; names are shared by a partition.
            return format!("{allow}; if another account has taken the bucket's name, choose another name");
        }
        allow
    }
}

/// The kinds of policies that AWS names where it refuses, each with whose it is (IAM User Guide, "Troubleshoot access denied
/// error messages").
const POLICIES: [(&str, &str); 8] = [
    ("service control policy", "the organisation: its administrators can change it, nobody in the account"),
    ("resource control policy", "the organisation: its administrators can change it, nobody in the account"),
    ("permissions boundary", "the role: whoever made it can change it"),
    ("session policy", "the session: whoever started it gave it that policy"),
    ("VPC endpoint policy", "the VPC endpoint that the call went through"),
    ("role trust policy", "the role that is assumed"),
    ("resource-based policy", "the resource itself"),
    (IDENTITY, "the caller"),
];

const IDENTITY: &str = "identity-based policy";

/// How a policy refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Denial {
    Explicit,
    Implicit,
}

/// The policy that AWS says it refuses by: `with an explicit deny in a service control policy`, `because no session policy
/// allows the … action`.
fn named_policy(message: &str) -> Option<(Denial, &'static str, &'static str)> {
    let explicit = message.split_once("with an explicit deny in a").map(|(_, said)| (Denial::Explicit, said));
    let implicit = || message.split_once("because no ").map(|(_, said)| (Denial::Implicit, said));
    let (denial, said) = explicit.or_else(implicit)?;
    let said = said.trim_start_matches('n').trim_start();
    let (policy, whose) = POLICIES.into_iter().find(|(policy, _)| said.starts_with(policy))?;
    Some((denial, policy, whose))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::call::{CallPlace, Class};

    #[test]
    fn the_policy_that_aws_names_is_told_with_whose_it_is() {
        let named = |how: &str| {
            let message = format!("User: x is not authorized to perform: iam:GetRole on resource: y {how}");
            named_policy(&message).map(|(denial, policy, _)| (denial, policy))
        };
        let explicit = |policy| Some((Denial::Explicit, policy));
        let implicit = |policy| Some((Denial::Implicit, policy));
        assert_eq!(
            named("with an explicit deny in a service control policy"),
            explicit("service control policy")
        );
        assert_eq!(named("with an explicit deny in an identity-based policy"), explicit(IDENTITY));
        assert_eq!(
            named("because no permissions boundary allows the iam:GetRole action"),
            implicit("permissions boundary")
        );
        assert_eq!(named("because no VPC endpoint policy allows it"), implicit("VPC endpoint policy"));
        assert_eq!(named("because no identity-based policy allows the x action"), implicit(IDENTITY));
        assert_eq!(named(""), None);
        assert_eq!(named("with an explicit deny in a policy of another kind"), None);
    }

    #[test]
    fn a_denied_assume_role_names_both_sides() {
        let place = CallPlace {
            account: "111111111111".parse().unwrap(),
            region: "us-east-1".to_owned(),
            role: Some("arn:aws:iam::111111111111:role/Deployer".to_owned()),
        };
        let error = CallError {
            operation: "sts:AssumeRole",
            place: Box::new(place),
            code: Some("AccessDenied".to_owned()),
            message: "User: x is not authorized to perform: sts:AssumeRole on resource: y".to_owned(),
            request_id: Some("r-1".to_owned()),
            status: Some(403),
            aside: None,
            class: Class::Denied,
        };
        assert!(error.hint().unwrap().contains("trust the caller"));
        assert!(error.to_string().ends_with("(request id r-1)"));
    }
}
