//! SimulatePrincipalPolicy: what the policies of a role or user say about actions, without calling anything.
//!
//! Goes by what IAM itself shows, changes that have not reached other services included (IAM API Reference,
//! SimulatePrincipalPolicy).

use std::collections::BTreeSet;

use crate::caller::OPERATOR;
use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::principals::role_of;
use crate::protocol::wire::Parameters;
use crate::protocol::xml::Element;
use crate::state::world::World;
use logpipe_policy::{Context, Principal};

use super::operations::{Answer, invalid, required};
use super::state::Role;
use super::verdict::{Decided, Matched, Question, Source};
use super::{managed_document, pages};

/// Actions and resources of one call (IAM API Reference, ActionNames).
const MOST_ACTIONS: usize = 100;

/// SimulatePrincipalPolicy.
pub(super) fn simulate(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let arn = required(form, "PolicySourceArn")?;
    let cut = world.rng.cut();
    let (principal, mut sources) = principal(world, call, arn)?;
    if form.has("ResourcePolicy") {
        return Err(match principal {
            Principal::User { .. } => {
                Fault::not_simulated("iam", "SimulatePrincipalPolicy with a ResourcePolicy")
            }
            _ => input("Simulation of resource-based policies isn't supported for IAM roles."),
        });
    }
    let more = form.list("PolicyInputList").into_iter().enumerate();
    sources.extend(
        more.map(|(index, text)| Source {
            id: format!("PolicyInputList.{}", index + 1),
            text: text.to_owned(),
        }),
    );
    let (context, given) = context(form);
    let actions = actions(form)?;
    let resources = form.list("ResourceArns");
    let results = actions.into_iter().map(|action| {
        let decide = |resource: &str| {
            Question { principal: &principal, action, resource, context: &context, given: &given }
                .decide(&sources)
        };
        result(action, &resources, decide)
    });
    pages::page(cut, form, "EvaluationResults", results.collect())
}

fn actions(form: &Parameters) -> Result<Vec<&str>, Fault> {
    let actions = form.list("ActionNames");
    if actions.is_empty() {
        return Err(invalid(
            "Value null at 'actionNames' failed to satisfy constraint: Member must not be null",
        ));
    }
    let named = |action: &&str| action.split_once(':').is_some_and(|(_, name)| !name.contains(['*', '?']));
    match actions.iter().find(|action| !named(action)) {
        Some(action) => Err(input(&format!("Invalid Action: {action}"))),
        None if actions.len() > MOST_ACTIONS => Err(input("Too many actions.")),
        None => Ok(actions),
    }
}

/// Who is simulated, with their policies.
fn principal(world: &World, call: &Call, arn: &str) -> Result<(Principal, Vec<Source>), Fault> {
    let account = call.account().clone();
    if arn.ends_with(&format!("::{account}:user/{OPERATOR}")) {
        let policy = format!("arn:{}:iam::aws:policy/AdministratorAccess", call.partition());
        return Ok((Principal::User { account, arn: arn.to_owned() }, managed(world, &policy).collect()));
    }
    let unclear =
        || input(&format!("Invalid Entity Arn: {arn} does not clearly define entity type and name."));
    let (owner, name) = role_of(arn).ok_or_else(unclear)?;
    let held = world.accounts.get(&account).and_then(|held| held.iam.role(name));
    let role = held.filter(|role| owner == account && role.arn() == arn).ok_or_else(|| {
        Fault::missing("NoSuchEntity", format!("The role with name {name} cannot be found."))
    })?;
    let inline = |(policy, text): (&String, &String)| Source {
        id: format!("role_{}_{policy}", role.name),
        text: text.clone(),
    };
    let attached = role.attached.iter().flat_map(|arn| managed(world, arn));
    Ok((as_session(role), role.inline.iter().map(inline).chain(attached).collect()))
}

/// Conditions see a role by its own ARN.
fn as_session(role: &Role) -> Principal {
    Principal::Session { account: role.account.clone(), arn: role.arn(), role_arn: role.arn() }
}

fn managed(world: &World, arn: &str) -> impl Iterator<Item = Source> {
    let id = arn.rsplit('/').next().unwrap_or(arn).to_owned();
    let text = managed_document(arn).or_else(|| world.managed_policy(arn));
    text.map(|text| Source { id, text }).into_iter()
}

/// The condition keys of the simulated request, and their names in lower case.
fn context(form: &Parameters) -> (Context, BTreeSet<String>) {
    // What the simulated request does not say it does not have.
    let mut context = Context::complete();
    let mut given = BTreeSet::new();
    for index in 1.. {
        let entry = format!("ContextEntries.member.{index}");
        let Some(key) = form.get(&format!("{entry}.ContextKeyName")) else { break };
        let values = form.list(&format!("{entry}.ContextKeyValues"));
        context.insert(key, values.into_iter().map(str::to_owned).collect::<Vec<_>>());
        given.insert(key.to_lowercase());
    }
    (context, given)
}

/// The result of an action; what is said of each resource stands below it where resources were named.
fn result(action: &str, resources: &[&str], decide: impl Fn(&str) -> Decided) -> Element {
    let each: Vec<(&str, Decided)> = resources.iter().map(|resource| (*resource, decide(resource))).collect();
    let (shown, whole) = match each.as_slice() {
        [] => ("*", decide("*")),
        [(resource, decided)] => (*resource, decided.clone()),
        several => {
            ("*", several.iter().map(|(_, decided)| decided.clone()).reduce(Decided::and).unwrap_or_default())
        }
    };
    let specific = each.iter().map(|(resource, decided)| {
        Element::new("member")
            .with_text("EvalResourceName", resource)
            .with_text("EvalResourceDecision", decided.decision.name())
            .with_all(details(decided))
    });
    let specific = (!each.is_empty()).then(|| Element::new("ResourceSpecificResults").with_all(specific));
    Element::new("member")
        .with_text("EvalActionName", action)
        .with_text("EvalResourceName", shown)
        .with_text("EvalDecision", whole.decision.name())
        .with_all(details(&whole))
        .with_all(specific)
}

fn details(decided: &Decided) -> Vec<Element> {
    let position = |name: &str, (line, column): (usize, usize)| {
        Element::new(name).with_text("Line", line).with_text("Column", column)
    };
    let matched = decided.matched.iter().map(|Matched { source, start, end }| {
        Element::new("member")
            .with_text("SourcePolicyId", source)
            .with_text("SourcePolicyType", "IAM Policy")
            .with(position("StartPosition", *start))
            .with(position("EndPosition", *end))
    });
    let missing = decided.missing.iter().map(|key| Element::text("member", key));
    vec![
        Element::new("MatchedStatements").with_all(matched),
        Element::new("MissingContextValues").with_all(missing),
    ]
}

fn input(text: &str) -> Fault {
    Fault::invalid("InvalidInput", text)
}
