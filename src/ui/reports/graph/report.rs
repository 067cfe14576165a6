//! The picture of a topology as an answer.

use serde_json::{Value, json};

use super::dot::dot;
use super::html::html;
use super::json::graph_json;
use super::mermaid::mermaid;
use super::picture::Picture;
use super::resources::resources;
use super::routes::routes;
use super::svg::svg;
use super::text::picture_text;
use crate::diagram::Diagram;
use crate::plan::{Note, SkippedAccount};
use crate::ui::alike;
use crate::ui::forms::{Look, Part, Report};
use crate::ui::markdown::{Block, Item, Line, Mark, Page};
use crate::ui::skipped::{skipped_items, skipped_text};
use crate::ui::terminal::style::Paint;

/// The most characters that GitHub draws a diagram of (Mermaid, `maxTextSize`).
const LARGEST_MERMAID: usize = 50_000;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The way of a log line.
    Route,
    /// The resources, and what each needs.
    Resources,
}

impl View {
    fn words(self) -> &'static str {
        match self {
            Self::Route => "The way of the logs",
            Self::Resources => "The resources",
        }
    }

    /// The name that programs know it by.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::Resources => "resources",
        }
    }
}

/// How it is drawn for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawing {
    /// As text.
    Text,
    /// In the language of Mermaid.
    Mermaid,
    /// In DOT.
    Dot,
    /// As SVG.
    Svg,
    /// As a page, of the way of a log line alone.
    Html,
}

/// The picture of a topology.
#[derive(Debug, Clone, Copy)]
pub struct GraphReport<'a> {
    /// Everything there is to draw.
    pub diagram: &'a Diagram,
    /// What of it is drawn.
    pub view: View,
    /// How.
    pub drawing: Drawing,
    /// Accounts that are left out.
    pub skipped: &'a [SkippedAccount],
}

impl GraphReport<'_> {
    fn picture(&self, each: bool) -> Picture {
        match self.view {
            View::Route => routes(self.diagram, each),
            View::Resources => resources(self.diagram, each),
        }
    }

    /// What is drawn, in words.
    fn title(&self) -> String {
        format!("{} of {}", self.view.words(), self.diagram.topology)
    }

    /// The notes, those that are alike in several places once.
    fn notes(&self, each: bool) -> Vec<String> {
        let notes: Vec<Note> = self.diagram.notes.iter().cloned().map(Note::Meaning).collect();
        let told = alike::notes(&notes, &self.diagram.ids(), each).into_iter();
        told.map(|(note, same)| match same {
            Some(same) => format!("{note} ({same})"),
            None => note,
        })
        .collect()
    }
}

impl Report for GraphReport<'_> {
    fn human(&self, look: Look) -> Vec<Part> {
        let picture = self.picture(look.each());
        let drawn = match self.drawing {
            Drawing::Text => Part::Answer(picture_text(&picture, self.view, look.paint)),
            Drawing::Mermaid => Part::Data(mermaid(&picture).join("\n")),
            Drawing::Dot => Part::Data(dot(&picture, self.diagram.topology.as_str()).join("\n")),
            Drawing::Svg => Part::Data(svg(&picture, &self.title())),
            // The page has them all, and shows each that is looked for.
            Drawing::Html => {
                let picture = self.picture(false);
                Part::Data(html(self.diagram, &picture, &self.title(), &self.notes(false)))
            }
        };
        let notes = self.notes(look.each()).into_iter();
        std::iter::once(drawn).chain(notes.map(|note| Part::Say(format!("note: {note}")))).collect()
    }

    fn json(&self) -> Value {
        let mut object = graph_json(self.diagram, self.view);
        object["skipped_accounts"] = json!(self.skipped);
        object
    }

    /// A diagram, or where that is too large to be drawn, the text of it.
    fn markdown(&self, look: Look) -> Page {
        let picture = self.picture(look.each());
        let heading = Line::from(self.view.words()).and(" of ").and_name(self.diagram.topology.as_str());
        let drawn = mermaid(&picture);
        let block = match drawn.iter().map(|line| line.len() + 1).sum::<usize>() <= LARGEST_MERMAID {
            true => Block::Lines("mermaid", drawn),
            false => {
                let text = picture_text(&picture, self.view, Paint::new(false));
                Block::Lines("text", text.lines().map(str::to_owned).collect())
            }
        };
        Page::new(Mark::Neutral, heading)
            .block(block)
            .titled("Notes", self.notes(look.each()).into_iter().map(Item::new))
            .titled("Accounts left out", skipped_items(self.skipped))
    }

    fn aside(&self, look: Look) -> Vec<Part> {
        skipped_text(self.skipped, look.aside).into_iter().map(Part::Error).collect()
    }
}
