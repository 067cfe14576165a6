//! Simulated time: what is due when, and how long things take.

pub(crate) mod queue;
pub(crate) mod timed_event;
pub(crate) mod timing;
