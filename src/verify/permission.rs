//! Whether a role may do something: IAM's word on its policies, joined with the policy of the resource. Pure.
//!
//! IAM's simulation knows boundaries and the policies of an organisation, which logpipe does not read; logpipe knows the
//! policy of a bucket, which the simulation does not see for a role. Where IAM cannot be asked, logpipe's own evaluation
//! of the role's policies stands in for it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::verdict::{Check, JudgedBy};
use crate::aws::role_policies::{RoleView, Simulated, Word};
use crate::policy::{Context, Decision, Policy, PolicyKind, Principal, Request, evaluate};

/// What a role is asked to be allowed.
pub(super) struct Asked<'a> {
    pub(super) role: &'a RoleView,
    pub(super) action: &'a str,
    pub(super) resource: &'a str,
    /// The word of IAM, where it could be asked.
    pub(super) simulated: Option<&'a Simulated>,
    pub(super) guard: &'a Guard,
}

/// What the resource itself says.
#[derive(Debug, Clone)]
pub(super) enum Guard {
    /// It has no policy, or none that matters here.
    None,
    /// Its policy, and whether it is in the account of the role.
    Policy { what: String, document: Value, same_account: bool },
    /// It is not there.
    Missing(String),
    /// Its policy could not be read.
    Unread(String),
}

/// Facts of every request of a role: its tags, and that the connection is encrypted.
pub(super) fn context(role: &RoleView) -> Context {
    let tags = role.tags.iter();
    tags.fold(Context::new().with("aws:SecureTransport", "true"), |context, (key, value)| {
        context.with(&format!("aws:PrincipalTag/{key}"), value)
    })
}

/// The same for IAM's simulation, which is not told of connections.
pub(super) fn context_entries(role: &RoleView) -> BTreeMap<String, String> {
    role.tags.iter().map(|(key, value)| (format!("aws:PrincipalTag/{key}"), value.clone())).collect()
}

/// A session of a role.
pub(super) fn session(arn: &str, name: &str) -> Option<Principal> {
    let account = arn.split(':').nth(4)?.parse().ok()?;
    let partition = arn.split(':').nth(1)?;
    let role = arn.rsplit('/').next()?;
    let session = format!("arn:{partition}:sts::{account}:assumed-role/{role}/{name}");
    Some(Principal::Session { account, arn: session, role_arn: arn.to_owned() })
}

/// What the policies of a role say together; the statement comes with the name of its policy.
pub(super) fn identity(role: &RoleView, request: &Request<'_>) -> Decision {
    let (mut allowed, mut because) = (None, Vec::new());
    for policy in &role.policies {
        let name = &policy.name;
        let Ok(parsed) = Policy::from_value(&policy.document) else {
            because.push(format!("{name} cannot be read as a policy"));
            continue;
        };
        match evaluate(&parsed, PolicyKind::Identity, request) {
            Decision::ExplicitDeny { statement } => {
                return Decision::ExplicitDeny { statement: format!("{name}: {statement}") };
            }
            Decision::Allow { statement } => {
                allowed.get_or_insert(format!("{name}: {statement}"));
            }
            Decision::ImplicitDeny { because: reasons } => {
                because.extend(reasons.iter().map(|reason| format!("{name}: {reason}")));
            }
        }
    }
    match allowed {
        Some(statement) => Decision::Allow { statement },
        None if role.policies.is_empty() => {
            Decision::ImplicitDeny { because: vec!["the role has no policy".to_owned()] }
        }
        None => Decision::ImplicitDeny { because: worth_telling(role, request.action, because) },
    }
}

/// The statements that are about the action; that a hundred others are not says nothing.
fn worth_telling(role: &RoleView, action: &str, mut because: Vec<String>) -> Vec<String> {
    let beside = format!("Action \"{action}\" ");
    because.retain(|reason| !reason.contains(&beside));
    if because.is_empty() {
        let names: Vec<&str> = role.policies.iter().map(|policy| policy.name.as_str()).collect();
        because.push(format!("nothing in {} is about {action}", names.join(", ")));
    }
    because
}

