//! What stands between a caller and the simulated AWS: lost connections, failing services, callers that end.
//!
//! Owns the words in which each service says that it cannot serve. What befalls which call is for whoever gives a
//! [`SandboxHttp`](super::SandboxHttp) its weather to say; without one, every call is answered.

use std::fmt;
use std::time::Duration;

use crate::address::AccountId;

use super::caller::Caller;
use super::dispatch;
use super::fault::Fault;
use super::mangled::Mangled;
use super::protocol::{self, Service};
use super::wire::{Credential, WireRequest, WireResponse};
use super::world::{World, is_reading};

/// Decides what befalls calls, and hears what came of them.
pub trait Weather: fmt::Debug + Send + Sync {
    /// What befalls a call that is about to be sent.
    fn befalls(&self, call: &Underway) -> Fate;

    /// What came of it: the status and error code of AWS's answer, whether or not it reaches the caller; none where no
    /// answer was made. Said before the caller hears anything.
    fn came_of(&self, _call: &Underway, _fate: &Fate, _answer: Option<Answered<'_>>) {}
}

/// A call on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Underway {
    /// The signing name of the service.
    pub service: &'static str,
    /// The operation.
    pub operation: String,
    /// The calling account, if the credential is good.
    pub account: Option<AccountId>,
    /// The signing region.
    pub region: String,
}

/// How AWS answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered<'a> {
    /// HTTP status.
    pub status: u16,
    /// The error code, if it was one.
    pub error: Option<&'a str>,
}

/// What befalls one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate {
    /// How long it takes, there and back.
    pub latency: Duration,
    /// What goes wrong.
    pub trouble: Trouble,
    /// Whether it takes effect although its caller ends while it is on its way there.
    pub lands: bool,
}

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing.
    None,
    /// It is refused with this error, and takes no effect.
    Refused {
        /// The error code.
        code: String,
        /// The text.
        message: String,
        /// HTTP status.
        status: u16,
    },
    /// It is one too many, and takes no effect.
    Throttled,
    /// The service fails (500).
    Failed(Moment),
    /// The service is not available (503).
    Unavailable(Moment),
    /// The connection is reset.
    Reset(Moment),
    /// The answer never comes, and the caller stops waiting for it.
    Lost(Moment),
    /// The caller ends, and hears nothing more.
    Killed(Moment),
    /// Something comes that is not the answer.
    Mangled(Mangled, Moment),
}

/// When it goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before the call has taken effect, which it never does.
    Before,
    /// After it has taken effect.
    After,
}

impl Underway {
    /// Reads a request as the sandbox will.
    pub(crate) fn of(world: &World, request: &WireRequest) -> Option<Self> {
        let credential = Credential::of(request)?;
        let service = Service::of(&credential.service)?;
        let caller = Caller::identify(world, &credential, service.protocol());
        Some(Self {
            service: service.name(),
            operation: dispatch::Input::of(service, request).operation(request),
            account: caller.ok().map(|caller| caller.account().clone()),
            region: credential.region.to_string(),
        })
    }

    /// Whether the operation can change a resource, by its name.
    pub fn writes(&self) -> bool {
        !is_reading(&self.operation)
    }

    /// A refusal in the protocol of the service that is called.
    pub(crate) fn refused(&self, fault: &Fault) -> WireResponse {
        let service = Service::of(self.service);
        let protocol = service.map_or(protocol::Protocol::S3, Service::protocol);
        let bodiless = self.operation.starts_with("Head");
        protocol::fault_answer(protocol, service, fault, "00000000-0000-0000-0000-000000000000", bodiless)
    }
}

impl Fate {
    /// It is answered after this time.
    pub fn answered(latency: Duration) -> Self {
        Self { latency, trouble: Trouble::None, lands: false }
    }
}

impl Trouble {
    /// Whether the call takes effect.
    pub fn spares(&self) -> bool {
        match self {
            Self::None
            | Self::Failed(Moment::After)
            | Self::Unavailable(Moment::After)
            | Self::Reset(Moment::After)
            | Self::Lost(Moment::After)
            | Self::Killed(Moment::After) => true,
            Self::Mangled(mangled, Moment::After) => !mangled.refuses(),
            _ => false,
        }
    }

    /// What AWS says instead of an answer, as the "Common Errors" of each API reference have it; for S3, "Error
    /// responses" of the Amazon S3 API Reference.
    pub(crate) fn fault(&self, call: &Underway) -> Option<Fault> {
        let service = Service::of(call.service)?;
        match self {
            Self::Refused { code, message, status } => Some(Fault::new(*status, code, message.clone())),
            Self::Throttled => Some(throttled(service)),
            Self::Failed(_) => Some(failed(service)),
            Self::Unavailable(_) => Some(unavailable(service)),
            Self::None | Self::Reset(_) | Self::Lost(_) | Self::Killed(_) | Self::Mangled(..) => None,
        }
    }
}

fn throttled(service: Service) -> Fault {
    match service {
        Service::S3 => Fault::new(503, "SlowDown", "Please reduce your request rate."),
        Service::Sts | Service::Iam | Service::CloudWatch => Fault::invalid("Throttling", "Rate exceeded"),
        Service::Ec2 => Fault::new(503, "RequestLimitExceeded", "Request limit exceeded."),
        Service::Logs | Service::Firehose | Service::Ssm => {
            Fault::invalid("ThrottlingException", "Rate exceeded")
        }
        Service::Organizations => Fault::invalid("TooManyRequestsException", "Rate exceeded"),
    }
}

fn failed(service: Service) -> Fault {
    match service {
        Service::S3 => {
            Fault::new(500, "InternalError", "We encountered an internal error. Please try again.")
        }
        Service::Ec2 => Fault::new(500, "InternalError", "An internal error has occurred"),
        Service::Ssm => Fault::new(500, "InternalServerError", "An error occurred on the server side."),
        Service::Iam => Fault::new(500, "ServiceFailure", "The request processing has failed."),
        _ => Fault::new(500, "InternalFailure", "The request processing has failed."),
    }
}

fn unavailable(service: Service) -> Fault {
    let text = "The service is currently unavailable.";
    match service {
        Service::Logs | Service::Firehose | Service::Organizations => {
            Fault::new(503, "ServiceUnavailableException", text)
        }
        Service::Ec2 => {
            Fault::new(503, "Unavailable", "The server is overloaded and can't handle the request.")
        }
        _ => Fault::new(503, "ServiceUnavailable", text),
    }
}
