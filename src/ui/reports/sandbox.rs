//! The simulated AWS: what is in it, and where it is served.

use serde_json::{Value, json};

use crate::ui::forms::{Look, Part, Report};
use crate::ui::markdown::{Block, Line, Mark, Page};

/// What is in the simulated AWS.
#[derive(Debug)]
pub struct SandboxReport(pub Value);

impl Report for SandboxReport {
    fn human(&self, _look: Look) -> Vec<Part> {
        vec![Part::Data(format!("{:#}", self.0))]
    }

    fn json(&self) -> Value {
        self.0.clone()
    }

    fn markdown(&self, _look: Look) -> Page {
        let lines = format!("{:#}", self.0).lines().map(str::to_owned).collect();
        Page::new(Mark::Neutral, "What is in the sandbox")
            .fold("Everything", vec![Block::Lines("json", lines)])
    }
}

/// Where the simulated AWS is served.
#[derive(Debug)]
pub struct ServedReport<'a> {
    /// Its address.
    pub url: &'a str,
}

impl Report for ServedReport<'_> {
    fn human(&self, _look: Look) -> Vec<Part> {
        vec![Part::Data(self.url.to_owned())]
    }

    fn json(&self) -> Value {
        json!({ "format": 1, "url": self.url })
    }

    fn markdown(&self, _look: Look) -> Page {
        Page::new(Mark::Neutral, "The sandbox is served").line(Line::name(self.url))
    }
}
