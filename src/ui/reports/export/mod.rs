//! A topology in the language of another tool: its files, and what is in none of them.

mod report;

pub use report::ExportReport;
