//! A topology in the languages of other tools: what logpipe would make, as the files that they take. Pure.
//!
//! `model.rs` has what goes in and what comes out; each language is a folder, with one `match` over the kinds that misses
//! none, so that a new kind does not compile until it is written or said to be left out. `words.rs` has what several say alike.

pub mod awscli;
pub mod cloudformation;
mod model;
mod of;
pub mod terraform;
mod words;
mod write;

pub use model::{Export, File, Language, LeftOut, Note, Pipeline, Why};
pub use write::{Asked, write};
