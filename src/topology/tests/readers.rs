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
fn what_is_wrong() {
    check(&with("role: r"), &["21:3 `ops` has no `trusted`"]);
    check(&with("trusted: { role: r }"), &["23:5 `trusted` has no `account`"]);
    check(&with("trusted: { account: organization }"), &["23:25 `organization` is not one account"]);
    check(&with("trusted: { account: monitor }"), &["23:25 unknown account `monitor`"]);
    check(&with("trusted: { account: archive, role: '/r' }"), &["23:40 `/r` cannot be a role"]);
    check(&with("trusted: { account: archive }\n    role: a/b"), &["24:11 `a/b` cannot be a role name"]);
    check(&with("trusted: { account: archive }\n    policy: a/b"), &["24:13 `a/b` cannot be a policy name"]);
    check(
        &with("trusted: { account: archive }\n    managed_policies: ['arn:aws:iam::999999999999:policy/p']"),
        &["24:24 the policy is in the account 999999999999"],
    );
    check(
        &with("trusted: { account: archive }")
            .replace("readers:\n  ops:\n    account: app\n", "readers:\n  ops:\n"),
        &["21:3 `ops` has no `account`"],
    );
}
