//! Collects the policies: those that a graph would write, the live ones, or a given one.

use serde_json::Value;

use super::account_names::AccountNames;
use super::statement::{ExplainedPolicy, Unsaid, statements};
use crate::address::{Address, KindName};
use crate::graph::{Graph, Node};
use crate::provider::{Live, PolicyDocument, PolicySlot, Resource};

/// Every policy, and what there is to say about them.
#[derive(Debug, Clone, Default)]
pub struct Explanation {
    /// The policies, by address.
    pub policies: Vec<ExplainedPolicy>,
    /// What is not among them, and why.
    pub notes: Vec<String>,
}

/// What is there of a resource.
pub type LookUp<'f, 'l> = dyn Fn(&Address) -> Option<&'l Live> + 'f;

/// The policies of a graph as it has them, or with `live` as they are there.
pub fn of_graph<'l>(graph: &Graph, names: &AccountNames, live: Option<&LookUp<'_, 'l>>) -> Explanation {
    let mut explanation = Explanation::default();
    for node in graph.nodes.values() {
        let documents = match live {
            None => node.resource.policies(),
            Some(live) => match live(&node.address) {
                Some(live) => {
                    explanation.notes.extend(added(node, live));
                    live.policies()
                }
                None => {
                    let missing = (!node.resource.policies().is_empty())
                        .then(|| format!("{} does not exist yet", node.address));
                    explanation.notes.extend(missing);
                    Vec::new()
                }
            },
        };
        explanation.policies.extend(documents.iter().map(|document| policy(graph, node, document, names)));
    }
    explanation.notes.extend(attached(graph));
    explanation
}

/// The statements of policies that belong to nothing, with what each is called.
pub fn of_documents(documents: &[(Option<String>, Value)]) -> Explanation {
    let unsaid = Unsaid {
        who: "whoever the policy is attached to".to_owned(),
        place: "the resource that the policy is attached to".to_owned(),
    };
    let policy = |(name, document): &(Option<String>, Value)| ExplainedPolicy {
        address: None,
        name: name.clone(),
        kind: "policy",
        holders: Vec::new(),
        statements: statements(document, &unsaid, &AccountNames::default()),
    };
    Explanation { policies: documents.iter().map(policy).collect(), notes: Vec::new() }
}

/// What others have attached to a role of ours, and how they have bounded it: whose statements are theirs to explain.
fn added(node: &Node, live: &Live) -> Vec<String> {
    let (Resource::IamRole(role), Live::IamRole(there)) = (&node.resource, live) else { return Vec::new() };
    if role.borrowed_arn.is_some() {
        return Vec::new();
    }
    let whose = format!("the role {} of {}", node.address.name, node.address.account);
    let attached = role.attached_by_others(there).into_iter();
    let attached =
        attached.map(|arn| format!("{whose} also has the policy {arn}, which logpipe did not attach"));
    let boundary = there.boundary.iter();
    attached
        .chain(
            boundary.map(|arn| format!("{whose} may do no more than its permissions boundary {arn} allows")),
        )
        .collect()
}

fn policy(graph: &Graph, node: &Node, document: &PolicyDocument, names: &AccountNames) -> ExplainedPolicy {
    let PolicyDocument { kind, name, value } = document;
    let address = &node.address;
    let holders = match kind {
        PolicySlot::Inline | PolicySlot::InlineOfOthers => {
            vec![format!("the role {} of {}", address.name, address.account)]
        }
        PolicySlot::Managed => holders(graph, address),
        PolicySlot::Trust | PolicySlot::Bucket | PolicySlot::Destination => Vec::new(),
    };
    let who = match holders.as_slice() {
        [] => "whoever the policy is attached to".to_owned(),
        holders => holders.join(" and "),
    };
    let place = match kind {
        PolicySlot::Trust => format!("this role, {}", address.name),
        PolicySlot::Inline
        | PolicySlot::InlineOfOthers
        | PolicySlot::Managed
        | PolicySlot::Bucket
        | PolicySlot::Destination => "the resource that the policy is attached to".to_owned(),
    };
    let statements = statements(value, &Unsaid { who, place }, names);
    ExplainedPolicy {
        address: Some(address.clone()),
        kind: kind.as_str(),
        name: name.clone(),
        holders,
        statements,
    }
}

/// The roles that the graph attaches a policy to.
fn holders(graph: &Graph, policy: &Address) -> Vec<String> {
    let attachments = graph.nodes.keys().filter(|address| {
        address.kind == KindName::IamRolePolicyAttachment && address.account == policy.account
    });
    attachments
        .filter_map(|address| address.name.split_once(':'))
        .filter(|(_, attached)| *attached == policy.name)
        .map(|(role, _)| format!("the role {role} of {}", policy.account))
        .collect()
}

/// Policies of AWS are attached by their names; what they say is not the topology's.
fn attached(graph: &Graph) -> Vec<String> {
    let attachments = graph.nodes.keys().filter(|address| address.kind == KindName::IamRolePolicyAttachment);
    attachments
        .filter_map(|address| {
            let (role, policy) = address.name.split_once(":aws:")?;
            Some(format!(
                "the role {role} of {} also has the policy {policy}, whose statements AWS maintains",
                address.account
            ))
        })
        .collect()
}
