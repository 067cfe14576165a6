//! The accounts of [`senders`](super::topologies::senders): where they send, and whether each of their events arrives once.

use std::collections::BTreeMap;

use logpipe::exit::Exit;

use super::Bench;
use super::aws::{self, TOKYO};
use super::delivery::{bucket_text, write_event};
use super::topologies::sender_id;

/// A topology of senders, applied.
#[track_caller]
pub(crate) fn applied(topology: &str) -> Bench {
    let bench = Bench::new(topology);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench
}

/// To which CloudWatch Logs destination the account of this number sends.
pub(crate) fn sends_to(bench: &Bench, number: u32) -> String {
    let account = sender_id(number);
    let filters = bench.aws(&account, TOKYO, async |config| aws::filters(&config, "/app/web").await);
    assert_eq!(filters.len(), 1);
    filters[0].destination_arn().unwrap().rsplit_once(':').unwrap().1.to_owned()
}

/// How many of the accounts of these numbers send to each CloudWatch Logs destination.
pub(crate) fn spread(bench: &Bench, numbers: impl IntoIterator<Item = u32>) -> BTreeMap<String, usize> {
    let mut spread = BTreeMap::new();
    for number in numbers {
        *spread.entry(sends_to(bench, number)).or_default() += 1;
    }
    spread
}

/// Every account of these numbers writes an event.
pub(crate) fn write(bench: &Bench, numbers: impl IntoIterator<Item = u32>, message: &str) {
    for number in numbers {
        write_event(bench, &sender_id(number), TOKYO, "/app/web", &format!("{message} of {number}."));
    }
}

/// Expects each event of the first accounts once.
#[track_caller]
pub(crate) fn arrived_once(bench: &Bench, numbers: u32, messages: &[&str]) {
    bench.pass(300);
    let text = bucket_text(bench, "t-main");
    for message in messages {
        for number in 0..numbers {
            assert_eq!(text.matches(&format!("{message} of {number}.")).count(), 1, "{message} {number}");
        }
    }
}
