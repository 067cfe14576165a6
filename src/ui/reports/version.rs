//! Which logpipe this is.

use serde_json::{Value, json};

use crate::ui::forms::{Look, Part, Report};
use crate::ui::markdown::{Mark, Page};

/// Which logpipe this is, and what it was built with.
#[derive(Debug)]
pub struct VersionReport {
    /// The version.
    pub version: &'static str,
    /// The parts that are in it, of those that a build can go without.
    pub features: Vec<&'static str>,
}

impl VersionReport {
    /// A build that goes without something says so.
    fn features(&self) -> String {
        let features = if self.features.is_empty() { "none".to_owned() } else { self.features.join(", ") };
        format!("features: {features}")
    }
}

impl Report for VersionReport {
    fn human(&self, _look: Look) -> Vec<Part> {
        vec![Part::Data(format!("logpipe {}\n{}", self.version, self.features()))]
    }

    fn json(&self) -> Value {
        json!({ "format": 1, "version": self.version, "features": self.features })
    }

    fn markdown(&self, _look: Look) -> Page {
        Page::new(Mark::Neutral, format!("logpipe {}", self.version)).line(self.features())
    }
}
