//! From a file to a checked topology, or to all its problems.
//!
//! Owns reading the file and the order of the steps; the rules are in `read/` and `rules/`.

use std::path::Path;
use std::sync::Arc;

use miette::NamedSource;

use super::allowances;
use super::finding::{Findings, Span};
use super::include;
use super::model::{RecordPlace, Topology};
use super::policy_files::{Folder, Nowhere, PolicyFiles};
use super::problem::{Invalid, Problem, TOPOLOGY};
use super::read::field::Field;
use super::read::root;
use super::texts::Texts;
use super::variables::{self, Given};
use super::yaml;
use super::yaml::{Within, behind_secret_keys};
use crate::encoding::{BadEncoding, Encoding, decode};
use crate::files::head_of_input;
use crate::lint::Excerpt;

/// No hand-written topology comes close to this; a larger file is a mistake (a log, a dump).
pub const LARGEST_FILE: u64 = 10 * 1024 * 1024;

/// Loads a topology file. A relative `record` and the policy files are taken from the folder of the file.
pub fn load(path: &Path) -> Result<Topology, Invalid> {
    load_with(path, Regions::Known, &Given::default())
}

/// Loads a topology file that may name regions which are newer than this program. One byte more than allowed is read, so
/// that a file that is too large is noticed. Its variables have the values that are given.
pub fn load_with(path: &Path, regions: Regions, given: &Given) -> Result<Topology, Invalid> {
    load_from(
        &path.display().to_string(),
        head_of_input(path, LARGEST_FILE + 1),
        path.parent().unwrap_or(Path::new("")),
        regions,
        given,
    )
}

/// Loads the topology that somebody else has read, with at most one byte more than [`LARGEST_FILE`]. A relative `record`
/// and the policy files are taken from `folder`.
///
/// # Errors
/// [`Invalid`], with everything that is wrong.
pub fn load_from(
    file_name: &str,
    read: std::io::Result<Vec<u8>>,
    folder: &Path,
    regions: Regions,
    given: &Given,
) -> Result<Topology, Invalid> {
    let bytes = read.map_err(|error| {
        let why = error.to_string();
        unreadable(
            file_name,
            "the topology cannot be read",
            &why,
            "give the path of a readable topology file",
        )
    })?;
    if bytes.len() as u64 > LARGEST_FILE {
        let why = "a topology can have at most 10 MiB";
        return Err(unreadable(
            file_name,
            "the file is too large",
            why,
            "give the path of the topology file",
        ));
    }
    let text = decode(bytes).map_err(|error| not_utf8(file_name, &error))?;
    let mut topology = read_text(file_name, &text, &Folder(folder.to_owned()), regions, given)?;
    topology.usual_record = folder.join(&topology.usual_record);
    if let RecordPlace::File(file) = &mut topology.record {
        *file = folder.join(&*file);
    }
    Ok(topology)
}

/// Checks the text of a topology that names no files. A relative `record` stays relative.
pub fn parse(file_name: &str, text: &str) -> Result<Topology, Invalid> {
    parse_with(file_name, text, &Nowhere)
}

/// Checks the text of a topology that names policy files. A relative `record` stays relative.
pub fn parse_with(file_name: &str, text: &str, files: &dyn PolicyFiles) -> Result<Topology, Invalid> {
    read_text(file_name, text, files, Regions::Known, &Given::default())
}

/// Which regions a topology may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Regions {
    /// Those that there were when this program was made: a name that is not among them is most likely a slip.
    Known,
    /// Any that has the form of one.
    Any,
}

/// Checks a text, with everything that it is read with.
pub(super) fn read_text(
    file_name: &str,
    text: &str,
    files: &dyn PolicyFiles,
    regions: Regions,
    given: &Given,
) -> Result<Topology, Invalid> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut findings = Findings::default();
    let mut texts = Texts::of(file_name, text);
    let topology = match yaml::parse(text) {
        Ok(root) => root.and_then(|root| {
            // A tree holds no comments, but what is shown next to a problem does.
            behind_secret_keys(text, Within::Comments).for_each(|secret| findings.hide(secret, ""));
            let root = include::merged(file_name, root, files, &mut texts, &mut findings)?;
            let own = texts.iter().count();
            let root = variables::resolved(&root, given, &mut texts, &mut findings);
            let field =
                Field { name: "topology", key_span: Span { end: root.span.start, ..root.span }, node: &root };
            let topology = root::topology(field, files, regions, &mut findings);
            let whole = topology.is_some() && findings.is_empty();
            texts.iter().take(own).for_each(|text| allowances::apply(text, whole, &mut findings));
            topology
        }),
        Err(finding) => {
            // Without a tree, the text itself must tell where a secret may be.
            behind_secret_keys(text, Within::Everything).for_each(|secret| findings.hide(secret, ""));
            findings.push(finding);
            None
        }
    };
    match topology {
        Some(mut topology) if findings.is_empty() => {
            let Invalid { warnings, allowed, .. } = findings.into_invalid_of(&texts);
            topology.warnings = warnings;
            topology.allowed = allowed;
            Ok(topology)
        }
        _ => {
            if findings.is_empty() {
                let why = "it contains only whitespace and comments";
                findings.add(Span::default(), "the topology is empty", why, "start with `version: 1`");
            }
            Err(findings.into_invalid_of(&texts))
        }
    }
}

fn not_utf8(file_name: &str, error: &BadEncoding) -> Invalid {
    let BadEncoding { found, before } = error;
    let message = match found {
        // There is nothing else to show.
        Encoding::Utf16 | Encoding::Utf32 => found.to_string(),
        Encoding::Latin1(byte) => format!(
            "a byte that is not UTF-8: 0x{byte:02X} is `{}` in Latin-1 and Windows-1252",
            char::from(*byte)
        ),
        Encoding::Unknown => "a byte that is not UTF-8".to_owned(),
    };
    let at = before.chars().count();
    let mut findings = Findings::default();
    behind_secret_keys(before, Within::Everything).for_each(|secret| findings.hide(secret, ""));
    findings.add(Span { start: at, end: at }, message, found.to_string(), found.remedy());
    findings.into_invalid(file_name, before)
}

fn unreadable(file_name: &str, message: &str, why: &str, help: &str) -> Invalid {
    let source = Arc::new(NamedSource::new(file_name, String::new()));
    let problem = Problem {
        excerpt: Excerpt::new(source, (1, 1), None),
        other: None,
        message: format!("{message}: {why}"),
        why: why.to_owned(),
        help: help.to_owned(),
    };
    Invalid {
        file: file_name.to_owned(),
        expected: TOPOLOGY,
        problems: vec![problem],
        warnings: Vec::new(),
        allowed: Vec::new(),
    }
}
