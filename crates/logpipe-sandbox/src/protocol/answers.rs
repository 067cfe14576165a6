//! The wire protocols: how answers and errors are written.
//!
//! Owns framing. What is in a body is the service's business.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::cbor::Item;
use super::wire::{WireRequest, WireResponse, header};
use super::xml::Element;
use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::services::{Service, sts};

/// How a service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// AWS JSON 1.1: the operation in `X-Amz-Target`.
    Json,
    /// AWS query: a form in, XML out.
    Query {
        /// The namespace of its documents.
        namespace: &'static str,
    },
    /// EC2's own kind of query: lists without `member`, other envelopes.
    Ec2,
    /// Smithy RPC v2: CBOR both ways, the operation in the path.
    Cbor,
    /// REST with XML bodies, as only S3 speaks it.
    S3,
}

/// The namespace of every document of EC2.
const EC2_NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";

/// The namespace of every S3 document.
pub(crate) const S3_NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// The protocol in which a request to a service is made. What takes CBOR takes JSON too, which the AWS CLI speaks to CloudWatch
/// (botocore 1.44.5, `data/cloudwatch/2010-08-01/service-2.json`, `protocols`).
pub(crate) fn spoken(service: Service, request: &WireRequest) -> Protocol {
    match service.protocol() {
        Protocol::Cbor if header(request, "x-amz-target").is_some() => Protocol::Json,
        protocol => protocol,
    }
}

/// The protocol a request appears to speak, for answering one whose service is not known.
pub(crate) fn guess(request: &WireRequest) -> Protocol {
    let form = header(request, "content-type")
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    if header(request, "x-amz-target").is_some() {
        Protocol::Json
    } else if form {
        Protocol::Query { namespace: sts::NAMESPACE }
    } else {
        Protocol::S3
    }
}

/// A JSON answer; `Null` is an empty body, as operations without output have it.
pub(crate) fn json_answer(body: &Value, request_id: &str) -> WireResponse {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    respond(200, "application/x-amz-json-1.1", body, &[("x-amzn-requestid", request_id)])
}

/// The answer to a query, in the envelope of its protocol.
pub(crate) fn xml_answer(call: &Call, result: Vec<Element>) -> WireResponse {
    match call.service.protocol() {
        Protocol::Query { namespace } => query_answer(namespace, &call.operation, result, &call.request_id),
        _ => ec2_answer(&call.operation, result, &call.request_id),
    }
}

/// A query answer: the children of `<OperationResult>`.
fn query_answer(namespace: &str, operation: &str, result: Vec<Element>, request_id: &str) -> WireResponse {
    let mut response = Element::new(&format!("{operation}Response")).with_attribute("xmlns", namespace);
    if !result.is_empty() {
        response = response.with(Element::new(&format!("{operation}Result")).with_all(result));
    }
    let body = response.with(Element::new("ResponseMetadata").with_text("RequestId", request_id)).document();
    respond(200, "text/xml", body, &[("x-amzn-requestid", request_id)])
}

/// A CBOR answer.
pub(crate) fn cbor_answer(body: &Item, request_id: &str) -> WireResponse {
    let headers = [("x-amzn-requestid", request_id), ("smithy-protocol", "rpc-v2-cbor")];
    respond(200, "application/cbor", body.encoded(), &headers)
}

/// An answer of EC2: the children of `<OperationResponse>`.
fn ec2_answer(operation: &str, result: Vec<Element>, request_id: &str) -> WireResponse {
    let body = Element::new(&format!("{operation}Response"))
        .with_attribute("xmlns", EC2_NAMESPACE)
        .with_text("requestId", request_id)
        .with_all(result)
        .document();
    respond(200, "text/xml;charset=UTF-8", body, &[("x-amzn-requestid", request_id)])
}

/// An error in the words of a protocol. `bodiless` for HEAD, whose answers have no body.
pub(crate) fn fault_answer(
    protocol: Protocol,
    fault: &Fault,
    request_id: &str,
    bodiless: bool,
) -> WireResponse {
    let mut headers: Vec<(&str, &str)> =
        fault.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (kind, body): (_, Bytes) = match protocol {
        Protocol::Json => {
            headers.push(("x-amzn-requestid", request_id));
            let body = json!({ "__type": fault.code, "message": fault.message });
            ("application/x-amz-json-1.1", body.to_string().into())
        }
        Protocol::Query { namespace } => {
            headers.push(("x-amzn-requestid", request_id));
            ("text/xml", query_error(namespace, fault, request_id).into())
        }
        Protocol::Ec2 => {
            headers.push(("x-amzn-requestid", request_id));
            ("text/xml;charset=UTF-8", ec2_error(fault, request_id).into())
        }
        Protocol::Cbor => {
            headers.extend([("x-amzn-requestid", request_id), ("smithy-protocol", "rpc-v2-cbor")]);
            let code = ("__type", Item::text(&fault.code));
            let error = Item::Map(vec![code, ("message", Item::text(&fault.message))]);
            ("application/cbor", Bytes::from(error.encoded()))
        }
        Protocol::S3 => {
            headers.push(("x-amz-request-id", request_id));
            ("application/xml", s3_error(fault, request_id).into())
        }
    };
    let body = if bodiless { Bytes::new() } else { body };
    respond(status(protocol, fault), kind, body, &headers)
}

/// CloudWatch Logs and Firehose answer what the caller got wrong with 400, whatever it was; only the code tells
/// (their API References, "Errors" of each operation).
fn status(protocol: Protocol, fault: &Fault) -> u16 {
    match (protocol, fault.status) {
        (Protocol::Json, 404 | 409) => 400,
        (_, status) => status,
    }
}

fn query_error(namespace: &str, fault: &Fault, request_id: &str) -> String {
    let at_fault = if fault.status < 500 { "Sender" } else { "Receiver" };
    Element::new("ErrorResponse")
        .with_attribute("xmlns", namespace)
        .with(
            Element::new("Error")
                .with_text("Type", at_fault)
                .with_text("Code", &fault.code)
                .with_text("Message", &fault.message),
        )
        .with_text("RequestId", request_id)
        .document()
}

fn ec2_error(fault: &Fault, request_id: &str) -> String {
    let error = Element::new("Error").with_text("Code", &fault.code).with_text("Message", &fault.message);
    Element::new("Response")
        .with(Element::new("Errors").with(error))
        .with_text("RequestID", request_id)
        .document()
}

fn s3_error(fault: &Fault, request_id: &str) -> String {
    fault
        .details
        .iter()
        .fold(
            Element::new("Error").with_text("Code", &fault.code).with_text("Message", &fault.message),
            |error, (name, value)| error.with_text(name, value),
        )
        .with_text("RequestId", request_id)
        .document()
}

/// A response with these headers. Headers whose value HTTP cannot carry are left out.
pub(crate) fn respond(
    status: u16,
    content_type: &str,
    body: impl Into<Bytes>,
    headers: &[(&str, &str)],
) -> WireResponse {
    let mut response = http::Response::new(body.into());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::OK);
    for (name, value) in headers.iter().copied().chain([(CONTENT_TYPE.as_str(), content_type)]) {
        let name = http::HeaderName::try_from(name);
        if let (Ok(name), Ok(value)) = (name, http::HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
