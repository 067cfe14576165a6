//! `agents`.

use serde_json::{Value, json};

use super::collected;
use super::section::{
    ACCOUNT, Field, Kind, MANAGED_POLICY, POLICY, REGION, ROLE, ROLE_WITH_PATH, Section, TAG_KEY, TAG_VALUE,
    Text,
};
use crate::topology::read::agents::holder::MANAGED;
use crate::topology::read::agents::policies::{LOG_GROUPS, PARAMETERS};
use crate::topology::read::tags::MOST_TAGS;

const PROFILE: Text = Text::new("an instance profile name", "^[A-Za-z0-9_+=,.@-]+$").sized(1, 128);
const INSTANCE: Text = Text::new("an instance id", "^i-([0-9a-f]{8}|[0-9a-f]{17})$").sized(10, 19);
const LOG_GROUP_RESOURCE: Text =
    Text::new("a log group name, perhaps with `*`", "^[A-Za-z0-9._/#*?-]+$").sized(1, 512);
const PARAMETER_RESOURCE: Text =
    Text::new("a parameter name, perhaps with `*`", "^[A-Za-z0-9_./*?-]+$").sized(1, 1011);
const FILE: Text = Text::plain("a path from the folder of the topology on", 0, None);
const ACTION: Text = Text::new("an action in full", "^[a-z0-9-]+:[A-Za-z0-9]+$").sized(3, 128);
const RESOURCE: Text = Text::new("an ARN, or `*`", "^(\\*|arn:.+)$");

pub(super) fn agent() -> Section {
    let on_a_role_that_is_there = json!({
        "if": { "required": ["attach_to"] },
        "then": { "properties": { "role": false, "instance_profile": false, "associate_with": false } }
    });
    let mut fields = of_iam();
    fields.extend(collected::fields());
    fields.push(
        Field::new(
            "check",
            Kind::any(Kind::Section(check())),
            "What the role must be allowed; `verify` proves it with IAM's policy simulation.",
        )
        .or(json!([]))
        .example(json!([{ "actions": ["s3:PutObject"], "resources": ["arn:aws:s3:::my-bucket/*"] }])),
    );
    Section::new(
        "agent",
        "agents.<key>",
        "What instances with a CloudWatch agent need of IAM: a role with policies and an instance profile around it, or policies on a role that is there already.",
        fields,
    )
    .with_condition(on_a_role_that_is_there)
}

/// Where the instances are, and what they need of IAM.
fn of_iam() -> Vec<Field> {
    vec![
        Field::new("accounts", Kind::some(Kind::Text(ACCOUNT)), "The accounts of the instances; each gets all of it.")
            .required()
            .rules("Named one by one: `organization` does not stand here for its accounts. One account only, when `instances` are named.")
            .example(json!(["app"])),
        Field::new("region", Kind::Text(REGION), "The region of the instances and of the stored configuration.")
            .or_else("the topology's `region`"),
        Field::new("policy", Kind::Section(policy()), "The agent's own policy; `{}` for one with every default.")
            .or_else("none is made"),
        Field::new("role", Kind::Section(role()), "The role that is made. Not with `attach_to`."),
        Field::new("instance_profile", Kind::Text(PROFILE), "Name of the instance profile around the role.")
            .or_else("`<name>-<agent>`")
            .rules("Not with `attach_to`."),
        Field::new("extra_policies", Kind::any(Kind::Section(extra())), "Policies of your own, which are made and attached.")
            .rules("A role takes 10 managed policies in all.")
            .or(json!([])),
        Field::new("associate_with", Kind::Section(associate()), "The instances that get the instance profile.")
            .or_else("none")
            .rules("Not with `attach_to`."),
        Field::new("attach_to", Kind::Section(attach()), "A role that is there already and gets the policies; no role and no instance profile is made."),
    ]
}

fn policy() -> Section {
    let tags = Kind::map(TAG_KEY, Kind::Text(TAG_VALUE), 0);
    Section::new(
        "agent_policy",
        "agents.<key>.policy",
        "The agent's own policy: to write logs, to use its stored configuration, to describe its instance.",
        vec![
            Field::new("name", Kind::Text(POLICY), "Its name.").or_else("`<name>-<agent>-agent`"),
            Field::new(
                "log_groups",
                Kind::some(Kind::Text(LOG_GROUP_RESOURCE)),
                "The log groups that the agent may write to; `*` and `?` as in IAM.",
            )
            .or(json!(LOG_GROUPS)),
            Field::new(
                "parameters",
                Kind::some(Kind::Text(PARAMETER_RESOURCE)),
                "The SSM parameters that it may use; `*` and `?` as in IAM.",
            )
            .or(json!(PARAMETERS)),
            Field::new(
                "principal_tags",
                tags,
                "Tags that the role must have for the policy to allow anything.",
            )
            .rules("A role that logpipe makes has them by `tags` of the topology or of the role.")
            .or(json!({}))
            .example(json!({ "Project": "poc" })),
        ],
    )
}

