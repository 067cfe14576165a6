//! Requests as they come over the wire, without a client that keeps its own rules.

use bytes::Bytes;
use serde_json::Value;

use crate::WireRequest;

/// The region everything is in.
pub(super) const REGION: &str = "ap-northeast-1";

/// An access key with its session token, if it has one.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) token: Option<String>,
}

/// What is sent to a service.
#[derive(Debug, Clone)]
pub(super) enum Sent {
    /// A JSON call: service, operation, input.
    Json(&'static str, &'static str, Value),
    /// A CBOR call to CloudWatch: operation, body.
    Cbor(&'static str, Vec<u8>),
    /// A form: service and fields, `Action` first.
    Form(&'static str, &'static str, &'static [(&'static str, &'static str)]),
    /// An S3 request: method, path with query, headers, body.
    S3(&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str),
}

impl Sent {
    /// The service it is sent to.
    pub(super) fn service(&self) -> &'static str {
        match self {
            Self::Json(service, ..) | Self::Form(service, ..) => service,
            Self::Cbor(..) => "monitoring",
            Self::S3(..) => "s3",
        }
    }

    /// The request, signed by `key`.
    pub(super) fn signed(&self, key: &Key) -> WireRequest {
        let service = self.service();
        let scope = format!("{}/20260101/{REGION}/{service}/aws4_request", key.id);
        let request = http::Request::builder()
            .header("authorization", format!("AWS4-HMAC-SHA256 Credential={scope}, Signature=0"))
            .header("content-md5", "unchecked");
        let request = match &key.token {
            Some(token) => request.header("x-amz-security-token", token),
            None => request,
        };
        let uri = |path: &str| format!("https://{service}.{REGION}.amazonaws.com{path}");
        match self {
            Self::Json(_, operation, input) => request
                .method("POST")
                .uri(uri("/"))
                .header("x-amz-target", format!("Any.{operation}"))
                .body(Bytes::from(input.to_string())),
            Self::Cbor(operation, body) => request
                .method("POST")
                .uri(uri(&format!("/service/GraniteServiceVersion20100801/operation/{operation}")))
                .header("smithy-protocol", "rpc-v2-cbor")
                .body(Bytes::from(body.clone())),
            Self::Form(_, action, fields) => {
                let mut form = form_urlencoded(&[("Action", action)]);
                form.push('&');
                form.push_str(&form_urlencoded(fields));
                request.method("POST").uri(uri("/")).body(Bytes::from(form))
            }
            Self::S3(method, path, headers, body) => headers
                .iter()
                .fold(request, |request, (name, value)| request.header(*name, *value))
                .method(*method)
                .uri(uri(path))
                .body(Bytes::from_static(body.as_bytes())),
        }
        .unwrap()
    }
}

fn form_urlencoded(fields: &[(&str, &str)]) -> String {
    let encoded = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    fields.join("&")
}
