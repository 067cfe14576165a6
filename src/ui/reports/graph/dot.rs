//! The picture in DOT, the language of Graphviz.

use super::picture::Picture;
use super::words::verdict_words;
use crate::ui::text::clean;
use crate::verify::verdict::HopVerdict;

pub(super) fn dot(picture: &Picture, name: &str) -> Vec<String> {
    let mut lines = vec![
        format!("digraph {} {{", quoted(&[name.to_owned()])),
        "  graph [rankdir=LR, fontname=\"sans-serif\", compound=true];".to_owned(),
        "  node [shape=box, style=rounded, fontname=\"sans-serif\"];".to_owned(),
        "  edge [fontname=\"sans-serif\", fontsize=10];".to_owned(),
    ];
    for (at, frame) in picture.frames.iter().enumerate() {
        let others = frame.others().map(|others| format!("and {others}"));
        let title: Vec<String> = [frame.title.clone()].into_iter().chain(others).collect();
        lines.push(format!("  subgraph cluster_{at} {{"));
        lines.push(format!("    label={};", quoted(&title)));
        for (at, node) in picture.within(at) {
            let said: Vec<String> = [node.title()].into_iter().chain(node.about.iter().cloned()).collect();
            let style = if node.absent { ", style=\"rounded,dashed\"" } else { "" };
            lines.push(format!("    n{at} [label={}{style}];", quoted(&said)));
        }
        lines.push("  }".to_owned());
    }
    for arrow in &picture.arrows {
        let verdict = arrow.verdict.map(|verdict| {
            let (sign, word) = verdict_words(verdict);
            format!("{sign} {word}")
        });
        let said: Vec<String> = verdict.into_iter().chain(arrow.lines.iter().cloned()).collect();
        let style = arrow.verdict.map_or("", style);
        lines.push(format!("  n{} -> n{} [label={}{style}];", arrow.from, arrow.to, quoted(&said)));
    }
    lines.push("}".to_owned());
    lines
}

fn style(verdict: HopVerdict) -> &'static str {
    match verdict {
        HopVerdict::Correct => ", color=\"#1a7f37\"",
        HopVerdict::Incorrect => ", color=\"#cf222e\", penwidth=3",
        HopVerdict::Missing => ", color=\"#cf222e\", style=dashed, penwidth=2",
        HopVerdict::Unexpected => ", color=\"#9a6700\", penwidth=3",
        HopVerdict::Unreachable => ", color=\"#9a6700\", style=dotted, penwidth=2",
        HopVerdict::Unknown => ", color=\"#9a6700\", style=dashed",
    }
}

/// Lines between quotes. A backslash starts an escape in a label, and an ampersand an entity (Graphviz, "escString" and
/// "Character entities").
fn quoted(lines: &[String]) -> String {
    let escaped =
        |line: &String| clean(line).replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;");
    let lines: Vec<String> = lines.iter().map(escaped).collect();
    format!("\"{}\"", lines.join("\\n"))
}
