//! ARNs: taken apart, and put together. Nothing else does either.
//!
//! AWS General Reference, "Amazon Resource Names (ARNs)"; the form of each resource is in the Service Authorization
//! Reference. They follow from partition, region, account and name, so that a plan never holds an unknown value.

use std::fmt;

use super::{AccountId, Partition, Region};

/// `arn:<partition>:<service>:<region>:<account>:<resource>`, whose parts may hold the wildcards of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'a> {
    /// The partition, `aws` for most.
    pub partition: &'a str,
    /// The service, as IAM calls it.
    pub service: &'a str,
    /// The region; empty for what is in none.
    pub region: &'a str,
    /// The account, `aws` for what is AWS's own; empty for what names none.
    pub account: &'a str,
    /// The rest, which may hold further colons.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// The parts of a text; `None` when it is not an ARN, or not a whole one.
    pub fn parse(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        match parts.as_slice() {
            ["arn", partition, service, region, account, resource] => {
                Some(Self { partition, service, region, account, resource })
            }
            _ => None,
        }
    }

    /// Whether a text is meant to be one, whole or not.
    pub fn begins(text: &str) -> bool {
        text.starts_with("arn:")
    }

    /// The account, where it is that of a customer.
    pub fn account_id(&self) -> Option<AccountId> {
        self.account.parse().ok()
    }

    /// Path and name of the resource, if it is of this type: what follows `role/`, for instance.
    pub fn named(&self, kind: &str) -> Option<&'a str> {
        self.resource.strip_prefix(kind)?.strip_prefix(['/', ':'])
    }

    /// Whether it is of AWS itself and not of an account.
    pub fn is_of_aws(&self) -> bool {
        self.account == "aws"
    }
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

/// The account that an ARN names.
pub fn account_of(arn: &str) -> Option<AccountId> {
    Arn::parse(arn)?.account_id()
}

/// Path and name of the role that an ARN names.
pub fn role_in(arn: &str) -> Option<&str> {
    Arn::parse(arn)?.named("role")
}

/// What is meant to be an ARN, with six parts and no region.
pub fn without_region(text: &str) -> String {
    emptied(text, &[3])
}

/// What is meant to be an ARN, with six parts and neither region nor account.
pub fn without_place(text: &str) -> String {
    emptied(text, &[3, 4])
}

fn emptied(text: &str, empty: &[usize]) -> String {
    let mut parts: Vec<&str> = text.splitn(6, ':').collect();
    parts.resize(5.max(parts.len()), "");
    if parts.len() < 6 {
        parts.push("*");
    }
    for index in empty {
        parts[*index] = "";
    }
    parts.join(":")
}

/// A resource of any service, of an account and a region where it is in one.
pub fn of(partition: Partition, service: &str, region: &str, account: &str, resource: &str) -> String {
    Arn { partition: partition.as_str(), service, region, account, resource }.to_string()
}

/// A resource in a region.
fn in_region(service: &str, region: &Region, account: &AccountId, resource: &str) -> String {
    of(region.partition(), service, region.as_str(), account.as_str(), resource)
}

/// A resource of IAM.
fn of_iam(partition: Partition, account: &str, resource: &str) -> String {
    of(partition, "iam", "", account, resource)
}

/// A bucket.
pub fn bucket(partition: Partition, name: &str) -> String {
    of(partition, "s3", "", "", name)
}

/// Objects of a bucket, by a key or a pattern of keys.
pub fn objects(partition: Partition, bucket: &str, keys: &str) -> String {
    of(partition, "s3", "", "", &format!("{bucket}/{keys}"))
}

/// A role, by its path and name.
pub fn role(partition: Partition, account: &AccountId, name: &str) -> String {
    of_iam(partition, account.as_str(), &format!("role/{name}"))
}

/// A customer managed policy, by its path and name.
pub fn policy(partition: Partition, account: &AccountId, name: &str) -> String {
    of_iam(partition, account.as_str(), &format!("policy/{name}"))
}

/// A managed policy of AWS, by its path and name.
pub fn policy_of_aws(partition: Partition, name: &str) -> String {
    of_iam(partition, "aws", &format!("policy/{name}"))
}

/// An instance profile, by its path and name.
pub fn instance_profile(partition: Partition, account: &AccountId, name: &str) -> String {
    of_iam(partition, account.as_str(), &format!("instance-profile/{name}"))
}

/// Everybody in an account whom that account itself allows.
pub fn account_root(partition: Partition, account: &AccountId) -> String {
    of_iam(partition, account.as_str(), "root")
}

/// A Firehose stream.
pub fn firehose_stream(region: &Region, account: &AccountId, name: &str) -> String {
    in_region("firehose", region, account, &format!("deliverystream/{name}"))
}

/// A KMS key, by its id.
pub fn key(region: &Region, account: &AccountId, id: &str) -> String {
    in_region("kms", region, account, &format!("key/{id}"))
}

/// A CloudWatch Logs destination.
pub fn destination(region: &Region, account: &AccountId, name: &str) -> String {
    in_region("logs", region, account, &format!("destination:{name}"))
}

/// A log group by itself, which is what tags are on.
pub fn log_group(region: &Region, account: &AccountId, name: &str) -> String {
    in_region("logs", region, account, &format!("log-group:{name}"))
}

