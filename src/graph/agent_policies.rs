//! The policies of agents and readers: what a CloudWatch agent needs, and who may assume the role of whom.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::arns;
use super::policies::{VERSION, one_or_many};
use crate::address::{AccountId, Partition};
use crate::topology::{AgentPolicy, Collected, with_wildcards};

/// EC2 gives the credentials of the role to an instance.
pub(crate) fn ec2_trust(partition: Partition) -> Value {
    let principal = partition.ec2_principal();
    json!({ "Version": VERSION, "Statement": [{
        "Effect": "Allow",
        "Principal": { "Service": principal },
        "Action": "sts:AssumeRole",
    }]})
}

/// Whoever has this ARN may assume the role: another role, or an account that decides itself who of its own may.
pub(crate) fn reader_trust(trusted_arn: &str) -> Value {
    json!({ "Version": VERSION, "Statement": [{
        "Effect": "Allow",
        "Principal": { "AWS": trusted_arn },
        "Action": "sts:AssumeRole",
    }]})
}

/// The same of the holders of a permission set: their roles are known by a pattern, which no principal takes, so that the
/// account is let in and the pattern is a condition (IAM Identity Center User Guide, "Referencing permission sets in
/// resource policies"). The path may hold a region.
pub(crate) fn permission_set_trust(partition: Partition, account: &AccountId, set: &str) -> Value {
    let anywhere = format!("aws-reserved/sso.amazonaws.com/*AWSReservedSSO_{set}_*");
    let mut trust = reader_trust(&arns::account_root(partition, account));
    let condition = json!({ "ArnLike": { "aws:PrincipalArn": arns::role(partition, account, &anywhere) } });
    trust["Statement"][0]["Condition"] = condition;
    trust
}

/// The other half: who is trusted must be allowed it by a policy of its own account (IAM User Guide, "Cross-account
/// policy evaluation logic").
pub(crate) fn assume_permissions(role_arn: &str) -> Value {
    json!({ "Version": VERSION, "Statement": [{
        "Sid": "AssumeReader",
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Resource": role_arn,
    }]})
}

