//! Warnings about valid but probably unintended settings, and the places in a file that problems and warnings point to.

mod excerpt;
mod warning;

pub use excerpt::Excerpt;
pub use warning::{Lint, Warning};
