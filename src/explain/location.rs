//! Where: a resource in words.

use super::account_names::AccountNames;
use super::services::service;
use super::statement::all_of;
use crate::address::Arn;

/// `Resource`, or with `negated` `NotResource`.
pub(super) fn words(resources: &[&str], negated: bool, names: &AccountNames) -> String {
    let mut named: Vec<String> = Vec::new();
    for words in resources.iter().map(|resource| one(resource, names)) {
        if !named.contains(&words) {
            named.push(words);
        }
    }
    match negated {
        true => format!("everything but {}", all_of(&named)),
        false => all_of(&named),
    }
}

/// One resource.
pub(super) fn one(resource: &str, names: &AccountNames) -> String {
    if resource == "*" {
        return "every resource".to_owned();
    }
    let Some(arn) = Arn::parse(resource) else { return resource.to_owned() };
    if arn.resource == "*" {
        return format!("anything in {}{}", service(arn.service), place(arn, names));
    }
    let what = match arn.service {
        "s3" => return bucket(arn.resource),
        "logs" => of_logs(arn.resource),
        "iam" | "sts" => arn.resource.replacen('/', " ", 1).replacen("role", "the role", 1),
        "firehose" => named("the stream", "streams", arn.resource.strip_prefix("deliverystream/")),
        "ssm" => named("the parameter", "parameters", arn.resource.strip_prefix("parameter/")),
        "kms" => named("the key", "keys", arn.resource.strip_prefix("key/")),
        _ => format!("{} of {}", arn.resource, service(arn.service)),
    };
    format!("{what}{}", place(arn, names))
}

/// Where in AWS; what holds everywhere is not said.
fn place(arn: Arn<'_>, names: &AccountNames) -> String {
    let known = |part: &str| !part.is_empty() && !part.contains('*');
    match (known(arn.account), known(arn.region)) {
        (true, true) => format!(" of {} in {}", names.short(arn.account), arn.region),
        (true, false) => format!(" of {}", names.short(arn.account)),
        (false, true) => format!(" in {}", arn.region),
        (false, false) => String::new(),
    }
}

fn bucket(resource: &str) -> String {
    match resource.split_once('/') {
        None if resource.contains('*') => format!("buckets named {resource}"),
        None => format!("the bucket {resource}"),
        Some((bucket, "*")) => format!("every object in the bucket {bucket}"),
        Some((bucket, key)) if key.contains(['*', '?']) => format!("objects {key} in the bucket {bucket}"),
        Some((bucket, key)) => format!("the object {key} in the bucket {bucket}"),
    }
}

/// CloudWatch Logs User Guide, "CloudWatch Logs resources": a group's ARN ends in `:*` where its streams are meant.
fn of_logs(resource: &str) -> String {
    if let Some(destination) = resource.strip_prefix("destination:") {
        return named("the destination", "destinations", Some(destination));
    }
    let Some(group) = resource.strip_prefix("log-group:") else { return resource.to_owned() };
    match group.split_once(":log-stream:") {
        Some((group, "*" | "")) => named("the log group", "log groups", Some(group)),
        Some((group, stream)) => format!("the log stream {stream} of {group}"),
        None => named("the log group", "log groups", Some(group.strip_suffix(":*").unwrap_or(group))),
    }
}

fn named(one: &str, several: &str, name: Option<&str>) -> String {
    match name {
        Some("*" | "") => format!("all {several}"),
        Some(name) if name.contains(['*', '?']) => format!("{several} named {name}"),
        Some(name) => format!("{one} {name}"),
        None => format!("all {several}"),
    }
}
