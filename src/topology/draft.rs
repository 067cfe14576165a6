//! A topology that is written from what is there: first in full, then without what the loader refuses and without what it
//! would assume anyway. So what is left is valid, and says no more than it has to.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::load::{Regions, load_from};
use super::model::Topology;
use super::problem::Invalid;
use super::variables::Given;
use crate::address::Key;

/// What a draft is called where the loader has something to say about it.
const FILE: &str = "the imported topology";

/// What the paths of sources begin with.
const SOURCES: &str = "sources.";

/// More rounds than a draft has lines that can be refused one after the other because of each other.
const MOST_ROUNDS: usize = 20;

/// A topology, entry by entry.
#[derive(Debug, Clone)]
pub struct Draft {
    entries: Vec<Entry>,
    given: Given,
}

/// A key with what stands behind it.
#[derive(Debug, Clone)]
pub struct Entry {
    key: String,
    content: Content,
    /// Whether a topology without it is none.
    kept: bool,
}

#[derive(Debug, Clone)]
enum Content {
    /// As it is written.
    Scalar(String),
    /// Items as they are written, a line each.
    Items(Vec<String>),
    Map(Vec<Entry>),
}

/// What a topology cannot say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedKey {
    /// Its place in the topology.
    pub path: String,
    /// What would have been written.
    pub value: String,
    /// Why not.
    pub why: String,
}

/// A draft that is a topology.
#[derive(Debug)]
pub struct Drafted {
    /// Its text, without comments.
    pub text: String,
    /// What it says.
    pub topology: Topology,
    /// What had to be left out.
    pub refused: Vec<RefusedKey>,
}

impl Entry {
    /// A text, in quotes where it could be read as anything else.
    pub fn text(key: impl Into<String>, text: &str) -> Self {
        Self::scalar(key, written(text))
    }

    /// A number or a truth value.
    pub fn plain(key: impl Into<String>, value: impl ToString) -> Self {
        Self::scalar(key, value.to_string())
    }

    /// The value of a variable.
    pub fn variable(key: impl Into<String>, name: &str) -> Self {
        Self::scalar(key, format!("\"${{var.{name}}}\""))
    }

    /// An account id, which is always in quotes.
    pub fn id(key: impl Into<String>, id: &str) -> Self {
        Self::scalar(key, format!("\"{id}\""))
    }

    /// A list of texts.
    pub fn list<'t>(key: impl Into<String>, texts: impl IntoIterator<Item = &'t str>) -> Self {
        Self::items(key, texts.into_iter().map(written).collect())
    }

    /// A list of maps of texts, numbers and truth values, a line each.
    pub fn maps(key: impl Into<String>, maps: impl IntoIterator<Item = Vec<(&'static str, Value)>>) -> Self {
        let member = |(key, value): &(&'static str, Value)| match value.as_str() {
            Some(text) => format!("{key}: {}", written(text)),
            None => format!("{key}: {value}"),
        };
        let item = |map: Vec<(&'static str, Value)>| {
            format!("{{ {} }}", map.iter().map(member).collect::<Vec<_>>().join(", "))
        };
        Self::items(key, maps.into_iter().map(item).collect())
    }

    /// Further entries.
    pub fn map(key: impl Into<String>, entries: Vec<Self>) -> Self {
        Self { key: key.into(), content: Content::Map(entries), kept: false }
    }

    /// The same, which a topology cannot do without.
    #[must_use]
    pub fn kept(self) -> Self {
        Self { kept: true, ..self }
    }

    fn scalar(key: impl Into<String>, scalar: String) -> Self {
        Self { key: key.into(), content: Content::Scalar(scalar), kept: false }
    }

    fn items(key: impl Into<String>, items: Vec<String>) -> Self {
        Self { key: key.into(), content: Content::Items(items), kept: false }
    }

    fn is_empty(&self) -> bool {
        match &self.content {
            Content::Scalar(_) => false,
            Content::Items(items) => items.is_empty(),
            Content::Map(entries) => entries.iter().all(Self::is_empty),
        }
    }
}

