//! How much longer a run takes, as far as AWS's rate limits and usual waits decide that. Pure.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::address::Address;
use crate::event::Ahead;
use crate::wait_for::WaitFor;

use super::tracker::Wait;

/// Less is not worth saying.
const SHORTEST: Duration = Duration::from_secs(5);

/// The steps that are not over, and when each was expected to start and to end.
#[derive(Debug, Default)]
pub(super) struct Outlook {
    open: BTreeMap<Address, (Duration, Duration)>,
    starts: Times,
    ends: Times,
    /// When the last one was expected to end.
    last: Duration,
}

/// Moments, and how many steps each is one of.
#[derive(Debug, Default)]
struct Times(BTreeMap<Duration, usize>);

impl Times {
    fn add(&mut self, time: Duration) {
        *self.0.entry(time).or_default() += 1;
    }

    fn remove(&mut self, time: Duration) {
        if let Some(number) = self.0.get_mut(&time) {
            *number -= 1;
            if *number == 0 {
                self.0.remove(&time);
            }
        }
    }

    fn first(&self) -> Option<Duration> {
        self.0.first_key_value().map(|(time, _)| *time)
    }
}

impl Outlook {
    pub(super) fn of(steps: &[Ahead]) -> Self {
        let mut outlook = Self::default();
        for Ahead { address, starts, ends, .. } in steps {
            outlook.open.insert(address.clone(), (*starts, *ends));
            outlook.starts.add(*starts);
            outlook.ends.add(*ends);
            outlook.last = outlook.last.max(*ends);
        }
        outlook
    }

    pub(super) fn over(&mut self, address: &Address) {
        if let Some((starts, ends)) = self.open.remove(address) {
            self.starts.remove(starts);
            self.ends.remove(ends);
        }
    }

    /// How much longer it takes when it has taken so long: from where the steps that are not over say that the run is,
    /// and no less than what is waited for. `None` where that is hardly anything.
    pub(super) fn left<'a>(
        &self,
        passed: Duration,
        waits: impl IntoIterator<Item = &'a Wait>,
    ) -> Option<Duration> {
        let reached = passed.clamp(self.starts.first()?, self.ends.first()?.max(self.starts.first()?));
        let waits = waits.into_iter().map(left_of_wait).max().unwrap_or_default();
        Some(self.last.saturating_sub(reached).max(waits)).filter(|left| *left >= SHORTEST)
    }
}

/// What is left of a wait: for time itself that is known, of another one what is usual.
fn left_of_wait(wait: &Wait) -> Duration {
    let until = match wait.what {
        WaitFor::EventsOnTheirWay | WaitFor::StreamDrained => wait.limit,
        what => what.usual().map(|usual| usual.least).unwrap_or_default(),
    };
    until.saturating_sub(wait.waited)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Verb;
    use crate::wait_for::LastSeen;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn address(number: u64) -> Address {
        format!("app/eu-west-1/log_group./{number}").parse().unwrap()
    }

    /// A stream of a minute, and steps after it, one a second.
    fn outlook() -> Outlook {
        let step = |number, starts, ends| Ahead {
            address: address(number),
            verb: Verb::Create,
            starts: seconds(starts),
            ends: seconds(ends),
        };
        Outlook::of(&[step(0, 0, 60), step(1, 60, 61), step(2, 61, 62), step(3, 79, 80)])
    }

    #[test]
    fn time_counts_down_and_stands_still_while_something_takes_longer() {
        let outlook = outlook();
        let left = |passed| outlook.left(seconds(passed), []).unwrap().as_secs();
        assert_eq!((left(0), left(20), left(60), left(500)), (80, 60, 20, 20));
    }

    #[test]
    fn what_is_over_early_is_not_waited_for() {
        let mut outlook = outlook();
        outlook.over(&address(0));
        assert_eq!(outlook.left(seconds(30), []), Some(seconds(20)));
        outlook.over(&address(1));
        outlook.over(&address(2));
        assert_eq!(outlook.left(seconds(30), []), None, "one second is hardly anything");
        outlook.over(&address(3));
        assert_eq!(outlook.left(seconds(30), []), None);
    }

    #[test]
    fn a_wait_that_is_known_to_be_longer_counts() {
        let wait = Wait {
            what: WaitFor::EventsOnTheirWay,
            last: LastSeen::words(""),
            waited: seconds(30),
            limit: seconds(180),
        };
        assert_eq!(outlook().left(seconds(30), [&wait]), Some(seconds(150)));
    }
}
