//! What names and paths may look like (IAM API Reference, CreatePolicy, PutRolePolicy and CreateRole).

use crate::faults::fault::Fault;

use super::operations::invalid;
use super::quotas;

/// Refuses what cannot be the name of a policy.
pub(super) fn check_policy(name: &str) -> Result<(), Fault> {
    quotas::check_length(name, "policyName", 128)?;
    let known = |letter: char| letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter);
    if !name.is_empty() && name.chars().all(known) {
        return Ok(());
    }
    Err(invalid(&format!(
        "Value '{name}' at 'policyName' failed to satisfy constraint: Member must satisfy regular expression pattern: \
         [\\w+=,.@-]+"
    )))
}

/// Refuses what cannot be a path: it begins and ends with a slash.
pub(super) fn check_path(path: &str) -> Result<(), Fault> {
    quotas::check_length(path, "path", 512)?;
    let known = path.chars().all(|letter| letter.is_ascii_graphic());
    if known && path.starts_with('/') && path.ends_with('/') {
        return Ok(());
    }
    let text = "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric \
                characters and/or / characters.";
    Err(Fault::invalid("ValidationError", text))
}
