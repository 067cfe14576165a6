//! The picture of a topology: as text, in the languages of Mermaid and Graphviz, as SVG, and as data.

mod dot;
mod frames;
mod json;
mod layout;
mod markup;
mod mermaid;
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
