//! What writes to a terminal or a file: streams, the live display, questions, and what may reach them.

pub(super) mod ascii;
pub(super) mod canvas;
pub(super) mod captured;
pub(super) mod console;
mod display;
pub(super) mod live;
pub(super) mod log_writer;
pub(super) mod question;
pub(super) mod screen;
pub(super) mod size;
pub(super) mod stream;
pub(super) mod style;
