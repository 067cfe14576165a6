//! The forms of identifiers, which `address` parses: what JSON Schema can be told of them.

use super::form::{Form, lacks, matches};

/// A key of `destinations`, `sources`, `agents` or `readers`.
pub(in crate::topology) const KEY: Form = Form::new("a key")
    .sized(1, 20)
    .of("a-z0-9-", "a-z, 0-9 and `-`")
    .and(&[matches("^[a-z]", "a key starts with a letter")]);

/// The name of a topology.
pub(in crate::topology) const TOPOLOGY_NAME: Form = Form::new("a topology name")
    .briefly("a name of lower-case letters, digits and `-`")
    .sized(1, 32)
    .of("a-z0-9-", "a-z, 0-9 and `-`")
    .and(&[matches("^[a-z]", "a name starts with a letter")]);

/// How the topology calls an account: its own key of `accounts`.
pub(in crate::topology) const ACCOUNT_NAME: Form =
    Form::new("an account name").sized(1, 64).of("A-Za-z0-9_-", "letters, digits, `-` and `_`").and(&[
        lacks("^organization$", "`organization` stands for the accounts of the organisation"),
        lacks("^[0-9]{12}$", "this is the id of an account"),
    ]);

/// One account, by a key of `accounts` or by its id.
pub(in crate::topology) const ACCOUNT: Form = Form::new("an account name or a quoted id")
    .sized(1, 64)
    .of("A-Za-z0-9_-", "letters, digits, `-` and `_`")
    .and(&[lacks("^organization$", "`organization` is not a single account")]);

/// Accounts: one, or those of the organisation.
pub(in crate::topology) const ACCOUNTS: Form = ACCOUNT.and(&[]);

/// The id of an account.
pub(in crate::topology) const ACCOUNT_ID: Form =
    Form::new("an account id").briefly("twelve digits in quotes").sized(12, 12).of("0-9", "digits");

/// A region code.
pub(in crate::topology) const REGION: Form = Form::new("a region code")
    .and(&[matches("^[a-z0-9]+(-[a-z0-9]+)+-[0-9]$", "a region code looks like `ap-northeast-1`")]);

/// The id of an organisation.
pub(in crate::topology) const ORGANIZATION: Form = Form::new("the id of an organisation")
    .and(&[matches("^o-[a-z0-9]{1,32}$", "such an id is `o-` followed by letters and digits")]);

/// The id of an organisational unit.
pub(in crate::topology) const UNIT: Form = Form::new("the id of an organisational unit")
    .and(&[matches("^ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$", "such an id has the form `ou-<root id>-<own id>`")]);

/// The ARN of a role (IAM User Guide, "IAM ARNs").
pub(in crate::topology) const ROLE_ARN: Form = Form::new("the ARN of a role").and(&[
    matches(
        "^arn:aws[a-z-]*:iam::[0-9]{12}:role/([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64}$",
        "expected arn:aws:iam::<account id>:role/<name>",
    ),
    lacks(":role/(aws-service-role|aws-reserved)/", "roles that AWS manages cannot be used"),
    lacks("/(AWSReservedSSO_|AWSServiceRoleFor)[^/]*$", "roles that AWS manages cannot be used"),
]);

/// The ARN of a KMS key (KMS Developer Guide, "Key identifiers (KeyId)").
pub(in crate::topology) const KMS_KEY: Form = Form::new("the ARN of a KMS key").and(&[matches(
    "^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$",
    "expected arn:aws:kms:<region>:<account id>:key/<key id>",
)]);

/// The ARN of a standard SNS topic (Amazon SNS API Reference, CreateTopic: letters, digits, `-` and `_`, up to 256).
pub(in crate::topology) const TOPIC: Form = Form::new("the ARN of an SNS topic").and(&[matches(
    "^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$",
    "expected arn:aws:sns:<region>:<account id>:<topic name>",
)]);

/// The ARN of an existing managed policy (IAM User Guide, "IAM ARNs").
pub(in crate::topology) const POLICY_ARN: Form = Form::new("the ARN of a managed policy").and(&[matches(
    "^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,128}$",
    "expected arn:aws:iam::<account id, or aws>:policy/<name>",
)]);

/// An ARN, or `*` for all.
pub(in crate::topology) const RESOURCE: Form = Form::new("an ARN, or `*`")
    .and(&[matches(r"^(\*|arn:aws[a-z-]*:[^:]+:[^:]*:[^:]*:[\s\S]+)$", "an ARN has six parts")]);
