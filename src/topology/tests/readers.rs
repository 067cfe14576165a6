//! `readers`: names, and who is trusted.

use super::super::Reader;
use super::{VALID, check, valid};

fn with(keys: &str) -> String {
    format!("{VALID}readers:\n  ops:\n    account: app\n    {keys}\n")
}

fn reader(keys: &str) -> Reader {
    valid(&with(keys)).readers.into_values().next().unwrap()
}

#[test]
fn defaults() {
    let ops = reader("trusted: { account: archive }");
    assert_eq!((ops.role.as_str(), ops.policy.as_str()), ("logs-ops", "logs-ops-assume"));
    assert_eq!((ops.region.as_str(), ops.trusted.role.as_deref()), ("ap-northeast-1", None));
    let managed = [
        "arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess",
        "arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess",
    ];
    assert_eq!(ops.managed_policies, managed);
}

#[test]
fn what_is_written_holds() {
    let ops = reader(
        "trusted: { account: archive, role: team/ec2 }\n    role: r\n    policy: p\n    region: us-east-1\n    managed_policies: []",
    );
    assert_eq!((ops.role.as_str(), ops.policy.as_str(), ops.region.as_str()), ("r", "p", "us-east-1"));
    assert_eq!((ops.trusted.role.as_deref(), ops.managed_policies.len()), (Some("team/ec2"), 0));
}

#[test]
fn who_signs_in_is_named_by_the_permission_set() {
    let ops = reader("trusted: { account: archive, permission_set: LogReaders }");
    assert_eq!(
        (ops.trusted.role.as_deref(), ops.trusted.permission_set.as_deref()),
        (None, Some("LogReaders"))
    );
    assert!(ops.trusted.is_role("AWSReservedSSO_LogReaders_0123456789abcdef"));
    assert!(
        !ops.trusted.is_role("AWSReservedSSO_Other_0123456789abcdef") && !ops.trusted.is_role("LogReaders")
    );
}

#[test]
fn what_is_wrong() {
    check(&with("role: r"), &["21:3 `ops` has no `trusted`"]);
    check(&with("trusted: { role: r }"), &["23:5 `trusted` has no `account`"]);
    check(&with("trusted: { account: organization }"), &["23:25 `organization` is not a single account"]);
    check(&with("trusted: { account: monitor }"), &["23:25 unknown account `monitor`"]);
    check(&with("trusted: { account: archive, role: '/r' }"), &["23:40 `/r` cannot be a role name"]);
    check(
        &with("trusted: { account: archive, role: AWSReservedSSO_LogReaders_0123456789abcdef }"),
        &[
            "23:40 `AWSReservedSSO_LogReaders_0123456789abcdef` is the role of an IAM Identity Center permission set",
        ],
    );
    check(
        &with("trusted: { account: archive, role: aws-service-role/ec2.amazonaws.com/x }"),
        &["23:40 `aws-service-role/ec2.amazonaws.com/x` cannot be a role name"],
    );
    check(
        &with("trusted: { account: archive, role: r, permission_set: s }"),
        &["23:43 both `permission_set` and `role` are set"],
    );
    check(
        &with("trusted: { account: archive, permission_set: 'a b' }"),
        &["23:50 `a b` cannot be a permission set"],
    );
    check(
        &with("trusted: { account: archive }\n    role: AWSServiceRoleForLogs"),
        &["24:11 `AWSServiceRoleForLogs` cannot be a role name"],
    );
    check(&with("trusted: { account: archive }\n    role: a/b"), &["24:11 `a/b` cannot be a role name"]);
    check(&with("trusted: { account: archive }\n    policy: a/b"), &["24:13 `a/b` cannot be a policy name"]);
    check(
        &with("trusted: { account: archive }\n    managed_policies: ['arn:aws:iam::999999999999:policy/p']"),
        &["24:24 the policy is in account 999999999999"],
    );
    check(
        &with("trusted: { account: archive }")
            .replace("readers:\n  ops:\n    account: app\n", "readers:\n  ops:\n"),
        &["21:3 `ops` has no `account`"],
    );
}