/// A text as YAML takes it: bare where it is a plain word, and else in quotes. What looks like a variable is none.
fn written(text: &str) -> String {
    const OTHERWISE: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let word = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        && !OTHERWISE.contains(&text.to_ascii_lowercase().as_str());
    if word {
        return text.to_owned();
    }
    let text = text.replace("${var.", "$${var.").replace("${env.", "$${env.");
    Value::from(text).to_string()
}

/// Where an entry is, by the index on every level, and which of its items.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Spot {
    entry: Vec<usize>,
    item: Option<usize>,
}

/// The text, and what each of its lines is about.
#[derive(Default)]
struct Rendered {
    text: String,
    lines: Vec<Spot>,
}

impl Rendered {
    fn line(&mut self, depth: usize, words: &str, entry: &[usize], item: Option<usize>) {
        self.text.push_str(&format!("{:1$}{words}\n", "", depth * 2));
        self.lines.push(Spot { entry: entry.to_vec(), item });
    }

    fn entries(&mut self, entries: &[Entry], above: &mut Vec<usize>) {
        let depth = above.len();
        for (index, entry) in entries.iter().enumerate().filter(|(_, entry)| !entry.is_empty()) {
            above.push(index);
            let key = &entry.key;
            match &entry.content {
                Content::Scalar(scalar) => self.line(depth, &format!("{key}: {scalar}"), above, None),
                Content::Items(items) => {
                    self.line(depth, &format!("{key}:"), above, None);
                    for (item, words) in items.iter().enumerate() {
                        self.line(depth + 1, &format!("- {words}"), above, Some(item));
                    }
                }
                Content::Map(entries) => {
                    self.line(depth, &format!("{key}:"), above, None);
                    self.entries(entries, above);
                }
            }
            above.pop();
        }
    }
}

impl Draft {
    /// A draft of these entries, whose variables have these values.
    pub fn new(entries: Vec<Entry>, given: Given) -> Self {
        Self { entries, given }
    }

    /// What it says as it is.
    ///
    /// # Errors
    /// [`Invalid`], with everything that is wrong.
    pub fn read(&self, regions: Regions) -> Result<Topology, Invalid> {
        self.load(&self.rendered().text, regions)
    }

    /// Makes a topology of it.
    ///
    /// # Errors
    /// What the loader refuses that a topology cannot do without.
    pub fn finish(mut self, regions: Regions) -> Result<Drafted, Box<Invalid>> {
        let mut refused = Vec::new();
        let mut rounds = 0;
        let topology = loop {
            let rendered = self.rendered();
            let invalid = match self.load(&rendered.text, regions) {
                Ok(topology) => break topology,
                Err(invalid) => invalid,
            };
            rounds += 1;
            let before = refused.len();
            self.drop_refused(&rendered, &invalid, &mut refused);
            if refused.len() == before || rounds > MOST_ROUNDS {
                return Err(Box::new(invalid));
            }
        };
        self.leave_out_defaults(&topology, regions);
        Ok(Drafted { text: self.rendered().text, topology, refused })
    }

    fn load(&self, text: &str, regions: Regions) -> Result<Topology, Invalid> {
        load_from(FILE, Ok(text.as_bytes().to_vec()), Path::new(""), regions, &self.given)
    }

    fn rendered(&self) -> Rendered {
        let mut rendered = Rendered::default();
        rendered.entries(&self.entries, &mut Vec::new());
        rendered
    }

    /// Takes out what the loader's problems point to. Of the lines of one list the last goes first, so that the others
    /// stay where they are.
    fn drop_refused(&mut self, rendered: &Rendered, invalid: &Invalid, refused: &mut Vec<RefusedKey>) {
        let mut spots: Vec<(&Spot, String)> = Vec::new();
        for problem in invalid.problems() {
            let spot = problem.line().checked_sub(1).and_then(|line| rendered.lines.get(line));
            let Some(spot) = spot.filter(|spot| !spots.iter().any(|(other, _)| other == spot)) else {
                continue;
            };
            spots.push((spot, format!("{}: {}", problem.message(), problem.why())));
        }
        spots.sort_by(|(one, _), (other, _)| other.cmp(one));
        for (Spot { entry, item }, why) in spots {
            let path = self.path(entry);
            let Some(there) = self.entry(entry).filter(|there| !there.kept) else { continue };
            let value = match (&mut there.content, item) {
                (Content::Items(items), Some(item)) if *item < items.len() => items.remove(*item),
                (content, _) => std::mem::replace(content, Content::Map(Vec::new())).shown(),
            };
            refused.push(RefusedKey { path, value, why });
        }
    }

