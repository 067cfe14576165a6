//! Every event that is written while a schedule is played, and what became of it.
//!
//! The promise: an event is delivered if, when it was written, a subscription took it and every hop behind that let it
//! pass to a bucket, and nobody but logpipe's `apply` has changed anything since. It may arrive more than once, and in
//! another bucket where the destination has changed in between.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use flate2::read::MultiGzDecoder;
use logpipe::clock::Clock;
use logpipe::sandbox::Cloud;

use super::dice::Dice;

/// The bucket of somebody else's pipeline.
const THEIRS: &str = "their-bucket";
/// What every event says, before its number.
const MARK: &str = "event-number-";
/// How long an event is on its way at most when nothing goes wrong: CloudWatch Logs and the longest buffer of a design.
const ON_ITS_WAY: Duration = Duration::from_secs(180 + 180);
/// How long services may see a role as it was before somebody changed it, which lets events through that are lost then
/// (`Timing::iam_propagation_ms` of the sandbox, times the most that chance makes of it).
const SEEN_AS_BEFORE: Duration = Duration::from_secs(4 * 8);

/// The writers of a schedule, and their book. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Events {
    cloud: Cloud,
    clock: Clock,
    book: Arc<Mutex<Book>>,
}

#[derive(Debug)]
struct Book {
    dice: Dice,
    written: Vec<Written>,
    /// When others, or a destroy, took something apart that may have been needed: from when until when, and why.
    interferences: Vec<(SystemTime, SystemTime, &'static str)>,
}

#[derive(Debug, Clone)]
struct Written {
    at: SystemTime,
    /// The same as traces count it.
    elapsed: Duration,
    place: String,
    /// Nothing where delivery is promised.
    excuse: Option<String>,
}

/// What became of the events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) written: usize,
    /// Events that are in a bucket, promised or not.
    pub(super) delivered: usize,
    /// How often one is in a bucket once more.
    pub(super) again: usize,
    /// Events that are in no bucket and were not promised to be, by reason.
    pub(super) not_promised: BTreeMap<String, usize>,
    /// Events that are in no bucket and were promised to be.
    pub(super) lost: Vec<String>,
}

impl Figures {
    pub(super) fn add(&mut self, other: Self) {
        self.written += other.written;
        self.delivered += other.delivered;
        self.again += other.again;
        for (why, count) in other.not_promised {
            *self.not_promised.entry(why).or_default() += count;
        }
        self.lost.extend(other.lost);
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { written, delivered, again, not_promised, lost } = self;
        let count: usize = not_promised.values().sum();
        write!(
            f,
            "{written} events written: {delivered} delivered ({again} copies more), {count} not promised, {} lost",
            lost.len()
        )?;
        not_promised.iter().try_for_each(|(why, count)| write!(f, "\n{count:>8}  {why}"))
    }
}

impl Events {
    pub(super) fn new(cloud: Cloud, clock: Clock, seed: u64) -> Self {
        let book = Book { dice: Dice::new(seed, 3), written: Vec::new(), interferences: Vec::new() };
        Self { cloud, clock, book: Arc::new(Mutex::new(book)) }
    }

    /// The same for another way on from here, with what was written so far.
    pub(super) fn fork(&self, cloud: Cloud, clock: Clock) -> Self {
        let Book { dice, written, interferences } = &*self.book.lock().unwrap();
        let (dice, written, interferences) = (dice.clone(), written.clone(), interferences.clone());
        Self { cloud, clock, book: Arc::new(Mutex::new(Book { dice, written, interferences })) }
    }

    /// An application somewhere writes an event, in this many percent of the cases.
    pub(super) fn perhaps(&self, cases: usize) {
        if self.book.lock().unwrap().dice.percent(cases) {
            self.write();
        }
    }

    /// An application somewhere writes an event: mostly into a log group that is subscribed.
    pub(super) fn write(&self) {
        let groups = self.cloud.subscribed_log_groups();
        let groups: Vec<_> =
            groups.into_iter().filter(|(.., name)| !name.starts_with("/aws/kinesisfirehose/")).collect();
        let (nowhere, level, at) = {
            let dice = &mut self.book.lock().unwrap().dice;
            (dice.percent(5), dice.pick(&["ERROR", "ERROR", "WARN"]), dice.below(groups.len()))
        };
        // Without a pipeline there is little to see.
        if groups.is_empty() && !nowhere {
            return;
        }
        let group = if nowhere { None } else { groups.get(at).cloned() };
        let (account, region, name) = group.unwrap_or_else(|| {
            let (account, region) = ("111111111111".parse().unwrap(), "ap-northeast-1".parse().unwrap());
            (account, region, "/existing/one".to_owned())
        });
        let mut book = self.book.lock().unwrap();
        let message = format!("{{\"level\":\"{level}\",\"text\":\"{MARK}{}.\"}}", book.written.len());
        let ways = self.cloud.write_event(self.clock.now(), &account, &region, &name, &message);
        let Some(ways) = ways else { return };
        let own: Vec<_> = ways.into_iter().filter(|way| way.leads_to.as_deref() != Ok(THEIRS)).collect();
        if own.is_empty() && !nowhere {
            // Only somebody else's pipeline takes it.
            return;
        }
        let complete = own.iter().any(|way| way.leads_to.is_ok());
        let why_not = own.iter().find_map(|way| way.leads_to.clone().err());
        let why_not = why_not.unwrap_or_else(|| "no subscription".to_owned());
        book.written.push(Written {
            at: self.clock.now(),
            elapsed: self.clock.elapsed(),
            place: format!("{account}/{region}{name}"),
            excuse: (!complete).then(|| format!("when it was written: {why_not}")),
        });
    }

