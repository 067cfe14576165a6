//! Prepares accounts as an organisation would hand them over: with a role to deploy through, and with existing
//! resources.

use serde_json::{Value, json};

use logpipe_identifiers::{AccountId, Region};

use crate::principals::PolicyText;
use crate::services::iam::Role;
use crate::services::logs::LogGroup;
use crate::services::s3;
use crate::state::site::Site;
use crate::state::world::World;

/// Makes sure the role exists, with a trust for the operator account, and that every service sees it at once: it has
/// been there for long.
pub(crate) fn deployer_role(
    world: &mut World,
    account: &AccountId,
    role: &str,
    external_id: Option<&str>,
    trusted: &AccountId,
) {
    // As after `role/` in an ARN: a path may come before the name.
    let (path, name) =
        role.rsplit_once('/').map_or(("/".to_owned(), role), |(path, name)| (format!("/{path}/"), name));
    let partition = world.partition;
    let mut statement = json!({
        "Effect": "Allow",
        "Principal": { "AWS": format!("arn:{partition}:iam::{trusted}:root") },
        "Action": "sts:AssumeRole",
    });
    if let Some(external_id) = external_id {
        statement["Condition"] = json!({ "StringEquals": { "sts:ExternalId": external_id } });
    }
    let trust = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let trust = PolicyText::unnamed(&trust);
    world.account(trusted);
    if world.account(account).iam.role(name).is_some_and(|role| role.trust == trust) {
        return;
    }
    let number = world.next_number();
    let mut role = Role::new(account, partition, &path, name, number, world.now_ms);
    role.trust = trust;
    role.attached.insert(format!("arn:{partition}:iam::aws:policy/AdministratorAccess"));
    let view = role.view(world);
    let iam = &mut world.account(account).iam;
    iam.insert(role);
    iam.propagated_everywhere(name, view);
}

/// An action that is kept out of what roles are given, with the account, and the Sid of the statement.
pub(crate) type Withheld = (AccountId, String, String);

/// Gives a role exactly these inline policies, in effect at once, but for what is withheld.
pub(crate) fn policies(world: &mut World, account: &AccountId, role: &str, policies: &[(&str, &str)]) {
    let name = role.rsplit('/').next().unwrap_or(role);
    let withheld: Vec<Withheld> = world.withheld.iter().filter(|(of, ..)| of == account).cloned().collect();
    let Some(role) = world.account(account).iam.role_mut(name) else { return };
    role.attached.clear();
    let given = |(name, text): &(&str, &str)| ((*name).to_owned(), without(text, &withheld));
    role.inline = policies.iter().map(given).collect();
    let role = role.clone();
    let view = role.view(world);
    world.account(account).iam.propagated_everywhere(name, view);
}

/// A document without the actions that are withheld; a statement that is left without any goes.
fn without(text: &str, withheld: &[Withheld]) -> String {
    let Ok(mut document) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    let Some(Value::Array(statements)) = document.get_mut("Statement") else { return text.to_owned() };
    for (_, sid, action) in withheld {
        statements.retain_mut(|statement| {
            let meant = statement["Sid"] == *sid;
            match &mut statement["Action"] {
                Value::Array(actions) if meant => actions.retain(|one| one != action),
                Value::String(one) if meant => return one != action,
                _ => {}
            }
            true
        });
    }
    document.to_string()
}

/// Makes sure that there is a bucket of this name. One that is there stays as it is, whoever owns it.
pub(crate) fn bucket(world: &mut World, account: &AccountId, region: &Region, name: &str) {
    world.account(account);
    let made = s3::new_bucket(account, region, world.now_ms);
    world.buckets.entry(name.to_owned()).or_insert(made);
}

/// Makes sure that there is a log group of this name. One that is there stays as it is.
pub(crate) fn log_group(world: &mut World, account: &AccountId, region: &Region, name: &str) {
    let site = Site { account: account.clone(), region: region.clone() };
    let made = LogGroup::new(world.now_ms);
    world.logs_mut(&site).groups.entry(name.to_owned()).or_insert(made);
}
