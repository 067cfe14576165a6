//! The rules AWS has for names, each with the page that states it.
//!
//! Pure functions from a name to the reason it would be refused. Knows no topology and no positions.

use crate::address::Arn;

/// What a kind of name may look like.
#[derive(Debug, Clone, Copy)]
pub(in crate::topology) struct Rule {
    /// What is named, as a noun phrase with its article.
    pub(in crate::topology) what: &'static str,
    /// The most characters it may have.
    pub(in crate::topology) longest: usize,
    pub(in crate::topology) shortest: usize,
    pub(in crate::topology) fits: fn(char) -> bool,
    pub(in crate::topology) alphabet: &'static str,
    /// Further conditions, on a name of the right length and characters.
    pub(in crate::topology) further: fn(&str) -> Result<(), &'static str>,
}

impl Rule {
    /// Why AWS would refuse the name.
    pub(in crate::topology) fn check(&self, name: &str) -> Result<(), String> {
        self.check_name(name).map_err(|why| match self.name_in(name) {
            Some(short) => format!("this is an ARN, and {} stands in it: write `{short}`", self.what),
            None => why,
        })
    }

    /// The name in an ARN.
    fn name_in<'n>(&self, arn: &'n str) -> Option<&'n str> {
        let resource = Arn::parse(arn)?.resource.trim_end_matches(":*");
        let behind = |separator| resource.split_once(separator).map(|(_, name)| name);
        let parts = [behind('/'), behind(':'), resource.rsplit('/').next(), Some(resource)];
        parts.into_iter().flatten().find(|name| self.check_name(name).is_ok())
    }

    fn check_name(&self, name: &str) -> Result<(), String> {
        let length = name.chars().count();
        if length < self.shortest {
            return Err(format!("{} has at least {} character(s)", self.what, self.shortest));
        }
        if length > self.longest {
            return Err(format!("this has {length} characters, {} at most {}", self.what, self.longest));
        }
        if let Some(wrong) = name.chars().find(|c| !(self.fits)(*c)) {
            return Err(format!("{} is made of {}, not `{wrong}`", self.what, self.alphabet));
        }
        (self.further)(name).map_err(ToOwned::to_owned)
    }
}

/// S3 User Guide, "General purpose bucket naming rules".
pub(in crate::topology) const BUCKET: Rule = Rule {
    what: "a bucket name",
    longest: 63,
    shortest: 3,
    fits: |c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-'),
    alphabet: "a-z, 0-9, `.` and `-`",
    further: bucket,
};

/// S3 User Guide, "Naming Amazon S3 objects": the characters that need no care anywhere.
pub(in crate::topology) const OBJECT: Rule = Rule {
    what: "the key of an object",
    longest: 1024,
    shortest: 1,
    fits: |c| c.is_ascii_alphanumeric() || matches!(c, '!' | '-' | '_' | '.' | '*' | '\'' | '(' | ')' | '/'),
    alphabet: "letters, digits and `!-_.*'()/`",
    further: object,
};

/// Firehose API Reference, CreateDeliveryStream.
pub(in crate::topology) const STREAM: Rule = Rule {
    what: "a Firehose stream name",
    longest: 64,
    shortest: 1,
    fits: |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'),
    alphabet: "letters, digits, `_`, `.` and `-`",
    further: |_| Ok(()),
};

/// IAM API Reference, CreateRole.
pub(in crate::topology) const ROLE: Rule = Rule {
    what: "a role name",
    longest: 64,
    shortest: 1,
    fits: is_role_character,
    alphabet: "letters, digits and `_+=,.@-`",
    further: not_reserved,
};

/// IAM Identity Center API Reference, CreatePermissionSet.
pub(in crate::topology) const PERMISSION_SET: Rule =
    Rule { what: "the name of a permission set", longest: 32, further: |_| Ok(()), ..ROLE };

/// A role name with the path before it: IAM User Guide, "IAM identifiers".
pub(in crate::topology) const ROLE_WITH_PATH: Rule = Rule {
    what: "a role, with its path if it has one,",
    longest: 512 + 64,
    shortest: 1,
    fits: |c| is_role_character(c) || c == '/',
    alphabet: "letters, digits and `_+=,.@-`, with `/` between the parts of a path",
    further: role_with_path,
};

/// IAM API Reference, CreatePolicy.
pub(in crate::topology) const POLICY: Rule =
    Rule { what: "a policy name", longest: 128, further: |_| Ok(()), ..ROLE };

/// A policy name with the path before it: IAM User Guide, "IAM identifiers".
pub(in crate::topology) const POLICY_WITH_PATH: Rule = Rule {
    what: "a policy, with its path if it has one,",
    longest: 512 + 128,
    shortest: 1,
    fits: |c| is_role_character(c) || c == '/',
    alphabet: "letters, digits and `_+=,.@-`, with `/` between the parts of a path",
    further: policy_with_path,
};

/// IAM API Reference, CreateInstanceProfile.
pub(in crate::topology) const INSTANCE_PROFILE: Rule =
    Rule { what: "an instance profile name", longest: 128, further: |_| Ok(()), ..ROLE };

