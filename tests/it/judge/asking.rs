//! Who asks for what, and what the request says of itself: the part of a case that is not a policy.

use logpipe::policy::Principal;
use serde_json::{Map, Value, json};

use super::dice::Dice;

pub(super) const ACCOUNTS: [&str; 3] = ["111111111111", "222222222222", "999999999999"];

/// Which policy a resource has, if services of its kind give it one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attached {
    Never,
    Sometimes,
    Always,
}

/// One request.
pub(super) struct Asking {
    pub(super) principal: Principal,
    pub(super) action: String,
    pub(super) resource: String,
    pub(super) owner: String,
    pub(super) attached: Attached,
    /// Whether the resource is a role that is to be assumed.
    pub(super) trust: bool,
    /// What the request says of itself. What follows from who asks is not among it.
    pub(super) keys: Map<String, Value>,
}

/// An action with its resource in an account; `true` for keys and roles, whose policy is always there.
const ACTIONS: [(&str, &str, Attached); 14] = [
    ("logs:PutSubscriptionFilter", "arn:aws:logs:eu-west-1:{}:destination:central", Attached::Sometimes),
    ("logs:PutSubscriptionFilter", "arn:aws:logs:eu-west-1:{}:log-group:/app/web", Attached::Never),
    ("logs:PutLogEvents", "arn:aws:logs:eu-west-1:{}:log-group:/app/web:log-stream:a/b", Attached::Never),
    ("firehose:PutRecordBatch", "arn:aws:firehose:eu-west-1:{}:deliverystream/central", Attached::Never),
    ("s3:PutObject", "arn:aws:s3:::archive/logs/ann/2026/x.gz", Attached::Sometimes),
    ("s3:GetObject", "arn:aws:s3:::archive/logs/ann/2026/x.gz", Attached::Sometimes),
    ("s3:ListBucket", "arn:aws:s3:::archive", Attached::Sometimes),
    ("iam:PassRole", "arn:aws:iam::{}:role/team/cwl", Attached::Never),
    ("sts:AssumeRole", "arn:aws:iam::{}:role/team/cwl", Attached::Always),
    ("sts:AssumeRole", "arn:aws:iam::{}:role/team/cwl", Attached::Always),
    (
        "kms:GenerateDataKey",
        "arn:aws:kms:eu-west-1:{}:key/11111111-2222-3333-4444-555555555555",
        Attached::Always,
    ),
    ("iam:CreateRole", "arn:aws:iam::{}:role/team/cwl", Attached::Never),
    ("firehose:ListDeliveryStreams", "*", Attached::Never),
    ("s3:ListAllMyBuckets", "*", Attached::Never),
];

impl Asking {
    pub(super) fn draw(dice: &mut Dice) -> Self {
        let principal = principal(dice);
        let (action, resource, attached) = *dice.of(&ACTIONS);
        let own = principal.account().filter(|_| dice.percent(55)).map(ToString::to_string);
        let owner = own.unwrap_or_else(|| dice.text(&ACCOUNTS));
        Self {
            principal,
            action: action.to_owned(),
            resource: resource.replace("{}", &owner),
            owner,
            attached,
            trust: action == "sts:AssumeRole",
            keys: keys(dice, action),
        }
    }
}

fn principal(dice: &mut Dice) -> Principal {
    let account = dice.text(&ACCOUNTS);
    let iam = |rest: &str| format!("arn:aws:iam::{account}:{rest}");
    let id = account.parse().unwrap();
    match dice.below(100) {
        0..25 => Principal::Role { account: id, arn: iam("role/app") },
        25..55 => Principal::Session {
            account: id,
            arn: format!("arn:aws:sts::{account}:assumed-role/app/s1"),
            role_arn: iam("role/app"),
        },
        55..75 => Principal::User { account: id, arn: iam("user/ann") },
        75..92 => Principal::Service(dice.text(&[
            "logs.amazonaws.com",
            "firehose.amazonaws.com",
            "s3.amazonaws.com",
        ])),
        92..96 => Principal::Root { account: id, arn: iam("root") },
        _ => Principal::Anonymous,
    }
}

