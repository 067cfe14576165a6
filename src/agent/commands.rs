//! The commands that install an agent, give it its configuration, start it, and show on the instance that it works.

use std::collections::BTreeSet;

use super::configuration::{Platform, configuration_text, platform};
use super::{powershell, shell};
use crate::address::Region;
use crate::topology::Agent;

/// Where an instance takes the configuration from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// From a file that the commands write.
    File {
        /// Days that the agent sets as the retention of the log groups, if any.
        retention_days: Option<u32>,
    },
    /// From the SSM parameter of this name.
    Parameter(String),
}

/// What the commands of every platform say.
pub(super) struct Facts<'a> {
    /// First words of the script.
    pub(super) title: String,
    /// Where the packages are.
    pub(super) packages: String,
    /// The region of the instances.
    pub(super) region: &'a Region,
    /// The parameter, or the configuration to be written.
    pub(super) source: Source<'a>,
    /// The role that the instance should have, if the topology knows it.
    pub(super) role: Option<&'a str>,
    /// The log groups that the agent writes to.
    pub(super) groups: BTreeSet<&'a str>,
    /// Where the agent says what went wrong.
    pub(super) log_file: &'static str,
}

/// The parameter, or the configuration to be written.
pub(super) enum Source<'a> {
    File(String),
    Parameter(&'a str),
}

/// The commands for an agent, as a script for the platform that its files are of.
pub fn commands(agent: &Agent, topology: &str, origin: &Origin) -> String {
    let platform = platform(agent);
    let facts = Facts {
        title: format!("The CloudWatch agent `{}` of topology `{topology}`", agent.key),
        packages: packages(&agent.region),
        region: &agent.region,
        source: match origin {
            Origin::File { retention_days } => Source::File(configuration_text(agent, *retention_days)),
            Origin::Parameter(name) => Source::Parameter(name),
        },
        role: agent.role_name(),
        groups: agent.files.iter().map(|file| file.log_group.as_str()).collect(),
        log_file: platform.log_file(),
    };
    match platform {
        Platform::Linux => shell::script(&facts),
        Platform::Windows => powershell::script(&facts),
    }
}

/// Every region has the packages in a bucket of its own (CloudWatch User Guide, "Download the CloudWatch agent
/// package").
fn packages(region: &Region) -> String {
    let suffix = region.partition().dns_suffix();
    format!("https://amazoncloudwatch-agent-{region}.s3.{region}.{suffix}")
}
