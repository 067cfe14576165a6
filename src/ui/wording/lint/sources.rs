//! The words of what lint finds in sources.

use super::words::Words;

/// A retention that ends before deliveries are given up.
pub(super) fn short_retention(source: &str) -> Words {
    Words {
        message: format!("log groups of `{source}` forget events after one day"),
        why: "CloudWatch Logs tries for 24 hours to deliver events and Firehose for 24 hours more, so what they give up is in no log group any more, and nobody can deliver it again"
            .to_owned(),
        help: "write 3 or more days".to_owned(),
    }
}

/// An exclusion that takes nothing out.
pub(super) fn exclusion(source: &str, exclude: &str) -> Words {
    Words {
        message: format!("the exclusion `{exclude}` has no effect"),
        why: format!("no glob in `log_groups` of `{source}` can find a log group that it takes out"),
        help: "remove it, or correct one of the two".to_owned(),
    }
}

/// A distribution over shards of a stream that has none.
pub(super) fn distribution(source: &str) -> Words {
    Words {
        message: format!("`distribution` of `{source}` has no effect"),
        why: "it says how events are spread over the shards of a Kinesis data stream, and a Firehose stream has none".to_owned(),
        help: "remove it".to_owned(),
    }
}

/// Events that go to another region.
pub(super) fn other_region(source: &str, regions: &[String], destination: &str, region: &str) -> Words {
    let regions = regions.join(", ");
    Words {
        message: format!("events of `{source}` leave {regions}"),
        why: format!(
            "the bucket of `{destination}` is in {region}: rules on where data may be kept can forbid that, and AWS may charge for the transfer"
        ),
        help: format!("make a destination in {regions}, or allow this with a reason"),
    }
}

/// A log group that two sources deliver to one bucket.
pub(super) fn twice(log_group: &str, other: &str, destination: &str) -> Words {
    Words {
        message: format!("events of `{log_group}` arrive twice in the bucket of `{destination}`"),
        why: format!("the source `{other}` delivers them there as well"),
        help: format!("remove it here, or exclude it in `{other}`"),
    }
}
