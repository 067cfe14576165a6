//! Where regional resources are, and the ARNs that say so.

use serde::{Deserialize, Serialize};

use logpipe_identifiers::{AccountId, Region};

use crate::dispatch::Call;

/// A region of an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Site {
    /// The account.
    pub(crate) account: AccountId,
    /// The region.
    pub(crate) region: Region,
}

impl Site {
    /// Where a call takes effect: in the caller's account, in the region it was signed for.
    pub(crate) fn of(call: &Call) -> Self {
        Self { account: call.account().clone(), region: call.region.clone() }
    }

    /// The ARN of a resource here.
    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{resource}", self.region.partition(), self.region, self.account)
    }

    /// The place an ARN of this service names, and the resource there. `None` for anything else, other partitions
    /// than the region's included.
    pub(crate) fn of_arn<'a>(arn: &'a str, service: &str) -> Option<(Self, &'a str)> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", partition, named, region, account, resource] = parts.as_slice() else {
            return None;
        };
        let site = Self { account: account.parse().ok()?, region: region.parse().ok()? };
        (*named == service && site.region.partition().as_str() == *partition).then_some((site, *resource))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arn: &str, expect: Option<&str>) {
        let found = Site::of_arn(arn, "logs");
        assert_eq!(found.as_ref().map(|(_, resource)| *resource), expect, "{arn}");
        if let Some((site, resource)) = found {
            assert_eq!(site.arn("logs", resource), arn);
        }
    }

    #[test]
    fn arns_are_read_and_written() {
        check("arn:aws:logs:eu-west-1:111111111111:destination:a", Some("destination:a"));
        check("arn:aws-cn:logs:cn-north-1:111111111111:log-group:/a:*", Some("log-group:/a:*"));
        check("arn:aws:logs:cn-north-1:111111111111:log-group:/a", None);
        check("arn:aws:firehose:eu-west-1:111111111111:deliverystream/a", None);
        check("arn:aws:logs:eu-west-1:1:destination:a", None);
        check("central", None);
    }
}
