//! Decides what counts as an answer from AWS, and how long it may take. Every answer to every call is checked here
//! before anything uses it.
//!
//! Between logpipe and AWS there are proxies, portals and VPNs that answer instead of AWS, and connections that break.
//! What they say must never be taken for "there is nothing there".

mod asked;
mod authenticity;
mod client;
mod document;
mod flaw;
mod parts;
mod patience;
mod shape;
mod streamed;

pub(crate) use asked::Asking;
pub(crate) use client::{Rules, Whom, client};
pub(crate) use flaw::{NotOfAws, Silence};
pub use patience::Patience;
