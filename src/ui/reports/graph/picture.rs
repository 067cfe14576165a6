//! What is drawn, in whatever language: frames with nodes in them, and arrows between the nodes.

use std::collections::BTreeMap;

use crate::address::AccountName;
use crate::verify::verdict::HopVerdict;

/// Names listed of many.
const MOST_NAMED: usize = 3;

/// A picture. Nodes are in the order of their frames, and in a frame from left to right.
#[derive(Debug, Default)]
pub(crate) struct Picture {
    pub(crate) frames: Vec<Frame>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) arrows: Vec<Arrow>,
}

/// One account, or several that are alike.
#[derive(Debug)]
pub(crate) struct Frame {
    /// What the first of them is called, with its id.
    pub(crate) title: String,
    /// All of them.
    pub(crate) accounts: Vec<AccountName>,
}

/// Something in an account.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) frame: usize,
    /// How far to the right it is.
    pub(crate) column: usize,
    /// What it is.
    pub(crate) kind: String,
    /// What it is called; several names of several that are drawn as one.
    pub(crate) names: Vec<String>,
    /// What else there is to know.
    pub(crate) about: Vec<String>,
    /// Whether it is known not to exist.
    pub(crate) absent: bool,
    /// The stations that it stands for, by their places in the diagram.
    pub(crate) stations: Vec<usize>,
}

/// What leads from one node to another.
#[derive(Debug)]
pub(crate) struct Arrow {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// What it goes by, or why it is there.
    pub(crate) lines: Vec<String>,
    pub(crate) verdict: Option<HopVerdict>,
    /// The hops that it stands for, by their places in the diagram.
    pub(crate) hops: Vec<usize>,
}

impl Picture {
    /// The nodes of a frame, by their places.
    pub(crate) fn within(&self, frame: usize) -> impl Iterator<Item = (usize, &Node)> {
        self.nodes.iter().enumerate().filter(move |(_, node)| node.frame == frame)
    }

    /// The arrows that start at a node.
    pub(crate) fn leaving(&self, node: usize) -> impl Iterator<Item = &Arrow> {
        self.arrows.iter().filter(move |arrow| arrow.from == node)
    }

    /// The same with its nodes in order, and without columns that nothing is in.
    pub(crate) fn in_order(mut self) -> Self {
        let used: BTreeMap<usize, usize> = {
            let mut columns: Vec<usize> = self.nodes.iter().map(|node| node.column).collect();
            columns.sort_unstable();
            columns.dedup();
            columns.into_iter().enumerate().map(|(at, column)| (column, at)).collect()
        };
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        order.sort_by_key(|at| (self.nodes[*at].frame, self.nodes[*at].column));
        let mut places = vec![0; order.len()];
        for (place, at) in order.iter().enumerate() {
            places[*at] = place;
        }
        let mut nodes: Vec<(usize, Node)> =
            self.nodes.into_iter().enumerate().map(|(at, node)| (places[at], node)).collect();
        nodes.sort_by_key(|(place, _)| *place);
        self.nodes = nodes.into_iter().map(|(_, node)| Node { column: used[&node.column], ..node }).collect();
        for arrow in &mut self.arrows {
            (arrow.from, arrow.to) = (places[arrow.from], places[arrow.to]);
        }
        // What leads to the right comes before what leads downwards.
        let nodes = &self.nodes;
        let below = |arrow: &Arrow| nodes[arrow.from].column == nodes[arrow.to].column;
        self.arrows.sort_by_key(|arrow| (arrow.from, below(arrow), arrow.to));
        self
    }
}

impl Frame {
    /// `998 more accounts like app`, where there are others.
    pub(crate) fn others(&self) -> Option<String> {
        let (first, others) = self.accounts.split_first()?;
        let names: Vec<&str> = others.iter().map(AccountName::as_str).collect();
        let (accounts, listed) = match names.as_slice() {
            [] => return None,
            [one] => ("account", (*one).to_owned()),
            names if names.len() <= MOST_NAMED => ("accounts", names.join(", ")),
            [named @ .., last] => ("accounts", format!("{} … {last}", named[..MOST_NAMED - 1].join(", "))),
        };
        Some(format!("{} more {accounts} like {first}: {listed}", names.len()))
    }

    /// What the first of them is called.
    pub(crate) fn name(&self) -> &str {
        self.accounts.first().map_or("", AccountName::as_str)
    }
}

impl Node {
    /// What it is and what it is called.
    pub(crate) fn title(&self) -> String {
        let names = listed(&self.names);
        if names.is_empty() { self.kind.clone() } else { format!("{} {names}", self.kind) }
    }
}

/// `a, b and c`, or `a, b and 18 more`.
pub(crate) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] if names.len() <= MOST_NAMED => format!("{} and {last}", first.join(", ")),
        names => {
            let named = MOST_NAMED - 1;
            format!("{} and {} more", names[..named].join(", "), names.len() - named)
        }
    }
}
