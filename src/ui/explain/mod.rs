//! Explained policies: a table to read, JSON, Markdown.

mod cells;
mod human;
mod json;
mod markdown;

pub use human::explain_text;
pub use json::explain_json;
pub use markdown::explain_markdown;
