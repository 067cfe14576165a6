//! Which logpipe this is.

use serde_json::{Value, json};

use crate::ui::forms::{Look, Part, Report};
use crate::ui::markdown::{Mark, Page};

/// Which logpipe this is, and what it was built with.
#[derive(Debug)]
pub struct VersionReport {
    /// The version.
    pub version: &'static str,
    /// The commit that it was built from, if whoever built it has said.
    pub commit: Option<&'static str>,
    /// What it was built for: processor, system, and its C library where there are several.
    pub target: String,
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
        let commit = self.commit.map(|commit| format!(" ({commit})")).unwrap_or_default();
        let Self { version, target, .. } = self;
        vec![Part::Data(format!("logpipe {version}{commit}\n{}\ntarget: {target}", self.features()))]
    }

    fn json(&self) -> Value {
        json!({
            "format": 1,
            "name": "logpipe",
            "version": self.version,
            "commit": self.commit,
            "target": self.target,
            "features": self.features,
        })
    }

    fn markdown(&self, _look: Look) -> Page {
        Page::new(Mark::Neutral, format!("logpipe {}", self.version)).line(self.features())
    }
}
