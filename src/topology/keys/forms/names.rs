//! The rules AWS has for names, each with the page that states it.
//!
//! Knows no topology and no positions.

use super::form::{Condition, Form, lacks, matches};

const OF_ROLES: &str = "A-Za-z0-9_+=,.@-";
const OF_ROLES_IN_WORDS: &str = "letters, digits and `_+=,.@-`";
const OF_PATHS: &str = "A-Za-z0-9_+=,.@/-";
const OF_PATHS_IN_WORDS: &str = "letters, digits and `_+=,.@-`, with `/` between the parts of a path";
const NO_CONTROL: &str = r"^\x00-\x1f\x7f-\x9f";
const OF_TAGS: &str = r"\p{Alphabetic}\p{N} _.:/=+@-";
const OF_TAGS_IN_WORDS: &str = "letters, digits, spaces and `_.:/=+-@`";

/// S3 User Guide, "General purpose bucket naming rules".
pub(in crate::topology) const BUCKET: Form =
    Form::new("a bucket name").sized(3, 63).of("a-z0-9.-", "a-z, 0-9, `.` and `-`").and(&[
        matches("^[a-z0-9](.*[a-z0-9])?$", "a bucket name starts and ends with a letter or digit"),
        lacks(r"\.\.", "a bucket name cannot have two dots in a row"),
        // S3 looks at the form alone: 192.168.05.999 is refused like an address that exists.
        lacks(r"^[0-9]*(\.[0-9]*){3}$", "a bucket name must not look like an IP address"),
        lacks(
            "^(xn--|sthree-|amzn-s3-demo-)",
            "S3 reserves the prefixes `xn--`, `sthree-` and `amzn-s3-demo-`",
        ),
        lacks(
            r"(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$",
            "S3 reserves the suffixes `-s3alias`, `--ol-s3`, `.mrap`, `--x-s3` and `--table-s3`",
        ),
    ]);

/// S3 User Guide, "Naming Amazon S3 objects": the characters that need no care anywhere.
pub(in crate::topology) const OBJECT: Form = Form::new("the key of an object")
    .sized(1, 1024)
    .of("A-Za-z0-9!_.*'()/-", "letters, digits and `!-_.*'()/`")
    .and(&[lacks(
        r"(^|/)\.{0,2}(/|$)",
        "a key cannot start or end with `/`, or have a part that is empty, `.` or `..`",
    )]);

/// Firehose API Reference, CreateDeliveryStream.
pub(in crate::topology) const STREAM: Form = Form::new("a Firehose stream name")
    .briefly("a stream name")
    .sized(1, 64)
    .of("A-Za-z0-9_.-", "letters, digits, `_`, `.` and `-`");

/// Why a role of AWS will not do (IAM API Reference, `UnmodifiableEntity` of AttachRolePolicy and its like).
const RESERVED: &str = "AWS services and IAM Identity Center manage these roles themselves: nobody else can create or change them, or attach policies to them";

/// Names of roles that are AWS's own, with or without a path.
const OF_AWS: Condition = lacks("(^|/)(AWSReservedSSO_|AWSServiceRoleFor)[^/]*$", RESERVED);

/// IAM API Reference, CreateRole.
pub(in crate::topology) const ROLE: Form =
    Form::new("a role name").sized(1, 64).of(OF_ROLES, OF_ROLES_IN_WORDS).and(&[OF_AWS]);

/// IAM Identity Center API Reference, CreatePermissionSet.
pub(in crate::topology) const PERMISSION_SET: Form =
    ROLE.named("the name of a permission set").briefly("a permission set").sized(1, 32);

const NO_EMPTY_PART: Condition =
    lacks("(^|/)(/|$)", "a path cannot start or end with `/`, or have an empty part");

/// A role name with the path before it: IAM User Guide, "IAM identifiers".
pub(in crate::topology) const ROLE_WITH_PATH: Form = Form::new("a role name with its path")
    .briefly("a role name, with its path if it has one")
    .sized(1, 512 + 64)
    .of(OF_PATHS, OF_PATHS_IN_WORDS)
    .and(&[
        NO_EMPTY_PART,
        lacks("(^|/)[^/]{65,}$", "a role name has at most 64 characters"),
        lacks("^(aws-service-role|aws-reserved)/", RESERVED),
        OF_AWS,
    ]);

/// IAM API Reference, CreatePolicy.
pub(in crate::topology) const POLICY: Form = ROLE.named("a policy name").sized(1, 128);

/// A policy name with the path before it: IAM User Guide, "IAM identifiers".
pub(in crate::topology) const POLICY_WITH_PATH: Form = Form::new("a policy name with its path")
    .briefly("a policy name, with its path if it has one")
    .sized(1, 512 + 128)
    .of(OF_PATHS, OF_PATHS_IN_WORDS)
    .and(&[NO_EMPTY_PART, lacks("(^|/)[^/]{129,}$", "a policy name has at most 128 characters")]);

/// IAM API Reference, CreateInstanceProfile.
pub(in crate::topology) const INSTANCE_PROFILE: Form = ROLE.named("an instance profile name").sized(1, 128);

