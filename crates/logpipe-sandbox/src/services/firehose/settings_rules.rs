//! The rules an extended S3 destination must keep.
//!
//! Rules: Firehose API Reference, ExtendedS3DestinationConfiguration; Developer Guide, "Understand custom prefixes".

use std::ops::RangeInclusive;

use serde_json::Value;

use crate::access;
use crate::delivery::{PrefixMember, check_expressions};
use crate::faults::fault::Fault;
use crate::kms;
use crate::principals::role_of;
use crate::protocol::json::broken_rule;
use crate::state::site::Site;
use crate::state::world::World;

use super::names::invalid;
use super::settings::Settings;
use super::{processing_rules, time_zone};

/// Settings from the members of a request, checked.
pub(super) fn read(world: &World, site: &Site, members: &Value) -> Result<Settings, Fault> {
    check_hints_complete(members)?;
    refuse_unsimulated(members)?;
    let settings: Settings = crate::protocol::json::read(members)?;
    check_bucket(&settings, site)?;
    check_numbers(&settings)?;
    check_prefixes(&settings)?;
    check_format(&settings)?;
    check_time_zone(&settings)?;
    check_encryption(&settings)?;
    check_error_log(&settings)?;
    processing_rules::check(&settings)?;
    check_role(world, site, &settings)?;
    Ok(settings)
}

fn check_hints_complete(members: &Value) -> Result<(), Fault> {
    let Some(hints) = members.get("BufferingHints") else { return Ok(()) };
    if hints.get("SizeInMBs").is_some() == hints.get("IntervalInSeconds").is_some() {
        return Ok(());
    }
    Err(invalid(
        "If you specify a value for one of the BufferingHints, you must also provide a value for the other.",
    ))
}

fn refuse_unsimulated(members: &Value) -> Result<(), Fault> {
    let on = |member: &str| members.pointer(&format!("/{member}/Enabled")).is_some_and(|value| value == true);
    let refused = |what: &str| Err(Fault::not_simulated("Firehose", what));
    if on("DataFormatConversionConfiguration") {
        return refused("DataFormatConversionConfiguration");
    }
    if members.get("S3BackupMode").is_some_and(|mode| mode == "Enabled") {
        return refused("S3BackupMode");
    }
    Ok(())
}

fn check_time_zone(settings: &Settings) -> Result<(), Fault> {
    let Some(zone) = settings.custom_time_zone.as_deref() else { return Ok(()) };
    if !time_zone::is_name(zone) {
        let rule = "satisfy regular expression pattern: ^$|[a-zA-Z/_]+";
        let member = "extendedS3DestinationConfiguration.customTimeZone";
        return Err(Fault::invalid("ValidationException", broken_rule(zone, member, rule)));
    }
    match time_zone::offset(zone) {
        Some(_) => Ok(()),
        None => Err(Fault::not_simulated("Firehose with the time zone", zone)),
    }
}

fn check_bucket(settings: &Settings, site: &Site) -> Result<(), Fault> {
    let start = format!("arn:{}:s3:::", site.region.partition());
    let named =
        settings.bucket_arn.strip_prefix(&start).is_some_and(|name| !name.is_empty() && !name.contains('/'));
    if named { Ok(()) } else { Err(invalid(format!("The bucket ARN {} is not valid.", settings.bucket_arn))) }
}

fn check_numbers(settings: &Settings) -> Result<(), Fault> {
    let hints = settings.buffering_hints;
    within("sizeInMBs", hints.size_in_mbs as u64, 1..=128)?;
    within("intervalInSeconds", hints.interval_in_seconds, 0..=900)
}

/// The valid ranges of Firehose API Reference, "BufferingHints", which the front of every service checks.
fn within(member: &str, value: u64, range: RangeInclusive<u64>) -> Result<(), Fault> {
    let rule = match value {
        _ if range.contains(&value) => return Ok(()),
        low if low < *range.start() => format!("have value greater than or equal to {}", range.start()),
        _ => format!("have value less than or equal to {}", range.end()),
    };
    let member = format!("extendedS3DestinationConfiguration.bufferingHints.{member}");
    Err(Fault::invalid("ValidationException", broken_rule(&value.to_string(), &member, &rule)))
}

