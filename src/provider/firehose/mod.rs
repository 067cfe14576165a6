//! The kind of Firehose, and what it consists of.

mod life;
pub mod processing;
pub mod stream;
mod tags;
