//! What calls to EC2 take.

use super::requests::Sent;
use super::rows::{Row, row};
use super::stage::{ASSOCIATION, FREE};

type Fields = &'static [(&'static str, &'static str)];

const FLEET: (&str, &str) = ("IamInstanceProfile.Name", "fleet");

pub(super) fn all() -> Vec<Row> {
    let sent = |operation, fields: Fields| Sent::Form("ec2", operation, fields);
    let (free, taken) = ("instance/i-0123456789abcdef0", "instance/i-0123456789abcdef1");
    vec![
        row("DescribeInstances", sent("DescribeInstances", &[]), &[("ec2:DescribeInstances", "*")]),
        row(
            "DescribeIamInstanceProfileAssociations",
            sent("DescribeIamInstanceProfileAssociations", &[]),
            &[("ec2:DescribeIamInstanceProfileAssociations", "*")],
        ),
        row(
            "AssociateIamInstanceProfile",
            sent("AssociateIamInstanceProfile", &[("InstanceId", FREE), FLEET]),
            &[("ec2:AssociateIamInstanceProfile", free), ("iam:PassRole", "role/server")],
        ),
        row(
            "ReplaceIamInstanceProfileAssociation",
            sent("ReplaceIamInstanceProfileAssociation", &[("AssociationId", ASSOCIATION), FLEET]),
            &[("ec2:ReplaceIamInstanceProfileAssociation", taken), ("iam:PassRole", "role/server")],
        ),
        row(
            "DisassociateIamInstanceProfile",
            sent("DisassociateIamInstanceProfile", &[("AssociationId", ASSOCIATION)]),
            &[("ec2:DisassociateIamInstanceProfile", taken)],
        ),
    ]
}
