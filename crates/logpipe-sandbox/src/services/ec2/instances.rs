//! Instances as EC2 describes them.

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::wire::Parameters;
use crate::protocol::xml::Element;
use crate::state::site::Site;
use crate::state::world::{World, iso_time};

use super::faults::{check_id, no_instances};
use super::filters::Filters;
use super::operations::Answer;
use super::pages;
use super::state::{Instance, RegionalEc2};

/// Filters that need no key of a tag.
const FILTERS: [&str; 5] =
    ["instance-id", "instance-state-name", "iam-instance-profile.arn", "private-ip-address", "tag-key"];

/// Numbers of the states (Amazon EC2 API Reference, InstanceState).
const STATES: [(&str, u8); 6] = [
    ("pending", 0),
    ("running", 16),
    ("shutting-down", 32),
    ("terminated", 48),
    ("stopping", 64),
    ("stopped", 80),
];

/// DescribeInstances. Ids that are not there are an error; filters that nothing passes are not.
pub(super) fn describe(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let ids = form.numbered("InstanceId");
    ids.iter().try_for_each(|id| check_id(id))?;
    if !ids.is_empty() && form.has("MaxResults") {
        let text = "The parameter instancesSet cannot be used with the parameter maxResults";
        return Err(Fault::invalid("InvalidParameterCombination", text));
    }
    let filters = Filters::of(form, |name| name.starts_with("tag:") || FILTERS.contains(&name))?;
    let cut = world.rng.cut();
    let site = Site::of(call);
    let none = RegionalEc2::default();
    let regional = world.ec2(&site).unwrap_or(&none);
    let missing: Vec<&str> = ids.iter().copied().filter(|id| !regional.instances.contains_key(*id)).collect();
    if !missing.is_empty() {
        return Err(no_instances(&missing));
    }
    let found: Vec<Element> = regional
        .instances
        .iter()
        .filter(|(id, _)| ids.is_empty() || ids.contains(&id.as_str()))
        .filter(|(id, instance)| filters.pass(|name| values(regional, id, instance, name)))
        .map(|(id, instance)| reservation(&site, regional, id, instance))
        .collect();
    match ids.is_empty() {
        true => pages::page(cut, form, "reservationSet", found),
        false => Ok(vec![Element::new("reservationSet").with_all(found)]),
    }
}

fn values(regional: &RegionalEc2, id: &str, instance: &Instance, filter: &str) -> Vec<String> {
    match filter {
        "instance-id" => vec![id.to_owned()],
        "instance-state-name" => vec![instance.state.clone()],
        "private-ip-address" => vec![instance.private_address.clone()],
        "iam-instance-profile.arn" => {
            regional.current(id).map(|held| held.profile_arn.clone()).into_iter().collect()
        }
        "tag-key" => instance.tags.keys().cloned().collect(),
        _ => {
            let key = filter.strip_prefix("tag:").unwrap_or_default();
            instance.tags.get(key).cloned().into_iter().collect()
        }
    }
}

/// Every instance was launched by itself, so each has a reservation of its own.
fn reservation(site: &Site, regional: &RegionalEc2, id: &str, instance: &Instance) -> Element {
    let reservation = format!("r-{}", id.trim_start_matches("i-"));
    Element::new("item")
        .with_text("reservationId", reservation)
        .with_text("ownerId", &site.account)
        .with(Element::new("instancesSet").with(described(site, regional, id, instance)))
}

fn described(site: &Site, regional: &RegionalEc2, id: &str, instance: &Instance) -> Element {
    let code = STATES.iter().find(|(name, _)| *name == instance.state).map_or(0, |(_, code)| *code);
    let tag = |(key, value): (&String, &String)| {
        Element::new("item").with_text("key", key).with_text("value", value)
    };
    let profile = regional.current(id).map(|held| {
        Element::new("iamInstanceProfile")
            .with_text("arn", &held.profile_arn)
            .with_text("id", &held.profile_id)
    });
    let (address, zone) = (&instance.private_address, format!("{}a", site.region));
    let host = format!("ip-{}.{}.compute.internal", address.replace('.', "-"), site.region);
    // What was terminated has no address any more.
    let lives = instance.state != "terminated";
    Element::new("item")
        .with_text("instanceId", id)
        .with_text("imageId", "ami-0abcdef1234567890")
        .with(Element::new("instanceState").with_text("code", code).with_text("name", &instance.state))
        .with_text("privateDnsName", if lives { host } else { String::new() })
        .with_text("instanceType", &instance.instance_type)
        .with_text("launchTime", iso_time(instance.launched_ms))
        .with(Element::new("placement").with_text("availabilityZone", zone).with_text("tenancy", "default"))
        .with_optional("privateIpAddress", lives.then_some(address))
        .with_text("architecture", "x86_64")
        .with(Element::new("tagSet").with_all(instance.tags.iter().map(tag)))
        .with_all(profile)
}
