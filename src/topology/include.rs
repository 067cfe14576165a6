//! `include`: a topology in several files, as one tree in which every place is one of its own file.
//!
//! Sections of two files become one section, entry by entry; what both have stands there twice, and the reader refuses it
//! as it refuses duplicate keys of one file.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use super::finding::{Findings, Span};
use super::keys::root::{INCLUDE, VERSION};
use super::load::LARGEST_FILE;
use super::policy_files::PolicyFiles;
use super::read::field::Field;
use super::texts::Texts;
use super::variables::refers;
use super::yaml::{self, Entry, Node, Value, Within, behind_secret_keys};
use crate::encoding::decode;

/// Nobody divides a topology further; a pattern that wrote the paths has gone wrong.
const MOST_FILES: usize = 200;

/// The tree with everything that it includes; `None` when a part is missing, which is noted.
pub(super) fn merged(
    file_name: &str,
    root: Rc<Node>,
    files: &dyn PolicyFiles,
    texts: &mut Texts,
    findings: &mut Findings,
) -> Option<Rc<Node>> {
    if root.entry(INCLUDE.name).is_none() {
        return Some(root);
    }
    let main = Path::new(file_name);
    let shown = main.parent().unwrap_or(Path::new("")).to_owned();
    let known = BTreeMap::from([(PathBuf::from(main.file_name().unwrap_or_default()), None)]);
    let mut reader =
        Reader { files, shown, known, under_way: Vec::new(), bytes: 0, texts, findings, whole: true };
    let mut parts = vec![Rc::clone(&root)];
    reader.under_way.extend(reader.known.keys().cloned());
    reader.below(&root, Path::new(""), &mut parts);
    reader.whole.then(|| joined(&root, &parts))
}

struct Reader<'a> {
    files: &'a dyn PolicyFiles,
    /// The folder of the topology, as the user calls it.
    shown: PathBuf,
    /// Every file that was read, by its path from the topology's folder, and where it is included.
    known: BTreeMap<PathBuf, Option<Span>>,
    /// Those whose own files are being read.
    under_way: Vec<PathBuf>,
    /// The size of all.
    bytes: u64,
    texts: &'a mut Texts,
    findings: &'a mut Findings,
    /// Whether all could be read.
    whole: bool,
}