/// EC2 User Guide, "Resource IDs": eight hexadecimal digits before 2018, seventeen since.
pub(in crate::topology) const INSTANCE: Rule = Rule {
    what: "an instance id",
    longest: 19,
    shortest: 10,
    fits: |c| c.is_ascii_digit() || matches!(c, 'a'..='f' | 'i' | '-'),
    alphabet: "`i-` and hexadecimal digits",
    further: instance,
};

/// CloudWatch Logs API Reference, PutDestination.
pub(in crate::topology) const DESTINATION: Rule = Rule { what: "a destination name", ..NO_COLON_OR_STAR };

/// CloudWatch Logs API Reference, PutSubscriptionFilter.
pub(in crate::topology) const FILTER: Rule = NO_COLON_OR_STAR;

const NO_COLON_OR_STAR: Rule = Rule {
    what: "a filter name",
    longest: 512,
    shortest: 1,
    fits: |c| !matches!(c, ':' | '*') && !c.is_control(),
    alphabet: "anything but `:` and `*`",
    further: |_| Ok(()),
};

/// CloudWatch Logs API Reference, CreateLogGroup.
pub(in crate::topology) const LOG_GROUP: Rule = Rule {
    what: "a log group name",
    longest: 512,
    shortest: 1,
    fits: is_log_group_character,
    alphabet: "letters, digits and `._-/#`",
    further: log_group,
};

/// A log group name with wildcards in it.
pub(in crate::topology) const LOG_GROUP_GLOB: Rule = Rule {
    what: "a log group glob",
    longest: 512,
    shortest: 1,
    fits: |c| is_log_group_character(c) || matches!(c, '*' | '?' | '[' | ']' | '!' | '^'),
    alphabet: "letters, digits, `._-/#` and the wildcards `*`, `?` and `[…]`",
    further: |_| Ok(()),
};

/// A log group name as the resource of a policy names several: IAM User Guide, "IAM JSON policy elements: Resource".
pub(in crate::topology) const LOG_GROUP_RESOURCE: Rule = Rule {
    what: "a log group of a policy",
    longest: 512,
    shortest: 1,
    fits: |c| is_log_group_character(c) || matches!(c, '*' | '?'),
    alphabet: "letters, digits, `._-/#` and the wildcards `*` and `?`",
    further: log_group,
};

/// SSM API Reference, PutParameter, with the wildcards of a policy.
pub(in crate::topology) const PARAMETER_RESOURCE: Rule = Rule {
    what: "a parameter of a policy",
    longest: 1011,
    shortest: 1,
    fits: |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | '*' | '?'),
    alphabet: "letters, digits, `_.-/` and the wildcards `*` and `?`",
    further: |_| Ok(()),
};

/// A tag of a principal, which may be one that logpipe sets.
pub(in crate::topology) const PRINCIPAL_TAG_KEY: Rule = Rule { further: |_| Ok(()), ..TAG_KEY };

/// Service Authorization Reference: the prefix of a service and the name of an action.
pub(in crate::topology) const ACTION: Rule = Rule {
    what: "an action",
    longest: 128,
    shortest: 3,
    fits: |c| c.is_ascii_alphanumeric() || matches!(c, ':' | '-'),
    alphabet: "letters, digits, `-` and one `:`",
    further: action,
};

/// Where a file is on an instance, of Linux or Windows.
pub(in crate::topology) const LOG_FILE: Rule = Rule {
    what: "the path of a log file",
    longest: 4096,
    shortest: 2,
    fits: |c| !c.is_control(),
    alphabet: "anything but control characters",
    further: log_file,
};

/// STS API Reference, AssumeRole: RoleSessionName.
pub(in crate::topology) const SESSION: Rule = Rule {
    what: "a session name",
    longest: 64,
    shortest: 2,
    fits: is_role_character,
    alphabet: "letters, digits and `_+=,.@-`",
    further: |_| Ok(()),
};

/// STS API Reference, AssumeRole: ExternalId.
pub(in crate::topology) const EXTERNAL_ID: Rule = Rule {
    what: "an external id",
    longest: 1224,
    shortest: 2,
    fits: |c| is_role_character(c) || matches!(c, ':' | '/'),
    alphabet: "letters, digits and `_+=,.@:/-`",
    further: |_| Ok(()),
};

/// IAM User Guide, "Tags for IAM resources": the narrowest of the services that get the tags.
pub(in crate::topology) const TAG_KEY: Rule = Rule {
    what: "a tag key",
    longest: 128,
    shortest: 1,
    fits: is_tag_character,
    alphabet: "letters, digits, spaces and `_.:/=+-@`",
    further: tag_key,
};

/// See [`TAG_KEY`].
pub(in crate::topology) const TAG_VALUE: Rule = Rule {
    what: "a tag value",
    longest: 256,
    shortest: 0,
    fits: is_tag_character,
    alphabet: "letters, digits, spaces and `_.:/=+-@`",
    further: |_| Ok(()),
};

