//! The words of what lint finds in destinations.

use super::words::Words;
use crate::lint::Misread;

/// Keys that end otherwise than what is in the objects.
pub(super) fn extension(extension: &str, gzipped: bool) -> Words {
    let (is, fix) = match gzipped {
        true => ("objects are gzipped", "end it in `.gz`, or leave it out for the usual one"),
        false => ("objects are not compressed", "leave `.gz` out, or add `compression: gzip`"),
    };
    Words {
        message: format!("{is}, and `file_extension` is `{extension}`"),
        why: "Athena and other tools tell by the end of a key whether an object is compressed, and cannot read these"
            .to_owned(),
        help: fix.to_owned(),
    }
}

/// Failed records in the folder of objects.
pub(super) fn errors_among_objects(folder: &str, errors: &str) -> Words {
    Words {
        message: format!("what cannot be delivered goes to `{errors}`, inside of `{folder}`"),
        why: format!(
            "whoever reads all that is in `{folder}`, such as a table of Athena, reads failed records too"
        ),
        help: "write an `error_prefix` beside it, such as `errors/!{firehose:error-output-type}/`".to_owned(),
    }
}

/// A timestamp with letters that nobody means.
pub(super) fn timestamp(key: &str, misread: Misread) -> Words {
    let (message, why, help) = match misread {
        Misread::MinutesWithoutHours => (
            "has minutes without hours",
            "in a timestamp, `mm` is the minute and `MM` the month",
            "write `MM` for the month, or add `HH`",
        ),
        Misread::HoursOfHalfADay => (
            "has hours of half a day",
            "in a timestamp, `hh` counts from 1 to 12 and `KK` from 0 to 11, so objects of the morning and of the afternoon share a folder",
            "write `HH` for the hour of the day",
        ),
        Misread::DayOfYearBesideMonth => (
            "has the day of the year beside the month",
            "in a timestamp, `D` is the day of the year, up to 366, and `dd` the day of the month",
            "write `dd` for the day of the month",
        ),
    };
    Words { message: format!("`{key}` {message}"), why: why.to_owned(), help: help.to_owned() }
}

/// Objects that leave a storage class too early.
pub(super) fn moved_early(class: &str, days: u32, billed: u32) -> Words {
    let plural = if days == 1 { "day" } else { "days" };
    Words {
        message: format!("objects are in {class} for {days} {plural}"),
        why: format!("S3 bills {billed} days at least, also for objects that leave the class earlier"),
        help: "remove this transition, or delete or move the objects later".to_owned(),
    }
}

/// A key that somebody else owns.
pub(super) fn foreign_key(account: &str, role: &str) -> Words {
    Words {
        message: format!("the KMS key is in account {account}"),
        why: format!("its key policy has to allow `{role}` to use it (kms:GenerateDataKey, kms:Decrypt), and logpipe writes no key policies"),
        help: "have its owner add the statement, and allow this with a reason; `logpipe verify` tells whether it is there"
            .to_owned(),
    }
}
