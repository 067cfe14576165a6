//! `agents`: the IAM of CloudWatch agents on EC2.

use serde_json::{Value, json};

use super::collected;
use super::forms::{Form, identifiers, names};
use super::root::MOST_TAGS;
use super::{Document, Empty, Flag, Key, KeyOr, List, ManagedPolicy, Map, Sub, Table, Text};

pub(in crate::topology) static AGENT: Table = Table {
    name: "agent",
    path: "agents.<key>",
    meaning: "The IAM resources that instances with a CloudWatch agent need: a role with policies in an instance profile, or policies on an existing role.",
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
    "The accounts that the instances are in. Each account gets everything in this section.",
)
.required("an agent's role is in the account of its instances", "add `accounts: [app]`")
.rules("List the accounts one by one: `organization` is not accepted here. If you list `instances`, only one account.")
.example_json(r#"["app"]"#);

pub(in crate::topology) static REGION: Key<Text> = Key::new(
    "region",
    Text::new(identifiers::REGION),
    "The region of the instances and of the stored configuration.",
)
.or_else("the topology's `region`");

pub(in crate::topology) static OF_POLICY: Key<Sub> =
    Key::new("policy", Sub(&POLICY), "The agent's own policy. `{}` makes one with all defaults.")
        .or_else("no policy is made");

pub(in crate::topology) static OF_ROLE: Key<Sub> =
    Key::new("role", Sub(&ROLE), "The role that logpipe makes. Not with `attach_to`.");

pub(in crate::topology) static INSTANCE_PROFILE: Key<Text> = Key::new(
    "instance_profile",
    Text::new(names::INSTANCE_PROFILE),
    "Name of the instance profile that holds the role.",
)
.or_else("`<name>-<agent>`")
.rules("Not with `attach_to`.");

pub(in crate::topology) static EXTRA_POLICIES: KeyOr<List<Sub>> = Key::new(
    "extra_policies",
    List::any(Sub(&EXTRA_POLICY)).at_most(MOST_POLICIES),
    "Your own policies, which logpipe makes and attaches.",
)
.rules("A role can have at most 10 managed policies in all.")
.or(&[]);

pub(in crate::topology) static ASSOCIATE_WITH: Key<Sub> =
    Key::new("associate_with", Sub(&ASSOCIATE), "The instances that get the instance profile.")
        .or_else("none")
        .rules("Not with `attach_to`.");

pub(in crate::topology) static ATTACH_TO: Key<Sub> = Key::new(
    "attach_to",
    Sub(&ATTACH),
    "An existing role that gets the policies. logpipe then makes no role and no instance profile.",
);

pub(in crate::topology) static CHECK: KeyOr<List<Sub>> = Key::new(
    "check",
    List::any(Sub(&CHECKED)),
    "What the role must be allowed to do. `verify` proves it with IAM's policy simulator.",
)
.or(&[])
.example_json(r#"[{ "actions": ["s3:PutObject"], "resources": ["arn:aws:s3:::my-bucket/*"] }]"#);

/// What an agent does with an existing role.
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
    meaning: "The agent's own policy. It lets the agent write logs, use its stored configuration and describe its instance.",
    keys: &[&POLICY_NAME, &LOG_GROUPS, &PARAMETERS, &PRINCIPAL_TAGS],
    conditions: Vec::new,
};

pub(in crate::topology) static POLICY_NAME: Key<Text> =
    Key::new("name", Text::new(names::POLICY), "Its name.").or_else("`<name>-<agent>-agent`");

pub(in crate::topology) static LOG_GROUPS: KeyOr<List<Text>> = Key::new(
    "log_groups",
    List::some(Text::new(names::LOG_GROUP_RESOURCE)),
    "The log groups that the agent may write to. `*` and `?` work as in IAM.",
)
.or(&["/aws/ec2/*"]);

/// The default is what `CloudWatchAgentServerPolicy` lets it read.
pub(in crate::topology) static PARAMETERS: KeyOr<List<Text>> = Key::new(
    "parameters",
    List::some(Text::new(names::PARAMETER_RESOURCE)),
    "The SSM parameters that the agent may use. `*` and `?` work as in IAM.",
)
.or(&["AmazonCloudWatch-*"]);

pub(in crate::topology) static PRINCIPAL_TAGS: KeyOr<Map<Text>> = Key::new(
    "principal_tags",
    Map::any(names::PRINCIPAL_TAG_KEY, Text::new(names::TAG_VALUE)),
    "Tags that the role must have for the policy to allow anything.",
)
.rules("A role that logpipe makes gets them from the `tags` of the topology or of the role.")
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

/// Existing policies that are only attached.
pub(super) const MANAGED_POLICIES: Key<List<ManagedPolicy>> = Key::new(
    "managed_policies",
    List::distinct(ManagedPolicy).at_most(MOST_POLICIES),
    "Existing managed policies to attach to the role: AWS managed policies by name, others by ARN.",
)
.rules("An ARN must be that of a policy of AWS or of the role's account. A role can have at most 10 managed policies in all.");

/// The AWS managed policies that an agent's role gets by default.
pub(in crate::topology) static MANAGED: KeyOr<List<ManagedPolicy>> =
    MANAGED_POLICIES.or(&["CloudWatchAgentServerPolicy", "AmazonSSMManagedInstanceCore"]);

const TAGS: KeyOr<Map<Text>> = Key::new(
    "tags",
    Map::any(names::TAG_KEY, Text::new(names::TAG_VALUE)).at_most(MOST_TAGS),
    "Tags of this role only, in addition to the topology's.",
)
.rules("The same rules as for the topology's `tags`.")
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
        .required("a managed policy needs a name", "add `name: MyPolicy`")
        .example("S3-Wordpress");

pub(in crate::topology) static FILE: Key<Text> = Key::new(
    "file",
    Text::new(Form::new("a path relative to the topology's folder")),
    "A JSON file that holds the policy, relative to the topology's folder.",
)
.rules("Either `file` or `document`. At most 6144 characters, not counting whitespace.")
.example("policies/s3.json");

pub(in crate::topology) static DOCUMENT: Key<Document> =
    Key::new("document", Document, "The policy itself, written here.").example_json(
        r#"{
            "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Action": "cloudwatch:PutMetricData", "Resource": "*" }]
        }"#,
    );

