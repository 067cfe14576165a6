//! The permissions for EC2: describing instances and changing their profiles.

use super::right::Doing::{Create, Delete, Read, Replace, Store, Update};
use super::right::{Purpose, Rights, Spot};
use crate::provider::Resource;

/// EC2 describes on everything alone, and changes an association by right on its instance (Service Authorization
/// Reference, Amazon EC2). Whoever gives an instance a profile hands its role over to EC2.
pub(super) fn association(spot: &Spot<'_>, resource: Option<&Resource>, rights: &mut Rights) {
    let arn = spot.arn("ec2", &format!("instance/{}", spot.name));
    rights.allow_on_everything(&[Read, Delete], &["ec2:DescribeIamInstanceProfileAssociations"]);
    let mut allow =
        |doings, actions: &[&'static str]| rights.allow(Purpose::Instances, doings, &arn, actions);
    allow(&[Create], &["ec2:AssociateIamInstanceProfile"]);
    allow(&[Delete], &["ec2:DisassociateIamInstanceProfile"]);
    let Some(Resource::InstanceProfileAssociation(association)) = resource else { return };
    if association.replace {
        // One that does not run loses its profile before it gets ours.
        let swap = ["ec2:ReplaceIamInstanceProfileAssociation", "ec2:DisassociateIamInstanceProfile"];
        allow(&[Update, Replace], &swap);
        rights.allow_on_everything(&[Update, Replace], &["ec2:DescribeInstances"]);
    }
    let service = spot.partition.ec2_principal().to_owned();
    rights.pass_role(Purpose::PassToEc2, &[Create, Update], &association.role_arn, service);
}

/// Finding instances by their ids.
pub(super) fn instances(rights: &mut Rights) {
    rights.allow_on_everything(&[Read, Store], &["ec2:DescribeInstances"]);
}

/// Finding the roles that instances have. Which profiles and roles those are, only EC2 knows.
pub(super) fn roles_of_instances(spot: &Spot<'_>, rights: &mut Rights) {
    instances(rights);
    let profiles = spot.arn("iam", "instance-profile/*");
    rights.allow(Purpose::InstanceProfiles, &[Read, Store], &profiles, &["iam:GetInstanceProfile"]);
}
