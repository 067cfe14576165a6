//! Whether a role may do something: IAM's decision on its policies, combined with the policy of the resource. Pure.
//!
//! IAM's simulation knows boundaries and the policies of an organisation, which logpipe does not read; logpipe knows the
//! policy of a bucket, which the simulation does not see for a role, and that what nobody tells the simulation is not
//! absent from a real request. Where IAM cannot be asked, logpipe's own evaluation of the role's policies stands in for
//! it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::address::AccountId;
pub(crate) use crate::address::arn::account_of;
use crate::aws::role_policies::{RoleView, Simulated, SimulationVerdict};
use crate::policy::{Decision, Policy, PolicyKind, Request, authorize, evaluate, evaluate_all, objections};
use crate::requests::{Requests, Role, region_of};
use crate::verify::verdict::{Check, JudgedBy};

/// What a role is asked to be allowed.
pub(crate) struct PermissionQuestion<'a> {
    pub(crate) role: &'a RoleView,
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    /// The verdict of IAM, where it could be asked.
    pub(crate) simulated: Option<&'a Simulated>,
    pub(crate) guard: &'a Guard,
    /// What is known of requests in this topology.
    pub(crate) requests: Requests<'a>,
}

/// What the resource itself says.
#[derive(Debug, Clone)]
pub(crate) enum Guard {
    /// It has no policy, or none that matters here.
    None,
    /// Its policy, and whether it is in the account of the role.
    Policy { what: String, document: Value, same_account: bool },
    /// It is not there.
    Missing(String),
    /// Its policy was not read: what it is, and why.
    Unread { what: String, why: String },
}

/// A role with its account, as its sessions act.
pub(crate) fn acting<'r>(view: &'r RoleView, account: &'r AccountId) -> Role<'r> {
    Role { account, arn: &view.arn, tags: &view.tags }
}

/// What IAM's simulation has to be told of a request, which fills no keys by itself.
pub(crate) fn context_entries(
    role: &RoleView,
    requests: Requests<'_>,
    resources: &[String],
) -> BTreeMap<String, String> {
    let tags = role.tags.iter().map(|(key, value)| (format!("aws:PrincipalTag/{key}"), value.clone()));
    let connection = [("aws:SecureTransport", "true"), ("aws:ViaAWSService", "false")];
    let connection = connection.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
    let organization = requests.organization.map(|id| ("aws:PrincipalOrgID".to_owned(), id.to_string()));
    let mut regions = resources.iter().map(|resource| region_of(resource));
    let first = regions.next().flatten();
    let region = first.filter(|first| regions.all(|region| region == Some(*first)));
    let region = region.map(|region| ("aws:RequestedRegion".to_owned(), region.to_owned()));
    tags.chain(connection).chain(organization).chain(region).collect()
}

/// What the policies of a role say together; the statement comes with the name of its policy.
pub(crate) fn identity(role: &RoleView, request: &Request<'_>) -> Decision {
    let mut policies = Vec::new();
    let mut unreadable = Vec::new();
    for policy in &role.policies {
        match Policy::from_value(&policy.document) {
            Ok(parsed) => policies.push((policy.name.as_str(), parsed)),
            Err(_) => unreadable.push(policy.name.as_str()),
        }
    }
    let decision = evaluate_all(&policies, PolicyKind::Identity, request);
    match decision {
        Decision::ExplicitDeny { .. } => decision,
        // Whatever AWS keeps as a policy means something to it.
        _ if !unreadable.is_empty() => Decision::Unknown {
            depends_on: unreadable.iter().map(|name| format!("the policy {name}")).collect(),
            because: unreadable.iter().map(|name| format!("{name} cannot be read as a policy")).collect(),
        },
        Decision::ImplicitDeny { .. } if role.policies.is_empty() => {
            Decision::ImplicitDeny { because: vec!["the role has no policy".to_owned()] }
        }
        decision => decision,
    }
}

