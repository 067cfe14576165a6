//! The sandbox as an HTTP client: give it to the SDK and every call goes to a [`Cloud`] in this process.
//!
//! Owns latency, and how an injected fault (`faults/fault_injection.rs`) shows to its caller. Time comes from a [`Clock`] and passes
//! through tokio, so that paused time drives everything.

use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_types::SdkConfig;

use logpipe_identifiers::Region;
use logpipe_machine::clock::Clock;

use super::cloud::Cloud;
use super::faults::fault_injection::{
    Answered, FaultInjection, InjectedFault, PendingCall, Phase, Treatment,
};
use super::protocol::wire::{WireRequest, WireResponse};

/// How long a caller waits for an answer that does not come; what logpipe's own clients wait.
const PATIENCE: Duration = Duration::from_secs(60);

/// An HTTP client that reaches a [`Cloud`] and nothing else.
#[derive(Debug, Clone)]
pub struct SandboxHttp {
    cloud: Cloud,
    clock: Clock,
    latency: Duration,
    faults: Option<Arc<dyn FaultInjection>>,
}

impl SandboxHttp {
    /// A client whose every call takes `latency`: half on the way there, half on the way back.
    pub fn new(cloud: Cloud, clock: Clock, latency: Duration) -> Self {
        Self { cloud, clock, latency, faults: None }
    }

    /// The same client in this faults, which says how long a call takes, too.
    pub fn with_faults(self, faults: impl FaultInjection + 'static) -> Self {
        Self { faults: Some(Arc::new(faults)), ..self }
    }

    /// A configuration for SDK clients that call through this client, with credentials that the sandbox knows.
    pub fn sdk_config(&self, credentials: Credentials, region: &Region) -> SdkConfig {
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(aws_types::region::Region::new(region.to_string()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(self.clone())
            .sleep_impl(TokioSleep::new())
            .time_source(self.clock)
            .build()
    }

    async fn exchange(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = collect(request).await?;
        let faults =
            self.faults.as_ref().and_then(|faults| Some((faults, self.cloud.pending_call(&request)?)));
        let response = match faults {
            Some((faults, call)) => self.through(faults.as_ref(), &call, &request).await?,
            None => {
                tokio::time::sleep(self.latency / 2).await;
                let response = self.answer(&request)?;
                tokio::time::sleep(self.latency / 2).await;
                response.map(SdkBody::from)
            }
        };
        HttpResponse::try_from(response).map_err(|error| ConnectorError::user(error.into()))
    }

    fn answer(&self, request: &WireRequest) -> Result<WireResponse, ConnectorError> {
        let answer = self.cloud.handle_and_store(self.clock.now(), request);
        answer.map_err(|error| ConnectorError::user(error.into()))
    }

    /// A call through the faults.
    async fn through(
        &self,
        faults: &dyn FaultInjection,
        call: &PendingCall,
        request: &WireRequest,
    ) -> Result<http::Response<SdkBody>, ConnectorError> {
        let treatment = faults.inject(call);
        let mut way = OnItsWay { http: self, request, lands: treatment.lands && treatment.fault.spares() };
        tokio::time::sleep(treatment.latency / 2).await;
        way.lands = false;
        let made = if treatment.fault.spares() { Some(self.answer(request)?) } else { None };
        let fault = treatment.fault.fault(call);
        let error = match (&fault, &made) {
            (Some(fault), _) => Some(fault.code.clone()),
            (None, Some(_)) => self.cloud.last_error(),
            (None, None) => None,
        };
        let response = fault.map(|fault| call.refused(&fault)).or(made);
        let status = response.as_ref().map(|response| response.status().as_u16());
        let answered = status.map(|status| Answered { status, error: error.as_deref() });
        faults.observe(call, &treatment, answered);
        if let InjectedFault::Mangled(mangled, _) = treatment.fault {
            tokio::time::sleep(treatment.latency / 2).await;
            let answer = mangled.fault(request).map(|fault| call.refused(&fault)).or(response);
            return Ok(mangled.instead(call, answer));
        }
        self.way_back(&treatment, response).await.map(|response| response.map(SdkBody::from))
    }

    /// What the caller gets to hear.
    async fn way_back(
        &self,
        treatment: &Treatment,
        response: Option<WireResponse>,
    ) -> Result<WireResponse, ConnectorError> {
        match treatment.fault {
            InjectedFault::Killed(_) => std::future::pending().await,
            InjectedFault::Reset(moment) => {
                if moment == Phase::After {
                    tokio::time::sleep(treatment.latency / 2).await;
                }
                Err(ConnectorError::io("connection reset by peer".into()))
            }
            InjectedFault::Lost(_) => {
                tokio::time::sleep(PATIENCE).await;
                Err(ConnectorError::timeout("no answer came in time".into()))
            }
            _ => {
                tokio::time::sleep(treatment.latency / 2).await;
                response.ok_or_else(|| ConnectorError::io("no answer was made".into()))
            }
        }
    }
}

/// A call that has left its caller and not arrived yet.
struct OnItsWay<'a> {
    http: &'a SandboxHttp,
    request: &'a WireRequest,
    lands: bool,
}

impl Drop for OnItsWay<'_> {
    fn drop(&mut self) {
        if self.lands {
            // Nobody is left to hear the answer.
            drop(self.http.answer(self.request));
        }
    }
}

async fn collect(request: HttpRequest) -> Result<WireRequest, ConnectorError> {
    let unusable = |error| ConnectorError::user(error);
    let (parts, body) = request.try_into_http1x().map_err(|error| unusable(error.into()))?.into_parts();
    let body = ByteStream::new(body).collect().await.map_err(|error| unusable(error.into()))?;
    Ok(http::Request::from_parts(parts, body.into_bytes()))
}

impl HttpConnector for SandboxHttp {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().exchange(request))
    }
}

impl HttpClient for SandboxHttp {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        Some(ConnectorMetadata::new("logpipe-sandbox", None))
    }
}
