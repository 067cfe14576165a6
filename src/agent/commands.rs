//! The commands that install an agent, configure it, start it, and check on the instance that it works.

use std::collections::BTreeMap;

use super::configuration::{OF_THE_INSTANCE, Platform, configuration_text, platform};
use super::{powershell, shell};
use crate::address::Region;
use crate::topology::{Agent, Collected};

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
    /// The log groups that the agent writes to, and whether all of their log streams begin with the instance's id.
    pub(super) groups: BTreeMap<&'a str, bool>,
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
        groups: groups(&agent.collected),
        log_file: platform.log_file(),
    };
    match platform {
        Platform::Linux => shell::script(&facts),
        Platform::Windows => powershell::script(&facts),
    }
}

fn groups(collected: &Collected) -> BTreeMap<&str, bool> {
    let usual = collected.defaults.log_stream.as_deref().unwrap_or(OF_THE_INSTANCE);
    let mut groups = BTreeMap::new();
    for target in collected.targets() {
        let of_the_instance = target.log_stream.as_deref().unwrap_or(usual).starts_with(OF_THE_INSTANCE);
        *groups.entry(target.log_group.as_str()).or_insert(true) &= of_the_instance;
    }
    groups
}

/// How the AWS CLI finds the log streams of this instance: by their prefix, or if that differs, by the latest event.
/// `instance` is the variable with the instance's id. A log group with a placeholder of the agent is looked up by what
/// comes before that.
pub(super) fn streams(
    (group, of_the_instance): (&str, bool),
    region: &Region,
    instance: &str,
    word: fn(&str) -> String,
) -> String {
    if let Some((before, _)) = group.split_once('{') {
        let prefix = if before.is_empty() {
            String::new()
        } else {
            format!(" --log-group-name-prefix {}", word(before))
        };
        return format!("aws logs describe-log-groups --region {region}{prefix} --max-items 5\n");
    }
    let which = if of_the_instance {
        format!("--log-stream-name-prefix {instance}")
    } else {
        "--order-by LastEventTime --descending --max-items 5".to_owned()
    };
    format!("aws logs describe-log-streams --region {region} --log-group-name {} {which}\n", word(group))
}

/// Every region has the packages in a bucket of its own (CloudWatch User Guide, "Download the CloudWatch agent
/// package").
fn packages(region: &Region) -> String {
    let suffix = region.partition().dns_suffix();
    format!("https://amazoncloudwatch-agent-{region}.s3.{region}.{suffix}")
}
