//! How logpipe enters accounts: whom a role trusts, and which roles come next in the chain.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// Who assumes a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Principal {
    /// Whoever runs logpipe, with the credentials it starts with.
    Start,
    /// A role that was assumed before, by its ARN.
    Role(String),
}

/// One way into a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trust {
    /// Who comes.
    pub principal: Principal,
    /// Whether an external id comes along.
    pub external_id: bool,
}

/// The trust policy that opens these ways. `start` and `external_id` are put in for what is not known here, or never
/// printed.
pub(super) fn document(ways: &BTreeSet<Trust>, start: &str, external_id: &str) -> Value {
    let statement = |with_id: bool| {
        let principals: Vec<&str> = ways
            .iter()
            .filter(|way| way.external_id == with_id)
            .map(|way| match &way.principal {
                Principal::Start => start,
                Principal::Role(arn) => arn,
            })
            .collect();
        let principal = match principals.as_slice() {
            [] => return None,
            [one] => json!(one),
            several => json!(several),
        };
        let mut statement = json!({
            "Effect": "Allow",
            "Principal": { "AWS": principal },
            "Action": "sts:AssumeRole",
        });
        if with_id {
            statement["Condition"] = json!({ "StringEquals": { "sts:ExternalId": external_id } });
        }
        Some(statement)
    };
    let statements: Vec<Value> = [false, true].into_iter().filter_map(statement).collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}
