//! The SDK clients of one account: one set per region, made on first use and kept for the run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use aws_smithy_types::retry::RetryConfig;
use aws_types::SdkConfig;
use aws_types::service_config::ServiceConfigKey;

use crate::address::Region;
use crate::aws::answers::Asking;
use crate::aws::fence::{Fence, WaitsForLeave};
use crate::aws::meter::Meter;
use crate::aws::pace::Caller;
use crate::aws::quota::{AnotherIsUnderWay, QuotaIsFinal};

/// The clients of one account in one region.
#[derive(Debug)]
pub(crate) struct Clients {
    config: SdkConfig,
    meter: Meter,
    pace: Caller,
    s3: OnceLock<aws_sdk_s3::Client>,
    iam: OnceLock<aws_sdk_iam::Client>,
    logs: OnceLock<aws_sdk_cloudwatchlogs::Client>,
    firehose: OnceLock<aws_sdk_firehose::Client>,
    organizations: OnceLock<aws_sdk_organizations::Client>,
    ssm: OnceLock<aws_sdk_ssm::Client>,
    #[cfg(feature = "ec2")]
    ec2: OnceLock<aws_sdk_ec2::Client>,
    cloudwatch: OnceLock<aws_sdk_cloudwatch::Client>,
}

/// A service config builder from an [`SdkConfig`] with what logpipe adds to every client.
///
/// The macro stands for a trait that the SDK's builders do not share.
macro_rules! configure {
    ($service:ident, $config:expr, $meter:expr, $pace:expr) => {
        $service::config::Builder::from($config)
            .retry_partition(patient_retries())
            .retry_classifier(QuotaIsFinal)
            .retry_classifier(AnotherIsUnderWay)
            .retry_classifier(WaitsForLeave)
            .interceptor(Fence)
            .interceptor($meter.clone())
            .interceptor($pace.clone())
            .interceptor(Asking)
            .identity_cache($pace.before($config.identity_cache()))
    };
}

/// A retry partition whose token bucket never runs dry.
///
/// The SDK's own bucket of 500 tokens is emptied by steady throttling, after which the first throttle of every
/// call is final; a run over hundreds of accounts must not die of that. Attempts and back-off stay bounded.
fn patient_retries() -> RetryPartition {
    RetryPartition::custom("logpipe").token_bucket(TokenBucket::unlimited()).build()
}

/// An STS client. Entering an account has shorter timeouts than other calls, so that a wrong endpoint is reported
/// within seconds.
pub(crate) fn sts(config: &SdkConfig, meter: &Meter, pace: &Caller) -> aws_sdk_sts::Client {
    let retries = config.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
    let attempts = retries.max_attempts().min(5);
    let retries = retries.with_max_attempts(attempts);
    aws_sdk_sts::Client::from_conf(configure!(aws_sdk_sts, config, meter, pace).retry_config(retries).build())
}

impl Clients {
    fn new(config: SdkConfig, meter: Meter, pace: Caller) -> Self {
        Self {
            config,
            meter,
            pace,
            s3: OnceLock::new(),
            iam: OnceLock::new(),
            logs: OnceLock::new(),
            firehose: OnceLock::new(),
            organizations: OnceLock::new(),
            ssm: OnceLock::new(),
            #[cfg(feature = "ec2")]
            ec2: OnceLock::new(),
            cloudwatch: OnceLock::new(),
        }
    }

    pub(crate) fn s3(&self) -> &aws_sdk_s3::Client {
        self.s3.get_or_init(|| {
            let builder = configure!(aws_sdk_s3, &self.config, self.meter, self.pace);
            // An endpoint of the user's own rarely answers to bucket names as host names.
            let path_style = has_own_endpoint(&self.config, "S3");
            aws_sdk_s3::Client::from_conf(builder.force_path_style(path_style).build())
        })
    }

    pub(crate) fn iam(&self) -> &aws_sdk_iam::Client {
        self.iam.get_or_init(|| {
            aws_sdk_iam::Client::from_conf(
                configure!(aws_sdk_iam, &self.config, self.meter, self.pace).build(),
            )
        })
    }

    pub(crate) fn logs(&self) -> &aws_sdk_cloudwatchlogs::Client {
        self.logs.get_or_init(|| {
            let builder = configure!(aws_sdk_cloudwatchlogs, &self.config, self.meter, self.pace);
            aws_sdk_cloudwatchlogs::Client::from_conf(builder.build())
        })
    }

    pub(crate) fn firehose(&self) -> &aws_sdk_firehose::Client {
        self.firehose.get_or_init(|| {
            aws_sdk_firehose::Client::from_conf(
                configure!(aws_sdk_firehose, &self.config, self.meter, self.pace).build(),
            )
        })
    }

    pub(crate) fn cloudwatch(&self) -> &aws_sdk_cloudwatch::Client {
        self.cloudwatch.get_or_init(|| {
            aws_sdk_cloudwatch::Client::from_conf(
                configure!(aws_sdk_cloudwatch, &self.config, self.meter, self.pace).build(),
            )
        })
    }

    #[cfg(feature = "ec2")]
    pub(crate) fn ec2(&self) -> &aws_sdk_ec2::Client {
        self.ec2.get_or_init(|| {
            aws_sdk_ec2::Client::from_conf(
                configure!(aws_sdk_ec2, &self.config, self.meter, self.pace).build(),
            )
        })
    }

    pub(crate) fn ssm(&self) -> &aws_sdk_ssm::Client {
        self.ssm.get_or_init(|| {
            aws_sdk_ssm::Client::from_conf(
                configure!(aws_sdk_ssm, &self.config, self.meter, self.pace).build(),
            )
        })
    }

    pub(crate) fn organizations(&self) -> &aws_sdk_organizations::Client {
        self.organizations.get_or_init(|| {
            aws_sdk_organizations::Client::from_conf(
                configure!(aws_sdk_organizations, &self.config, self.meter, self.pace).build(),
            )
        })
    }
}

/// Whether `--endpoint-url`, `AWS_ENDPOINT_URL[_<SERVICE>]` or the profile sets an endpoint for the service.
fn has_own_endpoint(config: &SdkConfig, service_id: &str) -> bool {
    let from_settings = || {
        let key = ServiceConfigKey::builder()
            .service_id(service_id)
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build()
            .ok()?;
        config.service_config()?.load_config(key)
    };
    config.endpoint_url().is_some() || from_settings().is_some()
}

/// The clients of one account, by region.
#[derive(Debug)]
pub(crate) struct RegionalClients {
    config: SdkConfig,
    meter: Meter,
    pace: Caller,
    by_region: Mutex<BTreeMap<Region, Arc<Clients>>>,
}

impl RegionalClients {
    pub(crate) fn new(config: SdkConfig, meter: Meter, pace: Caller) -> Self {
        Self { config, meter, pace, by_region: Mutex::default() }
    }

    /// The configuration and the pace of all of them.
    pub(in crate::aws) fn start(&self) -> (SdkConfig, Caller) {
        (self.config.clone(), self.pace.clone())
    }

    pub(crate) fn of(&self, region: &Region) -> Arc<Clients> {
        let mut by_region = self.by_region.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(by_region.entry(region.clone()).or_insert_with(|| {
            let region = aws_types::region::Region::new(region.to_string());
            let config = self.config.to_builder().region(region).build();
            Arc::new(Clients::new(config, self.meter.clone(), self.pace.clone()))
        }))
    }
}
