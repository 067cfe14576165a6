//! Where in a bucket an object of a certain time can be. Pure.
//!
//! Firehose names objects `<stream>-<version>-YYYY-MM-DD-HH-MM-SS-<uuid>` behind their prefix. The times in both are the
//! arrival of the oldest record in the buffer, in the stream's time zone (Firehose Developer Guide, "Configure Amazon S3
//! object name format" and "Understand custom prefixes for Amazon S3 objects").

use std::time::{Duration, SystemTime};

use time::OffsetDateTime;
use time::macros::format_description;

use crate::topology::PartitionKey;

const HOUR: Duration = Duration::from_secs(3600);

/// How far clocks on Earth are behind UTC at most, and ahead of it (IANA time zone database: Etc/GMT+12 and
/// Pacific/Kiritimati).
const BEHIND: Duration = Duration::from_secs(12 * 3600);
const AHEAD: Duration = Duration::from_secs(14 * 3600);

/// What the types of errors end with (the guide's table of `error-output-type`).
const FAILED: &str = "-failed";

/// Whose time keys tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Zone {
    /// UTC.
    Utc,
    /// That of another zone. What time it is there is for AWS's time zone database to say, so every hour counts that it
    /// can be anywhere.
    Other,
}

impl Zone {
    /// What clocks in the zone can show between two times.
    fn span(self, from: SystemTime, until: SystemTime) -> (SystemTime, SystemTime) {
        match self {
            Self::Utc => (from, until),
            Self::Other => (from - BEHIND, until + AHEAD),
        }
    }
}

/// Where objects of a stream can be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Location {
    /// The stream, whose name the names of objects start with.
    pub(crate) stream: String,
    /// The whole prefix: nothing is appended to it.
    pub(crate) prefix: String,
    /// Whose time it tells.
    pub(crate) zone: Zone,
}

/// Objects that are listed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder {
    /// What their keys start with.
    pub(crate) prefix: String,
    /// Where the folder covers more than an hour, most of its objects are too old: it is listed version by version, from
    /// this time in their names on.
    pub(crate) by_version_from: Option<SystemTime>,
}

pub(crate) use crate::topology::literal_prefix;

fn partitioned(prefix: &str, value: impl Fn(PartitionKey) -> String) -> String {
    PartitionKey::ALL.into_iter().fold(prefix.to_owned(), |prefix, key| {
        prefix.replace(&format!("!{{partitionKeyFromQuery:{key}}}"), &value(key))
    })
}

/// The part of an error prefix before the type of error, and what follows it, where that type is a folder: then the
/// folders of the types that there are can be listed.
pub(crate) fn around_error_type(prefix: &str) -> Option<(&str, &str)> {
    let (before, behind) = prefix.split_once("!{firehose:error-output-type}")?;
    Some((before, behind.strip_prefix('/')?)).filter(|_| !before.contains("!{"))
}

/// Whether a folder is that of a type of error.
pub(crate) fn is_error_type(folder: &str) -> bool {
    folder.trim_end_matches('/').ends_with(FAILED)
}

/// Whether a part of a key between two slashes begins with a type of error, or ends with one.
pub(crate) fn has_error_type(part: &str) -> bool {
    part.contains(FAILED)
}

impl Location {
    /// The location with the values of partition keys in their places.
    pub(crate) fn partitioned(&self, value: impl Fn(PartitionKey) -> String) -> Self {
        Self { prefix: partitioned(&self.prefix, value), ..self.clone() }
    }

    /// The folders of objects whose oldest record arrived between two times.
    pub(crate) fn folders(&self, from: SystemTime, until: SystemTime) -> Vec<Folder> {
        let (from, until) = self.zone.span(from, until);
        let (mut hour, last) = (OffsetDateTime::from(from), OffsetDateTime::from(until));
        let mut folders: Vec<Folder> = Vec::new();
        loop {
            let start = Start::of(&self.prefix, &self.stream, hour);
            if folders.iter().all(|folder| folder.prefix != start.text) {
                let same = |other| Start::of(&self.prefix, &self.stream, other) == start;
                let wide = [hour - HOUR, hour + HOUR].into_iter().any(same);
                let by_version_from = (start.whole && wide).then_some(from);
                folders.push(Folder { prefix: start.text, by_version_from });
            }
            if (hour.date(), hour.hour()) >= (last.date(), last.hour()) {
                return folders;
            }
            hour += HOUR;
        }
    }
}

