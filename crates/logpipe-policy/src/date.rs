//! Dates in conditions: ISO 8601 or seconds since 1970.

use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, OffsetDateTime, PrimitiveDateTime};

/// The moment `text` names; a date without time is its midnight in UTC.
pub(super) fn parse(text: &str) -> Option<OffsetDateTime> {
    if let Ok(seconds) = text.parse::<i64>() {
        return OffsetDateTime::from_unix_timestamp(seconds).ok();
    }
    OffsetDateTime::parse(text, &Rfc3339)
        .or_else(|_| OffsetDateTime::parse(text, &Iso8601::PARSING))
        .ok()
        .or_else(|| PrimitiveDateTime::parse(text, &Iso8601::PARSING).ok().map(PrimitiveDateTime::assume_utc))
        .or_else(|| Some(Date::parse(text, &Iso8601::PARSING).ok()?.midnight().assume_utc()))
}

#[cfg(test)]
mod tests {
    fn check(text: &str, expect: Option<i64>) {
        assert_eq!(super::parse(text).map(time::OffsetDateTime::unix_timestamp), expect, "{text}");
    }

    #[test]
    fn the_forms_of_a_date() {
        check("0", Some(0));
        check("1970-01-01", Some(0));
        check("1970-01-01T00:01:00Z", Some(60));
        check("1970-01-01T00:01Z", Some(60));
        check("1970-01-01T09:00:00+09:00", Some(0));
        check("tomorrow", None);
    }
}
