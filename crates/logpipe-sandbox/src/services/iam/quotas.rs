//! How many roles and policies an account may have, and how long texts may be (IAM User Guide, "IAM and AWS STS
//! quotas", unadjusted).

use crate::faults::fault::Fault;

use super::operations::invalid;

/// What an account may have, by the name that IAM's refusal has for it.
const PER_ACCOUNT: [(&str, usize); 3] = [("InstanceProfiles", 1_000), ("Roles", 1_000), ("Policies", 1_500)];

/// How many of these an account may have.
pub(super) fn most(what: &str) -> usize {
    PER_ACCOUNT.iter().find(|(name, _)| *name == what).map_or(0, |(_, most)| *most)
}

/// Refuses one more of these where there are so many.
pub(super) fn one_more(what: &str, there: usize) -> Result<(), Fault> {
    match PER_ACCOUNT.iter().find(|(name, most)| *name == what && there >= *most) {
        Some((_, most)) => {
            let text = format!("Cannot exceed quota for {what}PerAccount: {most}");
            Err(Fault::conflict("LimitExceeded", text))
        }
        None => Ok(()),
    }
}

/// Refuses a text that is too long.
pub(super) fn check_length(text: &str, member: &str, most: usize) -> Result<(), Fault> {
    if text.chars().count() <= most {
        return Ok(());
    }
    Err(invalid(&format!(
        "Value '{text}' at '{member}' failed to satisfy constraint: Member must have length less than or equal to \
         {most}"
    )))
}
