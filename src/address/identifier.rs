//! The names in a topology: each is a type that parses, prints and orders like its text.

use std::str::FromStr;

use logpipe_identifiers::{BadIdentifier, meant_account, text_identifier};

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
            Ok(Self(text.into()))
        } else {
            let error =
                BadIdentifier::new(text, "an account name (letters, digits, `-` and `_`, at most 64)");
            Err(error.at_most(64).meant(meant_account(text)))
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
            Ok(Self(text.into()))
        } else {
            let error = BadIdentifier::new(text, "a key of the form [a-z][a-z0-9-]{0,19}");
            Err(error.at_most(20).meant(lower_name(text, 20)))
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
            Ok(Self(text.into()))
        } else {
            let error = BadIdentifier::new(text, "a topology name of the form [a-z][a-z0-9-]{0,31}");
            Err(error.at_most(32).meant(lower_name(text, 32)))
        }
    }
}

/// A lower-case name that the text was meant for.
fn lower_name(text: &str, longest: usize) -> Option<String> {
    let lower = text.trim().to_lowercase().replace(['_', ' ', '.', '/'], "-");
    is_lower_name(&lower, longest).then(|| format!("write `{lower}`"))
}

fn is_lower_name(text: &str, longest: usize) -> bool {
    text.len() <= longest
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