/// EC2 User Guide, "Resource IDs": eight hexadecimal digits before 2018, seventeen since.
pub(in crate::topology) const INSTANCE: Form =
    Form::new("an instance id").sized(10, 19).of("0-9a-fi-", "`i-` and hexadecimal digits").and(&[matches(
        "^i-([0-9a-f]{8}|[0-9a-f]{17})$",
        "an instance id is `i-` followed by 8 or 17 hexadecimal digits",
    )]);

/// CloudWatch Logs API Reference, PutSubscriptionFilter.
pub(in crate::topology) const FILTER: Form = Form::new("a filter name")
    .sized(1, 512)
    .of(r"^:*\x00-\x1f\x7f-\x9f", "any characters except `:` and `*`");

/// CloudWatch Logs API Reference, PutDestination.
pub(in crate::topology) const DESTINATION: Form = FILTER.named("a destination name");

/// CloudWatch Logs API Reference, CreateLogStream.
pub(in crate::topology) const LOG_STREAM: Form = FILTER.named("a log stream name");

pub(super) const RESERVED_LOG_GROUP: Condition =
    lacks("^aws/", "names that start with `aws/` are reserved by AWS");

/// CloudWatch Logs API Reference, CreateLogGroup.
pub(in crate::topology) const LOG_GROUP: Form = Form::new("a log group name")
    .sized(1, 512)
    .of("A-Za-z0-9._/#-", "letters, digits and `._-/#`")
    .and(&[RESERVED_LOG_GROUP]);

/// A log group name with wildcards in it.
pub(in crate::topology) const LOG_GROUP_GLOB: Form = Form::new("a log group glob")
    .briefly("a log group name or a glob")
    .sized(1, 512)
    .of(r"A-Za-z0-9._/#*?\[\]!^-", "letters, digits, `._-/#` and the wildcards `*`, `?` and `[…]`");

/// A log group name as the resource of a policy names several: IAM User Guide, "IAM JSON policy elements: Resource".
pub(in crate::topology) const LOG_GROUP_RESOURCE: Form = Form::new("a log group in a policy")
    .briefly("a log group name, optionally with `*`")
    .sized(1, 512)
    .of("A-Za-z0-9._/#*?-", "letters, digits, `._-/#` and the wildcards `*` and `?`")
    .and(&[RESERVED_LOG_GROUP]);

/// SSM API Reference, PutParameter, with the wildcards of a policy.
pub(in crate::topology) const PARAMETER_RESOURCE: Form = Form::new("a parameter in a policy")
    .briefly("a parameter name, optionally with `*`")
    .sized(1, 1011)
    .of("A-Za-z0-9_./*?-", "letters, digits, `_.-/` and the wildcards `*` and `?`");

/// Service Authorization Reference: the prefix of a service and the name of an action.
pub(in crate::topology) const ACTION: Form = Form::new("an action")
    .briefly("an action in full")
    .sized(3, 128)
    .of("A-Za-z0-9:-", "letters, digits, `-` and one `:`")
    .and(&[matches(
        "^[a-z0-9-]+:[A-Za-z0-9]+$",
        "an action is `service:Action`, with the service in lower case",
    )]);

/// Where a file is on an instance, of Linux or Windows.
pub(in crate::topology) const LOG_FILE: Form = Form::new("the path of a log file")
    .briefly("an absolute path")
    .sized(2, 4096)
    .of(NO_CONTROL, "any characters except control characters")
    .and(&[matches(
        r"^(/|\\\\|[A-Za-z]:[\\/])",
        "the agent accepts only absolute paths, such as `/var/log/messages` or `C:\\logs\\app.log`",
    )]);

/// STS API Reference, AssumeRole: RoleSessionName.
pub(in crate::topology) const SESSION: Form = ROLE.named("a session name").sized(2, 64);

/// STS API Reference, AssumeRole: ExternalId.
pub(in crate::topology) const EXTERNAL_ID: Form =
    Form::new("an external id").sized(2, 1224).of("A-Za-z0-9_+=,.@:/-", "letters, digits and `_+=,.@:/-`");

/// A tag of what logpipe makes. IAM User Guide, "Tags for IAM resources": the narrowest of the services that get the tags.
pub(in crate::topology) const TAG_KEY: Form =
    Form::new("a tag key").sized(1, 128).of(OF_TAGS, OF_TAGS_IN_WORDS).and(&[
        // AWS compares this prefix without regard to case.
        lacks("^[aA][wW][sS]:", "tag keys that start with `aws:` are reserved by AWS"),
        lacks("^logpipe:", "logpipe marks what it owns with tags that start with `logpipe:`"),
    ]);

/// A tag of a principal, which may be one that logpipe sets.
pub(in crate::topology) const PRINCIPAL_TAG_KEY: Form = TAG_KEY.and(&[]);

/// See [`TAG_KEY`].
pub(in crate::topology) const TAG_VALUE: Form =
    Form::new("a tag value").sized(0, 256).of(OF_TAGS, OF_TAGS_IN_WORDS);

/// Firehose API Reference, ExtendedS3DestinationConfiguration: FileExtension.
pub(in crate::topology) const FILE_EXTENSION: Form = Form::new("a file extension")
    .sized(2, 128)
    .of("a-z0-9!_.*'()-", "a-z, 0-9 and `!-_.*'()`")
    .and(&[matches(r"^\.", "a file extension starts with a dot")]);
