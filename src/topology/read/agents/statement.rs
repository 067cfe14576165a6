//! What IAM refuses in a statement of the user's own policy, with what to write in its place.

use crate::address::arn;
use crate::policy::{Flaw, Refusal};

/// Message, reason and help of a refusal; `what` is the policy.
pub(in crate::topology) fn told(what: &str, refusal: &Refusal) -> (String, String, String) {
    let number = refusal.statement;
    let element = refusal.element;
    let own = |message: String, why: &str, help: &str| (message, why.to_owned(), help.to_owned());
    match &refusal.flaw {
        Flaw::Principal => own(
            format!("{what} names a principal in statement {number}"),
            "a role's policy always applies to that role",
            &format!("remove `{element}`"),
        ),
        Flaw::NoResource => own(
            format!("{what} has no resource in statement {number}"),
            "IAM requires a resource in every statement",
            "add `Resource`, with `\"*\"` for all resources",
        ),
        flaw => {
            let message = match value(flaw) {
                Some(value) => format!("{what} has the invalid {element} `{value}` in statement {number}"),
                None => format!("{what} has an invalid {element} in statement {number}"),
            };
            (message, format!("IAM refuses it: {flaw}"), fix(flaw))
        }
    }
}

/// What is written there.
fn value(flaw: &Flaw) -> Option<&str> {
    match flaw {
        Flaw::Sid(text)
        | Flaw::SidTwice(text)
        | Flaw::Colons(text)
        | Flaw::Vendor { action: text, .. }
        | Flaw::NoArn(text)
        | Flaw::Partition { resource: text, .. }
        | Flaw::Service(text)
        | Flaw::Incomplete(text)
        | Flaw::IamRegion(text)
        | Flaw::S3Region(text)
        | Flaw::S3Account(text)
        | Flaw::Trust(text) => Some(text),
        Flaw::Principal | Flaw::NoResource | Flaw::Resource | Flaw::Missing(_) => None,
    }
}

fn fix(flaw: &Flaw) -> String {
    match flaw {
        Flaw::Sid(text) => {
            let kept: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            match kept.is_empty() {
                true => "use only letters and digits, or remove it".to_owned(),
                false => format!("write `{kept}`"),
            }
        }
        Flaw::SidTwice(_) => "give the statement another Sid, or none".to_owned(),
        Flaw::Colons(_) | Flaw::Vendor { .. } => "write `service:Action`, such as `s3:GetObject`".to_owned(),
        Flaw::Partition { resource, own, .. } => match resource.splitn(3, ':').nth(2) {
            Some(rest) => format!("write `arn:{own}:{rest}`"),
            None => format!("write an ARN that starts with `arn:{own}:`"),
        },
        Flaw::IamRegion(arn) => format!("write `{}`", arn::without_region(arn)),
        Flaw::S3Region(arn) | Flaw::S3Account(arn) => format!("write `{}`", arn::without_place(arn)),
        _ => "write `arn:<partition>:<service>:<region>:<account>:<resource>`, or `*` for all".to_owned(),
    }
}
