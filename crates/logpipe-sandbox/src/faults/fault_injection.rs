//! Faults between a caller and the simulated AWS: lost connections, failing services, callers that end.
//!
//! Owns the words in which each service says that it cannot serve. Which call meets which fault is for whoever gives a
//! [`SandboxHttp`](crate::SandboxHttp) its faults to say; without any, every call is answered.

use std::fmt;
use std::time::Duration;

use logpipe_identifiers::AccountId;

use super::fault::Fault;
use super::mangled::Mangled;
use crate::caller::Caller;
use crate::dispatch;
use crate::protocol::answers;
use crate::protocol::wire::{Credential, WireRequest, WireResponse};
use crate::services::Service;
use crate::state::world::{World, is_reading};

/// Decides what goes wrong with calls, and hears what came of them.
pub trait FaultInjection: fmt::Debug + Send + Sync {
    /// What happens to a call that is about to be sent.
    fn inject(&self, call: &PendingCall) -> Treatment;

    /// What came of it: the status and error code of AWS's answer, whether or not it reaches the caller; none where no
    /// answer was made. Said before the caller hears anything.
    fn observe(&self, _call: &PendingCall, _fate: &Treatment, _answer: Option<Answered<'_>>) {}
}

/// A call on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingCall {
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

/// What happens to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Treatment {
    /// How long it takes, there and back.
    pub latency: Duration,
    /// What goes wrong.
    pub fault: InjectedFault,
    /// Whether it takes effect although its caller ends while it is on its way there.
    pub lands: bool,
}

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InjectedFault {
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
    Failed(Phase),
    /// The service is not available (503).
    Unavailable(Phase),
    /// The connection is reset.
    Reset(Phase),
    /// The answer never comes, and the caller stops waiting for it.
    Lost(Phase),
    /// The caller ends, and hears nothing more.
    Killed(Phase),
    /// Something comes that is not the answer.
    Mangled(Mangled, Phase),
}

/// When it goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Before the call has taken effect, which it never does.
    Before,
    /// After it has taken effect.
    After,
}

impl PendingCall {
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
        let protocol = Service::of(self.service).map_or(answers::Protocol::S3, Service::protocol);
        let bodiless = self.operation.starts_with("Head");
        answers::fault_answer(protocol, fault, "00000000-0000-0000-0000-000000000000", bodiless)
    }
}

impl Treatment {
    /// It is answered after this time.
    pub fn answered(latency: Duration) -> Self {
        Self { latency, fault: InjectedFault::None, lands: false }
    }
}

impl InjectedFault {
    /// Whether the call takes effect.
    pub fn spares(&self) -> bool {
        match self {
            Self::None
            | Self::Failed(Phase::After)
            | Self::Unavailable(Phase::After)
            | Self::Reset(Phase::After)
            | Self::Lost(Phase::After)
            | Self::Killed(Phase::After) => true,
            Self::Mangled(mangled, Phase::After) => !mangled.refuses(),
            _ => false,
        }
    }

    /// What AWS says instead of an answer, as the "Common Errors" of each API reference have it; for S3, "Error
    /// responses" of the Amazon S3 API Reference.
    pub(crate) fn fault(&self, call: &PendingCall) -> Option<Fault> {
        let service = Service::of(call.service)?;
        match self {
            Self::Refused { code, message, status } => Some(Fault::new(*status, code, message.clone())),
            Self::Throttled => Some(service.facts().throttled.fault()),
            Self::Failed(_) => Some(service.facts().failed.fault()),
            Self::Unavailable(_) => Some(service.facts().unavailable.fault()),
            Self::None | Self::Reset(_) | Self::Lost(_) | Self::Killed(_) | Self::Mangled(..) => None,
        }
    }
}
