//! The sandbox as an HTTP client: give it to the SDK and every call goes to a [`Cloud`] in this process.
//!
//! Owns latency. Time comes from a [`Clock`] and passes through tokio, so that paused time drives everything.

use std::time::Duration;

use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

use crate::clock::Clock;

use super::cloud::Cloud;
use super::wire::WireRequest;

/// An HTTP client that reaches a [`Cloud`] and nothing else.
#[derive(Debug, Clone)]
pub struct SandboxHttp {
    cloud: Cloud,
    clock: Clock,
    latency: Duration,
}

impl SandboxHttp {
    /// A client whose every call takes `latency`: half on the way there, half on the way back.
    pub fn new(cloud: Cloud, clock: Clock, latency: Duration) -> Self {
        Self { cloud, clock, latency }
    }

    async fn exchange(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = collect(request).await?;
        tokio::time::sleep(self.latency / 2).await;
        let response = self
            .cloud
            .handle_and_store(self.clock.now(), &request)
            .map_err(|error| ConnectorError::user(error.into()))?;
        tokio::time::sleep(self.latency / 2).await;
        let response = response.map(SdkBody::from);
        HttpResponse::try_from(response).map_err(|error| ConnectorError::user(error.into()))
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
