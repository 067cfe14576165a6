//! The form of an IAM policy of a role (IAM User Guide, "IAM JSON policy elements reference"): what no form can tell, the
//! reader finds.

use serde_json::{Map, Value, json};

use crate::topology::keys::variables::WITH_VARIABLE;

/// A service and an action of it, or all; wildcards allowed in the action.
const ACTION: &str = r"^(\*|(\*|[A-Za-z0-9.-]+):[^:]*)$";

/// An ARN with its service, or `*`. Those of IAM and S3 have no region.
const RESOURCE: &str = r"^(\*|arn:[^:]*:[^:*?]+(:[\s\S]*)?)$";

/// Operators that compare, each with or without `IfExists` after it.
const COMPARING: &str = "String(Not)?Equals(IgnoreCase)?|String(Not)?Like|Numeric(Not)?Equals|Numeric(Less|Greater)Than(Equals)?|Date(Not)?Equals|Date(Less|Greater)Than(Equals)?|Bool|BinaryEquals|Arn(Not)?(Equals|Like)|(Not)?IpAddress";

/// The definitions, each with its name.
pub(super) fn definitions() -> [(&'static str, Value); 2] {
    [("policy_document", document()), ("policy_statement", statement())]
}

fn document() -> Value {
    let statement = json!({ "$ref": "#/$defs/policy_statement" });
    json!({
        "description": "An IAM policy for a role.",
        "type": "object",
        "additionalProperties": false,
        "required": ["Statement"],
        "properties": {
            "Version": {
                "description": "The version of the policy language. Without it, variables such as ${aws:username} are plain text.",
                "enum": ["2012-10-17", "2008-10-17"]
            },
            "Id": { "description": "A name for the policy, for human readers." },
            "Statement": {
                "description": "What is allowed or denied: one statement, or a list of them.",
                "anyOf": [statement, { "type": "array", "items": statement, "minItems": 1 }]
            }
        }
    })
}

fn statement() -> Value {
    let elements = [
        (
            "Sid",
            "A name for the statement, made of letters and digits.",
            json!({ "type": "string", "pattern": "^[0-9A-Za-z]*$" }),
        ),
        ("Effect", "Whether the statement allows or denies.", json!({ "enum": ["Allow", "Deny"] })),
        ("Action", "The actions, such as s3:GetObject; wildcards allowed.", texts(ACTION)),
        ("NotAction", "All actions except these.", texts(ACTION)),
        ("Resource", "ARNs, or *.", texts(RESOURCE)),
        ("NotResource", "All resources except these.", texts(RESOURCE)),
        (
            "Condition",
            "When the statement applies: operators, each with keys and their values.",
            conditions(),
        ),
    ];
    let properties: Map<String, Value> = elements
        .into_iter()
        .map(|(name, meaning, mut element)| {
            element["description"] = meaning.into();
            (name.to_owned(), element)
        })
        .collect();
    let one_of =
        |one: &str, other: &str| json!({ "oneOf": [{ "required": [one] }, { "required": [other] }] });
    json!({
        "description": "A statement of a policy.",
        "type": "object",
        "additionalProperties": false,
        "required": ["Effect"],
        "properties": properties,
        "allOf": [one_of("Action", "NotAction"), one_of("Resource", "NotResource")]
    })
}

/// One text or a list of them.
fn texts(pattern: &str) -> Value {
    let text = json!({ "type": "string", "pattern": format!("{pattern}|{WITH_VARIABLE}") });
    json!({ "anyOf": [text, { "type": "array", "items": text }] })
}

fn conditions() -> Value {
    let value = json!({ "type": ["string", "boolean", "number"] });
    let operator = format!("^(Null|((ForAnyValue|ForAllValues):)?({COMPARING})(IfExists)?)$");
    json!({
        "type": "object",
        "propertyNames": { "pattern": operator },
        "additionalProperties": {
            "type": "object",
            "additionalProperties": { "anyOf": [value, { "type": "array", "items": value }] }
        }
    })
}
