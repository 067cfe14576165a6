//! Where every connection starts: HTTP client, retries, time, and the starting credentials.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::identity::IdentityCache;
use aws_config::profile::ProfileSet;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::http::{HttpClient, SharedHttpClient};
use aws_smithy_runtime_api::client::identity::SharedIdentityCache;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::app_name::AppName;
use aws_types::os_shim_internal::{Env, Fs};

use crate::address::{AccountId, Region};
use crate::aws::answers::{self, Patience, Whom};
use crate::aws::call::chain;
use crate::aws::credentials::{Maker, Mfa, NoStart, PATIENCE, missing};
use crate::aws::environment::Retries;
use crate::aws::https::Https;
use crate::aws::meter::Meter;
use crate::aws::pace::{Caller, Pace};
use crate::aws::threads;
use crate::clock::Clock;
use crate::open_files;
use crate::secrets::Secrets;
use crate::topology::Account;

/// Attempts of one call. With back-off doubling from half a second to twenty, that is about a minute of throttling.
const ATTEMPTS: u32 = 8;

/// How many calls are on the wire at once, each of which takes a connection. At AWS's usual 50 ms a call that is 20,000
/// calls a second: more than the threads of one process make.
const ON_THE_WIRE: usize = 1_024;

/// How many there are at least, whatever the machine allows.
const FEWEST_ON_THE_WIRE: usize = 16;

/// Files that are open beside connections: the record, its lock, what the terminal and the runtime have.
const OTHER_FILES: usize = 64;

/// More identities than an organisation has accounts (10,000 at most: AWS Organizations User Guide, "Quotas for AWS
/// Organizations"). Beyond the SDK's own 100 it forgets one at random for every new one and assumes that role again.
const IDENTITIES: usize = 20_000;

/// How to start: over the network with the user's credentials, or inside a simulated AWS.
#[derive(Debug, Clone)]
pub struct Base {
    clock: Clock,
    meter: Meter,
    pace: Pace,
    secrets: Secrets,
    patience: Patience,
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
    /// How often to retry, where the user's environment says so.
    pub retries: Retries,
    /// The profile that the environment names.
    pub selected_profile: Option<String>,
    /// Whether the environment holds access keys.
    pub keys_in_environment: bool,
    /// Where codes of MFA devices come from.
    pub mfa: Mfa,
    /// The starting credentials of this run, by the profile that is named for them.
    pub started: Started,
}

/// Starting credentials of a run, once they are had.
#[derive(Debug, Clone, Default)]
pub struct Started(Arc<tokio::sync::Mutex<BTreeMap<Option<String>, SharedCredentialsProvider>>>);

impl Base {
    /// Starts over the network, with AWS's own environment variables and shared files in force.
    pub fn network(clock: Clock, network: Network) -> Self {
        Self::starting_from(clock, Start::Network(network))
    }

    /// Starts inside a simulated AWS, with the credentials of an account in it: nothing of the user's environment
    /// is read.
    pub fn simulated(clock: Clock, http: impl HttpClient + 'static, operator: AccountId) -> Self {
        let http = SharedHttpClient::new(http);
        Self::starting_from(clock, Start::Simulated { http, operator })
    }

    fn starting_from(clock: Clock, start: Start) -> Self {
        let (meter, pace) = (Meter::new(clock), Pace::new(clock));
        Self { clock, meter, pace, patience: Patience::default(), secrets: Secrets::default(), start }
    }

    /// The same, telling `secrets` every credential that is resolved on the way.
    pub fn telling(self, secrets: &Secrets) -> Self {
        Self { secrets: secrets.clone(), ..self }
    }

    /// Who is told the credentials of the run.
    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The same, with calls that wait otherwise for their answers.
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// What holds for every answer.
    fn rules(&self, whom: Whom, at_once: usize) -> answers::Rules {
        answers::Rules::new(self.patience, self.clock, whom, at_once)
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
        IdentityCache::lazy()
            .time_source(self.clock)
            .max_partitions(IDENTITIES)
            .load_timeout(PATIENCE)
            .build()
    }

    /// The starting configuration for an account, or why there is none.
    pub(crate) async fn config(&self, account: &Account, region: &Region) -> Result<SdkConfig, NoStart> {
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
    ) -> Result<SdkConfig, NoStart> {
        match &self.start {
            Start::Network(network) => self.over_network(network, profile, region).await,
            Start::Simulated { http, operator } => {
                let credentials = simulated_credentials(own.unwrap_or(operator));
                let rules = self.rules(Arc::new(str::to_owned), ON_THE_WIRE);
                Ok(SdkConfig::builder()
                    .behavior_version(BehaviorVersion::latest())
                    .region(aws_types::region::Region::new(region.to_string()))
                    .retry_config(retries())
                    .timeout_config(timeouts())
                    .sleep_impl(TokioSleep::new())
                    .time_source(self.clock)
                    .http_client(answers::client(http.clone(), rules))
                    .identity_cache(self.identities())
                    .credentials_provider(SharedCredentialsProvider::new(credentials))
                    .build())
            }
        }
    }

