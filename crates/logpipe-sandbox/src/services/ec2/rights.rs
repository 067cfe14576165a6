//! What calls to EC2 ask for.

use std::collections::BTreeMap;

use super::Association;
use crate::services::iam::ProfileView;

use crate::authorization::{Asked, Demand};

/// What an operation asks for, or `None` if it is not simulated.
pub(super) fn demands(asked: &Asked<'_>) -> Option<Vec<Demand>> {
    let demands = match asked.operation() {
        "DescribeInstances" | "DescribeIamInstanceProfileAssociations" => {
            vec![Demand::own(asked, "*").with("ec2:Region", asked.call.region.as_str())]
        }
        "AssociateIamInstanceProfile" => given(asked, asked.text("InstanceId")),
        "ReplaceIamInstanceProfileAssociation" => given(asked, instance_of(asked)),
        "DisassociateIamInstanceProfile" => vec![on_instance(asked, instance_of(asked))],
        _ => return None,
    };
    Some(demands)
}

/// A profile is given to an instance, and its role passed to EC2. A profile that EC2 does not see has no role.
fn given(asked: &Asked<'_>, instance: &str) -> Vec<Demand> {
    let profile = named(asked);
    let arn = profile.map(|profile| profile.arn.as_str());
    let demand = on_instance(asked, instance).with_optional("ec2:NewInstanceProfile", arn);
    let role = profile.and_then(|profile| profile.role_arn.as_ref());
    let service = asked.call.partition().ec2_principal();
    let passed = role.map(|role| {
        let instance = instance_arn(asked, instance);
        Demand::pass_role(asked, role, service).with("iam:AssociatedResourceArn", &instance)
    });
    std::iter::once(demand).chain(passed).collect()
}

fn named<'a>(asked: &Asked<'a>) -> Option<&'a ProfileView> {
    let held = &asked.world.accounts.get(asked.call.account())?.iam;
    match asked.optional("IamInstanceProfile.Arn") {
        Some(arn) => held.seen_profile_by_arn(arn),
        None => held.seen_profile(asked.text("IamInstanceProfile.Name")),
    }
}

fn association<'a>(asked: &Asked<'a>) -> Option<&'a Association> {
    asked.world.ec2(&asked.site())?.associations.get(asked.text("AssociationId"))
}

/// The instance of the association a request names.
fn instance_of<'a>(asked: &Asked<'a>) -> &'a str {
    association(asked).map_or("*", |held| held.instance.as_str())
}

fn instance_arn(asked: &Asked<'_>, id: &str) -> String {
    asked.site().arn("ec2", &format!("instance/{id}"))
}

fn on_instance(asked: &Asked<'_>, id: &str) -> Demand {
    let site = asked.site();
    let instance = asked.world.instance(&site, id);
    let held = asked.world.ec2(&site).and_then(|regional| regional.current(id));
    let none = BTreeMap::new();
    let tags = instance.map_or(&none, |instance| &instance.tags);
    let demand = Demand::own(asked, instance_arn(asked, id))
        .tagged(tags)
        .with("ec2:Region", site.region.as_str())
        .with_optional("ec2:InstanceType", instance.map(|instance| instance.instance_type.as_str()))
        .with_optional("ec2:InstanceProfile", held.map(|held| held.profile_arn.as_str()));
    tags.iter().fold(demand, |demand, (key, value)| demand.with(&format!("ec2:ResourceTag/{key}"), value))
}
