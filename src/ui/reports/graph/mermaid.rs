//! The picture in the language of Mermaid, which GitHub, GitLab and many wikis draw.

use super::picture::Picture;
use super::words::verdict_words;
use crate::ui::text::clean;
use crate::verify::verdict::HopVerdict;

pub(super) fn mermaid(picture: &Picture) -> Vec<String> {
    let mut lines = vec!["flowchart LR".to_owned()];
    for (at, frame) in picture.frames.iter().enumerate() {
        let title = [Some(frame.title.clone()), frame.others().map(|others| format!("and {others}"))];
        lines.push(format!("  subgraph f{at}[{}]", quoted(title.into_iter().flatten())));
        for (at, node) in picture.within(at) {
            let absent = node.absent.then(|| "does not exist".to_owned());
            let said = [node.title()].into_iter().chain(node.about.iter().cloned()).chain(absent);
            lines.push(format!("    n{at}[{}]", quoted(said)));
        }
        lines.push("  end".to_owned());
    }
    for (at, arrow) in picture.arrows.iter().enumerate() {
        let verdict = arrow.verdict.map(|verdict| {
            let (sign, word) = verdict_words(verdict);
            format!("{sign} {word}")
        });
        let said: Vec<String> = verdict.into_iter().chain(arrow.lines.iter().cloned()).collect();
        let label = if said.is_empty() { String::new() } else { format!("|{}|", quoted(said.into_iter())) };
        lines.push(format!("  n{} -->{label} n{}", arrow.from, arrow.to));
        lines.extend(arrow.verdict.map(|verdict| format!("  linkStyle {at} {}", style(verdict))));
    }
    let absent = picture.nodes.iter().enumerate().filter(|(_, node)| node.absent);
    lines.extend(absent.map(|(at, _)| format!("  style n{at} stroke-dasharray:4")));
    lines
}

fn style(verdict: HopVerdict) -> &'static str {
    match verdict {
        HopVerdict::Correct => "stroke:#1a7f37,stroke-width:2px",
        HopVerdict::Incorrect => "stroke:#cf222e,stroke-width:4px",
        HopVerdict::Missing => "stroke:#cf222e,stroke-width:3px,stroke-dasharray:8 5",
        HopVerdict::Unexpected => "stroke:#9a6700,stroke-width:4px",
        HopVerdict::Unreachable => "stroke:#9a6700,stroke-width:3px,stroke-dasharray:2 4",
        HopVerdict::Unknown => "stroke:#9a6700,stroke-width:2px,stroke-dasharray:10 4 2 4",
    }
}

/// Lines between quotes. All that is no letter, digit or harmless sign is written as an entity, which Mermaid reads as
/// `#35;` (Mermaid, "Flowcharts: Entity codes to escape characters").
fn quoted(lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = lines.map(|line| escaped(&line)).collect();
    format!("\"{}\"", lines.join("<br/>"))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in clean(text).chars() {
        match character {
            ' ' | '/' | '.' | ',' | ':' | '-' | '(' | ')' | '…' | '✓' | '✗' | '?' => {
                escaped.push(character);
            }
            character if character.is_alphanumeric() => escaped.push(character),
            other => escaped += &format!("#{};", u32::from(other)),
        }
    }
    escaped
}