pub(in crate::topology) static EXTRA_TAGS: KeyOr<Map<Text>> =
    TAGS.meaning("Tags of this policy only, in addition to the topology's.");

static ASSOCIATE: Table = Table {
    name: "associate_with",
    path: "agents.<key>.associate_with",
    meaning: "The instances that get the instance profile. An instance can have only one profile.",
    keys: &[&ASSOCIATED_INSTANCES, &REPLACE],
    conditions: Vec::new,
};

const INSTANCES: List<Text> = List::some(Text::new(names::INSTANCE));

pub(in crate::topology) static ASSOCIATED_INSTANCES: Key<List<Text>> =
    Key::new("instances", INSTANCES, "Ids of the instances.")
        .required("nothing says which instances get the instance profile", "add `instances: [i-…]`")
        .example_json(r#"["i-0134c94a753025b8b"]"#);

pub(in crate::topology) static REPLACE: KeyOr<Flag> = Key::new(
    "replace",
    Flag,
    "Whether to replace a profile that an instance already has. Otherwise, that is refused.",
)
.or(false);

static ATTACH: Table = Table {
    name: "attach_to",
    path: "agents.<key>.attach_to",
    meaning: "An existing role. logpipe attaches the policies to it and changes nothing else.",
    keys: &[&ATTACHED_ROLE, &ATTACHED_INSTANCES],
    conditions: || one_of("role", "instances"),
};

pub(in crate::topology) static ATTACHED_ROLE: Key<Text> =
    Key::new("role", Text::new(names::ROLE_WITH_PATH), "Name of the role.")
        .rules("Either `role` or `instances`.")
        .example("poc-ec2-role");

pub(in crate::topology) static ATTACHED_INSTANCES: Key<List<Text>> = Key::new(
    "instances",
    INSTANCES,
    "The instances whose current role gets the policies. The role is found through their instance profile.",
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
    meaning: "What the role must be allowed to do: each action on each resource.",
    keys: &[&ACTIONS, &RESOURCES],
    conditions: Vec::new,
};

/// IAM simulates actions one by one (IAM API Reference, SimulatePrincipalPolicy: no wildcards).
pub(in crate::topology) static ACTIONS: Key<List<Text>> =
    Key::new("actions", List::some(Text::new(names::ACTION)), "The actions, without wildcards.")
        .required(
            "a check tests whether the role may perform an action",
            "write actions in full, such as `s3:PutObject`",
        )
        .example_json(r#"["s3:PutObject"]"#);

pub(in crate::topology) static RESOURCES: KeyOr<List<Text>> =
    Key::new("resources", List::some(Text::new(identifiers::RESOURCE)), "The resources.")
        .or(&["*"])
        .example_json(r#"["arn:aws:s3:::my-bucket/*"]"#);
