//! How fast AWS accepts calls: the one table of request rates, with the page behind each figure.
//!
//! The pages, as they are cited below:
//! - *Logs*: CloudWatch Logs User Guide, "CloudWatch Logs quotas"; per account and Region, each operation by itself.
//! - *Firehose*: Amazon Data Firehose Developer Guide, "Amazon Data Firehose Quota": "five invocations per second" for
//!   each control operation, a hard limit.
//! - *IAM*: IAM User Guide, "IAM and AWS STS quotas": 600 requests a second for STS, shared by its operations and
//!   counted against the account that calls.
//! - *EC2*: Amazon EC2 Developer Guide, "Request throttling for the Amazon EC2 API": a token bucket an operation,
//!   account and Region, whose refill rate holds for as long as one likes: 20 a second for what describes, 5 for what
//!   changes.
//! - *Systems Manager*: AWS General Reference, "AWS Systems Manager endpoints and quotas", Parameter Store at its
//!   default throughput.
//! - *CloudWatch*: Amazon CloudWatch User Guide, "CloudWatch service quotas".
//!
//! S3 takes thousands of requests a second (Amazon S3 User Guide, "Best practices design patterns"), so it has no row.

/// How many calls a second of one kind AWS takes from one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    /// Calls a second.
    pub(crate) rate: usize,
    /// Which calls share it.
    pub(crate) shared: Shared,
}

/// What one limit is counted over, beside the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shared {
    /// One operation in one region.
    Operation,
    /// All operations of the service in one region.
    Region,
    /// All operations of the service anywhere.
    Account,
}

/// The lowest figure of the page, for operations that it does not list.
const UNLISTED: usize = 5;

/// What IAM gets. AWS publishes no figure (AWS Security Blog, "How to monitor and query IAM resources at scale", part
/// 2, speaks of a token bucket); with this a run of thousands of roles is not slowed by its own retries.
const IAM: usize = 20;

/// What each listing call of AWS Organizations gets; its pages name throttling (`TooManyRequestsException`) and no
/// figure.
const ORGANIZATIONS: usize = 5;

/// The limit of an operation, by the names that the SDK gives service and operation, where there is one.
pub(crate) fn of(service: &str, operation: &str, region: &str) -> Option<Limit> {
    match service {
        "CloudWatch Logs" => Some(Limit { rate: logs(operation, region), shared: Shared::Operation }),
        "Firehose" => Some(Limit { rate: 5, shared: Shared::Operation }),
        "STS" => Some(Limit { rate: 600, shared: Shared::Region }),
        "IAM" => Some(Limit { rate: IAM, shared: Shared::Account }),
        "EC2" => Some(Limit { rate: ec2(operation), shared: Shared::Operation }),
        "SSM" => Some(Limit { rate: systems_manager(operation), shared: Shared::Operation }),
        "CloudWatch" => Some(Limit { rate: cloudwatch(operation), shared: Shared::Operation }),
        "Organizations" => Some(Limit { rate: ORGANIZATIONS, shared: Shared::Operation }),
        _ => None,
    }
}

fn logs(operation: &str, region: &str) -> usize {
    match operation {
        "PutDestination" | "PutDestinationPolicy" | "DescribeDestinations" | "DeleteDestination" => 5,
        "PutSubscriptionFilter" | "DescribeSubscriptionFilters" | "DeleteSubscriptionFilter" => 5,
        "TagResource" => 5,
        "CreateLogGroup" | "DescribeLogGroups" => 10,
        "CreateLogStream" => 50,
        // API Reference, DescribeLogStreams: "a limit of 25 transactions per second".
        "DescribeLogStreams" => 25,
        "PutLogEvents" => 5_000,
        // 10 in most of the other Regions and 5 in some; the lower one holds everywhere.
        "FilterLogEvents" if region == "us-east-1" => 25,
        "FilterLogEvents" => 5,
        _ => UNLISTED,
    }
}

fn ec2(operation: &str) -> usize {
    if operation.starts_with("Describe") { 20 } else { UNLISTED }
}

fn systems_manager(operation: &str) -> usize {
    match operation {
        // Shared with two operations that are not called.
        "GetParameter" => 40,
        "PutParameter" => 3,
        _ => UNLISTED,
    }
}

fn cloudwatch(operation: &str) -> usize {
    match operation {
        // 500 in the largest Regions; the lower one holds everywhere.
        "GetMetricData" => 50,
        "GetMetricStatistics" => 400,
        "ListMetrics" => 25,
        "DescribeAlarms" => 9,
        "PutMetricAlarm" | "DeleteAlarms" => 3,
        _ => UNLISTED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_service_is_counted_as_its_page_says() {
        let check = |service, operation, region, expect: Option<(usize, Shared)>| {
            let limit = of(service, operation, region).map(|limit| (limit.rate, limit.shared));
            assert_eq!(limit, expect, "{service} {operation} in {region}");
        };
        let (tokyo, virginia) = ("ap-northeast-1", "us-east-1");
        check("CloudWatch Logs", "PutSubscriptionFilter", tokyo, Some((5, Shared::Operation)));
        check("CloudWatch Logs", "DescribeLogGroups", tokyo, Some((10, Shared::Operation)));
        check("CloudWatch Logs", "ListLogGroups", tokyo, Some((5, Shared::Operation)));
        check("CloudWatch Logs", "FilterLogEvents", tokyo, Some((5, Shared::Operation)));
        check("CloudWatch Logs", "FilterLogEvents", virginia, Some((25, Shared::Operation)));
        check("CloudWatch Logs", "ListTagsForResource", tokyo, Some((5, Shared::Operation)));
        check("Firehose", "CreateDeliveryStream", tokyo, Some((5, Shared::Operation)));
        check("STS", "AssumeRole", tokyo, Some((600, Shared::Region)));
        check("IAM", "GetRole", virginia, Some((20, Shared::Account)));
        check("EC2", "DescribeInstances", tokyo, Some((20, Shared::Operation)));
        check("EC2", "AssociateIamInstanceProfile", tokyo, Some((5, Shared::Operation)));
        check("SSM", "GetParameter", tokyo, Some((40, Shared::Operation)));
        check("SSM", "PutParameter", tokyo, Some((3, Shared::Operation)));
        check("SSM", "DeleteParameter", tokyo, Some((5, Shared::Operation)));
        check("CloudWatch", "GetMetricData", tokyo, Some((50, Shared::Operation)));
        check("CloudWatch", "DescribeAlarms", tokyo, Some((9, Shared::Operation)));
        check("CloudWatch", "PutMetricAlarm", tokyo, Some((3, Shared::Operation)));
        check("Organizations", "ListAccounts", virginia, Some((5, Shared::Operation)));
        check("S3", "PutObject", tokyo, None);
    }
}
