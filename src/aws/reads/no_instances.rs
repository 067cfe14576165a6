//! Replaces EC2 in a build without the feature: the same functions, which return an error.

use std::collections::{BTreeMap, BTreeSet};

use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::call::{CallError, Class};
use crate::aws::instance::{Association, Instance};
use crate::aws::target::Target;

/// Whether this build knows EC2.
pub(crate) const AVAILABLE: bool = false;

const ABSENT: &str =
    "this build of logpipe has no EC2 support; build it with the default features, or with --features ec2";

pub(crate) async fn described(
    connection: &Connection,
    region: &Region,
    _ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, Instance>, CallError> {
    let message = ABSENT.to_owned();
    Err(connection.complaint("ec2:DescribeInstances", region, Class::Invalid, message))
}

pub(crate) async fn runs(_instance: &str, on: &Target<'_>) -> Result<Option<bool>, CallError> {
    Err(absent("ec2:DescribeInstances", on))
}

pub(crate) async fn associations(_instance: &str, on: &Target<'_>) -> Result<Vec<Association>, CallError> {
    Err(absent("ec2:DescribeIamInstanceProfileAssociations", on))
}

pub(crate) async fn associate(_instance: &str, _profile_arn: &str, on: &Target<'_>) -> Result<(), CallError> {
    Err(absent("ec2:AssociateIamInstanceProfile", on))
}

pub(crate) async fn replace(
    _association: &str,
    _profile_arn: &str,
    on: &Target<'_>,
) -> Result<(), CallError> {
    Err(absent("ec2:ReplaceIamInstanceProfileAssociation", on))
}

pub(crate) async fn disassociate(_association: &str, on: &Target<'_>) -> Result<(), CallError> {
    Err(absent("ec2:DisassociateIamInstanceProfile", on))
}

fn absent(operation: &'static str, on: &Target<'_>) -> CallError {
    CallError::unanswered(operation, on.place(), Class::Invalid, ABSENT.to_owned())
}