    /// The entry of a place.
    fn entry(&mut self, place: &[usize]) -> Option<&mut Entry> {
        let (last, above) = place.split_last()?;
        let mut entries = &mut self.entries;
        for index in above {
            let Content::Map(below) = &mut entries.get_mut(*index)?.content else { return None };
            entries = below;
        }
        entries.get_mut(*last)
    }

    /// Its keys, with dots between them.
    fn path(&self, place: &[usize]) -> String {
        let mut entries = &self.entries;
        let mut keys = Vec::new();
        for index in place {
            let Some(entry) = entries.get(*index) else { break };
            keys.push(entry.key.as_str());
            let Content::Map(below) = &entry.content else { break };
            entries = below;
        }
        keys.join(".")
    }

    /// Takes out every key without which the topology says the same: of sources, of which there may be many, the same key
    /// of all at once.
    fn leave_out_defaults(&mut self, topology: &Topology, regions: Regions) {
        let meant = plainly(topology.clone());
        let mut places = Vec::new();
        leaves(&self.entries, &mut Vec::new(), &mut places);
        let mut alike: BTreeMap<(Option<usize>, String), Vec<Vec<usize>>> = BTreeMap::new();
        for place in places {
            let path = self.path(&place);
            let group = match path.strip_prefix(SOURCES).and_then(|rest| rest.split_once('.')) {
                Some((_, key)) => (None, format!("{SOURCES}{key}")),
                // In the order in which they are written.
                None => (place.first().copied(), path),
            };
            alike.entry(group).or_default().push(place);
        }
        for places in alike.into_values() {
            self.leave_out(&places, &meant, regions);
        }
    }

    /// Takes out those of these entries without which the topology says the same.
    fn leave_out(&mut self, places: &[Vec<usize>], meant: &Topology, regions: Regions) {
        let taken: Vec<Option<Content>> = places.iter().map(|place| self.take(place)).collect();
        let without = self.load(&self.rendered().text, regions).map(plainly);
        if without.as_ref().is_ok_and(|without| without == meant) {
            return;
        }
        for (place, content) in places.iter().zip(taken) {
            let source =
                place.get(..2).and_then(|place| self.path(place).strip_prefix(SOURCES)?.parse().ok());
            let same = source.is_some_and(|source: Key| {
                without
                    .as_ref()
                    .is_ok_and(|without| without.sources.get(&source) == meant.sources.get(&source))
            });
            if let (Some(content), Some(entry), false) = (content, self.entry(place), same) {
                entry.content = content;
            }
        }
    }

    fn take(&mut self, place: &[usize]) -> Option<Content> {
        let entry = self.entry(place)?;
        Some(std::mem::replace(&mut entry.content, Content::Map(Vec::new())))
    }
}

impl Content {
    /// In one line.
    fn shown(&self) -> String {
        match self {
            Self::Scalar(scalar) => scalar.clone(),
            Self::Items(items) => format!("[{}]", items.join(", ")),
            Self::Map(entries) => {
                let shown = entries.iter().map(|entry| format!("{}: {}", entry.key, entry.content.shown()));
                format!("{{ {} }}", shown.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// What may go, on every level.
fn leaves(entries: &[Entry], above: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
    for (index, entry) in entries.iter().enumerate() {
        above.push(index);
        match &entry.content {
            Content::Map(below) => leaves(below, above, found),
            Content::Scalar(_) | Content::Items(_) if !entry.kept => found.push(above.clone()),
            Content::Scalar(_) | Content::Items(_) => {}
        }
        above.pop();
    }
}

/// What it says, whatever lint says of how.
fn plainly(topology: Topology) -> Topology {
    Topology { warnings: Vec::new(), allowed: Vec::new(), ..topology }
}
