//! The topology file: its checked model, and the loader that makes one or says everything that is wrong.

pub mod model;

pub use model::*;
