//! Which table answers for which service.

use crate::sandbox::fault::Fault;
use crate::sandbox::protocol::Service;

use super::asked::Asked;
use super::demand::Demand;
use super::{cloudwatch, ec2, firehose, iam, logs, organizations, s3, ssm, sts};

/// What a call asks for. The error is what the service says before it looks at permissions.
pub(crate) fn demands(asked: &Asked<'_>) -> Result<Vec<Demand>, Fault> {
    let demands = match asked.call.service {
        Service::Sts => sts::demands(asked),
        Service::Iam => iam::demands(asked),
        Service::Firehose => firehose::demands(asked),
        Service::Logs => logs::demands(asked),
        Service::Organizations => organizations::demands(asked),
        Service::Ec2 => ec2::demands(asked),
        Service::Ssm => ssm::demands(asked),
        Service::CloudWatch => cloudwatch::demands(asked),
        Service::S3 => return s3::demands(asked),
    };
    demands.ok_or_else(|| asked.call.not_simulated())
}
