//! Credentials of an assumed role, fetched when needed and again before they expire.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_types::SdkConfig;

use crate::address::{AccountId, Arn, Region};
use crate::aws::call::{CallError, CallPlace, Class};
use crate::aws::clients::sts;
use crate::aws::credentials::tell;
use crate::aws::meter::Meter;
use crate::aws::pace::Caller;
use crate::secrets::Secrets;

/// A role to be assumed.
#[derive(Clone)]
pub(crate) struct Role {
    pub(crate) arn: String,
    pub(crate) account: AccountId,
    pub(crate) external_id: Option<String>,
    pub(crate) session_name: String,
    /// How long a session is to last, where the user says so.
    pub(crate) seconds: Option<i32>,
    /// The serial number of an MFA device with a code of it, which is good for one session.
    pub(crate) code: Option<Arc<(String, String)>>,
}

/// Assumes one role with the credentials of the config it was made from.
///
/// The SDK's identity cache asks again a while before the credentials expire; a chain is a provider made from the
/// config of another one, so every link is renewed in turn. AWS caps chained sessions at an hour
/// (IAM User Guide, "Roles terms and concepts"), so the default duration is never raised.
pub(crate) struct AssumedRole {
    role: Role,
    region: Region,
    client: aws_sdk_sts::Client,
    /// Who is told what is issued.
    secrets: Secrets,
    /// The answer of the check at connection, handed out once instead of asking a second time.
    first: Mutex<Option<Credentials>>,
    /// Whether the code of the role is used up.
    spent: AtomicBool,
}

impl std::fmt::Debug for AssumedRole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AssumedRole").field("role", &self.role.arn).finish_non_exhaustive()
    }
}

impl AssumedRole {
    pub(crate) fn new(
        role: Role,
        region: &Region,
        config: &SdkConfig,
        (meter, pace): (&Meter, &Caller),
        secrets: &Secrets,
    ) -> Self {
        let client = sts(config, meter, pace);
        let (region, secrets) = (region.clone(), secrets.clone());
        Self { role, region, client, secrets, first: Mutex::new(None), spent: AtomicBool::new(false) }
    }

    /// Assumes the role now. The answer names the account, which proves where the credentials lead.
    pub(crate) async fn connect(self) -> Result<Self, CallError> {
        let credentials = self.assume().await?;
        if let Ok(mut first) = self.first.lock() {
            *first = Some(credentials);
        }
        Ok(self)
    }

    async fn assume(&self) -> Result<Credentials, CallError> {
        let (serial, code) = self.role.code.as_deref().cloned().unzip();
        if code.is_some() && self.spent.swap(true, Ordering::Relaxed) {
            let message = "the session of the MFA code has expired: run the command again with a new code";
            return Err(CallError::unanswered(
                "sts:AssumeRole",
                self.place(),
                Class::Credentials,
                message.to_owned(),
            ));
        }
        let answer = self
            .client
            .assume_role()
            .role_arn(&self.role.arn)
            .role_session_name(&self.role.session_name)
            .set_external_id(self.role.external_id.clone())
            .set_duration_seconds(self.role.seconds)
            .set_serial_number(serial)
            .set_token_code(code)
            .send()
            .await
            .map_err(|error| CallError::from_sdk("sts:AssumeRole", self.place(), &error))?;
        let session = answer.assumed_role_user().map(|user| user.arn().to_owned()).unwrap_or_default();
        if Arn::parse(&session).map(|arn| arn.account) != Some(self.role.account.as_str()) {
            return Err(self
                .wrong(format!("the session `{session}` does not belong to account {}", self.role.account)));
        }
        let issued =
            answer.credentials().ok_or_else(|| self.wrong("the answer has no credentials".to_owned()))?;
        let expires = std::time::SystemTime::try_from(*issued.expiration())
            .map_err(|_| self.wrong("the expiry is not a time".to_owned()))?;
        let credentials = Credentials::new(
            issued.access_key_id(),
            issued.secret_access_key(),
            Some(issued.session_token().to_owned()),
            Some(expires),
            "AssumeRole",
        );
        tell(&self.secrets, &credentials);
        Ok(credentials)
    }

    fn place(&self) -> CallPlace {
        CallPlace {
            account: self.role.account.clone(),
            region: self.region.to_string(),
            role: Some(self.role.arn.clone()),
        }
    }

    fn wrong(&self, message: String) -> CallError {
        CallError::unanswered("sts:AssumeRole", self.place(), Class::Invalid, message)
    }
}

impl ProvideCredentials for AssumedRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let first = self.first.lock().ok().and_then(|mut first| first.take());
        future::ProvideCredentials::new(async move {
            match first {
                Some(credentials) => Ok(credentials),
                None => self.assume().await.map_err(CredentialsError::provider_error),
            }
        })
    }
}
