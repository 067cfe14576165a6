//! How many streams a region of an account takes, and how much a stream.

use crate::faults::fault::Fault;
use crate::state::site::Site;
use crate::state::world::World;

/// The regions with the highest quota (Amazon Data Firehose Developer Guide, "Amazon Data Firehose Quota").
const LARGE: [&str; 5] = ["us-east-1", "us-east-2", "us-west-2", "eu-west-1", "ap-northeast-1"];

fn streams(site: &Site) -> usize {
    if LARGE.contains(&site.region.as_str()) { 5_000 } else { 2_000 }
}

/// The regions in which a stream takes most (likewise).
const FAST: [&str; 3] = ["us-east-1", "us-west-2", "eu-west-1"];

/// Bytes a second that a stream takes from services and SDKs.
pub(crate) fn bytes_per_second(world: &World, site: &Site) -> u64 {
    let mebibytes = if FAST.contains(&site.region.as_str()) { 5 } else { 1 };
    world.throughput_quota.unwrap_or(mebibytes * 1_048_576)
}

/// Refuses one more stream where there are as many as the quota allows.
pub(super) fn admit(world: &mut World, site: &Site) -> Result<(), Fault> {
    let most = world.stream_quota.unwrap_or_else(|| streams(site));
    if world.streams_mut(site).len() < most {
        return Ok(());
    }
    let text = format!("You have already consumed your firehose quota of {most} hoses.");
    Err(Fault::invalid("LimitExceededException", text))
}
