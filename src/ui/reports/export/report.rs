//! An export as an answer.

use std::path::Path;

use serde_json::{Value, json};

use crate::address::Address;
use crate::export::{Export, File, LeftOut, Note};
use crate::plan::{self, SkippedAccount};
use crate::ui::alike::{self, AccountIds, Owner, elsewhere, together};
use crate::ui::forms::{Look, Part, Report};
use crate::ui::markdown::{Block, Item, Line, Mark, Page};
use crate::ui::skipped::{skipped_items, skipped_text};
use crate::ui::wording::{export_note, not_exported};

/// A topology in the language of another tool.
#[derive(Debug, Clone)]
pub struct ExportReport<'a> {
    /// Name of the topology.
    pub topology: &'a str,
    /// The files, and what is in none of them.
    pub export: &'a Export,
    /// The ids of its accounts.
    pub ids: AccountIds,
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

    /// What is in no file, and what there is to know; what is alike in several places once, unless `each` is asked for.
    fn notes(&self, each: bool) -> Vec<String> {
        let words = |left: &LeftOut| format!("{} is left out: {}", left.address, not_exported(left));
        let owner = |left: &'_ LeftOut| Owner::of(&left.address, &self.ids).general(&words(left));
        let alike = together(&self.export.left_out, |left| if each { words(left) } else { owner(left) });
        let left_out = alike.iter().filter_map(|alike| alike.split_first()).map(|(first, others)| {
            let others = others.iter().map(|left| Owner::of(&left.address, &self.ids));
            said(words(first), elsewhere(Owner::of(&first.address, &self.ids), others, false))
        });
        let (meant, own): (Vec<&Note>, Vec<&Note>) =
            self.export.notes.iter().partition(|note| matches!(note, Note::Meaning(_)));
        let meant = meant.into_iter().filter_map(|note| match note {
            Note::Meaning(note) => Some(plan::Note::Meaning(note.clone())),
            _ => None,
        });
        let meant: Vec<plan::Note> = meant.collect();
        let meant = alike::notes(&meant, &self.ids, each).into_iter().map(|(note, same)| said(note, same));
        left_out.chain(meant).chain(own.into_iter().map(export_note)).collect()
    }
}

fn said(words: String, same: Option<String>) -> String {
    match same {
        Some(same) => format!("{words} ({same})"),
        None => words,
    }
}

impl Report for ExportReport<'_> {
    fn human(&self, look: Look) -> Vec<Part> {
        let files = match self.written {
            Some(folder) => vec![Part::Say(self.told(folder))],
            None => self.data(),
        };
        let notes = self.notes(look.each()).into_iter().map(|note| Part::Say(format!("note: {note}")));
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
        let note = |note: &Note| json!({ "code": note.code(), "note": export_note(note) });
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

    fn markdown(&self, look: Look) -> Page {
        let language = self.export.language;
        let heading = Line::name(self.topology).and(" for ").and(language.name());
        let page = Page::new(Mark::Neutral, heading);
        let page = self.export.files.iter().fold(page, |page, file| {
            let lines = file.text.trim_end().lines().map(str::to_owned).collect();
            page.fold(Line::name(&*file.name), vec![Block::Lines(language.syntax(), lines)])
        });
        page.titled("Notes", self.notes(look.each()).into_iter().map(Item::new))
            .titled("Accounts left out", skipped_items(self.skipped))
    }

    fn aside(&self, look: Look) -> Vec<Part> {
        skipped_text(self.skipped, look.aside).into_iter().map(Part::Error).collect()
    }
}
