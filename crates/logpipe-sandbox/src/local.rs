//! A simulated AWS for a test: in its process, with time of its own, and configurations for SDK clients that reach it.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_types::SdkConfig;

use logpipe_identifiers::{AccountId, Region};
use logpipe_machine::clock::Clock;

use super::{Cloud, SandboxHttp};

/// When time starts: 2026-01-01 00:00 UTC. That it is always the same keeps tests the same.
const START: Duration = Duration::from_secs(1_767_225_600);
/// How long a call takes, to the service and back.
const LATENCY: Duration = Duration::from_millis(40);

/// A simulated AWS in this process whose time is tokio's, so that minutes pass at once where tokio's time is paused.
#[derive(Debug, Clone)]
pub struct Sandbox {
    cloud: Cloud,
    clock: Clock,
}

impl Sandbox {
    /// An empty one, at the start of the year 2026.
    pub fn new() -> Self {
        Self::of(Cloud::starting_at(SystemTime::UNIX_EPOCH + START))
    }

    /// Over a cloud that is there, from its time on.
    pub fn of(cloud: Cloud) -> Self {
        let clock = Clock::starting_at(cloud.now());
        Self { cloud, clock }
    }

    /// What can be done to it other than by calls.
    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// Its time.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// A configuration for SDK clients that act as the operator of an account, who may do everything there.
    pub fn sdk_config(&self, account: &AccountId, region: &Region) -> SdkConfig {
        let credentials = Credentials::new(format!("SANDBOX{account}"), "unchecked", None, None, "sandbox");
        self.sdk_config_with(credentials, region)
    }

    /// A configuration for SDK clients with credentials that the sandbox has given out, such as those of AssumeRole.
    pub fn sdk_config_with(&self, credentials: Credentials, region: &Region) -> SdkConfig {
        SandboxHttp::new(self.cloud.clone(), self.clock, LATENCY).sdk_config(credentials, region)
    }
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
}
