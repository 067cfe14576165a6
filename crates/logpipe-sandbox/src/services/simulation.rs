//! What the sandbox has to know of a service, as data and as a trait, and the macro that makes the table.

use serde_json::Value;

use crate::authorization::{Asked, Demand};
use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::answers::Protocol;
use crate::protocol::cbor::Item;
use crate::protocol::wire::{Parameters, WireRequest, WireResponse};
use crate::protocol::xml::Element;
use crate::state::world::{Account, World};

/// What is said of a call that is not answered, whatever it asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: &'static str,
}

/// What more than one service says, as "Common Errors" of their API references have it.
impl Words {
    pub(crate) const THROTTLING: Self = Self { status: 400, code: "Throttling", message: "Rate exceeded" };
    pub(crate) const THROTTLING_EXCEPTION: Self =
        Self { status: 400, code: "ThrottlingException", message: "Rate exceeded" };
    pub(crate) const INTERNAL_FAILURE: Self =
        Self { status: 500, code: "InternalFailure", message: "The request processing has failed." };
    pub(crate) const UNAVAILABLE: Self =
        Self { status: 503, code: "ServiceUnavailable", message: "The service is currently unavailable." };
    pub(crate) const UNAVAILABLE_EXCEPTION: Self =
        Self { code: "ServiceUnavailableException", ..Self::UNAVAILABLE };
}

impl Words {
    /// As the answer to a call.
    pub(crate) fn fault(self) -> Fault {
        Fault::new(self.status, self.code, self.message)
    }
}

/// Which calls count together against a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// All of an account.
    Account,
    /// All of an account in a region.
    Region,
    /// Those of one operation of an account in a region.
    Operation,
}

/// What is true of a service whatever is asked of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    /// Its name in the scope of a signature.
    pub(crate) signing_name: &'static str,
    /// The prefix of its IAM actions.
    pub(crate) action_prefix: &'static str,
    /// The protocol it speaks.
    pub(crate) protocol: Protocol,
    /// What answers its calls.
    pub(crate) handler: Handler,
    /// Which calls count together against a rate.
    pub(crate) counted: Counted,
    /// Of this many calls one is told to slow down where that is left to chance, of a service that throttles by load.
    pub(crate) slowed_once_in: Option<u64>,
    /// Whether it acts on roles by a view of its own, which lags behind IAM's.
    pub(crate) views_roles: bool,
    /// What it says of calls that come too fast.
    pub(crate) throttled: Words,
    /// What it says when it fails.
    pub(crate) failed: Words,
    /// What it says while it is overloaded.
    pub(crate) unavailable: Words,
}

/// What answers the calls of a service that are admitted, in the terms of its protocol.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Handler {
    /// From body to body of JSON; `Null` is none.
    Json(fn(&mut World, &Call, &Value) -> Result<Value, Fault>),
    /// From the form of a query to the children of its result.
    Form(fn(&mut World, &Call, &Parameters) -> Result<Vec<Element>, Fault>),
    /// From body to body of CBOR.
    Cbor(fn(&mut World, &Call, &Value) -> Result<Item, Fault>),
    /// From the request to the whole response.
    Whole(fn(&mut World, &Call, &WireRequest) -> Result<WireResponse, Fault>),
}

/// A simulated service.
pub(crate) trait Simulation: Sync {
    /// What is true of it whatever is asked.
    fn facts(&self) -> &'static Facts;

    /// Calls of an operation, or of what is counted with it, that are taken in a second; `None` where there is no limit.
    fn rate(&self, operation: &str) -> Option<u64>;

    /// What a call takes, or `None` where the operation is not simulated. The error is what the service says before it
    /// looks at permissions.
    fn demands(&self, asked: &Asked<'_>) -> Result<Option<Vec<Demand>>, Fault>;

    /// What it holds in an account, for the summary: each part with its name.
    fn summary(&self, account: &Account) -> Vec<(&'static str, Value)>;
}

/// Makes [`Service`] and its table.
macro_rules! services {
    ($($(#[$doc:meta])* $service:ident => $simulation:expr,)+) => {
        /// The simulated services.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum Service {
            $($(#[$doc])* $service,)+
        }

        impl Service {
            /// All of them.
            pub(crate) const ALL: &[Self] = &[$(Self::$service,)+];

            /// What simulates it.
            pub(crate) fn simulation(self) -> &'static dyn $crate::services::Simulation {
                match self {
                    $(Self::$service => &$simulation,)+
                }
            }
        }
    };
}

pub(crate) use services;
