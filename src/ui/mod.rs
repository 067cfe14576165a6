//! Everything a person or a machine reads: events and values in, text out.
//!
//! The only module that prints, and within it only [`Console`] does; the renderers return text. Sees events,
//! plans, reports and verdicts, never a client, an SDK or the environment.

mod console;
mod style;
mod terminal;
pub mod text;

pub use console::{Captured, Console, LogWriter, Stream, Verbosity};
pub use style::{ColourChoice, Paint, colour};
pub use terminal::Width;