    async fn over_network(
        &self,
        network: &Network,
        profile: Option<&str>,
        region: &Region,
    ) -> Result<SdkConfig, NoStart> {
        let named = network.profile.as_deref().or(profile);
        let profiles = profiles(named).await?;
        let https = Https::new(network.ca_bundle.as_deref(), network.endpoint_url.as_deref());
        let rules = self.rules(https.whom(), connections());
        let http = threads::spread(|| answers::client(https.client(), rules.clone()), threads::beside());
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(aws_types::region::Region::new(region.to_string()))
            // Always said, because the SDK panics over some of what the environment and the files may say.
            .retry_config(network.retries.or(Retries::of_profile(&profiles)?).over(retries()))
            .timeout_config(timeouts())
            .sleep_impl(TokioSleep::new())
            .time_source(self.clock)
            .identity_cache(self.identities())
            .http_client(http);
        if let Ok(name) = AppName::new("logpipe") {
            loader = loader.app_name(name);
        }
        if let Some(profile) = named {
            loader = loader.profile_name(profile);
        }
        if let Some(url) = &network.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        let config = loader.load().await;
        let credentials = self.credentials(network, named, region, (&profiles, &config)).await?;
        Ok(config.to_builder().credentials_provider(credentials).build())
    }

    /// The starting credentials, of each profile once in a run: a code of an MFA device is good for one session.
    async fn credentials(
        &self,
        network: &Network,
        named: Option<&str>,
        region: &Region,
        (profiles, config): (&ProfileSet, &SdkConfig),
    ) -> Result<SharedCredentialsProvider, NoStart> {
        let mut started = network.started.0.lock().await;
        let key = named.map(str::to_owned);
        if let Some(credentials) = started.get(&key) {
            return Ok(credentials.clone());
        }
        let maker = Maker {
            config,
            clock: self.clock,
            region,
            meter: &self.meter,
            caller: self.pace(named.unwrap_or_default()),
            mfa: &network.mfa,
            secrets: &self.secrets,
        };
        let sdk = config.credentials_provider();
        let credentials = match (named, sdk) {
            (Some(profile), _) => maker.of_profile(profiles, profile).await?,
            (None, Some(sdk)) => {
                if let Some(selected) =
                    network.selected_profile.as_deref().filter(|_| !network.keys_in_environment)
                    && profiles.get_profile(selected).is_none()
                {
                    return Err(NoStart::Words(format!(
                        "{} (AWS_PROFILE)",
                        missing(selected, None, profiles)
                    )));
                }
                maker.found(profiles, network.keys_in_environment, sdk).await?
            }
            (None, None) => return Err(NoStart::Words("there are no credentials".to_owned())),
        };
        started.insert(key, credentials.clone());
        Ok(credentials)
    }
}

/// As many calls on the wire as the machine has connections for.
fn connections() -> usize {
    let wanted = u64::try_from(ON_THE_WIRE + OTHER_FILES).unwrap_or(u64::MAX);
    let allowed = usize::try_from(open_files::allow(wanted)).unwrap_or(usize::MAX);
    allowed.saturating_sub(OTHER_FILES).clamp(FEWEST_ON_THE_WIRE, ON_THE_WIRE)
}

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(Duration::from_millis(500))
        .with_max_backoff(Duration::from_secs(20))
}

/// What else takes time has its limit in `answers`: the SDK's own limits count what an attempt waits for its turn.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(Duration::from_secs(5)).disable_read_timeout().build()
}

/// What the AWS configuration files say, with this profile selected or the usual one.
async fn profiles(named: Option<&str>) -> Result<ProfileSet, String> {
    let named = named.map(|name| name.to_owned().into());
    aws_config::profile::load(&Fs::real(), &Env::real(), &Default::default(), named)
        .await
        .map_err(|error| format!("the AWS configuration files cannot be read: {}", chain(&error)))
}

/// The profiles that the AWS configuration files have, in order; none where they cannot be read.
pub(crate) async fn profile_names() -> Vec<String> {
    let found = profiles(None).await.ok();
    let mut names: Vec<String> = found.iter().flat_map(ProfileSet::profiles).map(str::to_owned).collect();
    names.sort();
    names
}

/// The sandbox tells callers apart by access key id alone.
fn simulated_credentials(owner: &AccountId) -> Credentials {
    Credentials::new(format!("SANDBOX{owner}"), "sandbox", None, None, "sandbox")
}
