//! What every simulated operation asks for: IAM actions, the ARNs they are on, and the condition keys of the request.
//!
//! Owns what a demand is and the words of a refusal. The tables are with the services, in `rights.rs`. Whether a caller gets what is asked for is decided
//! in `access.rs`. An operation that no table lists is not simulated, so none can pass without a decision.
//!
//! Actions, resource types and keys: Service Authorization Reference; further permissions an operation takes: its page
//! in the API Reference.

mod asked;
mod demand;
mod refusal;

pub(crate) use asked::Asked;
pub(crate) use demand::Demand;
pub(crate) use refusal::{Why, assume_refused, cross_account_pass, refused, unexplained};
