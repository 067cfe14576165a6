//! `agents`: the IAM of CloudWatch agents on EC2.

use serde_json::{Value, json};

use super::collected;
use super::forms::{Form, identifiers, names};
use super::root::MOST_TAGS;
use super::{Document, Empty, Flag, Key, KeyOr, List, ManagedPolicy, Map, Sub, Table, Text};

pub(in crate::topology) static AGENT: Table = Table {
    name: "agent",
    path: "agents.<key>",
    meaning: "What instances with a CloudWatch agent need of IAM: a role with policies and an instance profile around it, or policies on a role that is there already.",
    keys: &[
        &ACCOUNTS,
        &REGION,
        &OF_POLICY,
        &OF_ROLE,
        &INSTANCE_PROFILE,
        &EXTRA_POLICIES,
        &ASSOCIATE_WITH,
        &ATTACH_TO,
        &collected::FILES,
        &collected::JOURNALD,
        &collected::WINDOWS_EVENTS,
        &collected::LOGS,
        &CHECK,
    ],
    conditions: of_an_agent,
};

pub(in crate::topology) static ACCOUNTS: Key<List<Text>> = Key::new(
    "accounts",
    List::some(Text::new(identifiers::ACCOUNT)),
    "The accounts of the instances; each gets all of it.",
)
.required("the role of an agent is in the account of its instances", "add `accounts: [app]`")
.rules("Named one by one: `organization` does not stand here for its accounts. One account only, when `instances` are named.")
.example_json(r#"["app"]"#);

pub(in crate::topology) static REGION: Key<Text> = Key::new(
    "region",
    Text::new(identifiers::REGION),
    "The region of the instances and of the stored configuration.",
)
.or_else("the topology's `region`");

pub(in crate::topology) static OF_POLICY: Key<Sub> =
    Key::new("policy", Sub(&POLICY), "The agent's own policy; `{}` for one with every default.")
        .or_else("none is made");

pub(in crate::topology) static OF_ROLE: Key<Sub> =
    Key::new("role", Sub(&ROLE), "The role that is made. Not with `attach_to`.");

pub(in crate::topology) static INSTANCE_PROFILE: Key<Text> = Key::new(
    "instance_profile",
    Text::new(names::INSTANCE_PROFILE),
    "Name of the instance profile around the role.",
)
.or_else("`<name>-<agent>`")
.rules("Not with `attach_to`.");

pub(in crate::topology) static EXTRA_POLICIES: KeyOr<List<Sub>> = Key::new(
    "extra_policies",
    List::any(Sub(&EXTRA_POLICY)).at_most(MOST_POLICIES),
    "Policies of your own, which are made and attached.",
)
.rules("A role takes 10 managed policies in all.")
.or(&[]);

pub(in crate::topology) static ASSOCIATE_WITH: Key<Sub> =
    Key::new("associate_with", Sub(&ASSOCIATE), "The instances that get the instance profile.")
        .or_else("none")
        .rules("Not with `attach_to`.");

pub(in crate::topology) static ATTACH_TO: Key<Sub> = Key::new(
    "attach_to",
    Sub(&ATTACH),
    "A role that is there already and gets the policies; no role and no instance profile is made.",
);

pub(in crate::topology) static CHECK: KeyOr<List<Sub>> = Key::new(
    "check",
    List::any(Sub(&CHECKED)),
    "What the role must be allowed; `verify` proves it with IAM's policy simulation.",
)
.or(&[])
.example_json(r#"[{ "actions": ["s3:PutObject"], "resources": ["arn:aws:s3:::my-bucket/*"] }]"#);

/// What an agent on a role that is there does with it.
pub(in crate::topology) const PURPOSES: [&str; 6] =
    ["policy", "extra_policies", "files", "journald", "windows_events", "check"];

fn of_an_agent() -> Vec<Value> {
    let purposes = PURPOSES.map(|key| json!({ "required": [key] }));
    vec![
        json!({
            "if": { "required": ["attach_to"] },
            "then": {
                "properties": { "role": false, "instance_profile": false, "associate_with": false },
                "anyOf": purposes
            }
        }),
        json!({
            "if": { "anyOf": [
                { "required": ["associate_with"] },
                { "properties": { "attach_to": { "required": ["instances"] } }, "required": ["attach_to"] }
            ] },
            "then": { "properties": { "accounts": { "maxItems": 1 } } }
        }),
    ]
}

static POLICY: Table = Table {
    name: "agent_policy",
    path: "agents.<key>.policy",
    meaning: "The agent's own policy: to write logs, to use its stored configuration, to describe its instance.",
    keys: &[&POLICY_NAME, &LOG_GROUPS, &PARAMETERS, &PRINCIPAL_TAGS],
    conditions: Vec::new,
};

pub(in crate::topology) static POLICY_NAME: Key<Text> =
    Key::new("name", Text::new(names::POLICY), "Its name.").or_else("`<name>-<agent>-agent`");

pub(in crate::topology) static LOG_GROUPS: KeyOr<List<Text>> = Key::new(
    "log_groups",
    List::some(Text::new(names::LOG_GROUP_RESOURCE)),
    "The log groups that the agent may write to; `*` and `?` as in IAM.",
)
.or(&["/aws/ec2/*"]);

/// By itself those that `CloudWatchAgentServerPolicy` lets it read.
pub(in crate::topology) static PARAMETERS: KeyOr<List<Text>> = Key::new(
    "parameters",
    List::some(Text::new(names::PARAMETER_RESOURCE)),
    "The SSM parameters that it may use; `*` and `?` as in IAM.",
)
.or(&["AmazonCloudWatch-*"]);

pub(in crate::topology) static PRINCIPAL_TAGS: KeyOr<Map<Text>> = Key::new(
    "principal_tags",
    Map::any(names::PRINCIPAL_TAG_KEY, Text::new(names::TAG_VALUE)),
    "Tags that the role must have for the policy to allow anything.",
)
.rules("A role that logpipe makes has them by `tags` of the topology or of the role.")
.or(Empty)
.example_json(r#"{ "Project": "poc" }"#);

pub(in crate::topology) static ROLE: Table = Table {
    name: "agent_role",
    path: "agents.<key>.role",
    meaning: "The role of the instances.",
    keys: &[&ROLE_NAME, &MANAGED, &ROLE_TAGS],
    conditions: Vec::new,
};

pub(in crate::topology) static ROLE_NAME: Key<Text> =
    Key::new("name", Text::new(names::ROLE), "Its name.").or_else("`<name>-<agent>`");

/// Managed policies attached to a role (IAM User Guide, "IAM and AWS STS quotas").
pub(in crate::topology) const MOST_POLICIES: usize = 10;

/// Policies that are attached and not made.
pub(super) const MANAGED_POLICIES: Key<List<ManagedPolicy>> = Key::new(
    "managed_policies",
    List::distinct(ManagedPolicy).at_most(MOST_POLICIES),
    "Managed policies that are attached to the role and not made: those of AWS by their names, others by their ARNs.",
)
.rules("An ARN is of AWS or of the role's account. A role takes 10 managed policies in all.");

/// The policies of AWS that the role of an agent gets, when nothing is said.
pub(in crate::topology) static MANAGED: KeyOr<List<ManagedPolicy>> =
    MANAGED_POLICIES.or(&["CloudWatchAgentServerPolicy", "AmazonSSMManagedInstanceCore"]);

const TAGS: KeyOr<Map<Text>> = Key::new(
    "tags",
    Map::any(names::TAG_KEY, Text::new(names::TAG_VALUE)).at_most(MOST_TAGS),
    "Tags of the role alone, beside those of the topology.",
)
.rules("The rules of the topology's `tags`.")
.or(Empty);

pub(in crate::topology) static ROLE_TAGS: KeyOr<Map<Text>> = TAGS;

pub(in crate::topology) static EXTRA_POLICY: Table = Table {
    name: "extra_policy",
    path: "agents.<key>.extra_policies[]",
    meaning: "A policy of your own.",
    keys: &[&EXTRA_NAME, &FILE, &DOCUMENT, &EXTRA_TAGS],
    conditions: || one_of("file", "document"),
};

pub(in crate::topology) static EXTRA_NAME: Key<Text> =
    Key::new("name", Text::new(names::POLICY), "Its name.")
        .required("a managed policy goes by its name", "add `name: MyPolicy`")
        .example("S3-Wordpress");

pub(in crate::topology) static FILE: Key<Text> = Key::new(
    "file",
    Text::new(Form::new("a path from the folder of the topology on")),
    "A JSON file that holds it, from the folder of the topology on.",
)
.rules("Either `file` or `document`. At most 6144 characters, blanks not counted.")
.example("policies/s3.json");

pub(in crate::topology) static DOCUMENT: Key<Document> =
    Key::new("document", Document, "What it says, written here.").example_json(
        r#"{
            "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Action": "cloudwatch:PutMetricData", "Resource": "*" }]
        }"#,
    );

