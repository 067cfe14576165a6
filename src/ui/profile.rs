//! Profiles of the AWS configuration for readers: as the lines of the file, and as JSON.

use serde_json::{Map, Value, json};

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

/// The lines for the configuration file.
pub fn profiles_text(parts: &[ProfilePart], profiles: &[ProfileView]) -> String {
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
pub fn profiles_json(topology: &str, via: &str, parts: &[ProfilePart], profiles: &[ProfileView]) -> Value {
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