    /// Somebody took something apart that events may need, between then and now.
    pub(super) fn interfered(&self, since: SystemTime, why: &'static str) {
        let until = self.clock.now();
        self.book.lock().unwrap().interferences.push((since, until, why));
    }

    /// When it is.
    pub(super) fn now(&self) -> SystemTime {
        self.clock.now()
    }

    /// What has become of all events. Those that are still on their way are not there yet.
    pub(super) fn account(&self) -> Figures {
        let copies = arrived(&self.cloud);
        let book = self.book.lock().unwrap();
        let mut figures = Figures { written: book.written.len(), ..Figures::default() };
        for (number, event) in book.written.iter().enumerate() {
            if let Some(copies) = copies.get(&number) {
                figures.delivered += 1;
                figures.again += copies - 1;
                continue;
            }
            let interfered = book.interferences.iter().find(|(since, until, _)| {
                event.at <= *until + SEEN_AS_BEFORE && *since <= event.at + ON_ITS_WAY
            });
            let excuse = event.excuse.clone().or(interfered.map(|(.., why)| (*why).to_owned()));
            match excuse {
                Some(why) => *figures.not_promised.entry(why).or_default() += 1,
                None => figures.lost.push(format!(
                    "event {number}, written at {:.3} in {}",
                    event.elapsed.as_secs_f64(),
                    event.place
                )),
            }
        }
        figures
    }
}

/// How often each event is in a bucket of ours.
fn arrived(cloud: &Cloud) -> BTreeMap<usize, usize> {
    let mut copies = BTreeMap::new();
    for (bucket, key, content) in cloud.objects() {
        if bucket == THEIRS || key.starts_with("errors/") {
            continue;
        }
        let mut text = String::new();
        if MultiGzDecoder::new(&content[..]).read_to_string(&mut text).is_err() {
            text = String::from_utf8_lossy(&content).into_owned();
        }
        // The same event twice in one object came over two subscriptions.
        let numbers = text.split(MARK).skip(1).filter_map(|rest| rest.split('.').next()?.parse().ok());
        numbers.for_each(|number: usize| *copies.entry(number).or_default() += 1);
    }
    copies
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::support::aws;

    /// A stage with a pipeline on it, on which an event has just been written.
    fn with_event(check: impl AsyncFnOnce(super::super::stage::Stage) + Send + 'static) {
        crate::support::on_a_deep_stack(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .start_paused(true)
                .build()
                .unwrap();
            runtime.block_on(async {
                let (stage, _) = super::super::kills::a_pipeline().await;
                stage.pass(Duration::from_secs(600)).await;
                let before = stage.events.account();
                assert_eq!(before.lost, [""; 0], "{before}");
                let stage = stage.fork(1);
                for _ in 0..20 {
                    stage.events.write();
                }
                check(stage).await;
            });
        });
    }

    /// The pipeline lets in somebody else instead of the sender.
    async fn shut_out(stage: &super::super::stage::Stage) {
        let config = stage.operator("999999999999", "ap-northeast-1");
        let arn = "arn:aws:logs:ap-northeast-1:999999999999:destination:sim-central";
        let policy = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "AWS": "222222222222" },
            "Action": "logs:PutSubscriptionFilter", "Resource": arn,
        }]});
        let call = aws::logs(&config).put_destination_policy().destination_name("sim-central");
        call.access_policy(policy.to_string()).send().await.unwrap();
    }

    #[test]
    fn what_arrives_is_delivered() {
        with_event(async |stage| {
            let early = stage.events.account();
            assert!(!early.lost.is_empty(), "nothing can have arrived yet: {early}");
            stage.pass(Duration::from_secs(600)).await;
            let figures = stage.events.account();
            assert_eq!(figures.lost, [""; 0], "{figures}");
            let excused: usize = figures.not_promised.values().sum();
            assert_eq!(figures.written, figures.delivered + excused);
            assert!(figures.delivered >= 15, "{figures}");
        });
    }

    #[test]
    fn a_planted_loss_is_found() {
        with_event(async |stage| {
            shut_out(&stage).await;
            stage.pass(Duration::from_secs(600)).await;
            let figures = stage.events.account();
            assert!(figures.lost.len() >= 15, "{figures}");
            assert!(figures.lost[0].contains("111111111111/ap-northeast-1/app/web"), "{:?}", figures.lost);
        });
    }

    #[test]
    fn what_somebody_else_broke_is_not_promised_and_neither_is_what_is_written_then() {
        with_event(async |stage| {
            let since = stage.events.now();
            shut_out(&stage).await;
            stage.events.interfered(since, "an operator");
            stage.pass(Duration::from_secs(600)).await;
            (0..5).for_each(|_| stage.events.write());
            stage.pass(Duration::from_secs(600)).await;
            let figures = stage.events.account();
            assert_eq!(figures.lost, [""; 0], "{figures}");
            assert!(figures.not_promised["an operator"] >= 15, "{figures}");
            assert!(figures.not_promised["when it was written: SenderNotAdmitted"] >= 3, "{figures}");
        });
    }
}
