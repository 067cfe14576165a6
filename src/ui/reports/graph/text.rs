//! The picture as text: account by account, in the order in which a log line comes to them.

use super::picture::{Arrow, Node, Picture};
use super::report::View;
use super::words::verdict_words;
use crate::ui::terminal::style::Paint;
use crate::ui::text::{clean, width};
use crate::verify::verdict::HopVerdict;

/// Columns that a line should not pass, whatever the terminal: the picture goes into mails and pages, too.
const COLUMNS: usize = 80;

pub(super) fn picture_text(picture: &Picture, view: View, paint: Paint) -> String {
    let writer = Writer { picture, view, paint };
    let frames = (0..picture.frames.len()).map(|frame| writer.frame(frame));
    let frames: Vec<String> = frames.collect();
    if frames.is_empty() { "There is nothing to draw.".to_owned() } else { frames.join("\n\n") }
}

struct Writer<'p> {
    picture: &'p Picture,
    view: View,
    paint: Paint,
}

impl Writer<'_> {
    fn frame(&self, at: usize) -> String {
        let frame = &self.picture.frames[at];
        let mut lines = vec![self.paint.bold(&clean(&frame.title))];
        lines.extend(frame.others().map(|others| self.paint.dim(&format!("and {}", clean(&others)))));
        for (at, node) in self.picture.within(at) {
            lines.push(self.node(node));
            lines.extend(self.picture.leaving(at).map(|arrow| self.arrow(node, arrow)));
        }
        lines.join("\n")
    }

    fn node(&self, node: &Node) -> String {
        let about = clean(&node.about.join(", "));
        let absent = if node.absent { self.paint.changed("  does not exist") } else { String::new() };
        self.beside(&format!("  {}{absent}", clean(&node.title())), "  ", 6, &about)
    }

    /// Two lines at most: where it leads, and by what.
    fn arrow(&self, from: &Node, arrow: &Arrow) -> String {
        let to = &self.picture.nodes[arrow.to];
        let elsewhere = match from.frame == to.frame {
            true => String::new(),
            false => format!(" in {}", clean(self.picture.frames[to.frame].name())),
        };
        let (title, lines) = (clean(&to.title()), clean(&arrow.lines.join(", ")));
        match self.view {
            View::Resources => self.beside(&format!("    needs {title}{elsewhere}:"), " ", 8, &lines),
            View::Route => {
                let verdict = arrow.verdict.map(|verdict| format!("  {}", self.verdict(verdict)));
                let line = format!("    → {title}{elsewhere}{}", verdict.unwrap_or_default());
                if lines.is_empty() { line } else { format!("{line}\n      {}", self.paint.dim(&lines)) }
            }
        }
    }

    /// What there is to say of something behind it, or where the line has no room for that, below.
    fn beside(&self, line: &str, gap: &str, indent: usize, said: &str) -> String {
        if said.is_empty() {
            return line.to_owned();
        }
        let fits = width(line) + gap.len() + width(said) <= COLUMNS;
        let gap = if fits { gap.to_owned() } else { format!("\n{}", " ".repeat(indent)) };
        format!("{line}{gap}{}", self.paint.dim(said))
    }

    fn verdict(&self, verdict: HopVerdict) -> String {
        let (sign, word) = verdict_words(verdict);
        let text = format!("{sign} {word}");
        match verdict {
            HopVerdict::Correct => self.paint.added(&text),
            HopVerdict::Incorrect | HopVerdict::Missing => self.paint.failing(&text),
            HopVerdict::Unexpected | HopVerdict::Unreachable | HopVerdict::Unknown => {
                self.paint.changed(&text)
            }
        }
    }
}