impl Reader<'_> {
    /// Reads what a file in a folder includes.
    fn below(&mut self, root: &Rc<Node>, folder: &Path, parts: &mut Vec<Rc<Node>>) {
        let Value::Map(entries) = &root.value else { return };
        for entry in entries.iter().filter(|entry| entry.key == INCLUDE.name) {
            let field = Field { name: INCLUDE.name, key_span: entry.key_span, node: &entry.value };
            for item in field.list(&INCLUDE.kind, self.findings, |item, findings| {
                let text = item.formed(&INCLUDE.kind.items.form, "write the path of a file", findings)?;
                Some((text.to_owned(), item.span()))
            }) {
                self.one(&item.0, item.1, folder, parts);
            }
        }
    }

    fn one(&mut self, written: &str, span: Span, folder: &Path, parts: &mut Vec<Rc<Node>>) {
        let path = plain(&folder.join(written));
        if refers(written) {
            let why = "which files a topology is made of is the same in every run";
            self.fault(span, format!("a variable in the path `{written}`"), why, "write the path out");
        } else if self.under_way.contains(&path) {
            let why = "a file cannot be a part of itself";
            self.fault(span, format!("`{written}` includes itself"), why, "remove one of the two");
        } else if let Some(Some(first)) = self.known.get(&path) {
            let (message, why) = (format!("`{written}` is included twice"), "its keys would be there twice");
            self.whole = false;
            self.findings.add_conflict((span, *first), message, why, "remove one of the two");
        } else if self.known.len() > MOST_FILES {
            let why = format!("a topology can include at most {MOST_FILES} files");
            self.fault(
                span,
                "too many files are included".to_owned(),
                &why,
                "put several parts into one file",
            );
        } else {
            self.known.insert(path.clone(), Some(span));
            if let Some(root) = self.read(written, span, &path) {
                parts.push(Rc::clone(&root));
                self.under_way.push(path.clone());
                self.below(&root, path.parent().unwrap_or(Path::new("")), parts);
                self.under_way.pop();
            }
        }
    }

    /// The tree of a file; `None` where it is empty too.
    fn read(&mut self, written: &str, span: Span, path: &Path) -> Option<Rc<Node>> {
        let bytes = match self.files.part(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let help = "paths are relative to the folder of the file that they are written in";
                self.fault(span, format!("`{written}` cannot be included"), &error.to_string(), help);
                return None;
            }
        };
        self.bytes += bytes.len() as u64;
        if self.bytes > LARGEST_FILE {
            let why = "all files of a topology can have at most 10 MiB together";
            self.fault(
                span,
                format!("`{written}` cannot be included"),
                why,
                "include only parts of the topology",
            );
            return None;
        }
        let text = match decode(bytes) {
            Ok(text) => text,
            Err(error) => {
                let help = error.found.remedy();
                self.fault(span, format!("`{written}` cannot be included"), &error.found.to_string(), help);
                return None;
            }
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let start = self.texts.add(&self.shown.join(path).display().to_string(), text);
        let root = yaml::parse_at(text, start);
        let within = if root.is_ok() { Within::Comments } else { Within::Everything };
        behind_secret_keys(text, within).for_each(|secret| self.findings.hide(secret.moved(start), ""));
        match root {
            Ok(Some(root)) if !matches!(root.value, Value::Map(_)) => {
                let why = "an included file has keys of a topology, such as `accounts`";
                self.fault(
                    root.span,
                    format!("`{written}` is no part of a topology"),
                    why,
                    "write such keys",
                );
                None
            }
            Ok(root) => root,
            Err(finding) => {
                self.whole = false;
                self.findings.push(finding);
                None
            }
        }
    }

    fn fault(&mut self, span: Span, message: String, why: &str, help: &str) {
        self.whole = false;
        self.findings.add(span, message, why, help);
    }
}

/// A path without `.`, and without `..` where that leads back.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// One tree of the keys of all parts, the first of which is the topology's own file.
fn joined(root: &Rc<Node>, parts: &[Rc<Node>]) -> Rc<Node> {
    // Each with the last part that it has something of.
    let mut all: Vec<(Entry, usize)> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let Value::Map(entries) = &part.value else { continue };
        for entry in entries {
            let same = |(known, of): &&mut (Entry, usize)| known.key == entry.key && *of != index;
            let known = all.iter_mut().find(same);
            let is_own = index == 0 || entry.key != INCLUDE.name;
            match known {
                // A part may say what format it has, and what it includes is known.
                Some((known, _)) if entry.key == VERSION.name && known.value.text() == entry.value.text() => {
                }
                _ if !is_own => {}
                Some((known, of)) if both_maps(known, entry) => {
                    known.value = Rc::new(together(&known.value, &entry.value));
                    *of = index;
                }
                _ => all.push((copied(entry), index)),
            }
        }
    }
    let entries = all.into_iter().map(|(entry, _)| entry).collect();
    Rc::new(Node::new(root.span, Value::Map(entries)))
}

fn both_maps(one: &Entry, other: &Entry) -> bool {
    matches!((&one.value.value, &other.value.value), (Value::Map(_), Value::Map(_)))
}

/// One map of the entries of both.
fn together(one: &Node, other: &Node) -> Node {
    let entries = [one, other].into_iter().flat_map(|map| match &map.value {
        Value::Map(entries) => entries.as_slice(),
        Value::Scalar { .. } | Value::List(_) => &[],
    });
    Node::new(one.span, Value::Map(entries.map(copied).collect()))
}

fn copied(entry: &Entry) -> Entry {
    Entry { key: entry.key.clone(), key_span: entry.key_span, value: Rc::clone(&entry.value) }
}
