//! From a request to the service that answers it.
//!
//! Owns the one path every request takes: credential, caller, authorisation, service, call log.

use serde_json::Value;

use logpipe_identifiers::{AccountId, Partition, Region};

use super::caller::Caller;
use super::faults::fault::Fault;
use super::faults::throttle;
use super::protocol::answers::{self, Protocol};
use super::protocol::cbor;
use super::protocol::wire::{Credential, Parameters, WireRequest, WireResponse, header};
use super::services::{Handler, Service, s3};
use super::state::world::{CallRecord, World};
use super::{access, identifiers};

/// What a service knows about the request it answers, apart from its input.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Who calls.
    pub(crate) caller: Caller,
    /// The region the request was signed for.
    pub(crate) region: Region,
    /// The service.
    pub(crate) service: Service,
    /// The operation, by its API name.
    pub(crate) operation: String,
    /// The id of the request.
    pub(crate) request_id: String,
    /// When it came in.
    pub(crate) at_ms: u64,
}

impl Call {
    /// The calling account, in which control calls take effect.
    pub(crate) fn account(&self) -> &AccountId {
        self.caller.account()
    }

    /// The partition of the signing region.
    pub(crate) fn partition(&self) -> Partition {
        self.region.partition()
    }

    /// The refusal of an operation that has no simulation.
    pub(crate) fn not_simulated(&self) -> Fault {
        Fault::not_simulated(self.service.name(), &self.operation)
    }
}

/// What a request carries, read once.
#[derive(Debug, Clone)]
pub(crate) enum Input {
    /// The body of a JSON call.
    Json(Value),
    /// The body of a CBOR call, read as JSON.
    Cbor(Value),
    /// The form of a query call.
    Form(Parameters),
    /// What S3 reads from method, path, query, headers and body.
    Rest,
}

impl Input {
    /// Reads a request to a service.
    pub(crate) fn of(service: Service, request: &WireRequest) -> Self {
        match answers::spoken(service, request) {
            Protocol::Json => Self::Json(serde_json::from_slice(request.body()).unwrap_or(Value::Null)),
            Protocol::Query { .. } | Protocol::Ec2 => {
                Self::Form(Parameters::parse(&String::from_utf8_lossy(request.body())))
            }
            Protocol::Cbor => Self::Cbor(cbor::decoded(request.body()).unwrap_or(Value::Null)),
            Protocol::S3 => Self::Rest,
        }
    }

    /// The API name of the operation a request asks for.
    pub(crate) fn operation(&self, request: &WireRequest) -> String {
        match self {
            Self::Json(_) => {
                let target = header(request, "x-amz-target").unwrap_or_default();
                target.rsplit('.').next().unwrap_or_default().to_owned()
            }
            Self::Cbor(_) => request.uri().path().rsplit('/').next().unwrap_or_default().to_owned(),
            Self::Form(form) => form.get("Action").unwrap_or_default().to_owned(),
            Self::Rest => s3::operation(request).to_owned(),
        }
    }
}

/// Answers a request. Time has been advanced already.
pub(crate) fn dispatch(world: &mut World, request: &WireRequest) -> WireResponse {
    let request_id = identifiers::uuid_like("request", world.next_number());
    let bodiless = request.method() == http::Method::HEAD;
    let Some(credential) = Credential::of(request) else {
        let fault =
            Fault::new(403, "MissingAuthenticationToken", "The request is not signed with AWS Signature 4.");
        return answers::fault_answer(answers::guess(request), &fault, &request_id, bodiless);
    };
    let Some(service) = Service::of(&credential.service) else {
        let fault = Fault::not_simulated("the service", &credential.service);
        return answers::fault_answer(answers::guess(request), &fault, &request_id, bodiless);
    };
    let input = Input::of(service, request);
    let operation = input.operation(request);
    let at_ms = world.now_ms;
    let call = |caller: Caller| Call {
        at_ms,
        caller,
        region: credential.region.clone(),
        service,
        operation: operation.clone(),
        request_id: request_id.clone(),
    };
    let protocol = answers::spoken(service, request);
    let outcome = Caller::identify(world, &credential, protocol).map(|caller| {
        let call = call(caller);
        let result = answer(world, &call, &input, request);
        (call, result)
    });
    let (account, result) = match outcome {
        Ok((call, result)) => (Some(call.account().clone()), result),
        Err(fault) => (None, Err(fault)),
    };
    let error = result.as_ref().err().map(|fault| fault.code.clone());
    let response =
        result.unwrap_or_else(|fault| answers::fault_answer(protocol, &fault, &request_id, bodiless));
    world.record(CallRecord {
        service: service.name().to_owned(),
        operation,
        account,
        region: credential.region.to_string(),
        at_ms: world.now_ms,
        status: response.status().as_u16(),
        error,
    });
    response
}

fn answer(
    world: &mut World,
    call: &Call,
    input: &Input,
    request: &WireRequest,
) -> Result<WireResponse, Fault> {
    world.account(call.account());
    throttle::admit(world, call)?;
    access::admit(world, call, input, request)?;
    match (call.service.facts().handler, input) {
        (Handler::Json(handle), Input::Json(body)) => {
            Ok(answers::json_answer(&handle(world, call, body)?, &call.request_id))
        }
        (Handler::Cbor(handle), Input::Cbor(body)) => {
            Ok(answers::cbor_answer(&handle(world, call, body)?, &call.request_id))
        }
        (Handler::Cbor(handle), Input::Json(body)) => {
            let answer = handle(world, call, body)?.as_json();
            Ok(answers::json_answer(&answer, &call.request_id))
        }
        (Handler::Form(handle), Input::Form(form)) => {
            Ok(answers::xml_answer(call, handle(world, call, form)?))
        }
        (Handler::Whole(handle), _) => handle(world, call, request),
        _ => Err(call.not_simulated()),
    }
}
