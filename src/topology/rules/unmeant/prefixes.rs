//! Prefixes under which objects are called or lie otherwise than they seem to.

use std::collections::BTreeSet;

use super::topology::Unmeant;
use crate::lint::{Lint, Misread};
use crate::topology::finding::Findings;
use crate::topology::model::literal_prefix;

impl Unmeant<'_> {
    /// Warns of what both prefixes of every bucket say.
    pub(super) fn prefixes(&self, findings: &mut Findings) {
        for (key, destination) in &self.topology.destinations {
            let bucket = &destination.bucket;
            for (name, prefix) in [("prefix", &bucket.prefix), ("error_prefix", &bucket.error_prefix)] {
                let path = ["destinations", key.as_str(), "bucket", name];
                if self.key(&path).is_none() {
                    continue;
                }
                let place = self.root.place(&path);
                // Firehose puts what follows right after the prefix (Firehose Developer Guide, "Custom prefixes for S3
                // objects").
                if !prefix.is_empty() && !prefix.ends_with('/') {
                    findings.warn(place, Lint::PrefixWithoutSlash { key: name, prefix: prefix.clone() });
                }
                if let Some(misread) = misread(prefix) {
                    findings.warn(place, Lint::TimestampMisread { key: name, misread });
                }
            }
            self.errors_among_objects(key.as_str(), &bucket.prefix, &bucket.error_prefix, findings);
        }
    }

    /// Whoever reads what is below the folder of the objects reads what could not be delivered as well.
    fn errors_among_objects(&self, key: &str, prefix: &str, errors: &str, findings: &mut Findings) {
        let folder = literal_prefix(prefix);
        if !folder.ends_with('/') || !errors.starts_with(folder) {
            return;
        }
        let at = |name| ["destinations", key, "bucket", name];
        let written = ["error_prefix", "prefix"].into_iter().find(|name| self.key(&at(name)).is_some());
        if let Some(name) = written {
            let (folder, errors) = (folder.to_owned(), errors.to_owned());
            findings.warn(self.root.place(&at(name)), Lint::ErrorsAmongObjects { folder, errors });
        }
    }
}

/// What the timestamps of a prefix say that nobody means, in the letters of Java's DateTimeFormatter.
fn misread(prefix: &str) -> Option<Misread> {
    let letters = letters(prefix);
    let any = |of: &str| of.chars().any(|letter| letters.contains(&letter));
    if any("m") && !any("HhKkAnN") && any("yudMLD") {
        Some(Misread::MinutesWithoutHours)
    } else if any("hK") && !any("aBHkAnN") {
        Some(Misread::HoursOfHalfADay)
    } else if any("D") && any("ML") {
        Some(Misread::DayOfYearBesideMonth)
    } else {
        None
    }
}

/// The letters of all timestamps that stand for a part of the time.
fn letters(prefix: &str) -> BTreeSet<char> {
    let formats = prefix.split("!{timestamp:").skip(1).filter_map(|rest| rest.split('}').next());
    // What is in quotes stands for itself.
    formats
        .flat_map(|format| format.split('\'').step_by(2))
        .flat_map(str::chars)
        .filter(char::is_ascii_alphabetic)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_timestamps_are_read_as_java_reads_them() {
        let check = |prefix: &str, expect: Option<Misread>| assert_eq!(misread(prefix), expect, "{prefix}");
        check("logs/!{timestamp:yyyy/mm/dd}/", Some(Misread::MinutesWithoutHours));
        check(
            "!{timestamp:yyyy}/!{timestamp:MM}/!{timestamp:dd}/!{timestamp:mm}/",
            Some(Misread::MinutesWithoutHours),
        );
        check("!{timestamp:yyyy/MM/dd/hh}/", Some(Misread::HoursOfHalfADay));
        check("!{timestamp:yyyy/MM/DD}/", Some(Misread::DayOfYearBesideMonth));
        for right in [
            "",
            "logs/mm/hh/",
            "!{timestamp:yyyy/MM/dd/HH/mm}/",
            "!{timestamp:yyyy}/!{timestamp:MM}/!{timestamp:dd}/!{timestamp:HH}/!{timestamp:mm}/",
            "!{timestamp:yyyy/DDD}/",
            "!{timestamp:yyyy/MM/dd/hh-a}/",
            "!{timestamp:'hour='HH}/!{firehose:random-string}/",
            "!{timestamp:'mm='MM}/",
            "!{timestamp:mm}/",
        ] {
            check(right, None);
        }
    }
}