pub(in crate::topology) static EXTRA_TAGS: KeyOr<Map<Text>> =
    TAGS.meaning("Tags of the policy alone, beside those of the topology.");

static ASSOCIATE: Table = Table {
    name: "associate_with",
    path: "agents.<key>.associate_with",
    meaning: "The instances that get the instance profile. One instance takes one profile.",
    keys: &[&ASSOCIATED_INSTANCES, &REPLACE],
    conditions: Vec::new,
};

const INSTANCES: List<Text> = List::some(Text::new(names::INSTANCE));

pub(in crate::topology) static ASSOCIATED_INSTANCES: Key<List<Text>> =
    Key::new("instances", INSTANCES, "Ids of the instances.")
        .required("the instance profile goes onto instances that are named", "add `instances: [i-…]`")
        .example_json(r#"["i-0134c94a753025b8b"]"#);

pub(in crate::topology) static REPLACE: KeyOr<Flag> = Key::new(
    "replace",
    Flag,
    "Whether a profile that an instance has already is swapped for this one. Without it, that is refused.",
)
.or(false);

static ATTACH: Table = Table {
    name: "attach_to",
    path: "agents.<key>.attach_to",
    meaning: "A role that is there already. Nothing of it is changed beside the policies that are attached.",
    keys: &[&ATTACHED_ROLE, &ATTACHED_INSTANCES],
    conditions: || one_of("role", "instances"),
};

pub(in crate::topology) static ATTACHED_ROLE: Key<Text> =
    Key::new("role", Text::new(names::ROLE_WITH_PATH), "The role, by its name.")
        .rules("Either `role` or `instances`.")
        .example("poc-ec2-role");

pub(in crate::topology) static ATTACHED_INSTANCES: Key<List<Text>> = Key::new(
    "instances",
    INSTANCES,
    "The role that these instances have now, found by their instance profile.",
)
.example_json(r#"["i-0297dec34ad7ea77b"]"#);

fn one_of(one: &str, other: &str) -> Vec<Value> {
    vec![
        json!({ "if": { "required": [one] }, "then": { "properties": { other: false } }, "else": { "required": [other] } }),
    ]
}

static CHECKED: Table = Table {
    name: "check",
    path: "agents.<key>.check[]",
    meaning: "What the role must be allowed: each action on each resource.",
    keys: &[&ACTIONS, &RESOURCES],
    conditions: Vec::new,
};

/// IAM simulates actions one by one (IAM API Reference, SimulatePrincipalPolicy: no wildcards).
pub(in crate::topology) static ACTIONS: Key<List<Text>> =
    Key::new("actions", List::some(Text::new(names::ACTION)), "The actions, without wildcards.")
        .required(
            "a check asks whether the role may take an action",
            "write actions in full, such as `s3:PutObject`",
        )
        .example_json(r#"["s3:PutObject"]"#);

pub(in crate::topology) static RESOURCES: KeyOr<List<Text>> =
    Key::new("resources", List::some(Text::new(identifiers::RESOURCE)), "The resources.")
        .or(&["*"])
        .example_json(r#"["arn:aws:s3:::my-bucket/*"]"#);
