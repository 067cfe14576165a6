//! Merges several log groups, each read page by page: which event comes next. Pure.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, VecDeque};

use super::LogEvent;

/// The pages of several log groups on their way into one order.
///
/// An event is released once no group can still deliver an earlier one: every group holds an event, or has none left. A
/// group is asked for its next page when the last one is used up, so it never holds more than one.
#[derive(Debug, Default)]
pub(super) struct Merge {
    lanes: Vec<Lane>,
    /// The time of the first event of every lane that holds one. Of equal times the earlier lane goes first.
    heads: BinaryHeap<Reverse<(i64, usize)>>,
    /// Lanes that hold nothing and may have more.
    hungry: BTreeSet<usize>,
    held: usize,
}

#[derive(Debug, Default)]
struct Lane {
    events: VecDeque<LogEvent>,
    more: bool,
}

impl Merge {
    /// This many lanes, of which nothing is known yet.
    pub(super) fn of(lanes: usize) -> Self {
        Self {
            lanes: (0..lanes).map(|_| Lane { events: VecDeque::new(), more: true }).collect(),
            hungry: (0..lanes).collect(),
            ..Self::default()
        }
    }

    /// The lanes to read before anything else is let go; none when everything is.
    pub(super) fn wants(&self) -> Vec<usize> {
        self.hungry.iter().copied().collect()
    }

    /// The next page of a lane that was wanted, and whether there may be more of them.
    pub(super) fn give(&mut self, number: usize, mut events: Vec<LogEvent>, more: bool) {
        events.sort_by_key(|event| event.at);
        if !(more && events.is_empty()) {
            self.hungry.remove(&number);
        }
        if let Some(first) = events.first() {
            self.heads.push(Reverse((first.at, number)));
        }
        self.held += events.len();
        self.lanes[number] = Lane { events: events.into(), more };
    }

    /// The next event and its lane; none while a lane has to be read first.
    pub(super) fn next(&mut self) -> Option<(usize, LogEvent)> {
        if !self.hungry.is_empty() {
            return None;
        }
        let Reverse((_, number)) = self.heads.pop()?;
        let lane = &mut self.lanes[number];
        let event = lane.events.pop_front()?;
        self.held -= 1;
        match lane.events.front() {
            Some(next) => self.heads.push(Reverse((next.at, number))),
            None if lane.more => drop(self.hungry.insert(number)),
            None => {}
        }
        Some((number, event))
    }

    /// How many events are held.
    pub(super) fn held(&self) -> usize {
        self.held
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(at: i64, id: String) -> LogEvent {
        LogEvent { at, ingested: at, stream: "s".to_owned(), message: "m".to_owned(), id }
    }

    /// Merges lanes, each a list of pages of times, and tells what came out and how much was held at most.
    fn merged(lanes: &[Vec<Vec<i64>>]) -> (Vec<(i64, usize)>, usize) {
        let mut merge = Merge::of(lanes.len());
        let mut read = vec![0; lanes.len()];
        let (mut out, mut most) = (Vec::new(), 0);
        loop {
            let wanted = merge.wants();
            for &lane in &wanted {
                let page = lanes[lane].get(read[lane]).cloned().unwrap_or_default();
                read[lane] += 1;
                let events = page.into_iter().map(|at| event(at, String::new())).collect();
                merge.give(lane, events, read[lane] < lanes[lane].len());
            }
            most = most.max(merge.held());
            let before = out.len();
            while let Some((lane, event)) = merge.next() {
                out.push((event.at, lane));
            }
            if wanted.is_empty() && out.len() == before {
                return (out, most);
            }
        }
    }

    #[test]
    fn events_come_in_the_order_of_time_whatever_the_pages() {
        let check = |lanes: &[Vec<Vec<i64>>], expect: &[(i64, usize)]| assert_eq!(merged(lanes).0, expect);
        check(&[], &[]);
        check(&[vec![]], &[]);
        check(&[vec![vec![1, 4]], vec![vec![2, 3]]], &[(1, 0), (2, 1), (3, 1), (4, 0)]);
        // Empty pages say nothing of what follows.
        check(&[vec![vec![], vec![], vec![1]], vec![vec![2]]], &[(1, 0), (2, 1)]);
        // At one time the lanes keep their order.
        check(&[vec![vec![5], vec![5]], vec![vec![5]]], &[(5, 0), (5, 0), (5, 1)]);
        // Within a page the order is made right.
        check(&[vec![vec![3, 1]], vec![vec![2]]], &[(1, 0), (2, 1), (3, 0)]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_a_lane_holds_a_page(
            lanes in prop::collection::vec(prop::collection::vec(0i64..1000, 0..60), 0..8),
            size in 1usize..7,
        ) {
            let mut lanes = lanes;
            lanes.iter_mut().for_each(|lane| lane.sort_unstable());
            let pages: Vec<Vec<Vec<i64>>> =
                lanes.iter().map(|lane| lane.chunks(size).map(<[i64]>::to_vec).collect()).collect();
            let (out, most) = merged(&pages);
            let mut expected: Vec<i64> = lanes.concat();
            expected.sort_unstable();
            prop_assert_eq!(out.iter().map(|(at, _)| *at).collect::<Vec<_>>(), expected);
            prop_assert!(most <= size * lanes.len());
        }
    }
}
