//! What a run gives variables, before anything is known of them.

use std::collections::BTreeMap;

use crate::secrets::Secrets;

/// What the environment variable of a variable starts with.
pub(super) const PREFIX: &str = "LOGPIPE_VAR_";

/// The values that a run gives. Flags win over files, later ones over earlier ones, and both over the environment.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Names with their values, in the order of the flags.
    pub flags: Vec<(String, String)>,
    /// Files of values, each by what the user calls it and with its text.
    pub files: Vec<(String, String)>,
    /// The environment.
    pub environment: BTreeMap<String, String>,
    /// Who is told which values must not be shown.
    pub secrets: Secrets,
}

/// Whether the name of an environment variable says that it holds a secret.
pub(super) fn names_a_secret(name: &str) -> bool {
    const WORDS: [&str; 9] = [
        "SECRET",
        "TOKEN",
        "PASSWORD",
        "PASSWD",
        "CREDENTIAL",
        "EXTERNAL_ID",
        "PRIVATE_KEY",
        "API_KEY",
        "ACCESS_KEY",
    ];
    let name = name.to_ascii_uppercase();
    WORDS.iter().any(|word| name.contains(word))
}
