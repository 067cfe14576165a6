//! Needs as one CloudFormation template for all accounts: each stack makes what is of its account.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::view::{AccessView, EXTERNAL_ID, TRUSTED, name, on_texts};
use crate::access::{Holder, IdentityPolicy, MEMBER, Need};

/// Most conditions that `Fn::Or` takes (CloudFormation User Guide, "Condition functions").
const MOST_IN_OR: usize = 10;

/// The template.
pub(crate) fn access_cloudformation(view: &AccessView) -> Value {
    let needs: Vec<&Need> = view.needs.needs.iter().filter(|need| need.holder.account().is_some()).collect();
    let mut template = Template::default();
    let accounts: BTreeSet<&str> = needs
        .iter()
        .filter(|need| !need.holder.is_member())
        .filter_map(|need| need.holder.account())
        .map(crate::address::AccountId::as_str)
        .collect();
    let several = accounts.len() > 1 || needs.iter().any(|need| need.holder.is_member());
    for need in needs {
        let condition = if several { template.condition(need, &accounts) } else { None };
        template.resources(view, need, condition.as_deref());
    }
    template.finish(view)
}

#[derive(Default)]
struct Template {
    conditions: Map<String, Value>,
    resources: Map<String, Value>,
}

impl Template {
    /// The condition under which a stack is in the account; none where nothing else is in the template.
    fn condition(&mut self, need: &Need, accounts: &BTreeSet<&str>) -> Option<String> {
        let is = |account: &str| json!({ "Fn::Equals": [{ "Ref": "AWS::AccountId" }, account] });
        let account = need.holder.account()?.as_str();
        if !need.holder.is_member() {
            let name = format!("In{account}");
            self.conditions.insert(name.clone(), is(account));
            return Some(name);
        }
        let named = any(accounts.iter().map(|account| is(account)).collect())?;
        self.conditions.insert("InAnotherAccount".to_owned(), json!({ "Fn::Not": [named] }));
        Some("InAnotherAccount".to_owned())
    }

    fn resources(&mut self, view: &AccessView, need: &Need, condition: Option<&str>) {
        let (inline, managed): (Vec<&IdentityPolicy>, Vec<&IdentityPolicy>) =
            need.policies.iter().partition(|policy| !policy.managed && need.holder.role().is_some());
        let role = need.holder.role().map(|role| role.rsplit_once('/').unwrap_or(("", role)));
        let mut attached = None;
        // A role that others use too exists, and only gets what it lacks.
        if let (Some((path, role)), Some(trust), false) = (role, view.trust(need), need.accounts.is_empty()) {
            let policies: Vec<Value> = inline.iter().map(|policy| named(policy)).collect();
            let mut properties = json!({
                "RoleName": role,
                "AssumeRolePolicyDocument": template_text(&trust),
            });
            if !path.is_empty() {
                properties["Path"] = json!(format!("/{path}/"));
            }
            if !policies.is_empty() {
                properties["Policies"] = json!(policies);
            }
            let id = self.add(&format!("{}Role", camel(need)), "AWS::IAM::Role", properties, condition);
            attached = Some(json!({ "Ref": id }));
        } else if let Some((_, role)) = role {
            for policy in inline {
                let mut properties = named(policy);
                properties["RoleName"] = json!(role);
                self.add(&format!("{}Policy", camel(need)), "AWS::IAM::RolePolicy", properties, condition);
            }
            attached = Some(json!(role));
        }
        for policy in managed {
            let mut properties = json!({
                "ManagedPolicyName": policy.name,
                "PolicyDocument": template_text(&policy.document),
            });
            if let Some(role) = &attached {
                properties["Roles"] = json!([role]);
            }
            self.add(&format!("{}Policy", camel(need)), "AWS::IAM::ManagedPolicy", properties, condition);
        }
    }

    /// Adds a resource, under a name that no other has.
    fn add(&mut self, id: &str, kind: &str, properties: Value, condition: Option<&str>) -> String {
        let numbered = (2..).map(|number| format!("{id}{number}"));
        let free = |id: &String| !self.resources.contains_key(id);
        let id = std::iter::once(id.to_owned()).chain(numbered).find(free).unwrap_or_default();
        let mut resource = json!({ "Type": kind });
        if let Some(condition) = condition {
            resource["Condition"] = json!(condition);
        }
        resource["Properties"] = properties;
        self.resources.insert(id.clone(), resource);
        id
    }

    fn finish(self, view: &AccessView) -> Value {
        let about = format!(
            "What logpipe needs for {} with the topology {}: deploy it to every account, as stacks or as a stack set.",
            view.commands.join(", "),
            view.topology
        );
        let mut template = json!({ "AWSTemplateFormatVersion": "2010-09-09", "Description": about });
        let start = view.needs.needs.iter().find(|need| need.holder == Holder::Start);
        if let Some(policy) = start.and_then(|need| need.policies.first()) {
            template["Metadata"] = json!({ "WhoeverRunsLogpipeNeeds": policy.document });
        }
        let parameters = parameters(view);
        if !parameters.is_empty() {
            template["Parameters"] = Value::Object(parameters);
        }
        if !self.conditions.is_empty() {
            template["Conditions"] = Value::Object(self.conditions);
        }
        template["Resources"] = Value::Object(self.resources);
        template
    }
}

fn parameters(view: &AccessView) -> Map<String, Value> {
    let mut parameters = Map::new();
    if view.any(|need| view.wants_principal(need)) {
        let about = "ARN of the role or user that runs logpipe";
        parameters.insert("TrustedPrincipal".to_owned(), json!({ "Type": "String", "Description": about }));
    }
    if view.any(Need::has_external_id) {
        let about = "The external id of the topology";
        let parameter = json!({ "Type": "String", "NoEcho": true, "Description": about });
        parameters.insert("ExternalId".to_owned(), parameter);
    }
    parameters
}

fn named(policy: &IdentityPolicy) -> Value {
    json!({ "PolicyName": policy.name, "PolicyDocument": template_text(&policy.document) })
}

/// A document in which parameters stand for the placeholders, and the stack's account for the one that stands for all.
fn template_text(document: &Value) -> Value {
    on_texts(document, &|text| match text {
        TRUSTED => json!({ "Ref": "TrustedPrincipal" }),
        EXTERNAL_ID => json!({ "Ref": "ExternalId" }),
        text if text.contains(MEMBER) => {
            json!({ "Fn::Sub": text.replace("${", "${!").replace(MEMBER, "${AWS::AccountId}") })
        }
        text => json!(text),
    })
}

/// Whether one of these is true.
fn any(mut conditions: Vec<Value>) -> Option<Value> {
    while conditions.len() > 1 {
        conditions = conditions
            .chunks(MOST_IN_OR)
            .map(|some| if let [one] = some { one.clone() } else { json!({ "Fn::Or": some }) })
            .collect();
    }
    conditions.pop()
}

/// A name in the form that templates take.
fn camel(need: &Need) -> String {
    let name = if need.holder.is_member() { "member".to_owned() } else { name(need) };
    let words = name.split(|character: char| !character.is_ascii_alphanumeric());
    words
        .filter_map(|word| {
            let first = word.chars().next()?;
            Some(format!("{}{}", first.to_ascii_uppercase(), &word[first.len_utf8()..]))
        })
        .collect()
}
