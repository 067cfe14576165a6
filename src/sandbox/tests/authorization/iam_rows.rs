//! What calls to IAM take.

use super::requests::Sent;
use super::rows::{Row, row};

type Fields = &'static [(&'static str, &'static str)];

const DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"logs.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const WRITER: (&str, &str) = ("RoleName", "writer");
const ATTACHED: (&str, &str) = ("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess");
const OWN: (&str, &str) = ("PolicyArn", "arn:aws:iam::111111111111:policy/own/extra");

fn sent(operation: &'static str, fields: Fields) -> Sent {
    Sent::Form("iam", operation, fields)
}

/// On the role with a path, which refusals call by its name.
fn writer(operation: &'static str, action: &'static str, fields: Fields) -> Row {
    row(operation, sent(operation, fields), &[(action, "role/delivery/writer|role writer")])
}

fn extra(operation: &'static str, action: &'static str, fields: Fields) -> Row {
    let shown = "policy/own/extra|policy arn:aws:iam::111111111111:policy/own/extra";
    row(operation, sent(operation, fields), &[(action, shown)])
}

pub(super) fn all() -> Vec<Row> {
    [roles(), role_policies(), policies()].concat()
}

fn roles() -> Vec<Row> {
    let tags: Fields = &[
        ("RoleName", "new"),
        ("Path", "/p/"),
        ("AssumeRolePolicyDocument", TRUST),
        ("Tags.member.1.Key", "a"),
        ("Tags.member.1.Value", "b"),
    ];
    vec![
        row(
            "CreateRole",
            sent("CreateRole", &[("RoleName", "new"), ("AssumeRolePolicyDocument", TRUST)]),
            &[("iam:CreateRole", "role/new")],
        ),
        row(
            "CreateRole",
            sent("CreateRole", tags),
            &[("iam:CreateRole", "role/p/new"), ("iam:TagRole", "role/p/new")],
        ),
        row(
            "DeleteRole",
            sent("DeleteRole", &[("RoleName", "idle")]),
            &[("iam:DeleteRole", "role/idle|role idle")],
        ),
        row("ListRoles", sent("ListRoles", &[]), &[("iam:ListRoles", "role/")]),
        row(
            "ListRoles",
            sent("ListRoles", &[("PathPrefix", "/delivery/")]),
            &[("iam:ListRoles", "role/delivery/")],
        ),
        writer("GetRole", "iam:GetRole", &[WRITER]),
        writer("UpdateRole", "iam:UpdateRole", &[WRITER, ("Description", "new")]),
        writer("UpdateAssumeRolePolicy", "iam:UpdateAssumeRolePolicy", &[WRITER, ("PolicyDocument", TRUST)]),
        writer("ListInstanceProfilesForRole", "iam:ListInstanceProfilesForRole", &[WRITER]),
        writer("TagRole", "iam:TagRole", &[WRITER, ("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b")]),
        writer("UntagRole", "iam:UntagRole", &[WRITER, ("TagKeys.member.1", "team")]),
        writer("ListRoleTags", "iam:ListRoleTags", &[WRITER]),
    ]
}

fn role_policies() -> Vec<Row> {
    vec![
        writer(
            "PutRolePolicy",
            "iam:PutRolePolicy",
            &[WRITER, ("PolicyName", "more"), ("PolicyDocument", DOCUMENT)],
        ),
        writer("GetRolePolicy", "iam:GetRolePolicy", &[WRITER, ("PolicyName", "all")]),
        writer("ListRolePolicies", "iam:ListRolePolicies", &[WRITER]),
        writer("DeleteRolePolicy", "iam:DeleteRolePolicy", &[WRITER, ("PolicyName", "all")]),
        writer("AttachRolePolicy", "iam:AttachRolePolicy", &[WRITER, ATTACHED]),
        writer("DetachRolePolicy", "iam:DetachRolePolicy", &[WRITER, ATTACHED]),
        writer("ListAttachedRolePolicies", "iam:ListAttachedRolePolicies", &[WRITER]),
    ]
}

fn policies() -> Vec<Row> {
    let new: Fields = &[("PolicyName", "new"), ("PolicyDocument", DOCUMENT)];
    let tagged: Fields = &[
        ("PolicyName", "new"),
        ("PolicyDocument", DOCUMENT),
        ("Tags.member.1.Key", "a"),
        ("Tags.member.1.Value", "b"),
    ];
    let create = ("iam:CreatePolicy", "policy/new|policy new");
    vec![
        row("CreatePolicy", sent("CreatePolicy", new), &[create]),
        row("CreatePolicy", sent("CreatePolicy", tagged), &[create, ("iam:TagPolicy", "policy/new")]),
        extra("GetPolicy", "iam:GetPolicy", &[OWN]),
        extra("GetPolicyVersion", "iam:GetPolicyVersion", &[OWN, ("VersionId", "v1")]),
        extra("ListPolicyVersions", "iam:ListPolicyVersions", &[OWN]),
        extra("DeletePolicy", "iam:DeletePolicy", &[OWN]),
    ]
}
