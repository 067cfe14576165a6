//! An export as an answer.

use std::path::Path;

use serde_json::{Value, json};

use crate::address::Address;
use crate::export::{Export, File, LeftOut};
use crate::plan::SkippedAccount;
use crate::ui::forms::{Look, Part, Report};
use crate::ui::markdown::{Block, Item, Line, Mark, Page};
use crate::ui::skipped::{skipped_items, skipped_text};
use crate::ui::wording::{export_note, not_exported};

/// A topology in the language of another tool.
#[derive(Debug, Clone, Copy)]
pub struct ExportReport<'a> {
    /// Name of the topology.
    pub topology: &'a str,
    /// The files, and what is in none of them.
    pub export: &'a Export,
    /// The folder that they were written into, if they were.
    pub written: Option<&'a Path>,
    /// Accounts that are left out.
    pub skipped: &'a [SkippedAccount],
}

impl ExportReport<'_> {
    /// The files as they go to stdout: one as it is, several each below a line that names it.
    fn data(&self) -> Vec<Part> {
        match self.export.files.as_slice() {
            [one] => vec![Part::Data(one.text.trim_end().to_owned())],
            several => several.iter().map(|file| self.named(file)).collect(),
        }
    }

    fn named(&self, file: &File) -> Part {
        let text = file.text.trim_end();
        Part::Data(match self.export.language.comment() {
            Some(comment) => format!("{comment} ==== {} ====\n{text}", file.name),
            None => text.to_owned(),
        })
    }

    /// Which files were written where.
    fn told(&self, folder: &Path) -> String {
        let names = self.export.files.iter().map(|file| format!("    {}", file.name));
        let number = match self.export.files.len() {
            1 => "1 file".to_owned(),
            number => format!("{number} files"),
        };
        let first = format!("Wrote {number} into {}", folder.display());
        std::iter::once(first).chain(names).collect::<Vec<_>>().join("\n")
    }

    fn left_out(&self) -> Vec<String> {
        let words = |left: &LeftOut| format!("{} is left out: {}", left.address, not_exported(left));
        self.export.left_out.iter().map(words).collect()
    }

    fn notes(&self) -> Vec<String> {
        self.left_out().into_iter().chain(self.export.notes.iter().map(export_note)).collect()
    }
}

impl Report for ExportReport<'_> {
    fn human(&self, _look: Look) -> Vec<Part> {
        let files = match self.written {
            Some(folder) => vec![Part::Say(self.told(folder))],
            None => self.data(),
        };
        let notes = self.notes().into_iter().map(|note| Part::Say(format!("note: {note}")));
        files.into_iter().chain(notes).collect()
    }

    fn json(&self) -> Value {
        let file = |file: &File| {
            json!({
                "name": file.name,
                "account": file.account,
                "region": file.region,
                "bytes": file.text.len(),
                "resources": file.resources.iter().map(Address::to_string).collect::<Vec<_>>(),
                "text": file.text,
            })
        };
        let left_out = |left: &LeftOut| json!({ "address": left.address, "code": left.why.code(), "why": not_exported(left) });
        let note = |note| json!({ "code": crate::export::Note::code(note), "note": export_note(note) });
        json!({
            "format": 1,
            "topology": self.topology,
            "language": self.export.language.as_str(),
            "files": self.export.files.iter().map(file).collect::<Vec<_>>(),
            "left_out": self.export.left_out.iter().map(left_out).collect::<Vec<_>>(),
            "notes": self.export.notes.iter().map(note).collect::<Vec<_>>(),
            "skipped_accounts": self.skipped,
        })
    }

    fn markdown(&self, _look: Look) -> Page {
        let language = self.export.language;
        let heading = Line::name(self.topology).and(" for ").and(language.name());
        let page = Page::new(Mark::Neutral, heading);
        let page = self.export.files.iter().fold(page, |page, file| {
            let lines = file.text.trim_end().lines().map(str::to_owned).collect();
            page.fold(Line::name(&*file.name), vec![Block::Lines(language.syntax(), lines)])
        });
        page.titled("Notes", self.notes().into_iter().map(Item::new))
            .titled("Accounts left out", skipped_items(self.skipped))
    }

    fn aside(&self, look: Look) -> Vec<Part> {
        skipped_text(self.skipped, look.aside).into_iter().map(Part::Error).collect()
    }
}
