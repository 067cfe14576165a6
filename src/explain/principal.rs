//! Who: a principal in words.

use serde_json::Value;

use super::arn::{Arn, service};
use super::people::People;
use super::statement::{all_of, texts};

/// `Principal`, or with `negated` `NotPrincipal`.
pub(super) fn words(value: &Value, negated: bool, people: &People) -> String {
    let named: Vec<String> = match value {
        Value::Object(kinds) => kinds
            .iter()
            .flat_map(|(kind, names)| texts(names).into_iter().map(|name| one(kind, name, people)))
            .collect(),
        _ => vec!["everyone".to_owned()],
    };
    match negated {
        true => format!("everyone but {}", all_of(&named)),
        false => all_of(&named),
    }
}

fn one(kind: &str, name: &str, people: &People) -> String {
    match kind {
        _ if name == "*" => "everyone".to_owned(),
        "Service" => of_service(name),
        "AWS" => of_aws(name, people),
        "Federated" => format!("whoever signed in with {name}"),
        "CanonicalUser" => format!("the account with the canonical id {name}"),
        _ => name.to_owned(),
    }
}

/// `logs.amazonaws.com`, `logs.eu-west-1.amazonaws.com`, `ec2.amazonaws.com.cn`.
fn of_service(name: &str) -> String {
    let prefix = name.split(".amazonaws.").next().unwrap_or(name);
    match prefix.rsplit_once('.') {
        Some((of, region)) if region.contains('-') && region.ends_with(|c: char| c.is_ascii_digit()) => {
            format!("the service {} in {region}", service(of))
        }
        _ => format!("the service {}", service(prefix)),
    }
}

/// A principal of the kind `AWS`.
pub(super) fn of_aws(name: &str, people: &People) -> String {
    if name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit()) {
        return whole_account(name, people);
    }
    let Some(arn) = Arn::parse(name) else { return format!("{name}, which was deleted since") };
    let account = people.short(arn.account);
    match arn.resource.split_once('/') {
        None if arn.resource == "root" => whole_account(arn.account, people),
        Some(("role", role)) => format!("the role {role} of {account}"),
        Some(("user", user)) => format!("the user {user} of {account}"),
        Some(("assumed-role", session)) => format!("the session {session} of {account}"),
        _ => format!("{} of {account}", arn.resource),
    }
}

/// The root of an account stands for whoever that account lets (IAM User Guide, "AWS account principals").
fn whole_account(id: &str, people: &People) -> String {
    format!("whoever {} allows to", people.account(id))
}