fn check_prefixes(settings: &Settings) -> Result<(), Fault> {
    let prefix = settings.prefix();
    let error_prefix = settings.error_output_prefix.as_deref();
    check_expressions(prefix, PrefixMember::Prefix).map_err(invalid)?;
    if prefix.contains("!{") && error_prefix.is_none_or(str::is_empty) {
        return Err(invalid("ErrorOutputPrefix cannot be null or empty when Prefix contains expressions"));
    }
    let error_prefix = error_prefix.unwrap_or_default();
    check_expressions(error_prefix, PrefixMember::ErrorOutputPrefix).map_err(invalid)?;
    if error_prefix.contains("!{") && !error_prefix.contains("!{firehose:error-output-type}") {
        return Err(invalid(
            "ErrorOutputPrefix must contain at least one occurrence of !{firehose:error-output-type}",
        ));
    }
    Ok(())
}

fn check_format(settings: &Settings) -> Result<(), Fault> {
    match settings.compression_format.as_str() {
        "UNCOMPRESSED" | "GZIP" => {}
        known @ ("ZIP" | "Snappy" | "HADOOP_SNAPPY") => return Err(Fault::not_simulated("Firehose", known)),
        _ => return Err(invalid("CompressionFormat is not valid.")),
    }
    let extension = settings.file_extension.as_deref().unwrap_or_default();
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"!-_.*'()".contains(&byte);
    let valid = extension.strip_prefix('.').is_none_or(|rest| !rest.is_empty() && rest.bytes().all(fits));
    if extension.len() > 128 || !valid || !(extension.is_empty() || extension.starts_with('.')) {
        return Err(invalid("FileExtension is not valid."));
    }
    Ok(())
}

fn check_encryption(settings: &Settings) -> Result<(), Fault> {
    let configuration = &settings.encryption_configuration;
    let none = configuration.get("NoEncryptionConfig").and_then(Value::as_str);
    match (none, configuration.get("KMSEncryptionConfig"), settings.kms_key()) {
        (Some("NoEncryption"), None, _) => Ok(()),
        (None, Some(_), Some(key)) if kms::is_key_arn(key) => Ok(()),
        (None, Some(_), Some(key)) => Err(Fault::invalid(
            "ValidationException",
            broken_rule(
                key,
                "aWSKMSKeyARN",
                "satisfy regular expression pattern: arn:.*:kms:[a-zA-Z0-9\\-]+:\\d{12}:key/.*",
            ),
        )),
        _ => Err(invalid("Exactly one of NoEncryptionConfig and KMSEncryptionConfig must be specified.")),
    }
}

fn check_error_log(settings: &Settings) -> Result<(), Fault> {
    let options = &settings.cloud_watch_logging_options;
    let missing = match (&options.log_group_name, &options.log_stream_name) {
        _ if !options.enabled => return Ok(()),
        (Some(_), Some(_)) => return Ok(()),
        (None, _) => "Group",
        (_, None) => "Stream",
    };
    Err(invalid(format!("CloudWatch Log {missing} Name is required if CloudWatch Logging is enabled")))
}

/// The role must be there, as far as Firehose sees, and let Firehose in on this account's behalf.
fn check_role(world: &World, site: &Site, settings: &Settings) -> Result<(), Fault> {
    let role = settings.role_arn.as_str();
    let own = role_of(role).is_some_and(|(account, _)| account == site.account);
    let keys = [("sts:ExternalId", site.account.as_str())];
    let session = access::assume_as_service(world, role, "firehose.amazonaws.com", "check", &keys);
    if own && session.is_some() {
        return Ok(());
    }
    let text = format!("Firehose is unable to assume role {role}. Please check the role provided.");
    Err(invalid(text))
}
