//! The rules that names and numbers must keep, and the words of the refusals that several operations share.
//!
//! Rules and limits: CloudWatch Logs API Reference and User Guide, "CloudWatch Logs quotas".

use serde::Deserialize;

use crate::faults::fault::Fault;
use crate::protocol::json::broken_rule;
use crate::state::site::Site;

/// An `InvalidParameterException`.
pub(super) fn invalid(text: impl Into<String>) -> Fault {
    Fault::invalid("InvalidParameterException", text)
}

/// A member that breaks a rule of the API model.
pub(super) fn broken(value: impl ToString, member: &str, rule: &str) -> Fault {
    invalid(broken_rule(&value.to_string(), member, rule))
}

/// A `ResourceNotFoundException`.
pub(super) fn missing(text: &str) -> Fault {
    Fault::missing("ResourceNotFoundException", text)
}

/// The log group is not there.
pub(super) fn no_group() -> Fault {
    missing("The specified log group does not exist.")
}

/// The log stream is not there.
pub(super) fn no_stream() -> Fault {
    missing("The specified log stream does not exist.")
}

/// Something of that name is there already.
pub(super) fn exists(what: &str) -> Fault {
    Fault::conflict("ResourceAlreadyExistsException", format!("The specified {what} already exists"))
}

/// The name of a log group.
pub(super) fn check_group_name(name: &str) -> Result<(), Fault> {
    check_length(name, "logGroupName", 512)?;
    if !name.bytes().all(is_of_group_names) {
        let rule = "satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+";
        return Err(broken(name, "logGroupName", rule));
    }
    if name.starts_with("aws/") {
        return Err(invalid("Log groups starting with AWS/ are reserved for AWS."));
    }
    Ok(())
}

/// Whether the names of log groups may have this in them.
pub(super) fn is_of_group_names(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".-_/#".contains(&byte)
}

/// The name of a log stream, a destination or a filter.
pub(super) fn check_name(name: &str, member: &str) -> Result<(), Fault> {
    check_length(name, member, 512)?;
    if name.contains([':', '*']) {
        return Err(broken(name, member, "satisfy regular expression pattern: [^:*]*"));
    }
    Ok(())
}

fn check_length(text: &str, member: &str, most: usize) -> Result<(), Fault> {
    if text.is_empty() {
        return Err(broken(text, member, "have length greater than or equal to 1"));
    }
    if text.len() > most {
        return Err(broken(text, member, &format!("have length less than or equal to {most}")));
    }
    Ok(())
}

/// A log group by name, or by name or ARN: operations that read accept either member.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct GroupRef {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
}

impl GroupRef {
    /// The name of the group. Groups of other accounts are out of reach.
    pub(super) fn name(&self, site: &Site) -> Result<String, Fault> {
        match (&self.log_group_name, &self.log_group_identifier) {
            (Some(name), None) => Ok(name.clone()),
            (None, Some(identifier)) => group_of_identifier(site, identifier).ok_or_else(no_group),
            _ => Err(invalid("Exactly one of logGroupName and logGroupIdentifier must be specified.")),
        }
    }
}

/// The name of the group that a name or an ARN stands for.
pub(super) fn group_of_identifier(site: &Site, identifier: &str) -> Option<String> {
    if !identifier.starts_with("arn:") {
        return Some(identifier.to_owned());
    }
    let (_, resource) = Site::of_arn(identifier, "logs").filter(|(named, _)| named == site)?;
    let name = resource.strip_prefix("log-group:")?;
    Some(name.strip_suffix(":*").unwrap_or(name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, fits: bool) {
        assert_eq!(check_group_name(name).is_ok(), fits, "{name}");
    }

    #[test]
    fn group_names_keep_the_rules() {
        check("/aws/lambda/web", true);
        check("a.b-c_d#e", true);
        check("", false);
        check("with space", false);
        check("aws/mine", false);
        check(&"a".repeat(512), true);
        check(&"a".repeat(513), false);
    }
}
