//! Policies in plain words: for every statement who, where, when, what and to what effect, beside the policy elements.
//!
//! Pure. `collect.rs` finds the documents of a graph, the other files word one element each.

mod account_names;
#[cfg(test)]
mod agreement;
mod collect;
mod condition;
mod distinct;
mod location;
mod principal;
mod services;
mod statement;
#[cfg(test)]
mod tests;
mod verbs;

pub use account_names::AccountNames;
pub use collect::{Explanation, LookUp, of_documents, of_graph};
pub use distinct::distinct_keys;
pub use statement::{Answer, ExplainedPolicy, ExplainedStatement};