/// What the agent needs: to write its log groups, to use its configuration, and to describe its instance.
pub(crate) fn agent_permissions(
    partition: Partition,
    account: &AccountId,
    policy: &AgentPolicy,
    collected: &Collected,
) -> Value {
    let groups: Vec<String> =
        policy.log_groups.iter().flat_map(|name| log_group_arns(partition, account, name)).collect();
    let parameters: Vec<String> =
        policy.parameters.iter().map(|name| arns::parameter_anywhere(partition, account, name)).collect();
    let mut statements = Vec::new();
    if !groups.is_empty() {
        statements.push(allow(
            "WriteLogs",
            &["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            one_or_many(groups),
        ));
        // It is authorised on all log groups and never on some of them (CloudWatch Logs User Guide, "Using
        // identity-based policies"), so it grants nothing in the statement above.
        let all = arns::all_log_groups(partition, account);
        statements.push(allow("ListLogGroups", &["logs:DescribeLogGroups"], json!(all)));
    }
    let kept = retained(partition, account, collected);
    if !kept.is_empty() {
        statements.push(allow("SetRetention", &["logs:PutRetentionPolicy"], one_or_many(kept)));
    }
    if !parameters.is_empty() {
        statements.push(allow(
            "UseConfiguration",
            &["ssm:GetParameter", "ssm:GetParameters", "ssm:PutParameter"],
            one_or_many(parameters),
        ));
    }
    statements.push(allow(
        "DescribeInstance",
        &["ec2:DescribeInstances", "ec2:DescribeTags", "ec2:DescribeVolumes"],
        json!("*"),
    ));
    statements.iter_mut().for_each(|statement| only_with_tags(statement, &policy.principal_tags));
    json!({ "Version": VERSION, "Statement": statements })
}

/// The log groups whose retention the agent sets, and no others. A placeholder is something else on every instance.
fn retained(partition: Partition, account: &AccountId, collected: &Collected) -> Vec<String> {
    let kept = collected.targets().filter(|target| target.retention_days.is_some());
    let names: BTreeSet<String> = kept.map(|target| with_wildcards(&target.log_group)).collect();
    names.iter().flat_map(|name| log_group_arns(partition, account, name)).collect()
}

/// The ARNs of a log group and all that is in it. A `*` at the end of a name covers the streams as well.
fn log_group_arns(partition: Partition, account: &AccountId, name: &str) -> Vec<String> {
    let group = arns::log_group_anywhere(partition, account, name);
    let inside = (!name.ends_with('*')).then(|| format!("{group}:*"));
    [group].into_iter().chain(inside).collect()
}

fn allow(sid: &str, actions: &[&str], resource: Value) -> Value {
    let action = one_or_many(actions.iter().map(|action| (*action).to_owned()).collect());
    json!({ "Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource })
}

fn only_with_tags(statement: &mut Value, tags: &BTreeMap<String, String>) {
    if tags.is_empty() {
        return;
    }
    let wanted: BTreeMap<String, &String> =
        tags.iter().map(|(key, value)| (format!("aws:PrincipalTag/{key}"), value)).collect();
    statement["Condition"] = json!({ "StringEquals": wanted });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::quota::{MANAGED, characters};
    use crate::topology::parse;

    fn policy(log_groups: &[&str], parameters: &[&str], tags: &[(&str, &str)]) -> AgentPolicy {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        AgentPolicy {
            name: "agent".to_owned(),
            log_groups: names(log_groups),
            parameters: names(parameters),
            principal_tags: tags.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect(),
        }
    }

    fn permissions(partition: Partition, policy: &AgentPolicy) -> Value {
        agent_permissions(partition, &"111111111111".parse().unwrap(), policy, &Collected::default())
    }

    #[test]
    fn the_agent_may_do_what_the_walk_through_allows() {
        let usual = policy(&["/aws/ec2/*"], &["AmazonCloudWatch-*"], &[]);
        assert_eq!(
            permissions(Partition::Aws, &usual),
            json!({ "Version": "2012-10-17", "Statement": [
                {
                    "Sid": "WriteLogs",
                    "Effect": "Allow",
                    "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                    "Resource": "arn:aws:logs:*:111111111111:log-group:/aws/ec2/*",
                },
                {
                    "Sid": "ListLogGroups",
                    "Effect": "Allow",
                    "Action": "logs:DescribeLogGroups",
                    "Resource": "arn:aws:logs:*:111111111111:log-group:*",
                },
                {
                    "Sid": "UseConfiguration",
                    "Effect": "Allow",
                    "Action": ["ssm:GetParameter", "ssm:GetParameters", "ssm:PutParameter"],
                    "Resource": "arn:aws:ssm:*:111111111111:parameter/AmazonCloudWatch-*",
                },
                {
                    "Sid": "DescribeInstance",
                    "Effect": "Allow",
                    "Action": ["ec2:DescribeInstances", "ec2:DescribeTags", "ec2:DescribeVolumes"],
                    "Resource": "*",
                },
            ]})
        );
    }

    #[test]
    fn an_exact_log_group_comes_with_its_streams_and_a_path_of_parameters_with_one_slash() {
        let exact = permissions(Partition::AwsCn, &policy(&["/aws/ec2/messages"], &["/cw/web"], &[]));
        assert_eq!(
            exact["Statement"][0]["Resource"],
            json!([
                "arn:aws-cn:logs:*:111111111111:log-group:/aws/ec2/messages",
                "arn:aws-cn:logs:*:111111111111:log-group:/aws/ec2/messages:*"
            ])
        );
        assert_eq!(exact["Statement"][2]["Resource"], "arn:aws-cn:ssm:*:111111111111:parameter/cw/web");
    }

    #[test]
    fn retention_may_be_set_of_those_log_groups_whose_retention_is_said() {
        let text = r#"version: 1
name: t
region: eu-west-1
accounts: { app: "111111111111" }
agents:
  web:
    accounts: [app]
    files: [{ path: /a, log_group: /aws/ec2/a, retention_days: 30 }, { path: /b, log_group: /aws/ec2/b }]
    journald: [{ log_group: "/aws/{instance_id}/j", retention_days: 7 }]
"#;
        let topology = parse("t.yaml", text).unwrap();
        let collected = &topology.agents.values().next().unwrap().collected;
        let account = "111111111111".parse().unwrap();
        let document =
            agent_permissions(Partition::Aws, &account, &policy(&["/aws/ec2/*"], &[], &[]), collected);
        let statement = &document["Statement"][2];
        assert_eq!(statement["Action"], "logs:PutRetentionPolicy");
        let group = |name: &str| format!("arn:aws:logs:*:111111111111:log-group:{name}");
        assert_eq!(
            statement["Resource"],
            json!([group("/aws/*/j"), group("/aws/*/j:*"), group("/aws/ec2/a"), group("/aws/ec2/a:*")])
        );
    }

    #[test]
    fn every_statement_asks_for_the_tags_of_the_role() {
        let tagged = policy(&["/aws/ec2/*"], &["AmazonCloudWatch-*"], &[("Project", "poc"), ("Team", "a")]);
        let document = permissions(Partition::Aws, &tagged);
        for statement in document["Statement"].as_array().unwrap() {
            let expect = json!({ "aws:PrincipalTag/Project": "poc", "aws:PrincipalTag/Team": "a" });
            assert_eq!(statement["Condition"]["StringEquals"], expect, "{statement}");
        }
    }

    #[test]
    fn what_names_nothing_has_no_statement() {
        let document = permissions(Partition::Aws, &policy(&[], &[], &[]));
        let sids: Vec<&Value> =
            document["Statement"].as_array().unwrap().iter().map(|statement| &statement["Sid"]).collect();
        assert_eq!(sids, ["DescribeInstance"]);
    }

    #[test]
    fn ec2_has_its_own_principal_in_china() {
        let principal = |partition| ec2_trust(partition)["Statement"][0]["Principal"]["Service"].clone();
        assert_eq!(principal(Partition::Aws), "ec2.amazonaws.com");
        assert_eq!(principal(Partition::AwsUsGov), "ec2.amazonaws.com");
        assert_eq!(principal(Partition::AwsCn), "ec2.amazonaws.com.cn");
    }

    #[test]
    fn a_managed_policy_has_a_length() {
        let of = |count: usize| {
            let names: Vec<String> = (0..count).map(|number| format!("/aws/ec2/{number}/*")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            characters(&permissions(Partition::Aws, &policy(&names, &[], &[])))
        };
        assert!(of(90) <= MANAGED && of(150) > MANAGED, "{} and {}", of(90), of(150));
    }
}