/// Judges one action on one resource.
pub(crate) fn judge(asked: &PermissionQuestion<'_>) -> Check {
    let PermissionQuestion { role, action, resource, simulated, guard, requests } = asked;
    let by = if simulated.is_some() { JudgedBy::Iam } else { JudgedBy::Logpipe };
    let check = |allowed: bool, statement: Option<String>, detail: Option<String>| Check {
        action: (*action).to_owned(),
        resource: (*resource).to_owned(),
        allowed,
        depends_on: Vec::new(),
        statement,
        judged_by: by,
        detail,
    };
    let Some(account) = account_of(&role.arn) else {
        return check(false, None, Some(format!("{} is not the ARN of a role", role.arn)));
    };
    if let Guard::Missing(why) = guard {
        return check(false, None, Some(why.clone()));
    }
    let sent = requests.by_role(acting(role, &account), action, resource);
    let own = joined(identity(role, &sent.request()), *simulated);
    let side = Side::of(guard, &sent.request(), &account);
    let by_resource = matches!(side.to_allowed, Decision::ExplicitDeny { .. });
    match decided(own, side) {
        Decision::Allow { statement } => check(true, Some(statement), None),
        Decision::ExplicitDeny { statement } => {
            let why =
                if by_resource { "the policy of the resource denies it" } else { "it is denied explicitly" };
            check(false, Some(statement), Some(why.to_owned()))
        }
        Decision::ImplicitDeny { because } => check(false, None, Some(nothing_allows(&because))),
        Decision::Unknown { depends_on, because } => {
            let depends_on: Vec<String> = depends_on.into_iter().collect();
            let detail =
                format!("cannot be judged: it depends on {} ({})", depends_on.join(", "), because.join("; "));
            Check { depends_on, ..check(false, None, Some(detail)) }
        }
    }
}

fn nothing_allows(because: &[String]) -> String {
    if because.is_empty() {
        return "no statement allows it".to_owned();
    }
    format!("no statement allows it: {}", because.join("; "))
}

/// IAM's verdict counts, with the statement that logpipe finds for it, unless it rests on keys that nobody told it.
fn joined(own: Decision, simulated: Option<&Simulated>) -> Decision {
    let Some(simulated) = simulated else { return own };
    let policies = || simulated.policies.join(", ");
    match (simulated.verdict, own) {
        // To the simulation a key that it is not told is absent.
        (_, own @ Decision::Unknown { .. }) => own,
        (SimulationVerdict::Allowed, Decision::Allow { statement }) => Decision::Allow { statement },
        (SimulationVerdict::Allowed, _) => Decision::Allow { statement: policies() },
        (
            SimulationVerdict::ExplicitDeny | SimulationVerdict::ImplicitDeny,
            Decision::Allow { statement },
        ) if !simulated.missing.is_empty() => Decision::Unknown {
            depends_on: simulated.missing.iter().cloned().collect(),
            because: vec![format!(
                "{statement} allows it, and IAM's simulation, which is not told these keys, does not: a permissions boundary or a policy of the organisation may hold it back"
            )],
        },
        (SimulationVerdict::ExplicitDeny, Decision::ExplicitDeny { statement }) => {
            Decision::ExplicitDeny { statement }
        }
        (SimulationVerdict::ExplicitDeny, _) => Decision::ExplicitDeny { statement: policies() },
        (SimulationVerdict::ImplicitDeny, Decision::Allow { statement }) => Decision::ImplicitDeny {
            because: vec![format!(
                "{statement} allows it, and IAM's simulation does not: a permissions boundary or a policy of the organisation may hold it back"
            )],
        },
        (SimulationVerdict::ImplicitDeny, Decision::ExplicitDeny { statement }) => {
            Decision::ImplicitDeny { because: vec![format!("{statement} denies it")] }
        }
        (SimulationVerdict::ImplicitDeny, other) => other,
    }
}

/// What the policy of the resource says.
struct Side {
    /// To a caller whose own policies allow it.
    to_allowed: Decision,
    /// To one whose own policies say nothing.
    alone: Decision,
}

impl Side {
    fn of(guard: &Guard, request: &Request<'_>, account: &AccountId) -> Self {
        let silent = || Decision::ImplicitDeny { because: Vec::new() };
        let (what, document, same_account) = match guard {
            Guard::Policy { what, document, same_account } => (what, document, *same_account),
            Guard::Unread { what, why } => {
                let unknown = Decision::Unknown {
                    depends_on: [format!("the {what}")].into(),
                    because: vec![format!("the {what} was not looked at: {why}")],
                };
                return Self { to_allowed: unknown.clone(), alone: unknown };
            }
            Guard::None | Guard::Missing(_) => {
                return Self { to_allowed: Decision::Allow { statement: String::new() }, alone: silent() };
            }
        };
        let policy = match Policy::from_value(document) {
            Ok(policy) => policy,
            Err(error) => {
                let unknown = Decision::Unknown {
                    depends_on: [format!("the {what}")].into(),
                    because: vec![format!("the {what} cannot be read: {error}")],
                };
                return Self { to_allowed: unknown.clone(), alone: unknown };
            }
        };
        let named = |decision: Decision| {
            decision.reworded(|text| format!("{what}: {}", text.trim_start_matches("resource policy: ")))
        };
        if !same_account {
            let across = named(evaluate(&policy, PolicyKind::Resource, request));
            return Self { to_allowed: across, alone: silent() };
        }
        Self {
            to_allowed: named(objections(&policy, PolicyKind::Resource, request)),
            alone: named(authorize(request, account, &[], Some(&policy))),
        }
    }
}

