//! Where CloudTrail tells who has changed something: a page of the console, which is opened without a call from here.
//!
//! Event history has the management events of the last 90 days, in the region where they happened and for IAM in the
//! region of its endpoint (CloudTrail User Guide, "Working with CloudTrail event history" and "Global service events").

use std::time::SystemTime;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::address::{Address, Partition, Place, Region};
use crate::provider::Facts;

/// The page with the events between two moments that may have changed `address`: those of its name, of services whose
/// events name their resources, and otherwise all of its service. `None` in partitions whose console has no known address.
pub(super) fn events(
    address: &Address,
    partition: Partition,
    from: SystemTime,
    until: SystemTime,
) -> Option<String> {
    let region = match &address.place {
        Place::Region(region) => region.to_string(),
        Place::Global => home_of_iam(partition)?.to_string(),
    };
    let (attribute, value) = filter(address)?;
    let value = utf8_percent_encode(&value, NON_ALPHANUMERIC);
    let (from, until) = (moment(from)?, moment(until)?);
    let console = console(partition)?;
    Some(format!(
        "https://{region}.{console}/cloudtrailv2/home?region={region}#/events?{attribute}={value}&StartTime={from}&EndTime={until}"
    ))
}

/// What to look for: one attribute is all that Event history takes (CloudTrail API Reference, LookupEvents).
fn filter(address: &Address) -> Option<(&'static str, String)> {
    let source = match Facts::of(address.kind).speed.service {
        // Their events name role, policy, profile, bucket or instance.
        "IAM" | "S3" | "EC2" => {
            let name = address.name.split(':').next().unwrap_or_default();
            return Some(("ResourceName", name.to_owned()));
        }
        "CloudWatch Logs" => "logs.amazonaws.com",
        "Firehose" => "firehose.amazonaws.com",
        "SSM" => "ssm.amazonaws.com",
        "CloudWatch" => "monitoring.amazonaws.com",
        _ => return None,
    };
    Some(("EventSource", source.to_owned()))
}

/// Where the events of IAM are (IAM User Guide, "IAM and AWS STS quotas and endpoints"; AWS General Reference).
fn home_of_iam(partition: Partition) -> Option<Region> {
    let region = match partition {
        Partition::Aws => "us-east-1",
        Partition::AwsCn => "cn-north-1",
        Partition::AwsUsGov => "us-gov-west-1",
        _ => return None,
    };
    region.parse().ok()
}

/// What the console's addresses end in (AWS Management Console, its service endpoints).
fn console(partition: Partition) -> Option<&'static str> {
    match partition {
        Partition::Aws => Some("console.aws.amazon.com"),
        Partition::AwsCn => Some("console.amazonaws.cn"),
        Partition::AwsUsGov => Some("console.amazonaws-us-gov.com"),
        _ => None,
    }
}

fn moment(time: SystemTime) -> Option<String> {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].000Z");
    OffsetDateTime::from(time).format(&format).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_service_is_looked_up_as_its_events_can_be() {
        let from = SystemTime::UNIX_EPOCH + Duration::from_secs(1_764_547_200);
        let check = |address: &str, partition, expect: Option<&str>| {
            let page = events(&address.parse().unwrap(), partition, from, from + Duration::from_secs(90));
            let window = "&StartTime=2025-12-01T00:00:00.000Z&EndTime=2025-12-01T00:01:30.000Z";
            let expect = expect.map(|expect| format!("https://{expect}{window}"));
            assert_eq!(page, expect, "{address}");
        };
        check(
            "a/global/iam_role.x@y",
            Partition::Aws,
            Some(
                "us-east-1.console.aws.amazon.com/cloudtrailv2/home?region=us-east-1#/events?ResourceName=x%40y",
            ),
        );
        check(
            "a/eu-west-1/subscription_filter./app/x:one",
            Partition::Aws,
            Some(
                "eu-west-1.console.aws.amazon.com/cloudtrailv2/home?region=eu-west-1#/events?EventSource=logs%2Eamazonaws%2Ecom",
            ),
        );
        check(
            "a/us-gov-east-1/firehose_stream.x",
            Partition::AwsUsGov,
            Some(
                "us-gov-east-1.console.amazonaws-us-gov.com/cloudtrailv2/home?region=us-gov-east-1#/events?EventSource=firehose%2Eamazonaws%2Ecom",
            ),
        );
        check(
            "a/global/iam_role.x",
            Partition::AwsCn,
            Some(
                "cn-north-1.console.amazonaws.cn/cloudtrailv2/home?region=cn-north-1#/events?ResourceName=x",
            ),
        );
        check("a/us-iso-east-1/firehose_stream.x", Partition::AwsIso, None);
    }
}
