//! The time zones that objects can be named in (Firehose Developer Guide, "Configure Amazon S3 object name format").

use time::UtcOffset;

/// Zones that know no daylight saving time, each with its hours and minutes east of Greenwich (IANA time zone database).
/// The rules of others change from year to year, and AWS is not asked which it follows.
const ZONES: [(&str, (i8, i8)); 14] = [
    ("UTC", (0, 0)),
    ("Africa/Johannesburg", (2, 0)),
    ("Africa/Lagos", (1, 0)),
    ("America/Bogota", (-5, 0)),
    ("America/Phoenix", (-7, 0)),
    ("Asia/Dubai", (4, 0)),
    ("Asia/Hong_Kong", (8, 0)),
    ("Asia/Jakarta", (7, 0)),
    ("Asia/Kolkata", (5, 30)),
    ("Asia/Seoul", (9, 0)),
    ("Asia/Shanghai", (8, 0)),
    ("Asia/Singapore", (8, 0)),
    ("Asia/Tokyo", (9, 0)),
    ("Pacific/Honolulu", (-10, 0)),
];

/// How far a zone is from UTC, if it is one of those that are simulated. An empty name is UTC.
pub(super) fn offset(name: &str) -> Option<UtcOffset> {
    if name.is_empty() {
        return Some(UtcOffset::UTC);
    }
    let (_, (hours, minutes)) = ZONES.iter().find(|(zone, _)| *zone == name)?;
    UtcOffset::from_hms(*hours, *minutes, 0).ok()
}

/// Whether a name has the form of a zone's (Firehose API Reference, ExtendedS3DestinationConfiguration).
pub(super) fn is_name(name: &str) -> bool {
    name.len() <= 50 && name.bytes().all(|byte| byte.is_ascii_alphabetic() || b"/_".contains(&byte))
}
