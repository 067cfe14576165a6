//! The HTTPS client of a run over the network: it trusts what the user trusts, goes through the user's proxy, and says
//! whom it could not reach. With an endpoint of the user's own, nothing goes to AWS.

use std::fmt;
use std::sync::Arc;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::address::Partition;
use crate::aws::answers::Whom;

/// What every client of a run is made from.
#[derive(Debug)]
pub(in crate::aws) struct Https {
    context: tls::TlsContext,
    way: Arc<Way>,
}

impl Https {
    /// Honours `HTTPS_PROXY`, `NO_PROXY` and a bundle of certificates, the system's roots included.
    pub(in crate::aws) fn new(ca_bundle: Option<&[u8]>, endpoint: Option<&str>) -> Self {
        let mut trust = tls::TrustStore::default();
        if let Some(pem) = ca_bundle {
            trust = trust.with_pem_certificate(pem);
        }
        let context = tls::TlsContext::builder().with_trust_store(trust).build().unwrap_or_default();
        let way = Way { endpoint: endpoint.and_then(|url| url.parse().ok()), proxies: Matcher::from_env() };
        Self { context, way: Arc::new(way) }
    }

    /// Who is asked at an address.
    pub(in crate::aws) fn whom(&self) -> Whom {
        let way = Arc::clone(&self.way);
        Arc::new(move |url: &str| way.whom_at(url))
    }

    /// A client with connections of its own.
    pub(in crate::aws) fn client(&self) -> SharedHttpClient {
        let context = self.context.clone();
        let inner =
            aws_smithy_http_client::Builder::new().build_with_connector_fn(move |settings, components| {
                let mut builder = aws_smithy_http_client::Connector::builder()
                    .proxy_config(ProxyConfig::from_env())
                    .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
                    .tls_context(context.clone());
                builder.set_connector_settings(settings.cloned());
                builder.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
                builder.build()
            });
        SharedHttpClient::new(Client { inner: SharedHttpClient::new(inner), way: Arc::clone(&self.way) })
    }
}

/// Checks a bundle of certificates by what the client will do with it: it panics over what it cannot read.
///
/// # Errors
/// What is wrong with it.
pub fn certificates(pem: &[u8]) -> Result<(), String> {
    let mut store = RootCertStore::empty();
    for (index, certificate) in CertificateDer::pem_slice_iter(pem).enumerate() {
        let number = index + 1;
        let certificate =
            certificate.map_err(|error| format!("its certificate {number} is damaged: {error}"))?;
        store.add(certificate).map_err(|error| format!("its certificate {number} is damaged: {error}"))?;
    }
    if store.is_empty() { Err("it holds no PEM certificate".to_owned()) } else { Ok(()) }
}

/// Where requests go.
#[derive(Debug)]
struct Way {
    /// Of every service, where the user names one.
    endpoint: Option<Uri>,
    proxies: Matcher,
}

impl Way {
    /// Where a request to AWS goes instead. The SDK's own credential sources (IAM Identity Center, web identities, `aws
    /// login`) would otherwise ignore the endpoint; instance and container metadata do not come from AWS.
    fn instead(&self, uri: &Uri) -> Option<Uri> {
        let endpoint = self.endpoint.as_ref()?;
        let host = uri.host()?;
        let of_aws = Partition::ALL.iter().map(|partition| partition.dns_suffix()).chain(["api.aws"]);
        if !of_aws.into_iter().any(|suffix| host.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.')))
        {
            return None;
        }
        let mut parts = uri.clone().into_parts();
        parts.scheme = endpoint.scheme().cloned();
        parts.authority = endpoint.authority().cloned();
        Uri::from_parts(parts).ok()
    }

    /// Who is asked at an address.
    fn whom_at(&self, url: &str) -> String {
        let Ok(uri) = url.parse::<Uri>() else { return String::new() };
        self.whom(&self.instead(&uri).unwrap_or(uri))
    }

    /// Who gets a request, in words.
    fn whom(&self, uri: &Uri) -> String {
        let server = |uri: &Uri| {
            let port = uri.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
            format!("{}://{}{port}", uri.scheme_str().unwrap_or("https"), uri.host().unwrap_or_default())
        };
        match self.proxies.intercept(uri) {
            Some(proxy) => format!("{} through the proxy {}", server(uri), server(proxy.uri())),
            None => server(uri),
        }
    }
}

#[derive(Debug)]
struct Client {
    inner: SharedHttpClient,
    way: Arc<Way>,
}

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { inner, way: Arc::clone(&self.way) })
    }
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    way: Arc<Way>,
}

