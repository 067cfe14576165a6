//! Names and ARNs of what a topology makes, for whoever builds on the pipeline. Pure: they follow from the topology,
//! and the record says which resources exist.

mod destinations;
mod output;
mod roles;

pub use output::{Output, outputs};
