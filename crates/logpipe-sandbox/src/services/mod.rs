//! The simulated services, each in a folder that says all of it: state, operations, rights, rates, words of failure.
//!
//! A new one is a folder, a line here, and, where an account holds something of it, a field of `Account` in `state/world.rs`.

pub(crate) mod cloudwatch;
pub(crate) mod ec2;
pub(crate) mod firehose;
pub(crate) mod iam;
pub(crate) mod logs;
mod lookup;
pub(crate) mod organizations;
pub(crate) mod s3;
mod simulation;
pub(crate) mod ssm;
pub(crate) mod sts;
mod tags;

pub(crate) use simulation::{Counted, Facts, Handler, Simulation, Words};

simulation::services! {
    /// Security Token Service.
    Sts => sts::Sts,
    /// Identity and Access Management.
    Iam => iam::Iam,
    /// Systems Manager.
    Ssm => ssm::Ssm,
    /// Elastic Compute Cloud.
    Ec2 => ec2::Ec2,
    /// Simple Storage Service.
    S3 => s3::S3,
    /// CloudWatch Logs.
    Logs => logs::Logs,
    /// Data Firehose.
    Firehose => firehose::Firehose,
    /// AWS Organizations.
    Organizations => organizations::Organizations,
    /// CloudWatch metrics.
    CloudWatch => cloudwatch::CloudWatch,
}
