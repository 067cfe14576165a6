//! Instance profiles on instances: put on, swapped, taken off. EC2 takes its time for each.

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::wire::Parameters;
use crate::protocol::xml::Element;
use crate::services::iam::ProfileView;
use crate::state::site::Site;
use crate::state::world::World;
use crate::time::timed_event::TimedEvent;

use super::faults::{check_id, invalid_value, no_association, no_instances, required, wrong_state};
use super::filters::Filters;
use super::operations::Answer;
use super::pages;
use super::state::{Association, AssociationState, RegionalEc2};

const FILTERS: [&str; 2] = ["instance-id", "state"];

/// DescribeIamInstanceProfileAssociations.
pub(super) fn describe(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let filters = Filters::of(form, |name| FILTERS.contains(&name))?;
    let ids = form.numbered("AssociationId");
    let cut = world.rng.cut();
    let none = RegionalEc2::default();
    let regional = world.ec2(&Site::of(call)).unwrap_or(&none);
    if let Some(missing) = ids.iter().find(|id| !regional.associations.contains_key(**id)) {
        return Err(no_association(missing));
    }
    let found = regional
        .associations
        .iter()
        .filter(|(id, _)| ids.is_empty() || ids.contains(&id.as_str()))
        .filter(|(_, held)| {
            filters.pass(|name| match name {
                "state" => vec![held.state.to_string()],
                _ => vec![held.instance.clone()],
            })
        })
        .map(|(id, held)| described("item", id, held))
        .collect();
    pages::page(cut, form, "iamInstanceProfileAssociationSet", found)
}

/// AssociateIamInstanceProfile. An instance has one profile; one that is on its way out still counts.
pub(super) fn associate(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let site = Site::of(call);
    let instance = required(form, "InstanceId")?;
    check_id(instance)?;
    let state = &world.instance(&site, instance).ok_or_else(|| no_instances(&[instance]))?.state;
    if ["terminated", "shutting-down"].contains(&state.as_str()) {
        return Err(wrong_state(instance, "running"));
    }
    let profile = profile(world, call, form)?;
    if world.ec2(&site).is_some_and(|regional| regional.of_instance(instance).next().is_some()) {
        let text = format!("There is an existing association for instance {instance}");
        return Err(Fault::invalid("IncorrectState", text));
    }
    Ok(begin(world, &site, instance, profile))
}

/// ReplaceIamInstanceProfileAssociation, which makes another association; only for a running instance.
pub(super) fn replace(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let site = Site::of(call);
    let id = required(form, "AssociationId")?;
    let held = association(world, &site, id)?;
    if held.state == AssociationState::Disassociating {
        return Err(not_associated(id));
    }
    let instance = held.instance.clone();
    if world.instance(&site, &instance).is_none_or(|instance| instance.state != "running") {
        return Err(wrong_state(&instance, "running"));
    }
    let profile = profile(world, call, form)?;
    end(world, &site, id);
    Ok(begin(world, &site, &instance, profile))
}

/// DisassociateIamInstanceProfile.
pub(super) fn disassociate(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let site = Site::of(call);
    let id = required(form, "AssociationId")?;
    if association(world, &site, id)?.state == AssociationState::Disassociating {
        return Err(not_associated(id));
    }
    end(world, &site, id);
    let held = association(world, &site, id)?;
    Ok(vec![described("iamInstanceProfileAssociation", id, held)])
}

/// What a change of an association leads to.
pub(crate) fn settled(world: &mut World, site: &Site, id: &str, from: AssociationState) {
    let associations = &mut world.ec2_mut(site).associations;
    match from {
        AssociationState::Disassociating => drop(associations.remove(id)),
        _ => {
            let held = associations.get_mut(id).filter(|held| held.state == from);
            held.into_iter().for_each(|held| held.state = AssociationState::Associated);
        }
    }
}

fn begin(world: &mut World, site: &Site, instance: &str, profile: ProfileView) -> Vec<Element> {
    let id = format!("iip-assoc-{:017x}", world.next_number());
    let (from, instance) = (AssociationState::Associating, instance.to_owned());
    let held = Association { instance, profile_arn: profile.arn, profile_id: profile.id, state: from };
    let shown = described("iamInstanceProfileAssociation", &id, &held);
    world.ec2_mut(site).associations.insert(id.clone(), held);
    later(world, site, id, from);
    vec![shown]
}

fn end(world: &mut World, site: &Site, id: &str) {
    let from = AssociationState::Disassociating;
    let held = world.ec2_mut(site).associations.get_mut(id);
    held.into_iter().for_each(|held| held.state = from);
    later(world, site, id.to_owned(), from);
}

fn later(world: &mut World, site: &Site, association: String, from: AssociationState) {
    let usual = world.timing.profile_association_ms;
    let takes_ms = world.rng.between(usual, usual / 4, usual * 4);
    world.plan(takes_ms, TimedEvent::AssociationSettles { site: site.clone(), association, from });
}

/// The profile a call names, as EC2 sees it: one that IAM has only just made is none yet.
fn profile(world: &World, call: &Call, form: &Parameters) -> Result<ProfileView, Fault> {
    let (arn, name) = (form.get("IamInstanceProfile.Arn"), form.get("IamInstanceProfile.Name"));
    let iam = world.accounts.get(call.account()).map(|account| &account.iam);
    let (seen, refusal) = match (arn, name) {
        (Some(_), Some(_)) => {
            let text = "The parameter 'iamInstanceProfile.name' may not be used in combination with \
                        'iamInstanceProfile.arn'";
            return Err(Fault::invalid("InvalidParameterCombination", text));
        }
        (Some(arn), None) => (
            iam.and_then(|iam| iam.seen_profile_by_arn(arn)),
            invalid_value(arn, "iamInstanceProfile.arn", "Invalid IAM Instance Profile ARN"),
        ),
        (None, name) => {
            let name = name.unwrap_or_default();
            (
                iam.and_then(|iam| iam.seen_profile(name)),
                invalid_value(name, "iamInstanceProfile.name", "Invalid IAM Instance Profile name"),
            )
        }
    };
    let view = seen.cloned().ok_or(refusal)?;
    if view.role_arn.is_none() {
        let text = format!("IAM Instance Profile \"{}\" has no associated IAM Roles", view.arn);
        return Err(Fault::invalid("InvalidParameterValue", text));
    }
    Ok(view)
}

fn association<'a>(world: &'a World, site: &Site, id: &str) -> Result<&'a Association, Fault> {
    world.ec2(site).and_then(|regional| regional.associations.get(id)).ok_or_else(|| no_association(id))
}

fn not_associated(id: &str) -> Fault {
    Fault::invalid("IncorrectState", format!("The association {id} is not in the 'associated' state"))
}

fn described(element: &str, id: &str, held: &Association) -> Element {
    Element::new(element)
        .with_text("associationId", id)
        .with_text("instanceId", &held.instance)
        .with(
            Element::new("iamInstanceProfile")
                .with_text("arn", &held.profile_arn)
                .with_text("id", &held.profile_id),
        )
        .with_text("state", held.state)
}
