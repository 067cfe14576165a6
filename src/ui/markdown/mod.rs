//! Markdown as GitHub reads it: pages of tables, lists and folded details, in which no text of others is markup.

mod escape;
mod line;
mod page;
mod table;
#[cfg(test)]
mod tests;
mod writer;

pub use line::Line;
pub use page::{Block, Item, Mark, Page};
pub use table::Table;