/// The key after which objects lie whose oldest record arrived at `from` or later; `version` is what the keys of one
/// version start with.
pub(crate) fn start_after(version: &str, from: SystemTime) -> Option<String> {
    let format = format_description!("[year]-[month]-[day]-[hour]-[minute]-[second]");
    let time = OffsetDateTime::from(from).format(&format).ok()?;
    Some(format!("{version}{time}"))
}

/// How the keys of an hour start, as far as that is known.
#[derive(Debug, PartialEq, Eq)]
struct Start {
    text: String,
    /// Whether it goes up to version and time.
    whole: bool,
}

impl Start {
    fn of(prefix: &str, stream: &str, hour: OffsetDateTime) -> Self {
        let mut text = String::new();
        let whole = Self::write(&mut text, prefix, stream, hour).is_some();
        Self { text, whole }
    }

    /// Writes until something that an hour does not tell.
    fn write(text: &mut String, prefix: &str, stream: &str, hour: OffsetDateTime) -> Option<()> {
        let mut rest = prefix;
        while let Some((literal, after)) = rest.split_once("!{") {
            text.push_str(literal);
            let (expression, behind) = after.split_once('}')?;
            write_time(text, expression.strip_prefix("timestamp:")?, hour)?;
            rest = behind;
        }
        text.push_str(rest);
        text.push_str(stream);
        text.push('-');
        Some(())
    }
}

/// Writes an hour in a format of Java's `DateTimeFormatter`, up to the first field that is no number or finer.
fn write_time(text: &mut String, format: &str, hour: OffsetDateTime) -> Option<()> {
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let (quoted, behind) = rest[1..].split_once('\'')?;
            // Two quotes stand for one.
            text.push_str(if quoted.is_empty() { "'" } else { quoted });
            rest = behind;
            continue;
        }
        let run = rest.len() - rest.trim_start_matches(first).len();
        match first {
            letter if letter.is_ascii_alphabetic() => text.push_str(&field(letter, run, hour)?),
            '[' | ']' | '{' | '#' => return None,
            _ => text.push_str(&rest[..run]),
        }
        rest = &rest[run..];
    }
    Some(())
}

fn field(letter: char, width: usize, hour: OffsetDateTime) -> Option<String> {
    let value = match (letter, width) {
        ('y' | 'u', 2) => hour.year().rem_euclid(100),
        ('y' | 'u', 1 | 4) => hour.year(),
        ('M' | 'L', 1 | 2) => i32::from(u8::from(hour.month())),
        ('d', 1 | 2) => i32::from(hour.day()),
        ('D', 1..=3) => i32::from(hour.ordinal()),
        ('H', 1 | 2) => i32::from(hour.hour()),
        _ => return None,
    };
    Some(format!("{value:0width$}"))
}

