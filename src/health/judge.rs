//! How events flow, from what was counted. Pure.

use std::time::Duration;

use super::model::{Flow, RouteCounts, StreamCounts};
use crate::aws::metrics::LATE;

/// How events flow from a log group through its subscription.
pub(super) fn of_route(counts: &RouteCounts) -> Flow {
    if counts.errors > 0 || counts.throttled > 0 {
        Flow::Failing
    } else if counts.incoming == 0 {
        Flow::Idle
    } else if counts.forwarded == 0 {
        Flow::Silent
    } else {
        Flow::Flowing
    }
}

/// How records flow through a stream that collects them for so long.
pub(super) fn of_stream(counts: &StreamCounts, buffer: Duration) -> Flow {
    let waits = counts.delay.is_some_and(|delay| delay > buffer + LATE);
    if counts.refused || counts.throttled > 0 {
        Flow::Failing
    } else if counts.delivered > 0 && !waits {
        Flow::Flowing
    } else if waits {
        Flow::Silent
    } else if counts.incoming > 0 {
        // They are still collected.
        Flow::Flowing
    } else {
        Flow::Idle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_that_is_written_and_forwards_nothing_is_silent() {
        let check = |incoming, forwarded, errors, throttled, expect| {
            let counts = RouteCounts { incoming, forwarded, errors, throttled, ..RouteCounts::default() };
            assert_eq!(of_route(&counts), expect, "{counts:?}");
        };
        check(0, 0, 0, 0, Flow::Idle);
        check(5, 5, 0, 0, Flow::Flowing);
        check(5, 0, 0, 0, Flow::Silent);
        check(5, 4, 1, 0, Flow::Failing);
        check(5, 5, 0, 1, Flow::Failing);
        check(0, 0, 1, 0, Flow::Failing);
    }

    #[test]
    fn a_stream_is_silent_when_records_wait_longer_than_it_collects() {
        let buffer = Duration::from_secs(300);
        let check =
            |counts: StreamCounts, expect| assert_eq!(of_stream(&counts, buffer), expect, "{counts:?}");
        let counts = |incoming, delivered, delay: Option<u64>| StreamCounts {
            incoming,
            delivered,
            delay: delay.map(Duration::from_secs),
            ..StreamCounts::default()
        };
        check(counts(0, 0, None), Flow::Idle);
        check(counts(3, 0, Some(60)), Flow::Flowing);
        check(counts(3, 0, Some(601)), Flow::Silent);
        check(counts(3, 3, Some(300)), Flow::Flowing);
        check(counts(9, 3, Some(2_000)), Flow::Silent);
        check(StreamCounts { refused: true, ..counts(3, 3, None) }, Flow::Failing);
        check(StreamCounts { throttled: 1, ..counts(3, 3, None) }, Flow::Failing);
    }
}