impl HttpConnector for Connector {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let Ok(mut uri) = request.uri().parse::<Uri>() else { return self.inner.call(request) };
        if let Some(instead) = self.way.instead(&uri) {
            if let Err(error) = request.set_uri(instead.to_string()) {
                return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
            }
            uri = instead;
        }
        let (call, way) = (self.inner.call(request), Arc::clone(&self.way));
        HttpConnectorFuture::new(async move { call.await.map_err(|error| named(error, way.whom(&uri))) })
    }
}

/// The same error, which says whom it is about.
fn named(error: ConnectorError, whom: String) -> ConnectorError {
    let connection = error.connection_metadata().cloned();
    let (timeout, user, io, kind) = (error.is_timeout(), error.is_user(), error.is_io(), error.as_other());
    let source = Box::new(Unreached { whom, source: error.into_source() });
    let named = match () {
        () if timeout => ConnectorError::timeout(source),
        () if user => ConnectorError::user(source),
        () if io => ConnectorError::io(source),
        () => ConnectorError::other(source, kind),
    };
    match connection {
        Some(connection) => named.with_connection(connection),
        None => named,
    }
}

/// A server that did not answer.
#[derive(Debug)]
struct Unreached {
    whom: String,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl fmt::Display for Unreached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no answer from {}", self.whom)
    }
}

impl std::error::Error for Unreached {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.source.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(endpoint: Option<&str>) -> Way {
        let proxies =
            Matcher::builder().https("http://ops:secret@proxy.example:3128").no("internal.example").build();
        Way { endpoint: endpoint.map(|url| url.parse().unwrap()), proxies }
    }

    #[test]
    fn what_would_go_to_aws_goes_to_the_endpoint() {
        let way = way(Some("http://127.0.0.1:4567"));
        let instead = |url: &str| way.instead(&url.parse().unwrap()).map(|uri| uri.to_string());
        let moved = |path: &str| Some(format!("http://127.0.0.1:4567{path}"));
        assert_eq!(
            instead("https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?a=b"),
            moved("/federation/credentials?a=b")
        );
        assert_eq!(instead("https://sts.cn-north-1.amazonaws.com.cn/"), moved("/"));
        assert_eq!(instead("https://signin.us-east-1.api.aws/v1/token"), moved("/v1/token"));
        // The machine's own: instances, containers, and the endpoint itself.
        for own in [
            "http://169.254.169.254/latest",
            "http://169.254.170.2/x",
            "http://127.0.0.1:4567/",
            "http://notamazonaws.com/",
        ] {
            assert_eq!(instead(own), None);
        }
        assert_eq!(super::tests::way(None).instead(&"https://sts.amazonaws.com/".parse().unwrap()), None);
    }

    #[test]
    fn a_server_is_named_with_its_proxy_and_without_passwords() {
        let whom = |url: &str| way(None).whom(&url.parse().unwrap());
        assert_eq!(
            whom("https://sts.eu-west-1.amazonaws.com/"),
            "https://sts.eu-west-1.amazonaws.com through the proxy http://proxy.example:3128"
        );
        assert_eq!(whom("https://a.internal.example/x"), "https://a.internal.example");
        assert_eq!(whom("http://127.0.0.1:4567/?Action=x"), "http://127.0.0.1:4567");
    }

    #[test]
    fn a_bundle_is_read_before_it_is_used() {
        let flaw = |pem: &str| certificates(pem.as_bytes()).unwrap_err();
        assert_eq!(flaw(""), "it holds no PEM certificate");
        assert_eq!(flaw("not a certificate"), "it holds no PEM certificate");
        let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(flaw(damaged).starts_with("its certificate 1 is damaged: "), "{}", flaw(damaged));
        assert!(flaw("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n").contains("damaged"));
        assert!(flaw("-----BEGIN CERTIFICATE-----\nAAAA\n").contains("damaged"));
        assert_eq!(
            flaw("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
            "it holds no PEM certificate"
        );
    }
}
