//! What may pass for an answer of AWS, and how long it may take: every answer to every call goes through here before
//! anything is made of it.
//!
//! Between logpipe and AWS stand proxies, portals and VPNs that answer in AWS's place, and connections that break. What
//! they say must never be taken for "there is nothing there".

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
pub(crate) use client::{Whom, client};
pub(crate) use flaw::{NotOfAws, Silence};
pub use patience::Patience;
