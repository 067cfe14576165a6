//! The arguments of `graph`.

use clap::{Args, ValueEnum};

use super::{Reach, Topology};

#[derive(Debug, Args)]
pub(crate) struct Graph {
    #[command(flatten)]
    pub(crate) topology: Topology,
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// Draw what is in the accounts, with how each hop is found to be. Needs credentials, and sends no test event.
    #[arg(long)]
    pub(crate) live: bool,
    /// What is drawn.
    #[arg(long, value_enum, value_name = "VIEW", default_value = "route")]
    pub(crate) view: GraphView,
    /// Format of the picture [default: text].
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<GraphForm>,
}

/// What can be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphView {
    /// The way of a log line: accounts, what it passes in them, and what leads from one to the next.
    Route,
    /// Every resource with what it needs, and why.
    Resources,
}

/// Forms of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphForm {
    /// Text to read.
    Text,
    /// The language of Mermaid, which GitHub, GitLab and many wikis draw.
    Mermaid,
    /// DOT, the language of Graphviz.
    Dot,
    /// A drawing, light or dark as its reader prefers.
    Svg,
    /// A page to open in a browser: finds an account, and shows the policies of each hop. Asks nobody for anything.
    Html,
}