/// Condition keys that a request may have, with values it may have there.
pub(super) const SINGLE: [(&str, &[&str]); 13] = [
    (
        "aws:SourceArn",
        &[
            "arn:aws:logs:eu-west-1:111111111111:*",
            "arn:aws:logs:eu-west-1:111111111111:log-group:/app/web:*",
            "arn:aws:firehose:eu-west-1:999999999999:deliverystream/central",
        ],
    ),
    ("aws:SourceAccount", &ACCOUNTS),
    ("aws:PrincipalOrgID", &["o-abcde12345", "o-other67890"]),
    ("sts:ExternalId", &["999999999999", "open-sesame", "Open-Sesame"]),
    ("aws:SourceIp", &["192.0.2.7", "198.51.100.1", "2001:db8::7"]),
    ("aws:CurrentTime", &["2026-03-01T00:00:00Z", "2026-03-01T12:30:45Z"]),
    ("aws:EpochTime", &["1772323200", "1772368245"]),
    ("aws:SecureTransport", &["true", "false"]),
    ("aws:MultiFactorAuthAge", &["0", "59", "3600"]),
    ("s3:prefix", &["logs/", "logs/ann/", "", "LOGS/"]),
    ("s3:max-keys", &["1", "10", "1000"]),
    ("aws:PrincipalTag/team", &["ann", "blue*", "Blue", "a?c"]),
    ("aws:RequestTag/data", &["QmluYXJ5", "AQID"]),
];

/// Keys of which a request may say several values.
pub(super) const MULTIPLE: [(&str, &[&str]); 2] = [
    ("aws:TagKeys", &["team", "Team", "cost", "logpipe:owner"]),
    ("kms:EncryptionContextKeys", &["aws:s3:arn", "a"]),
];

/// The keys of one service come with its own actions only, those of S3 with listing.
fn has(action: &str, key: &str) -> bool {
    match key.split_once(':').unwrap().0 {
        "aws" => true,
        "s3" => action == "s3:ListBucket",
        service => action.split_once(':').unwrap().0 == service,
    }
}

fn keys(dice: &mut Dice, action: &str) -> Map<String, Value> {
    let mut keys = Map::new();
    for (key, values) in SINGLE.into_iter().filter(|(key, _)| has(action, key)) {
        if dice.percent(70) {
            keys.insert(key.to_owned(), json!(dice.text(values)));
        }
    }
    for (key, values) in MULTIPLE.into_iter().filter(|(key, _)| has(action, key)) {
        if dice.percent(70) {
            let values: Vec<_> = values.iter().filter(|_| dice.percent(35)).collect();
            keys.insert(key.to_owned(), json!(values));
        }
    }
    keys
}

/// What AWS itself puts into a request, by the table of IAM User Guide, "AWS global condition context keys". Written
/// down here once more, so that logpipe's own derivation is judged as well.
pub(super) fn derived(principal: &Principal) -> Map<String, Value> {
    let mut keys = Map::new();
    let mut put = |key: &str, value: &str| {
        keys.insert(key.to_owned(), json!(value));
    };
    let kind = match principal {
        Principal::Service(name) => {
            put("aws:PrincipalServiceName", name);
            put("aws:PrincipalIsAWSService", "true");
            return keys;
        }
        Principal::Root { arn, .. } => ("Account", arn),
        Principal::User { arn, .. } => ("User", arn),
        Principal::Role { arn, .. } | Principal::Session { role_arn: arn, .. } => ("AssumedRole", arn),
        Principal::AnySession { .. } | Principal::Someone { .. } => {
            unreachable!("a case says who asks: {principal}")
        }
        Principal::Anonymous => {
            put("aws:PrincipalType", "Anonymous");
            put("aws:PrincipalIsAWSService", "false");
            return keys;
        }
    };
    put("aws:PrincipalType", kind.0);
    put("aws:PrincipalArn", kind.1);
    put("aws:PrincipalAccount", principal.account().unwrap().as_str());
    put("aws:PrincipalIsAWSService", "false");
    if let Principal::User { .. } = principal {
        put("aws:username", "ann");
    }
    keys
}
