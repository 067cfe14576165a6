//! Where in a bucket an object of a certain time can be. Pure.
//!
//! Firehose appends `YYYY/MM/dd/HH/` (UTC) to a prefix that has no timestamp expression, and names objects
//! `<stream>-<version>-YYYY-MM-DD-HH-MM-SS-<uuid>`. Both times are the arrival of the oldest record in the buffer
//! (Firehose Developer Guide, "Configure Amazon S3 object name format" and "Understand custom prefixes for Amazon S3
//! objects").

use std::time::{Duration, SystemTime};

use time::OffsetDateTime;
use time::macros::format_description;

use crate::topology::PartitionKey;

const HOUR: Duration = Duration::from_secs(3600);

/// What Firehose appends to a prefix without a timestamp.
const DEFAULT_FORMAT: &str = "yyyy/MM/dd/HH/";

/// Objects that are listed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder {
    /// What their keys start with.
    pub(crate) prefix: String,
    /// Whether to list version by version: the keys go on with version and time, and most of them are too old,
    /// because the folder covers more than an hour.
    pub(crate) by_version: bool,
}

pub(crate) use crate::topology::literal_prefix;

/// A prefix with the values of partition keys in their places.
pub(crate) fn partitioned(prefix: &str, value: impl Fn(PartitionKey) -> String) -> String {
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

/// The folders of objects whose oldest record arrived between two times.
pub(crate) fn folders(prefix: &str, stream: &str, from: SystemTime, until: SystemTime) -> Vec<Folder> {
    let (mut hour, last) = (OffsetDateTime::from(from), OffsetDateTime::from(until));
    let mut folders: Vec<Folder> = Vec::new();
    loop {
        let start = Start::of(prefix, stream, hour);
        if folders.iter().all(|folder| folder.prefix != start.text) {
            let wide =
                [hour - HOUR, hour + HOUR].iter().any(|other| Start::of(prefix, stream, *other) == start);
            folders.push(Folder { prefix: start.text, by_version: start.whole && wide });
        }
        if (hour.date(), hour.hour()) >= (last.date(), last.hour()) {
            return folders;
        }
        hour += HOUR;
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
        let (mut rest, mut dated) = (prefix, false);
        while let Some((literal, after)) = rest.split_once("!{") {
            text.push_str(literal);
            let (expression, behind) = after.split_once('}')?;
            write_time(text, expression.strip_prefix("timestamp:")?, hour)?;
            (rest, dated) = (behind, true);
        }
        text.push_str(rest);
        if !dated {
            write_time(text, DEFAULT_FORMAT, hour)?;
        }
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
        let found = folders(prefix, "s", from, until);
        let mark = |folder: &Folder| if folder.by_version { "*" } else { "" };
        let found: Vec<String> =
            found.iter().map(|folder| format!("{}{}", folder.prefix, mark(folder))).collect();
        assert_eq!(found, expect, "{prefix}");
    }

    #[test]
    fn every_hour_of_the_window_is_listed_as_narrowly_as_the_prefix_allows() {
        check("logs/", &["logs/2026/11/22/23/s-", "logs/2026/11/23/00/s-", "logs/2026/11/23/01/s-"]);
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
            "logs/owner=!{partitionKeyFromQuery:owner}/logGroup=!{partitionKeyFromQuery:logGroup}/",
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
