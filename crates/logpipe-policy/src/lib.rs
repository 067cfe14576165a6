//! IAM policy documents: parse them, compare them, decide with them.
//!
//! Owns the policy language and the evaluation logic. Pure: knows no SDK, no topology and no account state;
//! whoever asks brings the documents and the facts of the request.

mod authorize;
mod canonical;
mod claim;
mod condition;
mod context;
mod date;
mod document;
mod evaluate;
mod grammar;
mod in_one_line;
mod named_principals;
mod network;
mod operator;
mod principal;
pub mod quota;
mod reading;
mod rights;
mod truth;
mod variable;
mod wildcard;
mod wrapping;

#[cfg(test)]
mod completions;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

pub use authorize::authorize;
pub use canonical::{canonical, same};
pub use context::{Context, ContextValues};
pub use document::{Policy, PolicyError};
pub use evaluate::{Decision, PolicyKind, Request, evaluate, evaluate_all, objections};
pub use grammar::{Flaw, Refusal, listed, refusals, statements};
pub use in_one_line::{admitting_others, says};
pub use named_principals::{deleted_principals, names_somebody};
pub use principal::Principal;
pub use rights::{add, union};
pub use wildcard::like;
pub use wrapping::{Unwrapped, decoded, unwrapped};

/// The examples of the README, tried.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
