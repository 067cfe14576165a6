//! How a stream lays out what it writes: as the topology declares it, and as it is. Pure.
//!
//! Firehose adds the hour to a prefix without expressions, and nothing to one with any; that an expression which is no
//! time has this effect too is seen rather than written down, so such a prefix is looked for either way (Firehose
//! Developer Guide, "Understand custom prefixes for Amazon S3 objects").

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use super::keys::{self, Location, Zone};
use crate::address::KindName;
use crate::graph::Succession;
use crate::plan::Observed;
use crate::provider::firehose::stream::{FirehoseStream, LiveStream};
use crate::topology::{Destination, Firehose, TIMESTAMP_FOLDERS, Transport};

/// The type of error, as an expression.
const ERROR_TYPE: &str = "!{firehose:error-output-type}";

/// How the objects of a destination are written.
#[derive(Debug, Clone)]
pub(crate) struct Writing {
    /// Every layout that can be in effect, of every stream that may still write: a change takes Firehose minutes (API
    /// reference, UpdateDestination).
    layouts: BTreeSet<Layout>,
    /// How long records are held back at most.
    pub(crate) buffer: Duration,
}

/// The layout of one stream.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Layout {
    stream: String,
    prefix: String,
    error_prefix: String,
    zone: Zone,
}

impl Writing {
    /// As the topology declares it and, as far as it was seen, as it is.
    pub(crate) fn of(destination: &Destination, streams: &[Succession], observed: Option<&Observed>) -> Self {
        match &destination.transport {
            Transport::Firehose(firehose) => Self::of_firehose(destination, firehose, streams, observed),
        }
    }

    fn of_firehose(
        destination: &Destination,
        firehose: &Firehose,
        streams: &[Succession],
        observed: Option<&Observed>,
    ) -> Self {
        let (mut layouts, mut seconds) = (BTreeSet::new(), firehose.stream.buffer_seconds);
        for Succession { in_use, predecessors } in streams {
            let address = destination.here(KindName::FirehoseStream, in_use);
            let live = observed.and_then(|observed| observed.live(&address)?.of::<FirehoseStream>());
            layouts.extend(live.map(|live| Layout::live(in_use, live)));
            // Right after a stream was replaced, CloudWatch Logs may still send to the one before.
            layouts.extend(predecessors.iter().chain([in_use]).map(|name| Layout {
                stream: name.clone(),
                prefix: destination.object_prefix(),
                error_prefix: destination.bucket.error_prefix.clone(),
                zone: Zone::Utc,
            }));
            seconds = seconds.max(live.and_then(LiveStream::buffer_seconds).unwrap_or_default());
        }
        Self { layouts, buffer: Duration::from_secs(u64::from(seconds)) }
    }

    /// Where delivered objects can be.
    pub(crate) fn objects(&self) -> BTreeSet<Location> {
        self.layouts.iter().flat_map(Layout::objects).collect()
    }

    /// Where objects with records can be that could not be processed.
    pub(crate) fn errors(&self) -> BTreeSet<Location> {
        self.layouts.iter().flat_map(Layout::errors).collect()
    }

    /// When the oldest record of an object arrived, as its key says, where that is said in UTC.
    pub(crate) fn arrival(&self, key: &str) -> Option<SystemTime> {
        let utc = self.layouts.iter().all(|layout| layout.zone == Zone::Utc);
        self.layouts.iter().filter(|_| utc).find_map(|layout| keys::arrival(key, &layout.stream))
    }
}

impl Layout {
    fn live(stream: &str, live: &LiveStream) -> Self {
        Self {
            stream: stream.to_owned(),
            prefix: live.prefix().to_owned(),
            error_prefix: live.error_prefix().to_owned(),
            zone: if live.in_utc() { Zone::Utc } else { Zone::Other },
        }
    }

    fn objects(&self) -> Vec<Location> {
        readings(&self.prefix).into_iter().map(|prefix| self.location(prefix)).collect()
    }

    fn errors(&self) -> Vec<Location> {
        error_readings(&self.prefix, &self.error_prefix)
            .into_iter()
            .map(|prefix| self.location(prefix))
            .collect()
    }

    fn location(&self, prefix: String) -> Location {
        Location { stream: self.stream.clone(), prefix, zone: self.zone }
    }
}

/// What a prefix can mean.
fn readings(prefix: &str) -> Vec<String> {
    // What we wrote before we wrote the time ourselves may still be in effect.
    let without = prefix.strip_suffix(TIMESTAMP_FOLDERS).filter(|rest| is_timeless(rest));
    match without {
        Some(without) => vec![prefix.to_owned(), without.to_owned()],
        None if is_timeless(prefix) => vec![format!("{prefix}{TIMESTAMP_FOLDERS}"), prefix.to_owned()],
        None if prefix.contains("!{") => vec![prefix.to_owned()],
        None => vec![format!("{prefix}{TIMESTAMP_FOLDERS}")],
    }
}

/// Whether a prefix has expressions, and no time among them.
fn is_timeless(prefix: &str) -> bool {
    prefix.contains("!{") && !prefix.contains("!{timestamp:")
}

/// What an error prefix can mean. One without expressions gets the type of error and the hour; without any, the prefix
/// itself stands in for it (the last example of the guide), or nothing does.
fn error_readings(prefix: &str, error_prefix: &str) -> Vec<String> {
    let typed = |prefix: &str| format!("{prefix}{ERROR_TYPE}/{TIMESTAMP_FOLDERS}");
    match error_prefix {
        _ if error_prefix.contains("!{") => vec![error_prefix.to_owned()],
        "" if prefix.is_empty() || prefix.contains("!{") => vec![typed("")],
        "" => vec![typed(prefix), typed("")],
        _ => vec![typed(error_prefix)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_read_as_firehose_may_read_it() {
        let check = |prefix: &str, expect: &[&str]| assert_eq!(readings(prefix), expect, "{prefix}");
        check("logs/", &["logs/!{timestamp:yyyy/MM/dd/HH}/"]);
        check("", &["!{timestamp:yyyy/MM/dd/HH}/"]);
        check("l/!{timestamp:yyyy}/", &["l/!{timestamp:yyyy}/"]);
        let timeless = "l/!{firehose:random-string}/";
        let dated = "l/!{firehose:random-string}/!{timestamp:yyyy/MM/dd/HH}/";
        check(timeless, &[dated, timeless]);
        check(dated, &[dated, timeless]);
        check("l/!{timestamp:yyyy/MM/dd/HH}/", &["l/!{timestamp:yyyy/MM/dd/HH}/"]);
    }

    #[test]
    fn an_error_prefix_is_read_as_firehose_may_read_it() {
        let check = |prefix: &str, error_prefix: &str, expect: &[&str]| {
            assert_eq!(error_readings(prefix, error_prefix), expect, "{prefix:?}, {error_prefix:?}");
        };
        let own = "errors/!{firehose:error-output-type}/";
        check("logs/", own, &[own]);
        check("logs/", "e/", &["e/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/"]);
        check(
            "logs/",
            "",
            &[
                "logs/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/",
                "!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/",
            ],
        );
        check("", "", &["!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/"]);
    }
}
