//! The picture of a topology: as text, in the languages of Mermaid and Graphviz, as SVG, as a page, and as data.

mod dot;
mod frames;
mod html;
mod json;
mod layout;
mod markup;
mod mermaid;
mod page_data;
mod picture;
mod report;
mod resources;
mod routes;
mod svg;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use report::{Drawing, GraphReport, View};
