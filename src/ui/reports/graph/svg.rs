//! The picture as SVG: by itself, with the colours that its reader prefers. A state shows in a sign and in how a line is
//! drawn, not in its colour alone.

use super::layout::{Area, LINE, Layout, PADDING, TITLE, Text, label, label_width, texts};
use super::markup::escaped;
use super::picture::{Arrow, Frame, Node, Picture};
use super::words::verdict_words;
use crate::verify::verdict::HopVerdict;

pub(super) const STYLE: &str = include_str!("svg.css");

/// `what` says what is drawn.
pub(super) fn svg(picture: &Picture, what: &str) -> String {
    let layout = Layout::of(picture);
    let (width, height) = (layout.width, layout.height);
    let mut lines = vec![
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title\">"
        ),
        format!("<title id=\"title\">{}</title>", escaped(what)),
        format!("<style>{}</style>", STYLE.trim_end()),
        format!("<rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>"),
    ];
    lines.extend(picture.frames.iter().zip(&layout.frames).map(|(frame, area)| frame_svg(frame, *area)));
    // Arrows lie below nodes and above frames.
    let starts = picture.arrows.iter().zip(&layout.starts);
    lines.extend(starts.map(|(arrow, start)| arrow_svg(picture, &layout, arrow, *start)));
    lines.extend(picture.nodes.iter().zip(&layout.nodes).map(|(node, area)| node_svg(node, *area)));
    lines.push("</svg>".to_owned());
    lines.join("\n")
}

fn rectangle(class: &str, area: Area, radius: usize) -> String {
    let Area { x, y, width, height } = area;
    format!(
        "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\"/>"
    )
}

fn text(class: &str, (x, y): (usize, usize), text: &str) -> String {
    format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", escaped(text))
}

fn frame_svg(frame: &Frame, area: Area) -> String {
    if area.height == 0 {
        return String::new();
    }
    let at = |line: usize| (area.x + PADDING, area.y + TITLE - 8 + line * LINE);
    let others = frame.others().map(|others| text("about", at(1), &format!("and {others}")));
    let others = others.unwrap_or_default();
    format!("{}{}{others}", rectangle("frame", area, 10), text("account", at(0), &frame.title))
}

fn node_svg(node: &Node, area: Area) -> String {
    let class = if node.absent { "node absent" } else { "node" };
    let lines = texts(node);
    let top = area.y + (area.height - lines.len() * LINE) / 2 + LINE - 5;
    let lines = lines.iter().enumerate().map(|(at, line)| {
        let place = (area.x + 10, top + at * LINE);
        match line {
            Text::Kind(words) => text("kind", place, words),
            Text::Name(name) => text("name", place, name),
            Text::About(words) => text("about", place, words),
        }
    });
    let lines: String = lines.collect();
    let all = format!("{} {}", node.kind, node.names.join(", "));
    format!("<g><title>{}</title>{}{lines}</g>", escaped(all.trim()), rectangle(class, area, 6))
}

fn arrow_svg(picture: &Picture, layout: &Layout, arrow: &Arrow, start: usize) -> String {
    let (from, to) = (layout.nodes[arrow.from], layout.nodes[arrow.to]);
    let (left, end) = (from.x + from.width, to.y + to.height / 2);
    let below = picture.nodes[arrow.from].column == picture.nodes[arrow.to].column;
    let label = label(arrow);
    let (path, head) = if below {
        // At its top, since from the middle of it something else may lead on.
        let end = to.y + 12;
        let right = to.x + to.width;
        let bulge = left.max(right) + 56;
        let path = format!("M{left} {start}C{bulge} {start} {bulge} {end} {} {end}", right + 9);
        (path, format!("M{right} {end}l9 -5v10z"))
    } else {
        let tip = to.x - 9;
        // Straight below its label, and then over to where it ends.
        let bend = (left + 24 + label_width(&label)).min(tip.saturating_sub(40)).max(left);
        let middle = usize::midpoint(bend, tip);
        let path = format!("M{left} {start}H{bend}C{middle} {start} {middle} {end} {tip} {end}");
        (path, format!("M{} {end}l-9 -5v10z", to.x))
    };
    let class = arrow.verdict.map_or("", class);
    let sign = arrow.verdict.map(|verdict| sign(verdict, left + 14, start)).unwrap_or_default();
    let x = left + if arrow.verdict.is_some() { 26 } else { 8 };
    let said = label.iter().enumerate().map(|(at, line)| {
        // The first line stands on the arrow, and the second hangs below it.
        let y = if at == 0 { start - 5 } else { start + LINE * at - 3 };
        text("label", (if below { x + 44 } else { x }, y), line)
    });
    let said: String = said.collect();
    let verdict = arrow.verdict.map(|verdict| verdict_words(verdict).1.to_owned());
    let all: Vec<String> = verdict.into_iter().chain(arrow.lines.iter().cloned()).collect();
    format!(
        "<g class=\"arrow {class}\"><title>{}</title><path class=\"line\" d=\"{path}\"/><path class=\"head\" d=\"{head}\"/>{sign}{said}</g>",
        escaped(&all.join(", "))
    )
}

fn class(verdict: HopVerdict) -> &'static str {
    match verdict {
        HopVerdict::Correct => "correct",
        HopVerdict::Incorrect => "incorrect",
        HopVerdict::Missing => "missing",
        HopVerdict::Unexpected => "unexpected",
        HopVerdict::Unreachable => "unreachable",
        HopVerdict::Unknown => "unknown",
    }
}

/// A verdict by its shape: a disc, a square, a ring, a hexagon, a diamond and a triangle.
fn sign(verdict: HopVerdict, x: usize, y: usize) -> String {
    let shape = match verdict {
        HopVerdict::Correct => format!(
            "<circle class=\"sign\" cx=\"{x}\" cy=\"{y}\" r=\"8\"/><path class=\"mark\" d=\"M{} {}l3 3l5 -6\"/>",
            x - 4,
            y
        ),
        HopVerdict::Incorrect => format!(
            "<rect class=\"sign\" x=\"{}\" y=\"{}\" width=\"16\" height=\"16\"/><path class=\"mark\" d=\"M{} {}l7 7m0 -7l-7 7\"/>",
            x - 8,
            y - 8,
            x - 3,
            y - 3
        ),
        HopVerdict::Missing => format!(
            "<circle class=\"sign open\" cx=\"{x}\" cy=\"{y}\" r=\"8\"/><path class=\"mark open\" d=\"M{} {}l10 -10\"/>",
            x - 5,
            y + 5
        ),
        HopVerdict::Unexpected => {
            format!("<path class=\"sign\" d=\"M{} {}h10l4 9l-4 9h-10l-4 -9z\"/>", x.saturating_sub(5), y - 9)
        }
        HopVerdict::Unreachable => format!("<path class=\"sign\" d=\"M{x} {}l9 9l-9 9l-9 -9z\"/>", y - 9),
        HopVerdict::Unknown => format!("<path class=\"sign\" d=\"M{x} {}l9 16h-18z\"/>", y - 9),
    };
    let inside = match verdict {
        HopVerdict::Unexpected => "!",
        HopVerdict::Unreachable | HopVerdict::Unknown => "?",
        HopVerdict::Correct | HopVerdict::Incorrect | HopVerdict::Missing => return shape,
    };
    shape + &format!("<text class=\"mark\" x=\"{x}\" y=\"{}\">{inside}</text>", y + 5)
}