/// When the oldest record of an object arrived, as its key says.
pub(crate) fn arrival(key: &str, stream: &str) -> Option<SystemTime> {
    let name = key.rsplit('/').next()?;
    let rest = &name[name.find(stream)? + stream.len()..];
    // `-<version>-2026-11-22-10-15-40-<uuid>`
    let mut parts = rest.strip_prefix('-')?.splitn(2, '-');
    let (_version, rest) = (parts.next()?, parts.next()?);
    let format = format_description!("[year]-[month]-[day]-[hour]-[minute]-[second]");
    let written = time::PrimitiveDateTime::parse(rest.get(..19)?, &format).ok()?;
    Some(written.assume_utc().into())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn at(time: OffsetDateTime) -> SystemTime {
        time.into()
    }

    /// Folders from an hour before midnight to an hour after; those listed by version end in `*`.
    #[track_caller]
    fn check(prefix: &str, expect: &[&str]) {
        let (from, until) = (at(datetime!(2026-11-22 23:59 UTC)), at(datetime!(2026-11-23 01:01 UTC)));
        let location = Location { stream: "s".to_owned(), prefix: prefix.to_owned(), zone: Zone::Utc };
        let found = location.folders(from, until);
        let mark = |folder: &Folder| if folder.by_version_from.is_some() { "*" } else { "" };
        let found: Vec<String> =
            found.iter().map(|folder| format!("{}{}", folder.prefix, mark(folder))).collect();
        assert_eq!(found, expect, "{prefix}");
    }

    #[test]
    fn every_hour_of_the_window_is_listed_as_narrowly_as_the_prefix_allows() {
        let hours = ["logs/2026/11/22/23/s-", "logs/2026/11/23/00/s-", "logs/2026/11/23/01/s-"];
        check("logs/!{timestamp:yyyy/MM/dd/HH}/", &hours);
        check("logs/", &["logs/s-*"]);
        check("l/!{timestamp:yyyy/MM/dd}/", &["l/2026/11/22/s-*", "l/2026/11/23/s-*"]);
        check("!{timestamp:yy.D}/!{timestamp:'h'HH}/", &["26.326/h23/s-", "26.327/h00/s-", "26.327/h01/s-"]);
        check("l/!{timestamp:yyyy}/", &["l/2026/s-*"]);
        check("l/!{timestamp:''}/", &["l/'/s-*"]);
    }

    #[test]
    fn what_an_hour_does_not_tell_ends_the_prefix() {
        check("l/!{timestamp:dd/HH-mm}/x", &["l/22/23-", "l/23/00-", "l/23/01-"]);
        check("l/!{timestamp:yyyy MMM dd}/", &["l/2026 "]);
        check("l/!{timestamp:YYYY}/", &["l/"]);
        check("l/!{firehose:random-string}/!{timestamp:yyyy}/", &["l/"]);
        check("!{timestamp:dd}/!{firehose:random-string}/", &["22/", "23/"]);
        check("l/!{unclosed", &["l/"]);
    }

    #[test]
    fn partition_keys_are_folders_before_the_hour() {
        let value = |key| match key {
            PartitionKey::Owner => "111111111111".to_owned(),
            PartitionKey::LogGroup => "/app/web".to_owned(),
            PartitionKey::LogStream => "logpipe-verify/1".to_owned(),
        };
        let check_keys = |prefix: &str, expect: &[&str]| check(&partitioned(prefix, value), expect);
        check_keys(
            "logs/owner=!{partitionKeyFromQuery:owner}/logGroup=!{partitionKeyFromQuery:logGroup}/!{timestamp:yyyy/MM/dd/HH}/",
            &["22/23", "23/00", "23/01"]
                .map(|hour| format!("logs/owner=111111111111/logGroup=/app/web/2026/11/{hour}/s-"))
                .each_ref()
                .map(String::as_str),
        );
        check_keys(
            "!{timestamp:yyyy}/logStream=!{partitionKeyFromQuery:logStream}/",
            &["2026/logStream=logpipe-verify/1/s-*"],
        );
    }

    #[test]
    fn in_another_zone_it_can_be_any_hour_that_it_is_somewhere() {
        let (from, until) = (at(datetime!(2026-11-22 12:00 UTC)), at(datetime!(2026-11-22 12:10 UTC)));
        let located = |prefix: &str| {
            let location = Location { stream: "s".to_owned(), prefix: prefix.to_owned(), zone: Zone::Other };
            location.folders(from, until)
        };
        let hours = located("!{timestamp:dd/HH}/");
        assert_eq!(hours.len(), 27);
        assert_eq!((hours[0].prefix.as_str(), hours[26].prefix.as_str()), ("22/00/s-", "23/02/s-"));
        let year = &located("!{timestamp:yyyy}/")[..];
        assert_eq!((year.len(), year[0].by_version_from), (1, Some(at(datetime!(2026-11-22 0:00 UTC)))));
    }

    #[test]
    fn types_of_errors_are_told_apart_where_they_are_folders() {
        let find = around_error_type;
        assert_eq!(find("errors/!{firehose:error-output-type}/"), Some(("errors/", "")));
        let dated = "e/!{firehose:error-output-type}/!{timestamp:yyyy}/";
        assert_eq!(find(dated), Some(("e/", "!{timestamp:yyyy}/")));
        assert_eq!(find("e/!{timestamp:yyyy}/!{firehose:error-output-type}/"), None);
        assert_eq!(find("e/!{firehose:error-output-type}-x/"), None);
        assert_eq!(find("errors/"), None);
    }

    #[test]
    fn the_key_tells_when_the_oldest_record_arrived() {
        let key = "logs/2026/11/22/10/central-logs-1-2026-11-22-10-15-40-0b5c2ee1-aaaa-bbbb-cccc-0123456789ab.json.gz";
        let time = at(datetime!(2026-11-22 10:15:40 UTC));
        assert_eq!(arrival(key, "central-logs"), Some(time));
        assert_eq!(arrival("logs/other", "central-logs"), None);
        let after = |time| start_after("logs/2026/11/22/10/central-logs-1-", time).unwrap();
        assert!(after(time).as_str() < key);
        assert!(after(time + Duration::from_secs(1)).as_str() > key);
    }
}
