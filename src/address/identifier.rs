//! Names that can be confused with one another, each a type that parses, prints and orders as its text.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An identifier that does not have the form it must have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}{}", behind(.problem, .instead))]
pub struct BadIdentifier {
    /// What was given.
    pub text: String,
    /// What would have been right, as a noun phrase.
    pub expected: &'static str,
    /// What it is instead, where that can be told: "this has 44 characters, 32 at most".
    pub problem: Option<String>,
    /// What was meant, where that can be told: "remove the dashes: `123456789012`".
    pub instead: Option<String>,
}

fn behind(problem: &Option<String>, instead: &Option<String>) -> String {
    [problem, instead].into_iter().flatten().map(|words| format!("; {words}")).collect()
}

impl BadIdentifier {
    pub(super) fn new(text: &str, expected: &'static str) -> Self {
        Self { text: text.to_owned(), expected, problem: None, instead: None }
    }

    /// The same, saying what the text is instead.
    pub(super) fn because(self, problem: impl Into<Option<String>>) -> Self {
        Self { problem: problem.into(), ..self }
    }

    /// The same, saying what was meant.
    pub(super) fn meant(self, instead: impl Into<Option<String>>) -> Self {
        Self { instead: instead.into(), ..self }
    }
}

/// That a text is too long, if it is.
fn too_long(text: &str, longest: usize) -> Option<String> {
    let length = text.chars().count();
    (length > longest).then(|| format!("this has {length} characters, {longest} at most"))
}

/// A lower-case name that the text was meant for.
fn lower_name(text: &str, longest: usize) -> Option<String> {
    let lower = text.trim().to_lowercase().replace(['_', ' ', '.', '/'], "-");
    is_lower_name(&lower, longest).then(|| format!("write `{lower}`"))
}

/// The account of an ARN, or a number in groups, as what it stands for.
fn account_id(text: &str) -> Option<String> {
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

/// A string newtype that parses, prints, orders and serialises as its text.
macro_rules! text_identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadIdentifier;
            fn try_from(text: String) -> Result<Self, BadIdentifier> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }
    };
}

text_identifier! {
    /// A twelve-digit AWS account id.
    AccountId
}

impl FromStr for AccountId {
    type Err = BadIdentifier;
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let problem = digits.then(|| format!("this has {} digits", text.len()));
            let error = BadIdentifier::new(text, "an AWS account id (twelve digits)");
            Err(error.because(problem).meant(account_id(text)))
        }
    }
}

text_identifier! {
    /// How a topology calls an account: a key of its `accounts`, or the id of an account it only names by id.
    AccountName
}

impl FromStr for AccountName {
    type Err = BadIdentifier;
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let fits = !text.is_empty()
            && text.len() <= 64
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            let error =
                BadIdentifier::new(text, "an account name (letters, digits, `-` and `_`, at most 64)");
            Err(error.because(too_long(text, 64)).meant(account_id(text)))
        }
    }
}

text_identifier! {
    /// A key of `destinations`, `sources`, `agents` or `readers`: `[a-z][a-z0-9-]{0,19}`.
    Key
}

impl FromStr for Key {
    type Err = BadIdentifier;
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        if is_lower_name(text, 20) {
            Ok(Self(text.to_owned()))
        } else {
            let error = BadIdentifier::new(text, "a key of the form [a-z][a-z0-9-]{0,19}");
            Err(error.because(too_long(text, 20)).meant(lower_name(text, 20)))
        }
    }
}

text_identifier! {
    /// The name of a topology: `[a-z][a-z0-9-]{0,31}`. Prefix of derived names and value of the ownership tag.
    TopologyName
}

impl FromStr for TopologyName {
    type Err = BadIdentifier;
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        if is_lower_name(text, 32) {
            Ok(Self(text.to_owned()))
        } else {
            let error = BadIdentifier::new(text, "a topology name of the form [a-z][a-z0-9-]{0,31}");
            Err(error.because(too_long(text, 32)).meant(lower_name(text, 32)))
        }
    }
}

text_identifier! {
    /// The id of an AWS organisation, such as `o-exampleorgid`.
    OrganizationId
}

impl FromStr for OrganizationId {
    type Err = BadIdentifier;
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        if text.strip_prefix("o-").is_some_and(|rest| is_lower_alphanumeric(rest, 1..=32)) {
            Ok(Self(text.to_owned()))
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
            Ok(Self(text.to_owned()))
        } else {
            Err(BadIdentifier::new(text, "the id of an organisational unit such as `ou-ab12-34567890`"))
        }
    }
}

fn is_lower_alphanumeric(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

fn is_lower_name(text: &str, longest: usize) -> bool {
    text.len() <= longest
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

pub(super) use text_identifier;