/// Judges one action on one resource.
pub(super) fn judge(asked: &Asked<'_>) -> Check {
    let Asked { role, action, resource, simulated, guard } = asked;
    let context = context(role);
    let by = if simulated.is_some() { JudgedBy::Iam } else { JudgedBy::Logpipe };
    let check = |allowed: bool, statement: Option<String>, detail: Option<String>| Check {
        action: (*action).to_owned(),
        resource: (*resource).to_owned(),
        allowed,
        statement,
        judged_by: by,
        detail,
    };
    let Some(principal) = session(&role.arn, "instance") else {
        return check(false, None, Some(format!("{} is no ARN of a role", role.arn)));
    };
    let request = Request { principal: &principal, action, resource, context: &context };
    let own = joined(identity(role, &request), *simulated);
    let note = match guard {
        Guard::Missing(why) => return check(false, None, Some(why.clone())),
        Guard::Unread(why) => Some(why.clone()),
        Guard::None | Guard::Policy { .. } => None,
    };
    match (own, of_guard(guard, &request)) {
        (_, Some((Decision::ExplicitDeny { statement }, _))) => {
            check(false, Some(statement), Some("the policy of the resource denies it".to_owned()))
        }
        (Decision::ExplicitDeny { statement }, _) => {
            check(false, Some(statement), Some("it is denied explicitly".to_owned()))
        }
        (Decision::Allow { .. }, Some((Decision::ImplicitDeny { because }, false))) => check(
            false,
            None,
            Some(format!("across accounts the resource must allow it too: {}", because.join("; "))),
        ),
        (Decision::Allow { statement }, _) => check(true, Some(statement), note),
        (_, Some((Decision::Allow { statement }, true))) => check(true, Some(statement), note),
        (Decision::ImplicitDeny { because }, _) => check(false, None, Some(nothing_allows(&because))),
    }
}

fn nothing_allows(because: &[String]) -> String {
    if because.is_empty() {
        return "no statement allows it".to_owned();
    }
    format!("no statement allows it: {}", because.join("; "))
}

/// IAM's word counts, with the statement that logpipe finds for it.
fn joined(own: Decision, simulated: Option<&Simulated>) -> Decision {
    let Some(simulated) = simulated else { return own };
    let policies = || simulated.policies.join(", ");
    match (simulated.word, own) {
        (Word::Allowed, Decision::Allow { statement }) => Decision::Allow { statement },
        (Word::Allowed, _) => Decision::Allow { statement: policies() },
        (Word::ExplicitDeny, Decision::ExplicitDeny { statement }) => Decision::ExplicitDeny { statement },
        (Word::ExplicitDeny, _) => Decision::ExplicitDeny { statement: policies() },
        (Word::ImplicitDeny, Decision::Allow { statement }) => Decision::ImplicitDeny {
            because: vec![format!(
                "{statement} allows it, and IAM's simulation does not: a permissions boundary or a policy of the organisation may hold it back"
            )],
        },
        (Word::ImplicitDeny, Decision::ExplicitDeny { statement }) => {
            Decision::ImplicitDeny { because: vec![format!("{statement} denies it")] }
        }
        (Word::ImplicitDeny, other) => other,
    }
}

/// What the policy of the resource says, and whether it is of the role's account.
fn of_guard(guard: &Guard, request: &Request<'_>) -> Option<(Decision, bool)> {
    let Guard::Policy { what, document, same_account } = guard else { return None };
    let decision = match Policy::from_value(document) {
        Ok(policy) => evaluate(&policy, PolicyKind::Resource, request),
        Err(error) => Decision::ImplicitDeny { because: vec![error.to_string()] },
    };
    let named = |statement: String| format!("{what}: {statement}");
    let decision = match decision {
        Decision::Allow { statement } => Decision::Allow { statement: named(statement) },
        Decision::ExplicitDeny { statement } => Decision::ExplicitDeny { statement: named(statement) },
        Decision::ImplicitDeny { because } => {
            Decision::ImplicitDeny { because: because.into_iter().map(named).collect() }
        }
    };
    Some((decision, *same_account))
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
        let policy = |document: &Value| NamedPolicy { name: "p".to_owned(), document: document.clone() };
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

    fn simulated(word: Word) -> Simulated {
        let policies = vec!["simulated".to_owned()];
        Simulated { action: "s3:PutObject".to_owned(), resource: OBJECT.to_owned(), word, policies }
    }

    #[test]
    fn both_sides_have_their_say() {
        let check = |documents: &[Value], word: Option<Word>, guard: &Guard, expect: (bool, &str)| {
            let (role, simulated) = (role(documents), word.map(simulated));
            let asked = Asked {
                role: &role,
                action: "s3:PutObject",
                resource: OBJECT,
                simulated: simulated.as_ref(),
                guard,
            };
            let judged = judge(&asked);
            let said =
                format!("{} {}", judged.statement.unwrap_or_default(), judged.detail.unwrap_or_default());
            assert!(
                judged.allowed == expect.0 && said.contains(expect.1),
                "{} {said} {expect:?}",
                judged.allowed
            );
            assert_eq!(judged.judged_by == JudgedBy::Iam, word.is_some());
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
        check(only, Some(Word::Allowed), &open, (true, "p: It"));
        check(only, Some(Word::ImplicitDeny), &open, (false, "a permissions boundary"));
        check(only, Some(Word::ExplicitDeny), &open, (false, "simulated"));
        check(&[], Some(Word::Allowed), &open, (true, "simulated"));
        // What the bucket says.
        check(only, Some(Word::Allowed), &guard("Deny", true), (false, "policy of bucket b: It"));
        check(&[], Some(Word::ImplicitDeny), &guard("Allow", true), (true, "policy of bucket b: It"));
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
        check(only, None, &Guard::Unread("not read".to_owned()), (true, "not read"));
    }
}