fn role() -> Section {
    Section::new(
        "agent_role",
        "agents.<key>.role",
        "The role of the instances.",
        vec![
            Field::new("name", Kind::Text(ROLE), "Its name.").or_else("`<name>-<agent>`"),
            managed_policies(&MANAGED),
            tags("Tags of the role alone, beside those of the topology."),
        ],
    )
}

/// Policies that are attached and not made.
pub(super) fn managed_policies(defaults: &[&str]) -> Field {
    let kind = Kind::List { items: Box::new(Kind::Text(MANAGED_POLICY)), least: 0, distinct: true };
    Field::new("managed_policies", kind, "Managed policies that are attached to the role and not made: those of AWS by their names, others by their ARNs.")
        .rules("An ARN is of AWS or of the role's account. A role takes 10 managed policies in all.")
        .or(json!(defaults))
}

fn tags(meaning: &'static str) -> Field {
    let kind =
        Kind::Map { keys: TAG_KEY, values: Box::new(Kind::Text(TAG_VALUE)), least: 0, most: Some(MOST_TAGS) };
    Field::new("tags", kind, meaning).rules("The rules of the topology's `tags`.").or(json!({}))
}

fn extra() -> Section {
    Section::new(
        "extra_policy",
        "agents.<key>.extra_policies[]",
        "A policy of your own.",
        vec![
            Field::new("name", Kind::Text(POLICY), "Its name.").required().example("S3-Wordpress"),
            Field::new(
                "file",
                Kind::Text(FILE),
                "A JSON file that holds it, from the folder of the topology on.",
            )
            .rules("Either `file` or `document`. At most 6144 characters, blanks not counted.")
            .example("policies/s3.json"),
            Field::new("document", Kind::Document, "What it says, written here.").example(json!({
                "Version": "2012-10-17",
                "Statement": [{ "Effect": "Allow", "Action": "cloudwatch:PutMetricData", "Resource": "*" }]
            })),
            tags("Tags of the policy alone, beside those of the topology."),
        ],
    )
    .with_condition(one_of("file", "document"))
}

fn associate() -> Section {
    Section::new(
        "associate_with",
        "agents.<key>.associate_with",
        "The instances that get the instance profile. One instance takes one profile.",
        vec![
            Field::new("instances", Kind::some(Kind::Text(INSTANCE)), "Ids of the instances.")
                .required()
                .example(json!(["i-0134c94a753025b8b"])),
            Field::new("replace", Kind::Flag, "Whether a profile that an instance has already is swapped for this one. Without it, that is refused.")
                .or(false),
        ],
    )
}

fn attach() -> Section {
    Section::new(
        "attach_to",
        "agents.<key>.attach_to",
        "A role that is there already. Nothing of it is changed beside the policies that are attached.",
        vec![
            Field::new("role", Kind::Text(ROLE_WITH_PATH), "The role, by its name.")
                .rules("Either `role` or `instances`.")
                .example("poc-ec2-role"),
            Field::new(
                "instances",
                Kind::some(Kind::Text(INSTANCE)),
                "The role that these instances have now, found by their instance profile.",
            )
            .example(json!(["i-0297dec34ad7ea77b"])),
        ],
    )
    .with_condition(one_of("role", "instances"))
}

fn one_of(one: &str, other: &str) -> Value {
    json!({ "if": { "required": [one] }, "then": { "properties": { other: false } }, "else": { "required": [other] } })
}

fn check() -> Section {
    Section::new(
        "check",
        "agents.<key>.check[]",
        "What the role must be allowed: each action on each resource.",
        vec![
            Field::new("actions", Kind::some(Kind::Text(ACTION)), "The actions, without wildcards.")
                .required()
                .example(json!(["s3:PutObject"])),
            Field::new("resources", Kind::some(Kind::Text(RESOURCE)), "The resources.")
                .or(json!(["*"]))
                .example(json!(["arn:aws:s3:::my-bucket/*"])),
        ],
    )
}
