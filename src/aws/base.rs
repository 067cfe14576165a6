//! Where every connection starts: HTTP client, retries, time, and the starting credentials.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::identity::IdentityCache;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{HttpClient, SharedHttpClient};
use aws_smithy_runtime_api::client::identity::SharedIdentityCache;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::app_name::AppName;
use aws_types::os_shim_internal::{Env, Fs};

use super::call::chain;
use super::meter::Meter;
use super::pace::{Caller, Pace};
use crate::address::{AccountId, Region};
use crate::clock::Clock;
use crate::topology::Account;

/// Attempts of one call. With back-off doubling from half a second to twenty, that is about a minute of throttling.
const ATTEMPTS: u32 = 8;

/// More identities than an organisation has accounts (10,000 at most: AWS Organizations User Guide, "Quotas for AWS
/// Organizations"). Beyond the SDK's own 100 it forgets one at random for every new one and assumes that role again.
const IDENTITIES: usize = 20_000;

/// How to start: over the network with the user's credentials, or inside a simulated AWS.
#[derive(Debug, Clone)]
pub struct Base {
    clock: Clock,
    meter: Meter,
    pace: Pace,
    start: Start,
}

#[derive(Debug, Clone)]
enum Start {
    Network(Network),
    Simulated { http: SharedHttpClient, operator: AccountId },
}

/// The settings of a run over the network.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// `--profile`: replaces the topology's starting profile.
    pub profile: Option<String>,
    /// `--endpoint-url`: replaces the endpoint of every service.
    pub endpoint_url: Option<String>,
    /// Certificates to trust beside the system's, as PEM.
    pub ca_bundle: Option<Vec<u8>>,
    /// Whether the user's environment says how often to retry; then that holds.
    pub own_retries: bool,
}

impl Base {
    /// Starts over the network, with AWS's own environment variables and shared files in force.
    pub fn network(clock: Clock, network: Network) -> Self {
        Self { clock, meter: Meter::new(clock), pace: Pace::new(clock), start: Start::Network(network) }
    }

    /// Starts inside a simulated AWS, with the credentials of an account in it: nothing of the user's environment
    /// is read.
    pub fn simulated(clock: Clock, http: impl HttpClient + 'static, operator: AccountId) -> Self {
        let http = SharedHttpClient::new(http);
        let start = Start::Simulated { http, operator };
        Self { clock, meter: Meter::new(clock), pace: Pace::new(clock), start }
    }

    /// Whether AWS is a simulation in this process.
    pub fn is_simulated(&self) -> bool {
        matches!(self.start, Start::Simulated { .. })
    }

    /// The clock of the run.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// The meter that every client made from here counts with.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// The pace of a caller's calls, shared by every client made from here.
    pub(crate) fn pace(&self, caller: impl Into<String>) -> Caller {
        self.pace.of(caller)
    }

    /// Keeps the credentials of every account of a run.
    fn identities(&self) -> SharedIdentityCache {
        IdentityCache::lazy().time_source(self.clock).max_partitions(IDENTITIES).build()
    }

    /// The starting configuration for an account, or why there is none.
    pub(crate) async fn config(&self, account: &Account, region: &Region) -> Result<SdkConfig, String> {
        let own = account.access.role_arn.is_none().then_some(&account.id);
        self.starting(account.access.profile.as_deref(), own, region).await
    }

    /// The starting configuration of a profile, or why there is none. Where the credentials have to be an account's own,
    /// a simulated AWS is told which.
    pub(crate) async fn starting(
        &self,
        profile: Option<&str>,
        own: Option<&AccountId>,
        region: &Region,
    ) -> Result<SdkConfig, String> {
        let region = aws_types::region::Region::new(region.to_string());
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(Duration::from_millis(500))
            .with_max_backoff(Duration::from_secs(20));
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            // Of the answer alone: what an attempt waits for its turn must not count.
            .read_timeout(Duration::from_secs(60))
            .build();
        match &self.start {
            Start::Network(network) => {
                let mut loader = aws_config::defaults(BehaviorVersion::latest())
                    .region(region)
                    .timeout_config(timeouts)
                    .sleep_impl(TokioSleep::new())
                    .time_source(self.clock)
                    .identity_cache(self.identities())
                    .http_client(https(network.ca_bundle.as_deref()));
                if !network.own_retries {
                    loader = loader.retry_config(retries);
                }
                if let Ok(name) = AppName::new("logpipe") {
                    loader = loader.app_name(name);
                }
                if let Some(profile) = network.profile.as_deref().or(profile) {
                    known(profile).await?;
                    loader = loader.profile_name(profile);
                }
                if let Some(url) = &network.endpoint_url {
                    loader = loader.endpoint_url(url);
                }
                Ok(loader.load().await)
            }
            Start::Simulated { http, operator } => Ok(SdkConfig::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(region)
                .retry_config(retries)
                .timeout_config(timeouts)
                .sleep_impl(TokioSleep::new())
                .time_source(self.clock)
                .http_client(http.clone())
                .identity_cache(self.identities())
                .credentials_provider(SharedCredentialsProvider::new(simulated_credentials(
                    own.unwrap_or(operator),
                )))
                .build()),
        }
    }
}

/// The SDK silently goes on to the next source of credentials when a profile does not exist.
async fn known(profile: &str) -> Result<(), String> {
    let files = aws_config::profile::load(&Fs::real(), &Env::real(), &Default::default(), None)
        .await
        .map_err(|error| chain(&error))?;
    if files.get_profile(profile).is_some() {
        return Ok(());
    }
    let there: Vec<&str> = files.profiles().collect();
    Err(match there.as_slice() {
        [] => format!("there is no profile `{profile}`, nor any other, in the AWS configuration files"),
        names => format!(
            "there is no profile `{profile}` in the AWS configuration files, only {}",
            names.join(", ")
        ),
    })
}

/// The sandbox tells callers apart by access key id alone.
fn simulated_credentials(owner: &AccountId) -> Credentials {
    Credentials::new(format!("SANDBOX{owner}"), "sandbox", None, None, "sandbox")
}

/// An HTTPS client on rustls that honours `HTTPS_PROXY`, `NO_PROXY` and a CA bundle, the system's roots included.
fn https(ca_bundle: Option<&[u8]>) -> SharedHttpClient {
    let mut trust = tls::TrustStore::default();
    if let Some(pem) = ca_bundle {
        trust = trust.with_pem_certificate(pem);
    }
    let context = tls::TlsContext::builder().with_trust_store(trust).build().unwrap_or_default();
    aws_smithy_http_client::Builder::new().build_with_connector_fn(move |settings, components| {
        let mut builder = aws_smithy_http_client::Connector::builder()
            .proxy_config(ProxyConfig::from_env())
            .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
            .tls_context(context.clone());
        builder.set_connector_settings(settings.cloned());
        builder.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        builder.build()
    })
}
