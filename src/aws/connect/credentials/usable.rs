//! Usable credentials, wherever they come from, and what to do if there are none.

use std::fmt;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};

use crate::secrets::Secrets;

/// Why there are no credentials, with what to do. Found again in the chain of an SDK error.
#[derive(Debug)]
pub(in crate::aws) struct NoCredentials {
    /// Where they should have come from.
    what: String,
    /// What the user can do.
    pub(in crate::aws) remedy: String,
    source: Option<CredentialsError>,
    flaw: Option<String>,
}

impl fmt::Display for NoCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.flaw {
            Some(flaw) => write!(f, "{} cannot be used: {flaw}", self.what),
            None => write!(f, "{} gave no credentials", self.what),
        }
    }
}

impl std::error::Error for NoCredentials {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}

/// Hands on what another provider has, unless the signer would panic over it. What it is, is to be masked from then on.
///
/// The SDK puts key and token into HTTP headers without looking at them (smithy-rs#4565).
#[derive(Debug)]
pub(super) struct Usable {
    what: String,
    remedy: String,
    inner: SharedCredentialsProvider,
    secrets: Secrets,
}

impl Usable {
    pub(super) fn new(
        what: String,
        remedy: String,
        inner: SharedCredentialsProvider,
        secrets: &Secrets,
    ) -> Self {
        Self { what, remedy, inner, secrets: secrets.clone() }
    }

    fn none(&self, source: Option<CredentialsError>, flaw: Option<String>) -> CredentialsError {
        let (what, remedy) = (self.what.clone(), self.remedy.clone());
        CredentialsError::provider_error(NoCredentials { what, remedy, source, flaw })
    }
}

impl ProvideCredentials for Usable {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            let credentials =
                self.inner.provide_credentials().await.map_err(|error| self.none(Some(error), None))?;
            tell(&self.secrets, &credentials);
            match flaw(&credentials) {
                Some(flaw) => Err(self.none(None, Some(flaw))),
                None => Ok(credentials),
            }
        })
    }
}

/// Has credentials masked in whatever is shown from now on.
pub(in crate::aws) fn tell(secrets: &Secrets, credentials: &Credentials) {
    secrets.credential(credentials.access_key_id());
    secrets.credential(credentials.secret_access_key());
    if let Some(token) = credentials.session_token() {
        secrets.credential(token);
    }
}

/// What keeps credentials from being sent. Their values are never told.
fn flaw(credentials: &Credentials) -> Option<String> {
    let parts = [
        ("the access key id", Some(credentials.access_key_id())),
        ("the secret access key", Some(credentials.secret_access_key())),
        ("the session token", credentials.session_token()),
    ];
    parts.into_iter().find_map(|(name, text)| Some(format!("{name} {}", unsendable(text?)?)))
}

/// Why a text is no part of credentials.
pub(in crate::aws) fn unsendable(text: &str) -> Option<&'static str> {
    let odd = text.chars().find(|letter| !letter.is_ascii_graphic())?;
    Some(match odd {
        '\n' | '\r' if text.ends_with(odd) => "ends in a line break",
        '\n' | '\r' => "contains a line break",
        _ if odd.is_whitespace() => "contains a space",
        _ if odd.is_ascii() => "contains a control character",
        _ => "contains a character that is not ASCII",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_plain_letters() {
        let flaw = |id: &str, secret: &str, token: &str| {
            flaw(&Credentials::new(id, secret, Some(token.to_owned()), None, "test"))
        };
        assert_eq!(flaw("AKIA", "s+/=", "t"), None);
        assert_eq!(flaw("AKIA\n", "s", "t").unwrap(), "the access key id ends in a line break");
        assert_eq!(flaw("AK\r\nIA", "s", "t").unwrap(), "the access key id contains a line break");
        assert_eq!(flaw("AKIA", "s s", "t").unwrap(), "the secret access key contains a space");
        assert_eq!(flaw("AKIA", "s", "t\u{7f}").unwrap(), "the session token contains a control character");
        assert_eq!(
            flaw("AKIÄ", "s", "t").unwrap(),
            "the access key id contains a character that is not ASCII"
        );
    }
}
