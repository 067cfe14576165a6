//! What is accepted and most likely not meant, and the places in a file that problems and warnings point to.

mod excerpt;
mod warning;

pub use excerpt::Excerpt;
pub use warning::{Lint, Warning};
