//! What goes wrong: errors of AWS, throttling, and what happens between a caller and AWS.

pub(crate) mod fault;
pub(crate) mod fault_injection;
pub(crate) mod mangled;
pub(crate) mod rng;
pub(crate) mod throttle;
