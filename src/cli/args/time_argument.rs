//! A point in time as arguments give it: so long ago, or a date and time.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::values::span;
use crate::reading::When;

/// `30s`, `10m`, `2h`, `7d`, `1h 30m`, or RFC 3339.
pub(crate) fn parse(text: &str) -> Result<When, String> {
    let at = || OffsetDateTime::parse(text, &Rfc3339).ok().map(|time| When::At(time.into()));
    span(text)
        .map(When::Ago)
        .or_else(at)
        .ok_or_else(|| "expected a time such as 10m, 2h, 7d or 2026-11-22T10:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn times_are_ages_or_dates() {
        let check = |text: &str, expect: Option<u64>| {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
            let when = parse(text).ok().map(|when| when.before(now));
            let seconds = when.map(|time| time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs());
            assert_eq!(seconds, expect, "{text}");
        };
        check("30s", Some(999_970));
        check("2h", Some(992_800));
        check("1d", Some(913_600));
        check("1h 30m", Some(994_600));
        check("99999d", Some(0));
        check("1970-01-02T00:00:00Z", Some(86_400));
        check("1970-01-02T09:00:00+09:00", Some(86_400));
        check("10", None);
        check("yesterday", None);
        check("-1m", None);
    }
}
