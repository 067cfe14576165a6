//! What the tests share: a cloud, SDK clients for it, and time that passes at once.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::{SharedCredentialsProvider, SharedHttpClient};

use crate::{Cloud, SandboxHttp};
use logpipe_machine::clock::Clock;

pub(super) const OPERATOR: &str = "000000000001";
pub(super) const ALPHA: &str = "111111111111";
pub(super) const BETA: &str = "222222222222";
pub(super) const TOKYO: &str = "ap-northeast-1";

/// A cloud under paused time.
pub(super) struct Bench {
    pub(super) cloud: Cloud,
    clock: Clock,
}

impl Bench {
    pub(super) fn new() -> Self {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        Self::of(Cloud::starting_at(start))
    }

    /// Over a cloud that is there.
    pub(super) fn of(cloud: Cloud) -> Self {
        let clock = Clock::starting_at(cloud.now());
        Self { cloud, clock }
    }

    /// An SDK configuration with the operator's key of an account.
    pub(super) fn operator(&self, account: &str) -> SdkConfig {
        self.with(Credentials::for_tests_of(&format!("SANDBOX{account}"), None), TOKYO)
    }

    /// An SDK configuration with any credentials, in any region.
    pub(super) fn with(&self, credentials: Credentials, region: &str) -> SdkConfig {
        let http = SandboxHttp::new(self.cloud.clone(), self.clock, Duration::from_millis(40));
        SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(SharedHttpClient::new(http))
            .sleep_impl(TokioSleep::new())
            .time_source(self.clock)
            .build()
    }

    /// Lets simulated time pass.
    pub(super) async fn pass(&self, seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }
}

/// Credentials by key alone.
pub(super) trait ForTests {
    fn for_tests_of(key: &str, token: Option<&str>) -> Credentials;
}

impl ForTests for Credentials {
    fn for_tests_of(key: &str, token: Option<&str>) -> Credentials {
        Credentials::new(key, "secret", token.map(str::to_owned), None, "tests")
    }
}

/// The code and message of a refused call.
pub(super) fn refusal<T: std::fmt::Debug>(result: Result<T, impl ProvideErrorMetadata>) -> String {
    let error = result.unwrap_err();
    format!("{}: {}", error.code().unwrap_or("?"), error.message().unwrap_or("?"))
}

/// The code alone.
pub(super) fn code<T: std::fmt::Debug>(result: Result<T, impl ProvideErrorMetadata>) -> String {
    result.unwrap_err().code().unwrap_or("?").to_owned()
}
