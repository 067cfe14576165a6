//! Where everything of a picture is: columns from left to right, in each the frames below one another, and in those the
//! nodes. Lengths are in pixels.

use textwrap::{Options, WordSeparator, WordSplitter};

use super::picture::{Arrow, Node, Picture};
use crate::ui::text::{shorten, width};

/// Around the picture, and between frames below one another.
const MARGIN: usize = 24;

/// Between a frame and what is in it.
pub(super) const PADDING: usize = 16;

/// Height of a line.
pub(super) const LINE: usize = 17;

/// Height of the title of a frame.
pub(super) const TITLE: usize = 26;

/// Above the first and below the last line of a node.
const INSET: usize = 8;

/// Between nodes below one another.
const BETWEEN: usize = 16;

/// Height that an arrow takes at the node it starts at, with its label.
const ARROW: usize = 58;

/// Beside a label, for the sign of its verdict and for the arrow to bend.
const BEND: usize = 72;

/// Columns of the longest line in a node.
const LONGEST: usize = 46;

/// Columns of the longest line of a label, and its lines.
const LABEL: (usize, usize) = (30, 3);

/// Names of a node that are shown.
const NAMES: usize = 4;

/// Width of a letter in a name, which has a typeface of one width, in tenths of a pixel.
const LETTER: usize = 73;

/// Width of a letter of other text, on average of one that is rather wide, in tenths of a pixel: of small text, of what
/// stands out, and of the titles of frames.
const SMALL: usize = 60;
const BOLD: usize = 77;
const HEADING: usize = 92;

/// A rectangle.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// A line of a node.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Text {
    Kind(String),
    Name(String),
    About(String),
}

/// Where things are.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) frames: Vec<Area>,
    pub(super) nodes: Vec<Area>,
    /// The height at which each arrow starts.
    pub(super) starts: Vec<usize>,
}

impl Layout {
    pub(super) fn of(picture: &Picture) -> Self {
        let columns = picture.nodes.iter().map(|node| node.column + 1).max().unwrap_or(0);
        let nodes = sizes(picture);
        let xs = lefts(picture, &nodes, columns);
        let mut layout = Self {
            width: 2 * MARGIN,
            height: 2 * MARGIN,
            frames: vec![Area::default(); picture.frames.len()],
            nodes,
            starts: vec![0; picture.arrows.len()],
        };
        layout.place(picture, &xs, columns);
        layout.centre(picture);
        layout.start(picture);
        layout
    }

    /// Each frame below those before it that share a column with it.
    fn place(&mut self, picture: &Picture, xs: &[usize], columns: usize) {
        let mut bottoms = vec![MARGIN; columns];
        for (at, frame) in picture.frames.iter().enumerate() {
            let Some((first, last)) = span(picture, at) else { continue };
            let top = bottoms[first..=last].iter().copied().max().unwrap_or(MARGIN);
            let title = if frame.accounts.len() < 2 { TITLE } else { TITLE + LINE };
            let mut ends = vec![top + title; columns];
            let mut right = 0;
            for (node, Node { column, .. }) in picture.within(at) {
                let area = &mut self.nodes[node];
                (area.x, area.y) = (xs[*column], ends[*column]);
                ends[*column] += area.height + BETWEEN;
                right = right.max(area.x + area.width);
            }
            let bottom = ends[first..=last].iter().copied().max().unwrap_or(top);
            let bottom = bottom.saturating_sub(BETWEEN) + PADDING;
            // A title is as wide as it is.
            let titled = [Some(frame.title.clone()), frame.others().map(|others| format!("and {others}"))];
            let letters = [HEADING, SMALL];
            let titled =
                titled.iter().zip(letters).flat_map(|(line, letter)| Some(length(line.as_ref()?, letter)));
            let titled = titled.max().unwrap_or(0);
            let x = xs[first] - PADDING;
            let width = (right + PADDING - x).max(titled + 2 * PADDING);
            self.frames[at] = Area { x, y: top, width, height: bottom - top };
            bottoms[first..=last].fill(bottom + MARGIN);
            self.width = self.width.max(x + width + MARGIN);
            self.height = self.height.max(bottom + MARGIN);
        }
    }

    /// What has its columns to itself stands in the middle; so do the nodes of a column in their frame.
    fn centre(&mut self, picture: &Picture) {
        let spans: Vec<Option<(usize, usize)>> =
            (0..picture.frames.len()).map(|frame| span(picture, frame)).collect();
        for (at, own) in spans.iter().enumerate() {
            let Some((first, last)) = own else { continue };
            for column in *first..=*last {
                let nodes: Vec<usize> = picture
                    .within(at)
                    .filter(|(_, node)| node.column == column)
                    .map(|(node, _)| node)
                    .collect();
                let Some(lowest) = nodes.last().map(|node| self.nodes[*node]) else { continue };
                let bottom = self.frames[at].y + self.frames[at].height - PADDING;
                let down = bottom.saturating_sub(lowest.y + lowest.height) / 2;
                nodes.into_iter().for_each(|node| self.nodes[node].y += down);
            }
            let shared = |other: &Option<(usize, usize)>| {
                other.is_some_and(|(start, end)| start <= *last && *first <= end)
            };
            if spans.iter().filter(|other| shared(other)).count() == 1 {
                let down = self.height.saturating_sub(self.frames[at].height) / 2;
                let down = down.saturating_sub(self.frames[at].y);
                self.frames[at].y += down;
                let nodes: Vec<usize> = picture.within(at).map(|(node, _)| node).collect();
                nodes.into_iter().for_each(|node| self.nodes[node].y += down);
            }
        }
    }

