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

const FLEET: (&str, &str) = ("InstanceProfileName", "fleet");

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
    [roles(), role_policies(), policies(), versions(), profiles()].concat()
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
        row("GetAccountSummary", sent("GetAccountSummary", &[]), &[("iam:GetAccountSummary", "*")]),
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
        writer(
            "PutRolePermissionsBoundary",
            "iam:PutRolePermissionsBoundary",
            &[WRITER, ("PermissionsBoundary", "arn:aws:iam::aws:policy/ReadOnlyAccess")],
        ),
        row(
            "DeleteRolePermissionsBoundary",
            sent("DeleteRolePermissionsBoundary", &[("RoleName", "idle")]),
            &[("iam:DeleteRolePermissionsBoundary", "role/idle|role idle")],
        ),
        writer("DetachRolePolicy", "iam:DetachRolePolicy", &[WRITER, ATTACHED]),
        row(
            "SimulatePrincipalPolicy",
            sent(
                "SimulatePrincipalPolicy",
                &[
                    ("PolicySourceArn", "arn:aws:iam::111111111111:role/delivery/writer"),
                    ("ActionNames.member.1", "s3:PutObject"),
                ],
            ),
            &[("iam:SimulatePrincipalPolicy", "role/delivery/writer")],
        ),
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
        row(
            "DeletePolicy",
            sent("DeletePolicy", &[("PolicyArn", "arn:aws:iam::111111111111:policy/idle")]),
            &[("iam:DeletePolicy", "policy/idle|policy arn:aws:iam::111111111111:policy/idle")],
        ),
        extra("ListEntitiesForPolicy", "iam:ListEntitiesForPolicy", &[OWN]),
        extra("TagPolicy", "iam:TagPolicy", &[OWN, ("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b")]),
        extra("UntagPolicy", "iam:UntagPolicy", &[OWN, ("TagKeys.member.1", "team")]),
        extra("ListPolicyTags", "iam:ListPolicyTags", &[OWN]),
    ]
}

fn versions() -> Vec<Row> {
    vec![
        extra("CreatePolicyVersion", "iam:CreatePolicyVersion", &[OWN, ("PolicyDocument", DOCUMENT)]),
        extra("GetPolicyVersion", "iam:GetPolicyVersion", &[OWN, ("VersionId", "v1")]),
        extra("ListPolicyVersions", "iam:ListPolicyVersions", &[OWN]),
        extra("SetDefaultPolicyVersion", "iam:SetDefaultPolicyVersion", &[OWN, ("VersionId", "v2")]),
        extra("DeletePolicyVersion", "iam:DeletePolicyVersion", &[OWN, ("VersionId", "v2")]),
    ]
}

/// On the profile with a path.
fn fleet(operation: &'static str, action: &'static str, fields: Fields) -> Row {
    row(operation, sent(operation, fields), &[(action, "instance-profile/own/fleet|instance profile fleet")])
}

fn profiles() -> Vec<Row> {
    let tagged: Fields =
        &[("InstanceProfileName", "new"), ("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b")];
    let create = ("iam:CreateInstanceProfile", "instance-profile/new");
    let empty = "instance-profile/empty|instance profile empty";
    vec![
        row(
            "CreateInstanceProfile",
            sent("CreateInstanceProfile", &[("InstanceProfileName", "new")]),
            &[create],
        ),
        row(
            "CreateInstanceProfile",
            sent("CreateInstanceProfile", tagged),
            &[create, ("iam:TagInstanceProfile", "instance-profile/new")],
        ),
        row(
            "DeleteInstanceProfile",
            sent("DeleteInstanceProfile", &[("InstanceProfileName", "empty")]),
            &[("iam:DeleteInstanceProfile", empty)],
        ),
        row(
            "AddRoleToInstanceProfile",
            sent("AddRoleToInstanceProfile", &[("InstanceProfileName", "empty"), WRITER]),
            &[("iam:AddRoleToInstanceProfile", empty), ("iam:PassRole", "role/delivery/writer")],
        ),
        fleet(
            "RemoveRoleFromInstanceProfile",
            "iam:RemoveRoleFromInstanceProfile",
            &[FLEET, ("RoleName", "server")],
        ),
        fleet("GetInstanceProfile", "iam:GetInstanceProfile", &[FLEET]),
        fleet(
            "TagInstanceProfile",
            "iam:TagInstanceProfile",
            &[FLEET, ("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b")],
        ),
        fleet("UntagInstanceProfile", "iam:UntagInstanceProfile", &[FLEET, ("TagKeys.member.1", "team")]),
        fleet("ListInstanceProfileTags", "iam:ListInstanceProfileTags", &[FLEET]),
        row(
            "ListInstanceProfiles",
            sent("ListInstanceProfiles", &[]),
            &[("iam:ListInstanceProfiles", "instance-profile/")],
        ),
    ]
}
