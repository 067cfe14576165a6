//! The picture as a page: one file that asks nobody for anything. Its script draws what is in its data and never reads
//! names as markup; the policy of the page lets it load nothing and run nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::markup::escaped;
use super::page_data::page_data;
use super::picture::Picture;
use super::svg::{STYLE as SVG_STYLE, svg};
use super::words::verdict_words;
use crate::diagram::Diagram;
use crate::verify::verdict::HopVerdict;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// `notes` are what there is to know beside the picture.
pub(super) fn html(diagram: &Diagram, picture: &Picture, title: &str, notes: &[String]) -> String {
    let value = |name: &str| match name {
        "title" => escaped(title),
        "style" => STYLE.to_owned(),
        "script" => SCRIPT.to_owned(),
        "style_digest" => digest(STYLE),
        "script_digest" => digest(SCRIPT),
        "svg_style" => format!(" 'sha256-{}'", digest(SVG_STYLE.trim_end())),
        "legend" if diagram.live => legend(),
        "state_column" if diagram.live => "<th scope=\"col\">state</th>".to_owned(),
        "notes" => noted(notes),
        "picture" => svg(picture, title),
        "data" => within_script(&page_data(diagram, picture)),
        _ => String::new(),
    };
    filled(PAGE, value)
}

/// The page with each `{name}` in it replaced. What is put in is not looked at again.
fn filled(page: &str, value: impl Fn(&str) -> String) -> String {
    let mut parts = page.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        filled += &value(name);
        filled += rest;
    }
    filled
}

/// A part of the page as its policy names it (CSP Level 3, "Hash Source").
fn digest(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}

/// JSON in which nothing ends the element that it stands in, nor is obeyed by the runner of a CI job.
fn within_script(value: &Value) -> String {
    let json = value.to_string();
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '#' | '\u{2028}' | '\u{2029}' => {
                safe += &format!("\\u{:04x}", u32::from(character));
            }
            other => safe.push(other),
        }
    }
    safe
}

fn noted(notes: &[String]) -> String {
    if notes.is_empty() {
        return String::new();
    }
    let items: String = notes.iter().map(|note| format!("<li>{}</li>", escaped(note))).collect();
    format!("<section><h2>Notes</h2><ul>{items}</ul></section>")
}

/// The verdicts with the signs that the script gives them.
fn legend() -> String {
    let verdicts = [
        (HopVerdict::Correct, "correct", '✓'),
        (HopVerdict::Incorrect, "incorrect", '✗'),
        (HopVerdict::Missing, "missing", '∅'),
        (HopVerdict::Unexpected, "unexpected", '!'),
        (HopVerdict::Unreachable, "unreachable", '?'),
        (HopVerdict::Unknown, "unknown", '?'),
    ];
    let items = verdicts.map(|(verdict, class, sign)| {
        let (_, word) = verdict_words(verdict);
        format!("<li><span class=\"sign {class}\" aria-hidden=\"true\">{sign}</span>{word}</li>")
    });
    format!("<ul class=\"legend\" aria-label=\"How a hop is\">{}</ul>", items.concat())
}

/// The data of a page.
#[cfg(test)]
pub(super) fn data_of(page: &str) -> Value {
    let (_, rest) = page.split_once("id=\"data\">").unwrap_or_default();
    let (data, _) = rest.split_once("</script>").unwrap_or_default();
    serde_json::from_str(data).unwrap_or_default()
}