/// Both sides together.
fn decided(own: Decision, side: Side) -> Decision {
    match (own, side.to_allowed, side.alone) {
        (_, denied @ Decision::ExplicitDeny { .. }, _) | (denied @ Decision::ExplicitDeny { .. }, ..) => {
            denied
        }
        (own @ Decision::Allow { .. }, Decision::Allow { .. }, _) => own,
        (Decision::Allow { .. }, Decision::ImplicitDeny { because }, _) => {
            let because = format!("across accounts the resource must allow it too: {}", because.join("; "));
            Decision::ImplicitDeny { because: vec![because] }
        }
        (Decision::Allow { .. }, doubt @ Decision::Unknown { .. }, _) => doubt,
        (Decision::ImplicitDeny { .. }, _, alone @ (Decision::Allow { .. } | Decision::Unknown { .. })) => {
            alone
        }
        (own @ Decision::ImplicitDeny { .. }, ..) => own,
        (Decision::Unknown { .. }, Decision::ImplicitDeny { because }, _) => {
            let because = format!("across accounts the resource must allow it too: {}", because.join("; "));
            Decision::ImplicitDeny { because: vec![because] }
        }
        (own @ Decision::Unknown { .. }, ..) => own,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::aws::role_policies::NamedPolicy;

    const OBJECT: &str = "arn:aws:s3:::b/x";

    fn statement(effect: &str, more: Value) -> Value {
        let mut statement =
            json!({ "Sid": "It", "Effect": effect, "Action": "s3:PutObject", "Resource": OBJECT });
        for (key, value) in more.as_object().unwrap() {
            statement[key] = value.clone();
        }
        json!({ "Version": "2012-10-17", "Statement": [statement] })
    }

    fn role(documents: &[Value]) -> RoleView {
        let policy =
            |document: &Value| NamedPolicy { name: "p".to_owned(), arn: None, document: document.clone() };
        RoleView {
            arn: "arn:aws:iam::111111111111:role/web".to_owned(),
            tags: [("Project".to_owned(), "poc".to_owned())].into(),
            policies: documents.iter().map(policy).collect(),
            ..RoleView::default()
        }
    }

    fn guard(effect: &str, same_account: bool) -> Guard {
        let principal = json!({ "Principal": { "AWS": "arn:aws:iam::111111111111:role/web" } });
        Guard::Policy {
            what: "policy of bucket b".to_owned(),
            document: statement(effect, principal),
            same_account,
        }
    }

    fn simulated(verdict: SimulationVerdict) -> Simulated {
        let policies = vec!["simulated".to_owned()];
        let (action, resource) = ("s3:PutObject".to_owned(), OBJECT.to_owned());
        Simulated { action, resource, verdict, policies, missing: Vec::new() }
    }

    #[test]
    fn both_sides_have_their_say() {
        let check =
            |documents: &[Value], verdict: Option<SimulationVerdict>, guard: &Guard, expect: (bool, &str)| {
                let (role, simulated) = (role(documents), verdict.map(simulated));
                let asked = PermissionQuestion {
                    role: &role,
                    action: "s3:PutObject",
                    resource: OBJECT,
                    simulated: simulated.as_ref(),
                    guard,
                    requests: Requests { organization: None },
                };
                let judged = judge(&asked);
                let said =
                    format!("{} {}", judged.statement.unwrap_or_default(), judged.detail.unwrap_or_default());
                assert!(
                    judged.allowed == expect.0 && said.contains(expect.1),
                    "{} {said} {expect:?}",
                    judged.allowed
                );
                assert_eq!(judged.judged_by == JudgedBy::Iam, verdict.is_some());
            };
        let (allow, deny) = (statement("Allow", json!({})), statement("Deny", json!({})));
        let only = std::slice::from_ref(&allow);
        let open = Guard::None;
        check(only, None, &open, (true, "p: It"));
        check(&[], None, &open, (false, "the role has no policy"));
        check(&[allow.clone(), deny], None, &open, (false, "p: It it is denied explicitly"));
        // A condition on a tag of the role.
        let tagged = |value| {
            statement(
                "Allow",
                json!({ "Condition": { "StringEquals": { "aws:PrincipalTag/Project": value } } }),
            )
        };
        check(&[tagged("poc")], None, &open, (true, "p: It"));
        check(&[tagged("prod")], None, &open, (false, "aws:PrincipalTag/Project"));
        let other = statement("Allow", json!({ "Action": "s3:GetObject" }));
        check(&[other], None, &open, (false, "no statement allows it: nothing in p is about s3:PutObject"));
        // IAM knows more than the policies.
        check(only, Some(SimulationVerdict::Allowed), &open, (true, "p: It"));
        check(only, Some(SimulationVerdict::ImplicitDeny), &open, (false, "a permissions boundary"));
        check(only, Some(SimulationVerdict::ExplicitDeny), &open, (false, "simulated"));
        check(&[], Some(SimulationVerdict::Allowed), &open, (true, "simulated"));
        // What the bucket says.
        check(
            only,
            Some(SimulationVerdict::Allowed),
            &guard("Deny", true),
            (false, "policy of bucket b: It"),
        );
        check(
            &[],
            Some(SimulationVerdict::ImplicitDeny),
            &guard("Allow", true),
            (true, "policy of bucket b: It"),
        );
        check(&[], None, &guard("Allow", false), (false, "no statement allows it"));
        check(only, None, &guard("Allow", false), (true, "p: It"));
        let stranger = Guard::Policy {
            what: "policy of bucket b".to_owned(),
            document: json!({ "Statement": [] }),
            same_account: false,
        };
        check(only, None, &stranger, (false, "across accounts the resource must allow it too"));
        check(
            only,
            None,
            &Guard::Missing("there is no bucket b".to_owned()),
            (false, "there is no bucket b"),
        );
        let unread = Guard::Unread { what: "policy of bucket b".to_owned(), why: "refused".to_owned() };
        check(only, None, &unread, (false, "it depends on the policy of bucket b"));
        // Naming the account alone leaves it to the role's policies.
        let to_account = json!({ "Principal": { "AWS": "111111111111" } });
        let delegating = Guard::Policy {
            what: "policy of bucket b".to_owned(),
            document: statement("Allow", to_account),
            same_account: true,
        };
        check(&[], None, &delegating, (false, "the role has no policy"));
    }

    #[test]
    fn what_nobody_can_know_is_neither_allowed_nor_denied() {
        let perimeter = |effect, operator: &str| {
            statement(effect, json!({ "Condition": { operator: { "aws:PrincipalOrgID": "o-abc" } } }))
        };
        let allow = statement("Allow", json!({}));
        let check =
            |documents: &[Value], simulated: Option<&Simulated>, organization: Option<&str>, expect: &str| {
                let organization = organization.map(|id| id.parse().unwrap());
                let asked = PermissionQuestion {
                    role: &role(documents),
                    action: "s3:PutObject",
                    resource: OBJECT,
                    simulated,
                    guard: &Guard::None,
                    requests: Requests { organization: organization.as_ref() },
                };
                let judged = judge(&asked);
                let said = match (judged.allowed, judged.depends_on.as_slice()) {
                    (true, []) => "allowed".to_owned(),
                    (false, []) => "denied".to_owned(),
                    (_, keys) => keys.join(" "),
                };
                assert_eq!(said, expect, "{judged:?}");
            };
        let guarded = [allow.clone(), perimeter("Deny", "StringNotEquals")];
        check(&guarded, None, None, "aws:PrincipalOrgID");
        check(&guarded, None, Some("o-abc"), "allowed");
        check(&guarded, None, Some("o-other"), "denied");
        check(&[perimeter("Allow", "StringEquals")], None, None, "aws:PrincipalOrgID");
        // The simulation takes what it is not told for absent.
        check(&guarded, Some(&simulated(SimulationVerdict::ExplicitDeny)), None, "aws:PrincipalOrgID");
        check(
            &[perimeter("Allow", "StringEquals"), allow.clone()],
            Some(&simulated(SimulationVerdict::Allowed)),
            None,
            "allowed",
        );
        let held_back = Simulated {
            missing: vec!["aws:RequestedRegion".to_owned()],
            ..simulated(SimulationVerdict::ExplicitDeny)
        };
        check(&[allow], Some(&held_back), None, "aws:RequestedRegion");
    }
}
