//! Pipelines and a topology as answers.

use serde_json::Value;

use super::json::import_json;
use super::text::{aside, headline, pipeline_lines, pipelines_text, topology_text};
use crate::import::{Found, Imported, Pipeline};
use crate::ui::forms::{Look, Part, Report};
use crate::ui::markdown::{Block, Item, Line, Mark, Page};
use crate::ui::skipped::skipped_text;
use crate::ui::wording;

/// Which pipelines there are.
#[derive(Debug)]
pub struct DiscoveryReport<'a> {
    /// What was found.
    pub found: &'a Found,
}

/// A topology of a pipeline.
#[derive(Debug)]
pub struct ImportReport<'a> {
    /// What was found.
    pub found: &'a Found,
    /// The pipeline.
    pub pipeline: &'a Pipeline,
    /// The topology.
    pub imported: &'a Imported,
    /// The file that it was written to, where it was.
    pub file: Option<String>,
}

impl Report for DiscoveryReport<'_> {
    fn human(&self, look: Look) -> Vec<Part> {
        vec![Part::Answer(pipelines_text(self.found, look.paint))]
    }

    fn json(&self) -> Value {
        import_json(self.found, None)
    }

    fn markdown(&self, _look: Look) -> Page {
        let items = self.found.pipelines.iter().map(|pipeline| {
            let item = Item::new(Line::name(pipeline.arn()));
            pipeline_lines(pipeline).into_iter().fold(item, Item::with)
        });
        Page::new(Mark::Neutral, headline(self.found)).list(items).titled(
            "What could not be read",
            self.found.unread.iter().map(|unread| Item::new(wording::not_read(unread))),
        )
    }

    fn aside(&self, look: Look) -> Vec<Part> {
        skipped_text(&self.found.skipped, look.aside).into_iter().map(Part::Error).collect()
    }
}

impl Report for ImportReport<'_> {
    /// The topology alone goes to stdout, so that it can be sent to a file.
    fn human(&self, look: Look) -> Vec<Part> {
        let topology = match &self.file {
            Some(file) => Part::Say(format!("Wrote {file}.")),
            None => Part::Data(topology_text(self.imported, self.pipeline).trim_end().to_owned()),
        };
        vec![topology, Part::Say(aside(self.imported, self.pipeline, look.each(), look.aside))]
    }

    fn json(&self) -> Value {
        import_json(self.found, Some((self.imported, self.pipeline)))
    }

    fn markdown(&self, _look: Look) -> Page {
        let Imported { name, inexpressible, overwide, unread, .. } = self.imported;
        let lines = topology_text(self.imported, self.pipeline).lines().map(str::to_owned).collect();
        let heading = Line::from(format!("Topology {name} from ")).and_name(self.pipeline.arn());
        let overwide = overwide.iter().map(|one| {
            let said = Item::new(wording::overwide(one)).with(wording::overwide_statement(one));
            let said = said.with(wording::replacement(one));
            said.with(wording::removal(one.removal))
        });
        let inexpressible = inexpressible.iter().map(|one| Item::new(wording::inexpressible(one)));
        let unread = unread.iter().map(|unread| Item::new(wording::not_read(unread)));
        Page::new(Mark::Neutral, heading)
            .block(Block::Lines("yaml", lines))
            .titled("What is there and no topology says", inexpressible)
            .titled("What allows more than delivery needs", overwide)
            .titled("What could not be read", unread)
    }

    fn aside(&self, look: Look) -> Vec<Part> {
        skipped_text(&self.found.skipped, look.aside).into_iter().map(Part::Error).collect()
    }
}
