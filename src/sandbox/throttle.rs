//! Refuses calls that come faster than AWS takes them, where a test asks for it or a seed decides.
//!
//! Owns the counts, one for each account, region and operation or what shares a limit, and the sandbox's own table of
//! rates: it must not agree with the engine's because it is the engine's. AWS does not say how it counts, so a seed
//! chooses between a token bucket and a fixed window for each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::dispatch::Call;
use super::fault::Fault;
use super::protocol::Service;
use super::world::World;

/// A call, in the thousandths that buckets are counted in.
const CALL: u64 = 1_000;
/// The milliseconds of a window.
const SECOND: u64 = 1_000;
/// Of so many calls to S3, one is told to slow down where that is left to chance: S3 throttles by what its partitions
/// bear, not by a rate (Amazon S3 User Guide, "Best practices design patterns").
const ONE_SLOWED_IN: u64 = 100;

/// Whether calls are throttled, and what was counted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Throttle {
    /// Off unless a test switches it on; a seed does so too.
    pub(crate) on: bool,
    counts: BTreeMap<String, Count>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Count {
    /// Fills up steadily, and holds one second's calls.
    Bucket { left: u64, at_ms: u64 },
    /// So many calls in each second, the first of which began with the first call.
    Window { from_ms: u64, calls: u64 },
}

impl Count {
    fn admits(&mut self, now_ms: u64, rate: u64) -> bool {
        match self {
            Self::Bucket { left, at_ms } => {
                *left = (rate * CALL).min(*left + now_ms.saturating_sub(*at_ms) * rate);
                *at_ms = now_ms;
                let admits = *left >= CALL;
                *left -= if admits { CALL } else { 0 };
                admits
            }
            Self::Window { from_ms, calls } => {
                let passed_ms = now_ms.saturating_sub(*from_ms);
                if passed_ms >= SECOND {
                    (*from_ms, *calls) = (now_ms - passed_ms % SECOND, 0);
                }
                let admits = *calls < rate;
                *calls += u64::from(admits);
                admits
            }
        }
    }
}

/// Calls a second, as CloudWatch Logs User Guide, "CloudWatch Logs quotas", Amazon Data Firehose Developer Guide,
/// "Amazon Data Firehose Quota", IAM User Guide, "IAM and AWS STS quotas", Amazon EC2 API Reference, "Request
/// throttling", AWS General Reference, "AWS Systems Manager endpoints and quotas", and CloudWatch User Guide,
/// "CloudWatch service quotas", have them; 5 where the first says nothing, and for Organizations, whose pages give no
/// figure. Those of IAM give none either.
fn rate(call: &Call) -> Option<u64> {
    match (call.service, call.operation.as_str()) {
        (Service::Logs, "CreateLogGroup" | "DescribeLogGroups") => Some(10),
        (Service::Logs, "CreateLogStream" | "DescribeLogStreams") => Some(25),
        (Service::Logs, "PutLogEvents") => Some(5_000),
        (Service::Firehose, "PutRecord" | "PutRecordBatch") => None,
        (Service::Logs | Service::Firehose | Service::Organizations, _) => Some(5),
        (Service::Sts, _) => Some(600),
        (Service::Ec2, operation) if operation.starts_with("Describe") => Some(20),
        (Service::Ec2, _) => Some(5),
        (Service::Ssm, "GetParameter" | "GetParameters") => Some(40),
        (Service::Ssm, "PutParameter") => Some(3),
        (Service::Ssm, _) => Some(10),
        (Service::CloudWatch, _) => Some(50),
        (Service::Iam, _) => Some(25),
        (Service::S3, _) => None,
    }
}

/// What is counted together: IAM's calls of an account, STS's of an account in a region, else one operation's.
fn shared(call: &Call) -> String {
    let (account, region, service) = (call.account(), &call.region, call.service.name());
    match call.service {
        Service::Iam => format!("{account}/{service}"),
        Service::Sts => format!("{account}/{region}/{service}"),
        _ => format!("{account}/{region}/{service}/{}", call.operation),
    }
}

/// Lets a call through or refuses it.
pub(crate) fn admit(world: &mut World, call: &Call) -> Result<(), Fault> {
    if call.service == Service::S3 && world.chance.once_in(ONE_SLOWED_IN) {
        return Err(refusal(call.service));
    }
    let on = world.throttle.on || world.chance.is_seeded();
    let Some(rate) = rate(call).filter(|_| on) else { return Ok(()) };
    let (now_ms, chance) = (world.now_ms, &mut world.chance);
    let count = world.throttle.counts.entry(shared(call)).or_insert_with(|| match chance.once_in(2) {
        true => Count::Window { from_ms: now_ms, calls: 0 },
        false => Count::Bucket { left: rate * CALL, at_ms: now_ms },
    });
    if count.admits(now_ms, rate) { Ok(()) } else { Err(refusal(call.service)) }
}

fn refusal(service: Service) -> Fault {
    match service {
        Service::Organizations => Fault::invalid(
            "TooManyRequestsException",
            "AWS Organizations can't complete your request because there are too many concurrent requests.",
        ),
        Service::Iam | Service::Sts | Service::CloudWatch => Fault::invalid("Throttling", "Rate exceeded"),
        Service::Ec2 => Fault::new(503, "RequestLimitExceeded", "Request limit exceeded."),
        Service::S3 => Fault::new(503, "SlowDown", "Please reduce your request rate."),
        Service::Logs | Service::Firehose | Service::Ssm => {
            Fault::invalid("ThrottlingException", "Rate exceeded")
        }
    }
}
