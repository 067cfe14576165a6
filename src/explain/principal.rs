//! Who: a principal in words.

use serde_json::Value;

use super::account_names::AccountNames;
use super::services::service;
use super::statement::{all_of, texts};
use crate::address::Arn;
use crate::address::arn::role_in;

/// `Principal`, or with `negated` `NotPrincipal`, of a statement that denies or allows.
pub(super) fn words(value: &Value, negated: bool, denies: bool, names: &AccountNames) -> String {
    let named = named(value);
    if negated && denies {
        return denied_but(&named, names);
    }
    let one = |(kind, name): &(&str, &str)| match account_of(name) {
        // Only an allow leaves the decision to the account (IAM User Guide, "AWS account principals").
        Some(account) if *kind == "AWS" && (denies || negated) => everybody(account, names),
        _ => one(kind, name, names),
    };
    let words = all_of(&named.iter().map(one).collect::<Vec<_>>());
    match (negated, named.iter().any(|(_, name)| *name == "*")) {
        (true, true) => "nobody".to_owned(),
        (true, false) => format!("everyone but {words}"),
        (false, _) => words,
    }
}

/// Kind and name of each principal of an element.
fn named(value: &Value) -> Vec<(&str, &str)> {
    match value {
        Value::Object(kinds) => kinds
            .iter()
            .flat_map(|(kind, names)| texts(names).into_iter().map(|name| (kind.as_str(), name)))
            .collect(),
        _ => vec![("AWS", "*")],
    }
}

/// Whom a deny with `NotPrincipal` leaves out: who is listed with everything they are, which is account and user, or
/// account, role and session (IAM User Guide, "AWS JSON policy elements: NotPrincipal"). Of an account alone that is its
/// root user.
fn denied_but(named: &[(&str, &str)], names: &AccountNames) -> String {
    if named.iter().any(|(_, name)| *name == "*") {
        return "nobody".to_owned();
    }
    let listed = |account: &str| named.iter().any(|(_, name)| account_of(name) == Some(account));
    let role_listed = |account: &str, role: &str| {
        named.iter().filter_map(|(_, name)| Arn::parse(name)).any(|arn| {
            let path = arn.resource.strip_prefix("role/");
            arn.account == account && path.is_some_and(|path| path.rsplit('/').next() == Some(role))
        })
    };
    let is_spared = |name: &str| match Arn::parse(name) {
        Some(arn) if arn.resource.starts_with("role/") => false,
        Some(arn) => match arn.resource.strip_prefix("assumed-role/").and_then(|rest| rest.split_once('/')) {
            Some((role, _)) => listed(arn.account) && role_listed(arn.account, role),
            None => listed(arn.account),
        },
        // Whoever was deleted since is nobody any more.
        None => false,
    };
    let session_listed = |role: &str| {
        let sessions = named.iter().filter_map(|(_, name)| Arn::parse(name));
        Arn::parse(role).filter(|role| listed(role.account)).is_some_and(|role| {
            let start = format!("assumed-role/{}/", role.resource.rsplit('/').next().unwrap_or_default());
            sessions.into_iter().any(|arn| arn.account == role.account && arn.resource.starts_with(&start))
        })
    };
    let (mut spared, mut denied) = (Vec::new(), Vec::new());
    for (kind, name) in named {
        if role_in(name).is_some() && session_listed(name) {
            // It is there for the sake of that session.
            continue;
        }
        match account_of(name) {
            Some(account) if *kind == "AWS" => {
                spared.push(format!("the root user of {}", names.account(account)));
            }
            _ if *kind != "AWS" || is_spared(name) => spared.push(one(kind, name, names)),
            _ => denied.push(one(kind, name, names)),
        }
    }
    let but = if spared.is_empty() { String::new() } else { format!(" but {}", all_of(&spared)) };
    if denied.is_empty() {
        return format!("everyone{but}");
    }
    format!(
        "everyone{but}; naming {} exempts nobody, because account, role and session must all be named",
        all_of(&denied)
    )
}

fn one(kind: &str, name: &str, names: &AccountNames) -> String {
    match kind {
        _ if name == "*" => "everyone".to_owned(),
        "Service" => of_service(name),
        "AWS" => of_aws(name, names),
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
pub(super) fn of_aws(name: &str, names: &AccountNames) -> String {
    if let Some(account) = account_of(name) {
        return whole_account(account, names);
    }
    let Some(arn) = Arn::parse(name) else { return format!("{name}, which has been deleted") };
    let account = names.short(arn.account);
    match arn.resource.split_once('/') {
        Some(("role", role)) => format!("the role {role} of {account}"),
        Some(("user", user)) => format!("the user {user} of {account}"),
        Some(("assumed-role", session)) => format!("the session {session} of {account}"),
        _ => format!("{} of {account}", arn.resource),
    }
}

/// The account that a bare id or the ARN of a root stands for.
fn account_of(name: &str) -> Option<&str> {
    if name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(name);
    }
    Arn::parse(name).filter(|arn| arn.resource == "root").map(|arn| arn.account)
}

fn everybody(id: &str, names: &AccountNames) -> String {
    format!("everybody in {}", names.account(id))
}

/// The root of an account stands for whoever that account lets (IAM User Guide, "AWS account principals").
fn whole_account(id: &str, names: &AccountNames) -> String {
    format!("anyone that {} allows", names.account(id))
}
