//! The credentials that a run starts from: made once, from a profile or from the default chain.

use std::sync::Arc;
use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileSet};
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_types::SdkConfig;

use super::mfa::Mfa;
use super::profile::{Chain, Kind, ProfileRole, Source, chain, missing};
use super::usable::Usable;
use crate::address::arn::account_of;
use crate::address::{AccountId, Region};
use crate::aws::assume::{AssumedRole, Role};
use crate::aws::call::{CallError, CallPlace, Class};
use crate::aws::meter::Meter;
use crate::aws::pace::Caller;
use crate::clock::Clock;
use crate::secrets::Secrets;

/// Why there are no starting credentials.
#[derive(Debug)]
pub(crate) enum NoStart {
    /// Something is wrong with what the user has said, in words.
    Words(String),
    /// A role of a profile could not be assumed.
    Call(Box<CallError>),
}

impl NoStart {
    /// The same as the failure of a call that could not be made.
    pub(crate) fn of(self, operation: &'static str, place: CallPlace) -> CallError {
        match self {
            Self::Words(words) => CallError::unanswered(operation, place, Class::Credentials, words),
            Self::Call(error) => *error,
        }
    }
}

impl From<String> for NoStart {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

/// What it takes to make them.
pub(in crate::aws) struct Maker<'a> {
    /// The configuration of the run, without credentials.
    pub(in crate::aws) config: &'a SdkConfig,
    pub(in crate::aws) clock: Clock,
    pub(in crate::aws) region: &'a Region,
    pub(in crate::aws) meter: &'a Meter,
    pub(in crate::aws) caller: Caller,
    pub(in crate::aws) mfa: &'a Mfa,
    pub(in crate::aws) secrets: &'a Secrets,
}

impl Maker<'_> {
    /// Those of a named profile, which wins over the environment as with the AWS CLI.
    pub(in crate::aws) async fn of_profile(
        &self,
        profiles: &ProfileSet,
        name: &str,
    ) -> Result<SharedCredentialsProvider, NoStart> {
        if profiles.get_profile(name).is_none() {
            return Err(missing(name, None, profiles).into());
        }
        let Chain { source, roles } = chain(profiles, name)?;
        let start = self.usable(&source.to_string(), source.remedy(), self.provider(source));
        self.with_roles(start, roles).await
    }

    /// Those that are found where none are named: in the environment, then in the profile that AWS_PROFILE names or
    /// that is called `default`, then wherever the machine has some.
    pub(in crate::aws) async fn found(
        &self,
        profiles: &ProfileSet,
        in_environment: bool,
        sdk: SharedCredentialsProvider,
    ) -> Result<SharedCredentialsProvider, NoStart> {
        let selected = profiles.selected_profile();
        if !in_environment && profiles.get_profile(selected).is_some() {
            let Chain { source, roles } = chain(profiles, selected)?;
            if !roles.is_empty() || !matches!(source, Source::Profile { kind: Kind::Nothing, .. }) {
                let start = self.usable(&source.to_string(), source.remedy(), self.provider(source));
                return self.with_roles(start, roles).await;
            }
        }
        let (what, remedy) = if in_environment {
            (Source::Environment.to_string(), Source::Environment.remedy())
        } else {
            let remedy = "no usable credentials: sign in again (`aws sso login` or `aws login`), export access keys, or name a profile with --profile or `access.profile`";
            ("the environment, the AWS configuration files and this machine".to_owned(), remedy.to_owned())
        };
        Ok(self.usable(&what, remedy, sdk))
    }

    fn usable(
        &self,
        what: &str,
        remedy: String,
        inner: SharedCredentialsProvider,
    ) -> SharedCredentialsProvider {
        SharedCredentialsProvider::new(Usable::new(what.to_owned(), remedy, inner, self.secrets))
    }

    /// Where a chain starts.
    fn provider(&self, source: Source) -> SharedCredentialsProvider {
        let how = self.how();
        match source {
            Source::Keys { keys, .. } => SharedCredentialsProvider::new(keys),
            Source::Environment => {
                SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new())
            }
            Source::Instance => {
                SharedCredentialsProvider::new(ImdsCredentialsProvider::builder().configure(&how).build())
            }
            Source::Container => {
                SharedCredentialsProvider::new(EcsCredentialsProvider::builder().configure(&how).build())
            }
            Source::Profile { name, kind } => {
                let own =
                    ProfileFileCredentialsProvider::builder().configure(&how).profile_name(name).build();
                if kind != Kind::Nothing {
                    return SharedCredentialsProvider::new(own);
                }
                // A profile that only has settings leaves the credentials to the machine.
                let machine = CredentialsProviderChain::first_try("Profile", own)
                    .or_else("EcsContainer", EcsCredentialsProvider::builder().configure(&how).build())
                    .or_else(
                        "Ec2InstanceMetadata",
                        ImdsCredentialsProvider::builder().configure(&how).build(),
                    );
                SharedCredentialsProvider::new(machine)
            }
        }
    }

    /// How `aws-config` makes the calls that it makes itself.
    fn how(&self) -> ProviderConfig {
        let how = ProviderConfig::without_region()
            .with_region(self.config.region().cloned())
            .with_time_source(self.clock)
            .with_sleep_impl(TokioSleep::new())
            .with_use_fips(self.config.use_fips())
            .with_use_dual_stack(self.config.use_dual_stack());
        match self.config.http_client() {
            Some(http) => how.with_http_client(http),
            None => how,
        }
    }

    /// Assumes the roles of a profile, one with the credentials of the other.
    async fn with_roles(
        &self,
        start: SharedCredentialsProvider,
        roles: Vec<ProfileRole>,
    ) -> Result<SharedCredentialsProvider, NoStart> {
        let (mut provider, mut caller) = (start, self.caller.clone());
        for role in roles {
            let account: AccountId = account_of(&role.arn).ok_or_else(|| {
                format!("`role_arn` of profile `{}` is not the ARN of a role: {}", role.profile, role.arn)
            })?;
            let code = match &role.mfa_serial {
                Some(serial) => Some((serial.clone(), self.mfa.code(&role.profile, serial).await?)),
                None => None,
            };
            if let Some((_, code)) = &code {
                self.secrets.code(code);
            }
            if let Some(external_id) = &role.external_id {
                self.secrets.external_id(external_id, &role.arn);
            }
            let config = self.config.to_builder().credentials_provider(provider).build();
            let wanted = Role {
                arn: role.arn,
                account: account.clone(),
                external_id: role.external_id,
                session_name: role.session_name.unwrap_or_else(|| "logpipe".to_owned()),
                seconds: role.seconds,
                code: code.map(Arc::new),
            };
            let assumed =
                AssumedRole::new(wanted, self.region, &config, (self.meter, &caller), self.secrets).connect();
            let assumed = Box::pin(assumed).await.map_err(|error| NoStart::Call(Box::new(error)))?;
            caller = caller.other(account.as_str());
            provider = SharedCredentialsProvider::new(assumed);
        }
        Ok(provider)
    }
}

/// How long credentials may take to come: a program that prints them may have to sign in first.
pub(in crate::aws) const PATIENCE: Duration = Duration::from_secs(60);
