//! The object of `explain --output json`.

use serde_json::{Value, json};

use crate::explain::{Answer, ExplainedPolicy, ExplainedStatement, Explanation};

/// One object; `topology` is none for a policy that was only given.
pub(crate) fn explain_json(explanation: &Explanation, topology: Option<&str>, live: bool) -> Value {
    json!({
        "format": 1,
        "topology": topology,
        "live": live,
        "policies": explanation.policies.iter().map(policy_json).collect::<Vec<_>>(),
        "notes": explanation.notes,
    })
}

pub(crate) fn policy_json(policy: &ExplainedPolicy) -> Value {
    json!({
        "address": policy.address,
        "policy": policy.kind,
        "name": policy.name,
        "holders": policy.holders,
        "statements": policy.statements.iter().map(statement).collect::<Vec<_>>(),
    })
}

fn statement(statement: &ExplainedStatement) -> Value {
    json!({
        "sid": statement.sid,
        "who": answer(&statement.who),
        "where": answer(&statement.place),
        "when": answer(&statement.when),
        "what": answer(&statement.what),
        "want": answer(&statement.want),
    })
}

fn answer(answer: &Answer) -> Value {
    json!({ "words": answer.words, "element": answer.element, "value": answer.value })
}
