//! `permissions_boundary`: the policy that bounds what every role of ours may do.

use super::field::Field;
use crate::address::Arn;
use crate::topology::finding::Findings;
use crate::topology::keys::forms::aws_managed;
use crate::topology::keys::root::PERMISSIONS_BOUNDARY;
use crate::topology::model::PermissionsBoundary;

pub(in crate::topology) fn read(field: Field<'_>, findings: &mut Findings) -> Option<PermissionsBoundary> {
    let text = field.text(findings)?;
    if let Some(path) = aws_managed::path_of(text) {
        return Some(PermissionsBoundary::Aws(path.to_owned()));
    }
    if let Some(policy) = Arn::parse(text).and_then(|arn| arn.named("policy")) {
        let why = "roles in several accounts get it, and a role's boundary must be in its own account or be an AWS managed policy";
        findings.add(
            field.span(),
            format!("`{text}` is an ARN"),
            why,
            format!("write `permissions_boundary: {policy}`, the name of a policy that each account has"),
        );
        return None;
    }
    if let Err(why) = PERMISSIONS_BOUNDARY.kind.form.check(text) {
        let help = "write the name of a policy that exists in every account, such as `TeamBoundary`";
        findings.add(field.span(), format!("`{text}` cannot be a policy name"), why, help);
        return None;
    }
    Some(PermissionsBoundary::Own(text.to_owned()))
}
