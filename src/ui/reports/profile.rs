//! Profiles of the AWS configuration for readers: as the lines of the file, and as JSON.

use serde_json::{Map, Value, json};

use crate::ui::forms::{Look, Part, Report};
use crate::ui::markdown::{Block, Item, Line, Mark, Page};

/// One profile that leads to a reader's role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileView {
    /// Key of the reader.
    pub reader: String,
    /// Name of the profile.
    pub name: String,
    /// What it is for, in a sentence without a full stop.
    pub purpose: String,
    /// Its settings, in order.
    pub settings: Vec<(&'static str, String)>,
}

/// A part that profiles build upon, with what has to be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfilePart {
    /// Its header, as `sso-session central-logs`.
    pub header: String,
    /// What has to be done with it; a comment.
    pub comment: String,
    /// Its settings, in order.
    pub settings: Vec<(&'static str, String)>,
}

/// The profiles of readers.
#[derive(Debug)]
pub struct ProfilesReport<'a> {
    /// Name of the topology.
    pub topology: &'a str,
    /// Where credentials come from, as on the command line.
    pub via: &'a str,
    /// The parts that profiles build upon.
    pub parts: Vec<ProfilePart>,
    /// The profiles.
    pub profiles: Vec<ProfileView>,
    /// What to do with them.
    pub notes: Vec<String>,
}

impl Report for ProfilesReport<'_> {
    fn human(&self, _look: Look) -> Vec<Part> {
        let notes = self.notes.iter().map(|note| Part::Say(format!("note: {note}")));
        std::iter::once(Part::Data(profiles_text(&self.parts, &self.profiles))).chain(notes).collect()
    }

    fn json(&self) -> Value {
        profiles_json(self.topology, self.via, &self.parts, &self.profiles)
    }

    fn markdown(&self, _look: Look) -> Page {
        let text = profiles_text(&self.parts, &self.profiles);
        Page::new(Mark::Neutral, Line::from("AWS profiles for the readers of ").and_name(self.topology))
            .block(Block::Lines("ini", text.lines().map(str::to_owned).collect()))
            .titled("Notes", self.notes.iter().map(|note| Item::new(note.as_str())))
    }
}

/// The lines for the configuration file.
fn profiles_text(parts: &[ProfilePart], profiles: &[ProfileView]) -> String {
    let below = parts.iter().map(|part| section(&part.comment, &part.header, &part.settings));
    let own = profiles
        .iter()
        .map(|profile| section(&profile.purpose, &format!("profile {}", profile.name), &profile.settings));
    below.chain(own).collect::<Vec<_>>().join("\n\n")
}

fn section(comment: &str, header: &str, settings: &[(&str, String)]) -> String {
    let settings = settings.iter().map(|(key, value)| format!("{key} = {value}"));
    let lines = [format!("# {comment}"), format!("[{header}]")].into_iter().chain(settings);
    lines.collect::<Vec<_>>().join("\n")
}

/// The object of `profile --output json`.
fn profiles_json(topology: &str, via: &str, parts: &[ProfilePart], profiles: &[ProfileView]) -> Value {
    let map = |settings: &[(&str, String)]| -> Map<String, Value> {
        settings.iter().map(|(key, value)| ((*key).to_owned(), value.as_str().into())).collect()
    };
    json!({
        "format": 1,
        "topology": topology,
        "via": via,
        "profiles": profiles.iter().map(|profile| json!({
            "reader": profile.reader,
            "name": profile.name,
            "settings": map(&profile.settings),
        })).collect::<Vec<_>>(),
        "parts": parts.iter().map(|part| json!({
            "section": part.header,
            "comment": part.comment,
            "settings": map(&part.settings),
        })).collect::<Vec<_>>(),
        "config": profiles_text(parts, profiles),
    })
}
