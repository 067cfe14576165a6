//! Where in a bucket an object of a certain time can be. Pure.
//!
//! Firehose appends `YYYY/MM/dd/HH/` (UTC) to a prefix that has no timestamp expression, and names objects
//! `<stream>-<version>-YYYY-MM-DD-HH-MM-SS-<uuid>` after the arrival of the oldest record in the buffer (Firehose
//! Developer Guide, "Configure Amazon S3 object name format").

use std::time::{Duration, SystemTime};

use time::OffsetDateTime;
use time::macros::format_description;

/// The part of a prefix before its first expression.
pub(crate) fn literal_prefix(prefix: &str) -> &str {
    prefix.split("!{").next().unwrap_or_default()
}

/// The prefixes to list for objects whose oldest record arrived between two times.
pub(crate) fn prefixes(prefix: &str, stream: &str, from: SystemTime, until: SystemTime) -> Vec<String> {
    if prefix.contains("!{") {
        return vec![literal_prefix(prefix).to_owned()];
    }
    let format = format_description!("[year]/[month]/[day]/[hour]/");
    let (mut hour, last) = (OffsetDateTime::from(from), OffsetDateTime::from(until));
    let mut prefixes = Vec::new();
    loop {
        if let Ok(folder) = hour.format(&format) {
            prefixes.push(format!("{prefix}{folder}{stream}-"));
        }
        if (hour.date(), hour.hour()) >= (last.date(), last.hour()) {
            return prefixes;
        }
        hour += Duration::from_secs(3600);
    }
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

    #[test]
    fn every_hour_of_the_window_is_listed() {
        let (from, until) = (at(datetime!(2026-11-22 23:59 UTC)), at(datetime!(2026-11-23 01:01 UTC)));
        assert_eq!(
            prefixes("logs/", "s", from, until),
            ["logs/2026/11/22/23/s-", "logs/2026/11/23/00/s-", "logs/2026/11/23/01/s-"]
        );
        assert_eq!(prefixes("logs/!{timestamp:yyyy}/", "s", from, until), ["logs/"]);
    }

    #[test]
    fn the_key_tells_when_the_oldest_record_arrived() {
        let key = "logs/2026/11/22/10/central-logs-1-2026-11-22-10-15-40-0b5c2ee1-aaaa-bbbb-cccc-0123456789ab.json.gz";
        assert_eq!(arrival(key, "central-logs"), Some(at(datetime!(2026-11-22 10:15:40 UTC))));
        assert_eq!(arrival("logs/other", "central-logs"), None);
    }
}