/// Firehose API Reference, ExtendedS3DestinationConfiguration: FileExtension.
pub(in crate::topology) const FILE_EXTENSION: Rule = Rule {
    what: "a file extension",
    longest: 128,
    shortest: 2,
    fits: |c| {
        c.is_ascii_lowercase()
            || c.is_ascii_digit()
            || matches!(c, '!' | '-' | '_' | '.' | '*' | '\'' | '(' | ')')
    },
    alphabet: "a-z, 0-9 and `!-_.*'()`",
    further: |name| if name.starts_with('.') { Ok(()) } else { Err("a file extension starts with a dot") },
};

fn is_role_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '=' | ',' | '.' | '@' | '-')
}

fn is_log_group_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '#')
}

fn is_tag_character(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, ' ' | '_' | '.' | ':' | '/' | '=' | '+' | '-' | '@')
}

fn bucket(name: &str) -> Result<(), &'static str> {
    let alphanumeric = |c: char| c.is_ascii_alphanumeric();
    if !name.starts_with(alphanumeric) || !name.ends_with(alphanumeric) {
        return Err("a bucket name starts and ends with a letter or digit");
    }
    if name.contains("..") {
        return Err("a bucket name has no two dots in a row");
    }
    // S3 looks at the form alone: 192.168.05.999 is refused like an address that exists.
    let numbers = name.split('.').filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if name.split('.').count() == 4 && numbers.count() == 4 {
        return Err("a bucket name must not look like an IP address");
    }
    if ["xn--", "sthree-", "amzn-s3-demo-"].iter().any(|prefix| name.starts_with(prefix)) {
        return Err("S3 keeps the prefixes `xn--`, `sthree-` and `amzn-s3-demo-` to itself");
    }
    let suffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];
    if suffixes.iter().any(|suffix| name.ends_with(suffix)) {
        return Err(
            "S3 keeps the suffixes `-s3alias`, `--ol-s3`, `.mrap`, `--x-s3` and `--table-s3` to itself",
        );
    }
    Ok(())
}

fn object(key: &str) -> Result<(), &'static str> {
    if key.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
        return Err("a key has no `/` at its ends, and no part that is empty, `.` or `..`");
    }
    Ok(())
}

fn role_with_path(name: &str) -> Result<(), &'static str> {
    if name.split('/').any(str::is_empty) {
        return Err("a path has no `/` at its ends and no empty part");
    }
    let (path, last) = name.rsplit_once('/').unwrap_or(("", name));
    if last.len() > ROLE.longest {
        return Err("a role name has at most 64 characters");
    }
    if ["aws-service-role", "aws-reserved"].contains(&path.split('/').next().unwrap_or_default()) {
        return Err(RESERVED);
    }
    not_reserved(last)
}

/// Why a role of AWS will not do (IAM API Reference, `UnmodifiableEntity` of AttachRolePolicy and its like).
const RESERVED: &str = "roles of AWS services and of IAM Identity Center are theirs alone: nobody else makes them, changes them or attaches policies to them";

fn not_reserved(name: &str) -> Result<(), &'static str> {
    let reserved = ["AWSReservedSSO_", "AWSServiceRoleFor"].iter().any(|prefix| name.starts_with(prefix));
    if reserved { Err(RESERVED) } else { Ok(()) }
}

fn policy_with_path(name: &str) -> Result<(), &'static str> {
    if name.split('/').any(str::is_empty) {
        return Err("a path has no `/` at its ends and no empty part");
    }
    let last = name.rsplit('/').next().unwrap_or_default();
    if last.len() > POLICY.longest { Err("a policy name has at most 128 characters") } else { Ok(()) }
}

fn log_group(name: &str) -> Result<(), &'static str> {
    if name.starts_with("aws/") { Err("names that start with `aws/` are reserved by AWS") } else { Ok(()) }
}

fn instance(id: &str) -> Result<(), &'static str> {
    let digits = id.strip_prefix("i-").filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if digits.is_some_and(|digits| matches!(digits.len(), 8 | 17)) {
        return Ok(());
    }
    Err("an instance id is `i-` and 8 or 17 hexadecimal digits")
}

fn action(action: &str) -> Result<(), &'static str> {
    let parts = action.split_once(':');
    let service = |service: &str| {
        !service.is_empty()
            && service.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if parts.is_some_and(|(of, action)| service(of) && name(action)) {
        return Ok(());
    }
    Err("an action is `service:Action`, the service in lower case")
}

fn log_file(path: &str) -> Result<(), &'static str> {
    let drive = match path.as_bytes() {
        [letter, b':', b'\\' | b'/', ..] => letter.is_ascii_alphabetic(),
        _ => false,
    };
    if path.starts_with('/') || path.starts_with("\\\\") || drive {
        return Ok(());
    }
    Err("the agent takes absolute paths only, such as `/var/log/messages` or `C:\\logs\\app.log`")
}

fn tag_key(key: &str) -> Result<(), &'static str> {
    // AWS compares this prefix without regard to case.
    if key.to_ascii_lowercase().starts_with("aws:") {
        return Err("tag keys that start with `aws:` are reserved by AWS");
    }
    if key.starts_with("logpipe:") {
        return Err("logpipe marks what it owns with tags that start with `logpipe:`");
    }
    Ok(())
}
