//! One binary, one module a promise. `support` holds what they share.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail loudly")]

mod broken_hops;
mod drift;
mod foreign;
mod loopback;
mod moto;
mod pipeline;
mod proof;
mod resume;
mod support;
mod walkthrough;
