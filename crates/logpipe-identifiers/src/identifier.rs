//! Ids of accounts and organisations.

use std::str::FromStr;

use crate::{BadIdentifier, text_identifier};

text_identifier! {
    /// A twelve-digit AWS account id.
    AccountId
}

impl FromStr for AccountId {
    type Err = BadIdentifier;
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.into()))
        } else {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let problem = digits.then(|| format!("this has {} digits", text.len()));
            let error = BadIdentifier::new(text, "an AWS account id (twelve digits)");
            Err(error.because(problem).meant(meant_account(text)))
        }
    }
}

/// What an account was meant by, where a text is an ARN or an id in groups: "remove the dashes: `123456789012`".
pub fn meant_account(text: &str) -> Option<String> {
    let twelve = |id: &str| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
    if text.starts_with("arn:") {
        let id = text.split(':').nth(4).filter(|id| twelve(id))?;
        return Some(format!("the id is `{id}`"));
    }
    let together: String = text.chars().filter(|c| !matches!(c, '-' | ' ' | '.' | '_')).collect();
    if together == text || !twelve(&together) {
        return None;
    }
    let what = if text.contains('-') { "dashes" } else { "separators" };
    Some(format!("remove the {what}: `{together}`"))
}

text_identifier! {
    /// The id of an AWS organisation, such as `o-exampleorgid`.
    OrganizationId
}

impl FromStr for OrganizationId {
    type Err = BadIdentifier;
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        if text.strip_prefix("o-").is_some_and(|rest| is_lower_alphanumeric(rest, 1..=32)) {
            Ok(Self(text.into()))
        } else {
            Err(BadIdentifier::new(text, "the id of an organisation such as `o-exampleorgid`"))
        }
    }
}

text_identifier! {
    /// The id of an organisational unit, such as `ou-ab12-34567890`.
    OrganizationalUnitId
}

impl FromStr for OrganizationalUnitId {
    type Err = BadIdentifier;
    /// Organizations API Reference, OrganizationalUnit: the id of the root, and one of its own.
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let fits =
            text.strip_prefix("ou-").and_then(|rest| rest.split_once('-')).is_some_and(|(root, own)| {
                is_lower_alphanumeric(root, 4..=32) && is_lower_alphanumeric(own, 8..=32)
            });
        if fits {
            Ok(Self(text.into()))
        } else {
            Err(BadIdentifier::new(text, "the id of an organisational unit such as `ou-ab12-34567890`"))
        }
    }
}

fn is_lower_alphanumeric(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}
