//! The kind of Firehose, and what it consists of.

mod life;
mod live;
pub mod processing;
pub mod stream;
mod tags;
pub(crate) mod terms;
