//! What the tests share: a cloud, SDK clients for it, and time that passes at once.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::SdkConfig;

use crate::{Cloud, Sandbox};

pub(super) const OPERATOR: &str = "000000000001";
pub(super) const ALPHA: &str = "111111111111";
pub(super) const BETA: &str = "222222222222";
pub(super) const TOKYO: &str = "ap-northeast-1";

/// A cloud under paused time.
pub(super) struct Bench {
    pub(super) cloud: Cloud,
    sandbox: Sandbox,
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::over(Sandbox::new())
    }

    /// Over a cloud that is there.
    pub(super) fn of(cloud: Cloud) -> Self {
        Self::over(Sandbox::of(cloud))
    }

    fn over(sandbox: Sandbox) -> Self {
        Self { cloud: sandbox.cloud().clone(), sandbox }
    }

    /// An SDK configuration with the operator's key of an account.
    pub(super) fn operator(&self, account: &str) -> SdkConfig {
        self.sandbox.sdk_config(&account.parse().unwrap(), &TOKYO.parse().unwrap())
    }

    /// An SDK configuration with any credentials, in any region.
    pub(super) fn with(&self, credentials: Credentials, region: &str) -> SdkConfig {
        self.sandbox.sdk_config_with(credentials, &region.parse().unwrap())
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
