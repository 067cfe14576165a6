//! What parameters may be called, and the ARNs that follow.

use crate::faults::fault::Fault;
use crate::state::site::Site;

use super::faults::invalid;

/// The longest name, the part of the ARN before it included (Systems Manager API Reference, PutParameter).
const LONGEST: usize = 1_011;

/// The ARN of a parameter; the slash that begins a path is the one after `parameter`.
pub(crate) fn arn(site: &Site, name: &str) -> String {
    site.arn("ssm", &format!("parameter/{}", name.trim_start_matches('/')))
}

/// A name without the version or label that a request may add to it: `name:3`. An ARN stands for the name in it.
pub(crate) fn plain(named: &str) -> (String, Option<&str>) {
    let resource = match Site::of_arn(named, "ssm") {
        Some((_, resource)) => resource.strip_prefix("parameter").unwrap_or(resource),
        None => named,
    };
    let (name, selector) = match resource.split_once(':') {
        Some((name, selector)) => (name, Some(selector)),
        None => (resource, None),
    };
    // The ARN of a name without a path has a slash that the name has not.
    let path = name.strip_prefix('/').is_some_and(|rest| rest.contains('/'));
    let name = if resource == named || path { name } else { name.trim_start_matches('/') };
    (name.to_owned(), selector)
}

/// Refuses names that a new parameter cannot have.
pub(super) fn check(name: &str) -> Result<(), Fault> {
    let lower = name.trim_start_matches('/').to_ascii_lowercase();
    if lower.starts_with("aws") {
        let text = format!("No access to reserved parameter name: {name}.");
        return Err(Fault::invalid("AccessDeniedException", text));
    }
    let letters = name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_.-/".contains(letter));
    if lower.starts_with("ssm") || !letters || lower.is_empty() {
        return Err(invalid(
            "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist \
             of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the \
             following 3 symbols .-_",
        ));
    }
    if name.contains('/') && !name.starts_with('/') {
        return Err(invalid(
            "Parameter name must be a fully qualified name: a name with a hierarchy must begin with a forward slash.",
        ));
    }
    match name.len() <= LONGEST {
        true => Ok(()),
        false => Err(invalid(&format!("The parameter name must not be longer than {LONGEST} characters."))),
    }
}