/// A log stream.
pub fn log_stream(region: &Region, account: &AccountId, group: &str, stream: &str) -> String {
    in_region("logs", region, account, &format!("log-group:{group}:log-stream:{stream}"))
}

/// The log groups of an account and region with all that is in them, or one of them.
pub fn log_groups(region: &Region, account: &AccountId, name: Option<&str>) -> String {
    match name {
        Some(name) => log_group(region, account, &format!("{name}:*")),
        None => log_group(region, account, "*"),
    }
}

/// Everything of CloudWatch Logs in an account, in any region: what a sender's `aws:SourceArn` looks like.
pub fn logs_of(partition: Partition, account: &AccountId) -> String {
    of(partition, "logs", "*", account.as_str(), "*")
}

/// A log group in any region of an account; `*` and `?` in its name as in IAM.
pub fn log_group_anywhere(partition: Partition, account: &AccountId, name: &str) -> String {
    of(partition, "logs", "*", account.as_str(), &format!("log-group:{name}"))
}

/// Every log group of an account, in any region: the only resource that DescribeLogGroups is authorised on.
pub fn all_log_groups(partition: Partition, account: &AccountId) -> String {
    log_group_anywhere(partition, account, "*")
}

/// An SSM parameter; a name that is a path brings its own slash.
pub fn parameter(region: &Region, account: &AccountId, name: &str) -> String {
    in_region("ssm", region, account, &parameter_resource(name))
}

/// An SSM parameter in any region of an account.
pub fn parameter_anywhere(partition: Partition, account: &AccountId, name: &str) -> String {
    of(partition, "ssm", "*", account.as_str(), &parameter_resource(name))
}

fn parameter_resource(name: &str) -> String {
    format!("parameter/{}", name.strip_prefix('/').unwrap_or(name))
}

/// The organisational units of an organisation, whichever account manages it; `o-*` for any.
pub fn organizational_units(partition: Partition, organization: &str) -> String {
    of(partition, "organizations", "", "*", &format!("ou/{organization}/ou-*"))
}

/// The accounts of an organisation, whichever account manages it; `o-*` for any.
pub fn organization_accounts(partition: Partition, organization: &str) -> String {
    of(partition, "organizations", "", "*", &format!("account/{organization}/*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_what_its_parts_say() {
        let check = |text: &str, expect: Option<(&str, &str, &str, &str, &str)>| {
            let parts = Arn::parse(text)
                .map(|arn| (arn.partition, arn.service, arn.region, arn.account, arn.resource));
            assert_eq!(parts, expect, "{text}");
            if let Some(arn) = Arn::parse(text) {
                assert_eq!(arn.to_string(), text);
            }
        };
        check("arn:aws:s3:::b/k", Some(("aws", "s3", "", "", "b/k")));
        check(
            "arn:aws-cn:logs:cn-north-1:111111111111:log-group:/a:*",
            Some(("aws-cn", "logs", "cn-north-1", "111111111111", "log-group:/a:*")),
        );
        check("arn:aws:logs:*:111111111111:*", Some(("aws", "logs", "*", "111111111111", "*")));
        check("arn:aws:sqs", None);
        check("111111111111", None);
        check("", None);
    }

    #[test]
    fn names_stand_behind_their_type_alone() {
        let check = |arn: &str, kind: &str, expect: Option<&str>| {
            assert_eq!(Arn::parse(arn).and_then(|arn| arn.named(kind)), expect, "{arn}");
        };
        check("arn:aws:iam::111111111111:role/team/ops", "role", Some("team/ops"));
        check("arn:aws:iam::111111111111:role/team/ops", "policy", None);
        check("arn:aws:logs:eu-west-1:111111111111:destination:d", "destination", Some("d"));
        check("arn:aws:iam::111111111111:root", "root", None);
    }

    #[test]
    fn every_builder_makes_an_arn_of_its_account_and_partition() {
        let (account, region) = ("111111111111".parse().unwrap(), "cn-north-1".parse().unwrap());
        let partition = Partition::AwsCn;
        let check = |arn: String, expect: &str| {
            assert_eq!(arn, expect);
            assert_eq!(Arn::parse(&arn).map(|arn| arn.partition), Some("aws-cn"));
        };
        check(bucket(partition, "b"), "arn:aws-cn:s3:::b");
        check(objects(partition, "b", "logs/*"), "arn:aws-cn:s3:::b/logs/*");
        check(role(partition, &account, "team/r"), "arn:aws-cn:iam::111111111111:role/team/r");
        check(policy_of_aws(partition, "X"), "arn:aws-cn:iam::aws:policy/X");
        check(key(&region, &account, "1"), "arn:aws-cn:kms:cn-north-1:111111111111:key/1");
        check(
            log_groups(&region, &account, Some("/a")),
            "arn:aws-cn:logs:cn-north-1:111111111111:log-group:/a:*",
        );
        check(log_groups(&region, &account, None), "arn:aws-cn:logs:cn-north-1:111111111111:log-group:*");
        check(
            parameter(&region, &account, "/cw/web"),
            "arn:aws-cn:ssm:cn-north-1:111111111111:parameter/cw/web",
        );
        check(parameter_anywhere(partition, &account, "p"), "arn:aws-cn:ssm:*:111111111111:parameter/p");
        check(organizational_units(partition, "o-*"), "arn:aws-cn:organizations::*:ou/o-*/ou-*");
    }
}
