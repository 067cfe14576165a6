//! How far one log group has been read: where the next poll begins, and what it will see again. Pure.

use std::collections::BTreeSet;

/// How much later than the newest one an event may still arrive and be shown. The CloudWatch agent sends every five
/// seconds, and what it could not send it sends again.
pub(super) const LATE: i64 = 2 * 60 * 1000;

/// How far back a poll of a quiet log group looks. Requests whose clock is off by more than five minutes are refused
/// (IAM User Guide, "Signature Version 4"), so no event of now is further away than this.
const QUIET: i64 = 10 * 60 * 1000;

/// What is remembered of one log group between polls. Times are milliseconds since 1970.
#[derive(Debug)]
pub(super) struct Watermark {
    /// Nothing before this is asked for.
    floor: i64,
    newest: Option<i64>,
    /// Events that the next poll may see again.
    seen: BTreeSet<(i64, String)>,
    room: usize,
}

impl Watermark {
    /// Nothing is read yet; at most this many events are remembered.
    pub(super) fn new(since: i64, room: usize) -> Self {
        Self { floor: since, newest: None, seen: BTreeSet::new(), room: room.max(1) }
    }

    /// Where to begin reading for the first time.
    pub(super) fn first(&self) -> i64 {
        self.floor
    }

    /// Where to begin the next poll. What is before it is forgotten.
    pub(super) fn next(&mut self, now: i64) -> i64 {
        // Somebody whose clock is ahead must not hide what others write now.
        let newest = self.newest.map_or(i64::MIN, |newest| newest.min(now) - LATE);
        self.floor = self.floor.max(newest).max(now - QUIET);
        self.seen = self.seen.split_off(&(self.floor, String::new()));
        self.floor
    }

    /// Whether an event is new.
    pub(super) fn admit(&mut self, at: i64, id: &str) -> bool {
        if at < self.floor {
            return true;
        }
        if !self.seen.insert((at, id.to_owned())) {
            return false;
        }
        self.newest = self.newest.max(Some(at));
        while self.seen.len() > self.room {
            // What cannot be remembered is not asked for again.
            let Some((oldest, _)) = self.seen.pop_first() else { break };
            self.floor = self.floor.max(oldest + 1);
            self.seen = self.seen.split_off(&(self.floor, String::new()));
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: i64 = 60 * 1000;

    #[test]
    fn a_poll_begins_a_little_before_the_newest_event() {
        let check = |since: i64, newest: Option<i64>, now: i64, expect: i64| {
            let mut watermark = Watermark::new(since, 10);
            newest.into_iter().for_each(|at| assert!(watermark.admit(at, "x")));
            assert_eq!(watermark.next(now), expect, "{since} {newest:?} {now}");
        };
        check(0, Some(30 * MINUTE), 31 * MINUTE, 28 * MINUTE);
        // Never before what was asked for.
        check(0, Some(MINUTE), 2 * MINUTE, 0);
        // A quiet group is not read from the beginning each time.
        check(0, None, 60 * MINUTE, 50 * MINUTE);
        check(0, Some(MINUTE), 60 * MINUTE, 50 * MINUTE);
        // An event of the future hides nothing.
        check(0, Some(90 * MINUTE), 31 * MINUTE, 29 * MINUTE);
    }

    #[test]
    fn what_was_seen_is_not_new_and_memory_is_bounded() {
        let mut watermark = Watermark::new(0, 3);
        assert!(watermark.admit(1, "a") && !watermark.admit(1, "a") && watermark.admit(1, "b"));
        assert!((2..1000).all(|at| watermark.admit(at, "c")));
        assert!(watermark.seen.len() <= 3);
        assert!(!watermark.admit(999, "c"));
        // It no longer knows the earlier ones, so it does not ask for them.
        assert_eq!(watermark.next(1000), 997);
    }

    proptest! {
        /// Events that arrive late, by less than the window, are each shown once, however rarely is polled.
        #[test]
        fn every_event_is_shown_once(
            events in prop::collection::vec((0i64..20 * MINUTE, 0i64..LATE), 0..80),
            polls in prop::collection::vec(1000i64..30_000, 1..60),
        ) {
            let mut watermark = Watermark::new(0, 1000);
            let mut shown = vec![0; events.len()];
            let (mut now, mut start) = (0, watermark.first());
            let ends = polls.into_iter().chain([30 * MINUTE]);
            for wait in ends {
                now += wait;
                let mut there: Vec<usize> = (0..events.len())
                    .filter(|&number| events[number].0 >= start && events[number].0 + events[number].1 <= now)
                    .collect();
                there.sort_by_key(|&number| events[number].0);
                for number in there {
                    shown[number] += usize::from(watermark.admit(events[number].0, &number.to_string()));
                }
                start = watermark.next(now);
            }
            prop_assert!(shown.iter().all(|times| *times == 1), "{shown:?}");
        }
    }
}
