//! The health of a delivery as an answer.

use serde_json::Value;

use super::human::delivery_text;
use super::json::delivery_json;
use super::markdown::page;
use crate::health::Health;
use crate::plan::SkippedAccount;
use crate::ui::forms::{Look, Part, Report};
use crate::ui::markdown::Page;
use crate::ui::skipped::skipped_text;

/// How events flow, route by route and stream by stream.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryReport<'a> {
    /// Name of the topology.
    pub topology: &'a str,
    /// What was counted.
    pub health: &'a Health,
    /// Accounts that are left out.
    pub skipped: &'a [SkippedAccount],
}

impl DeliveryReport<'_> {
    /// The lines that are painted over and over again where somebody watches.
    pub fn lines(&self, look: Look) -> Vec<String> {
        delivery_text(self, look).lines().map(str::to_owned).collect()
    }
}

impl Report for DeliveryReport<'_> {
    fn human(&self, look: Look) -> Vec<Part> {
        vec![Part::Table(delivery_text(self, look))]
    }

    fn json(&self) -> Value {
        delivery_json(self)
    }

    fn markdown(&self, _look: Look) -> Page {
        page(self)
    }

    fn aside(&self, look: Look) -> Vec<Part> {
        skipped_text(self.skipped, look.aside).into_iter().map(Part::Error).collect()
    }

    fn is_news(&self) -> bool {
        true
    }
}