    /// The arrows of a node start below one another.
    fn start(&mut self, picture: &Picture) {
        let numbers = leaving(picture);
        let mut next = vec![0; picture.nodes.len()];
        for (at, arrow) in picture.arrows.iter().enumerate() {
            next[arrow.from] += 1;
            let area = self.nodes[arrow.from];
            self.starts[at] = area.y + area.height * next[arrow.from] / (numbers[arrow.from] + 1);
        }
    }
}

/// The first and the last column of a frame.
fn span(picture: &Picture, frame: usize) -> Option<(usize, usize)> {
    let columns = || picture.within(frame).map(|(_, node)| node.column);
    Some((columns().min()?, columns().max()?))
}

fn leaving(picture: &Picture) -> Vec<usize> {
    let mut numbers = vec![0; picture.nodes.len()];
    for arrow in &picture.arrows {
        numbers[arrow.from] += 1;
    }
    numbers
}

/// The nodes with their sizes, not yet anywhere.
fn sizes(picture: &Picture) -> Vec<Area> {
    let size = |(node, arrows): (&Node, usize)| {
        let lines = texts(node);
        let wide = lines.iter().map(|line| match line {
            Text::Name(text) => length(text, LETTER),
            Text::Kind(text) => length(text, BOLD),
            Text::About(text) => length(text, SMALL),
        });
        let width = wide.max().unwrap_or(0) + 2 * INSET + 4;
        let height = (lines.len() * LINE + 2 * INSET).max(if arrows > 1 { arrows * ARROW } else { 0 });
        Area { width: width.max(120), height, ..Area::default() }
    };
    picture.nodes.iter().zip(leaving(picture)).map(size).collect()
}

/// Where each column begins: with room before it for the labels of the arrows that start in the column to its left.
fn lefts(picture: &Picture, nodes: &[Area], columns: usize) -> Vec<usize> {
    let mut widths = vec![0; columns];
    let mut gaps = vec![0; columns];
    for (node, area) in picture.nodes.iter().zip(nodes) {
        widths[node.column] = area.width.max(widths[node.column]);
    }
    for arrow in &picture.arrows {
        let column = picture.nodes[arrow.from].column;
        gaps[column] = gaps[column].max(label_width(&label(arrow)) + BEND);
    }
    let mut x = MARGIN + PADDING;
    let mut lefts = Vec::with_capacity(columns);
    for (width, gap) in widths.into_iter().zip(gaps) {
        lefts.push(x);
        x += width + gap.max(2 * PADDING + MARGIN);
    }
    lefts
}

/// The lines of a node.
pub(super) fn texts(node: &Node) -> Vec<Text> {
    let short = |text: &String| shorten(text, LONGEST);
    let mut lines = vec![Text::Kind(node.kind.clone())];
    let shown = if node.names.len() > NAMES { NAMES - 1 } else { node.names.len() };
    lines.extend(node.names[..shown].iter().map(|name| Text::Name(short(name))));
    if node.names.len() > shown {
        lines.push(Text::About(format!("and {} more", node.names.len() - shown)));
    }
    lines.extend(node.about.iter().map(|about| Text::About(short(about))));
    if node.absent {
        lines.push(Text::About("does not exist".to_owned()));
    }
    lines
}

/// The lines of the label of an arrow; what is left out ends in dots.
pub(super) fn label(arrow: &Arrow) -> Vec<String> {
    let (columns, most) = LABEL;
    // Names stay whole as long as they can.
    let options = Options::new(columns)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false);
    let lines: Vec<String> = arrow
        .lines
        .iter()
        .flat_map(|line| textwrap::wrap(line, &options))
        .map(std::borrow::Cow::into_owned)
        .collect();
    let mut shown: Vec<String> = lines.iter().take(most).map(|line| shorten(line, columns)).collect();
    if let Some(last) = shown.last_mut().filter(|_| lines.len() > most) {
        last.push('…');
    }
    shown
}

/// How wide the lines of a label are.
pub(super) fn label_width(label: &[String]) -> usize {
    label.iter().map(|line| length(line, SMALL)).max().unwrap_or(0)
}

/// How wide a text is with letters of so many tenths of a pixel.
fn length(text: &str, letter: usize) -> usize {
    (width(text) * letter).div_ceil(10)
}
