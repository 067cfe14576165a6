//! Resources that exist before anything is deployed: roles, policies, instance profiles and instances.
//!
//! Unlike what calls make, all of it is in effect at once. What is there already stays as it is.

use std::collections::BTreeMap;

use logpipe_identifiers::{AccountId, Region};

use crate::principals::PolicyText;
use crate::services::Service;
use crate::services::ec2::{Association, AssociationState, Instance};
use crate::services::iam::{InstanceProfile, ManagedPolicy, Role};
use crate::state::site::Site;
use crate::state::world::World;

/// A role with its policies.
pub(crate) fn role(
    world: &mut World,
    account: &AccountId,
    role: &str,
    trust: &str,
    policies: &[(&str, &str)],
    attached: &[&str],
) {
    let (path, name) =
        role.rsplit_once('/').map_or(("/".to_owned(), role), |(path, name)| (format!("/{path}/"), name));
    if world.account(account).iam.role(name).is_some() {
        return;
    }
    let mut made = Role::new(account, world.partition, &path, name, world.next_number(), world.now_ms);
    let resolved = PolicyText::resolve(world, trust, Service::Iam);
    made.trust = resolved.unwrap_or_else(|_| PolicyText::unnamed(trust));
    made.inline = policies.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    made.attached = attached.iter().map(|arn| (*arn).to_owned()).collect();
    let view = made.view(world);
    let iam = &mut world.account(account).iam;
    iam.insert(made);
    iam.propagated_everywhere(name, view);
}

/// A customer managed policy, by its ARN.
pub(crate) fn policy(world: &mut World, account: &AccountId, name: &str, document: &str) -> String {
    let arn = format!("arn:{}:iam::{account}:policy/{name}", world.partition);
    if world.account(account).iam.policies.contains_key(&arn) {
        return arn;
    }
    let made = ManagedPolicy::new("/", name, world.unique_id("ANPA"), document, world.now_ms);
    world.account(account).iam.policies.insert(arn.clone(), made);
    arn
}

/// An instance profile with its role.
pub(crate) fn instance_profile(world: &mut World, account: &AccountId, name: &str, role: Option<&str>) {
    if world.account(account).iam.profile(name).is_some() {
        return;
    }
    let arn = format!("arn:{}:iam::{account}:instance-profile/{name}", world.partition);
    let mut made = InstanceProfile::new(arn, "/", name, world.unique_id("AIPA"), world.now_ms);
    made.role = role.map(str::to_owned);
    let iam = &mut world.account(account).iam;
    iam.insert_profile(made);
    let view = iam.profile_view(name);
    iam.profile_propagated(name, view);
}

/// An instance of this name and state, with its profile.
pub(crate) fn instance(
    world: &mut World,
    account: &AccountId,
    region: &Region,
    id: &str,
    (name, state): (&str, &str),
    profile: Option<&str>,
) {
    let site = Site { account: account.clone(), region: region.clone() };
    if world.instance(&site, id).is_some() {
        return;
    }
    let number = world.next_number();
    let made = Instance {
        state: state.to_owned(),
        instance_type: "t3.small".to_owned(),
        private_address: format!("10.0.{}.{}", number / 250 % 250, number % 250 + 4),
        launched_ms: world.now_ms,
        tags: BTreeMap::from([("Name".to_owned(), name.to_owned())]),
    };
    world.ec2_mut(&site).instances.insert(id.to_owned(), made);
    let view = profile.and_then(|name| world.account(account).iam.seen_profile(name).cloned());
    let Some(view) = view else { return };
    let held = Association {
        instance: id.to_owned(),
        profile_arn: view.arn,
        profile_id: view.id,
        state: AssociationState::Associated,
    };
    world.ec2_mut(&site).associations.insert(format!("iip-assoc-{number:017x}"), held);
}
